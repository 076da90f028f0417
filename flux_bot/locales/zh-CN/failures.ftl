not-yours-to-retry = 只有提出请求的人才能使用此按钮。
