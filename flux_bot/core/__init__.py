"""No I/O, no Discord, no SQL: the jobs, the models, the queue order, the errors."""
