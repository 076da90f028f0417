"""The jobs, the models, the queue order and the errors, without I/O, Discord or SQL."""
