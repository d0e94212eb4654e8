"""The family of portal errors."""

import re

from portal import errors


def family(kind: type[errors.PortalError]) -> set[type[errors.PortalError]]:
    """The class and everything below it."""
    return {kind}.union(*(family(child) for child in kind.__subclasses__()))


def test_the_drawn_tree_is_the_tree() -> None:
    """The tree in the module's docstring names every error, under its own parent, and no other."""
    drawn: dict[str, str] = {}
    ancestors: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"( *(?:\| *)*(?:\+- )?)([A-Z]\w+)(?: {2,}|$)", line)
        if found is None or not line.startswith("    "):
            continue
        depth, name = len(found[1]), found[2]
        ancestors = [(d, n) for d, n in ancestors if d < depth]
        drawn[name] = ancestors[-1][1] if ancestors else ""
        ancestors.append((depth, name))

    real = {kind.__name__: kind.__mro__[1].__name__ for kind in family(errors.PortalError)}
    assert drawn == {**real, "PortalError": ""}


def test_outcome_unknown_is_no_outage() -> None:
    """Who catches an outage ("nothing was changed") never catches a lost answer with it."""
    assert not issubclass(errors.OutcomeUnknown, errors.Unavailable)
    assert not any(issubclass(kind, errors.OutcomeUnknown) for kind in family(errors.Unavailable))


def test_one_customers_failure_is_no_outage() -> None:
    """Five in a row that got no answer are one; what is answered, also badly, begins the row anew."""
    failures = errors.Failures()
    assert not any(failures.are_an_outage(errors.Unavailable()) for _ in range(4))
    failures.none()
    assert not any(failures.are_an_outage(errors.Unavailable()) for _ in range(4))
    assert not failures.are_an_outage(errors.BadAnswer())
    assert [failures.are_an_outage(errors.Unavailable()) for _ in range(5)] == [False] * 4 + [True]
