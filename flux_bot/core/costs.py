"""The cost of pictures: in credits, the image API's own unit, and in money if the price of a credit is known."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of a currency."""

    amount: Decimal
    currency: str
    """The ISO 4217 code."""

    def times(self, factor: Decimal) -> "Money":
        """Return a multiple of the amount, such as the price of some credits."""
        return Money(self.amount * factor, self.currency)


@dataclass(frozen=True, slots=True)
class CostDisplay:
    """How cards show costs."""

    credit_price: Money | None = None
    """The price of one credit; None means that costs are shown only in credits."""
    on_status_cards: bool = False
    """Whether status cards show the expected cost."""


def rounded(amount: Decimal, decimals: int = 0) -> Decimal:
    """Round to this many decimals, or to two significant digits if that keeps more."""
    return amount.quantize(Decimal(1).scaleb(-max(decimals, 1 - amount.adjusted())))
