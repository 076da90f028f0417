# The place in the queue.

# Follows status-queued. $when is a time that Discord shows in words, such as "in 2 minutes".
queue-starts = Estimated start: { $when }.
