"""How long to wait before the next attempt."""


def backoff_seconds(failures: int, *, at_most: float) -> float:
    """Return 1, 2, 4, 8, ... seconds for the first, second, third, fourth failure in a row."""
    return min(at_most, 2.0 ** min(max(0, failures - 1), 30))
