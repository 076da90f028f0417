"""Benchmarks that compare the bot with a yardstick: ``python -m benchmarks``, or ``make bench``."""
