not-yours-to-retry = 이 버튼은 요청한 사람만 사용할 수 있어요.
