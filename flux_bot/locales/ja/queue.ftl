queue-starts = 開始の目安：{ $when }
