queue-starts = 预计开始时间：{ $when }。
