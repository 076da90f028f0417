not-yours-to-retry = このボタンを使えるのは、リクエストした本人だけです。
