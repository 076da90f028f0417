"""Amounts: exact when multiplied, and rounded to at least two significant digits."""

from decimal import Decimal

from flux_bot.core.costs import Money, rounded


def test_multiples_are_exact() -> None:
    """A multiple of an amount has the same currency, and all of its digits."""
    price = Money(Decimal("0.0952"), "USD")
    assert price.times(Decimal("0.216")) == Money(Decimal("0.0205632"), "USD")


def test_rounding() -> None:
    """Amounts keep the wanted decimals, or more if that leaves fewer than two significant digits."""
    for amount, decimals, expected in (
        ("0.216", 0, "0.22"),
        ("0.0205632", 2, "0.021"),
        ("0.000123", 2, "0.00012"),
        ("0.0996", 2, "0.100"),
        ("3.14", 0, "3.1"),
        ("31.4", 0, "31"),
        ("1234.567", 0, "1235"),
        ("1234.567", 2, "1234.57"),
        ("0", 2, "0.00"),
    ):
        assert str(rounded(Decimal(amount), decimals)) == expected, amount
