queue-starts = 预计{ $when }开始。
