queue-starts = Start voraussichtlich { $when }.
