"""What the bot costs, measured against a yardstick: ``python -m benchmarks``, or ``make bench``."""
