queue-starts = 예상 시작 시간: { $when }
