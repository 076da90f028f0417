not-yours-to-retry = 只有提交者本人才能使用此按钮。
