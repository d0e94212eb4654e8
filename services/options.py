"""Which options are booked on a contract, which can be booked, and why the others can not."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from portal.models import Contract, Offering, OfferingRef, Option, ProductStatus
from services.contracts import ENDED


class Obstacle(Enum):
    """Why an option can't be booked now."""

    NEEDS = "needs"
    EXCLUDED = "excluded"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Blocked:
    """An option that can't be booked; `names` are the offerings that are missing, or in the way."""

    offering: Offering
    obstacle: Obstacle
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything about a contract's options."""

    booked: tuple[Option, ...]
    bookable: tuple[Offering, ...]
    blocked: tuple[Blocked, ...]
    counted: frozenset[str] = frozenset()  # offerings that are sold in a quantity


def shelf(contract: Contract, options: Sequence[Option], offerings: Sequence[Offering]) -> Shelf:
    """Sort the portal's options and offerings into booked, bookable and not bookable, each by name."""
    booked = tuple(sorted((o for o in options if o.status not in ENDED), key=lambda o: o.name.casefold()))
    ids = {option.offering_id for option in booked}
    free = sorted((o for o in offerings if o.id not in ids), key=lambda o: o.name.casefold())
    judged = [(offering, obstacle(contract, booked, offering, offerings)) for offering in free]
    bookable = tuple(offering for offering, block in judged if block is None)
    counted = frozenset(o.id for o in offerings if o.quantity_unit)
    return Shelf(booked, bookable, tuple(block for _, block in judged if block is not None), counted)


def obstacle(
    contract: Contract, booked: Sequence[Option], offering: Offering, offerings: Sequence[Offering] = ()
) -> Blocked | None:
    """What stands in the way of booking it; an exclusion holds in both directions."""
    if contract.status is not ProductStatus.ACTIVE:
        return Blocked(offering, Obstacle.CONTRACT)
    have = {contract.offering_id: contract.offering_name, **{option.offering_id: option.name for option in booked}}
    if missing := [ref for ref in offering.requires if ref.id not in have]:
        return Blocked(offering, Obstacle.NEEDS, _names(missing))
    refusing = [o.id for o in offerings if any(ref.id == offering.id for ref in o.excludes)]
    in_the_way = {ref.id: ref.name for ref in offering.excludes if ref.id in have}
    in_the_way |= {key: have[key] for key in refusing if key in have}
    if in_the_way:
        return Blocked(offering, Obstacle.EXCLUDED, tuple(name or have[key] for key, name in in_the_way.items()))
    return None


def _names(refs: Sequence[OfferingRef]) -> tuple[str, ...]:
    return tuple(ref.name or ref.id for ref in refs)
