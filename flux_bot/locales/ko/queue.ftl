queue-starts = 예상 시작: { $when }.
