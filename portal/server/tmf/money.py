"""Euro amounts: Decimal inside, a JSON number with at most two decimals on the wire, tax that adds up to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Taxed:
    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def taxed(net: Decimal, rate: Decimal) -> Taxed:
    return Taxed(cents(net), cents(net * rate / 100))


def taxed_lines(nets: Sequence[Decimal], rate: Decimal) -> list[Taxed]:
    """Each line's tax, so that together they are exactly the tax on the total: rounding never loses a cent."""
    lines: list[Taxed] = []
    net_so_far = tax_so_far = Decimal(0)
    for net in nets:
        net_so_far += net
        tax = cents(net_so_far * rate / 100) - tax_so_far
        tax_so_far += tax
        lines.append(Taxed(net, tax))
    return lines
