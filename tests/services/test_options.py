"""What is booked, what can be, and why not."""

from dataclasses import replace

import pytest

from portal.models import Offering, OfferingRef, ProductStatus
from services.options import Obstacle, shelf
from tests.services.facts import CONTRACT, OFFERING, OPTION

ROAM = OfferingRef("off-roam", "Auslandsoption Welt")
ROUTER = OfferingRef("off-router", "Business-Router")


def other(
    identifier: str, name: str, requires: tuple[OfferingRef, ...] = (), excludes: tuple[OfferingRef, ...] = ()
) -> Offering:
    """Another offering."""
    return replace(OFFERING, id=identifier, name=name, requires=requires, excludes=excludes)


def test_booked_bookable_and_blocked_are_told_apart() -> None:
    """Each offering stands in exactly one place; an ended option counts as not booked."""
    ended = replace(OPTION, id="o-2", offering_id="off-multi", status=ProductStatus.TERMINATED)
    offerings = [
        OFFERING,
        other("off-roam", "Auslandsoption Welt"),
        other("off-multi", "Multi-SIM"),
        other("off-lte", "LTE-Backup", requires=(ROUTER,)),
    ]

    found = shelf(CONTRACT, [OPTION, ended], offerings)

    assert [option.name for option in found.booked] == ["Auslandsoption Welt"]
    assert [offering.name for offering in found.bookable] == ["Datenpaket 20 GB", "Multi-SIM"]
    assert [(block.offering.name, block.obstacle, block.names) for block in found.blocked] == [
        ("LTE-Backup", Obstacle.NEEDS, ("Business-Router",))
    ]


def test_a_precondition_is_met_by_a_booked_option_or_by_the_contract_itself() -> None:
    """Once what it needs is there, it can be booked."""
    needs_both = other("off-x", "X", requires=(ROAM, OfferingRef("off-bml", "")))

    assert shelf(CONTRACT, [OPTION], [needs_both]).bookable == (needs_both,)


def test_an_exclusion_holds_in_both_directions() -> None:
    """Whichever of two offerings names the other: with one booked the other can't be."""
    names_it = other("off-x", "X", excludes=(ROAM,))
    is_named = other("off-y", "Y")
    booked = other("off-roam", "Auslandsoption Welt", excludes=(OfferingRef("off-y", "Y"),))

    found = shelf(CONTRACT, [OPTION], [names_it, is_named, booked])

    assert found.bookable == ()
    assert [(b.offering.name, b.obstacle, b.names) for b in found.blocked] == [
        ("X", Obstacle.EXCLUDED, ("Auslandsoption Welt",)),
        ("Y", Obstacle.EXCLUDED, ("Auslandsoption Welt",)),
    ]


@pytest.mark.parametrize("status", [s for s in ProductStatus if s is not ProductStatus.ACTIVE])
def test_nothing_is_bookable_on_a_contract_that_is_not_active(status: ProductStatus) -> None:
    """Whatever else holds, the contract's state decides first."""
    found = shelf(replace(CONTRACT, status=status), [], [OFFERING])

    assert found.bookable == ()
    assert [block.obstacle for block in found.blocked] == [Obstacle.CONTRACT]


def test_a_precondition_without_a_name_is_told_by_its_id() -> None:
    """A portal that leaves names out still lets the customer know what is missing."""
    found = shelf(CONTRACT, [], [other("off-x", "X", requires=(OfferingRef("off-router", ""),))])

    assert found.blocked[0].names == ("off-router",)
