"""What a chat wants to be told, and how: kinds, filters, delivery. Values, and the JSON that the database seals.

Local times stay local (the wish and its zone are stored); an instant is computed for each notice, so that quiet hours
and digests are right on both sides of a change of the clocks.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from functools import lru_cache

import orjson

from services.plans_clock import instant_of, local_day, second_instant_of

Json = dict[str, object]


class EventKind(Enum):
    """What may be told. The value is the kind of its events and notices, and part of its key in the catalogues."""

    INVOICE = "invoice"  # a new invoice or credit note
    DUE_SOON = "invoice-due"
    OVERDUE = "invoice-overdue"
    PAID = "invoice-paid"
    UNUSUAL = "invoice-unusual"  # unusually high
    ORDER = "order-state"  # orders that somebody else has made
    OPTION_END = "option-end"
    DEADLINE = "contract-deadline"  # a contract's last day for notice: 90, 30 and 7 days before
    DIVERSION_CHANGED = "diversion-changed"
    DIVERSION_ACTIVE = "diversion-active"  # still active after days
    DIGEST = "weekly-digest"
    SECURITY = "security"  # who may act here, and where calls may go: can't be switched off in one's own chat


_KINDS = {kind.value: kind for kind in EventKind}
INVOICE_KINDS = frozenset({EventKind.INVOICE, EventKind.DUE_SOON, EventKind.OVERDUE, EventKind.PAID, EventKind.UNUSUAL})
DIVERSION_KINDS = frozenset({EventKind.DIVERSION_CHANGED, EventKind.DIVERSION_ACTIVE})
INVOICE_ROLES = frozenset({"portalAdmin", "accounting"})
DIVERSION_ROLES = frozenset({"portalAdmin", "pbxAdmin"})
ORDER_ROLES = frozenset({"portalAdmin"})
# What is told to whoever it concerns, also to those who never asked for anything, unless they decline it.
STANDARD = frozenset({EventKind.ORDER, EventKind.DIVERSION_CHANGED})
# What is found by looking at the day itself, at eight in the morning.
OF_THE_DAY = frozenset({
    EventKind.DUE_SOON, EventKind.OVERDUE, EventKind.DEADLINE, EventKind.OPTION_END, EventKind.DIVERSION_ACTIVE,
    EventKind.DIGEST,
})  # fmt: skip
LATE = dt.timedelta(hours=1)  # after which the day's questions are all answered
_NEEDED = (
    (INVOICE_KINDS, INVOICE_ROLES), (DIVERSION_KINDS, DIVERSION_ROLES), (frozenset({EventKind.ORDER}), ORDER_ROLES),
)  # fmt: skip


class Rhythm(Enum):
    """When notices come: at once, or gathered."""

    AT_ONCE = "once"
    DAILY = "daily"
    WEEKDAYS = "weekdays"  # Monday to Friday
    WEEKLY = "weekly"  # Mondays


@dataclass(frozen=True, slots=True)
class Filters:
    """Which of them: empty means all. `amount_from` is gross, in the invoice's currency."""

    contracts: frozenset[str] = frozenset()  # ids
    sites: frozenset[str] = frozenset()
    cost_centres: frozenset[str] = frozenset()
    amount_from: Decimal | None = None
    only_with_file: bool = False


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours, local; over midnight when `until` is earlier than `since`. Held, never dropped."""

    since: dt.time
    until: dt.time


@dataclass(frozen=True, slots=True)
class Bounds:
    """What was shared with an invited subscriber: whatever they wish for, never more. No sites: all of them."""

    kinds: frozenset[EventKind]
    sites: frozenset[str] = frozenset()

    def hold(self, kind: EventKind, facts: Mapping[str, object]) -> bool:
        """Whether an event is shared. One of which nobody knows the sites is not, nor one about others as well."""
        found = facts.get("sites")
        is_inside = isinstance(found, list) and bool(found) and self.sites.issuperset(_names(found))
        return kind in self.kinds and (not self.sites or is_inside)


@dataclass(frozen=True, slots=True)
class Wish:
    """All of one subscription. `zone` is an IANA name; `muted_until` is an instant.

    `declined`: which of the `STANDARD` kinds are not to be told; those never stand in `kinds`.
    `bounds`: it is told by the right of somebody else, who invited its reader.
    """

    kinds: frozenset[EventKind]
    zone: str = "Europe/Berlin"
    filters: Filters = field(default_factory=Filters)
    rhythm: Rhythm = Rhythm.AT_ONCE
    at: dt.time = dt.time(8)
    quiet: Quiet | None = None
    silent: bool = False
    with_pdf: bool = True
    with_xml: bool = False
    amounts_hidden: bool = False
    muted_until: dt.datetime | None = None
    bounds: Bounds | None = None
    declined: frozenset[EventKind] = frozenset()


def to_json(wish: Wish) -> bytes:
    """As it is stored."""
    chosen = wish.filters
    kept = {
        "kinds": sorted(kind.value for kind in wish.kinds),
        "zone": wish.zone,
        "contracts": sorted(chosen.contracts),
        "sites": sorted(chosen.sites),
        "cost_centres": sorted(chosen.cost_centres),
        "amount_from": str(chosen.amount_from) if chosen.amount_from is not None else None,
        "only_with_file": chosen.only_with_file,
        "rhythm": wish.rhythm.value,
        "at": wish.at.isoformat("minutes"),
        "quiet": [wish.quiet.since.isoformat("minutes"), wish.quiet.until.isoformat("minutes")] if wish.quiet else None,
        "silent": wish.silent,
        "with_pdf": wish.with_pdf,
        "with_xml": wish.with_xml,
        "amounts_hidden": wish.amounts_hidden,
        "muted_until": wish.muted_until.isoformat() if wish.muted_until else None,
        "bounds": bounds_to_json(wish.bounds) if wish.bounds else None,
        "declined": sorted(kind.value for kind in wish.declined),
    }
    return orjson.dumps(kept)


def bounds_to_json(bounds: Bounds) -> Json:
    """As they are stored."""
    return {"kinds": sorted(kind.value for kind in bounds.kinds), "sites": sorted(bounds.sites)}


def bounds_from_json(kept: Mapping[str, object]) -> Bounds:
    """What was stored."""
    return Bounds(_kinds(kept.get("kinds")), frozenset(_names(kept.get("sites"))))


@lru_cache(maxsize=1024)  # thousands of chats have the same wish
def from_json(written: bytes) -> Wish:
    """What was stored; a kind that a later version knows is passed over."""
    kept: Json = orjson.loads(written)
    quiet, amount, muted = kept.get("quiet"), kept.get("amount_from"), kept.get("muted_until")
    bounds = kept.get("bounds")
    return Wish(
        kinds=_kinds(kept.get("kinds")),
        zone=str(kept["zone"]),
        filters=Filters(
            frozenset(_names(kept.get("contracts"))),
            frozenset(_names(kept.get("sites"))),
            frozenset(_names(kept.get("cost_centres"))),
            Decimal(str(amount)) if amount is not None else None,
            kept.get("only_with_file") is True,
        ),
        rhythm=Rhythm(kept["rhythm"]),
        at=dt.time.fromisoformat(str(kept["at"])),
        quiet=Quiet(*(dt.time.fromisoformat(str(each)) for each in quiet)) if isinstance(quiet, list) else None,
        silent=kept.get("silent") is True,
        with_pdf=kept.get("with_pdf") is True,
        with_xml=kept.get("with_xml") is True,
        amounts_hidden=kept.get("amounts_hidden") is True,
        muted_until=dt.datetime.fromisoformat(str(muted)) if muted else None,
        bounds=bounds_from_json(bounds) if isinstance(bounds, Mapping) else None,
        declined=_kinds(kept.get("declined")),
    )


def may_be_told(kind: EventKind, roles: Collection[str]) -> bool:
    """Whether somebody with these roles at the portal may read it."""
    needed = next((roles for kinds, roles in _NEEDED if kind in kinds), None)
    return needed is None or not needed.isdisjoint(roles)


def is_chosen(kind: EventKind, wish: Wish) -> bool:
    """Whether a kind is switched on. Who was invited is told what was shared, and nothing unasked."""
    return kind in wish.kinds or (kind in STANDARD and kind not in wish.declined and wish.bounds is None)


def turned(wish: Wish, kind: EventKind, *, on: bool) -> Wish:
    """The wish with a kind switched on or off."""
    kinds, declined = wish.kinds - {kind}, wish.declined - {kind}
    if kind in STANDARD:
        return replace(wish, kinds=kinds, declined=declined if on else declined | {kind})
    return replace(wish, kinds=kinds | {kind} if on else kinds)


def is_wished(kind: EventKind, wish: Wish) -> bool:
    """Whether anything is told of a kind. A payment also sets right the message that told of the invoice."""
    return is_chosen(kind, wish) or (kind is EventKind.PAID and EventKind.INVOICE in wish.kinds)


def readable(kind: EventKind, facts: Mapping[str, object], roles: Collection[str]) -> Json:
    """The facts without what the roles may not read: the week's overview has parts for different roles."""
    if kind is not EventKind.DIGEST:
        return dict(facts)
    parts = {"invoices": EventKind.INVOICE, "diversions": EventKind.DIVERSION_ACTIVE}
    hidden = {name for name, part in parts.items() if not may_be_told(part, roles)}
    return {name: None if name in hidden else value for name, value in facts.items()}


def filtered_by(chosen: Filters, facts: Mapping[str, object]) -> str | None:
    """Which filter leaves an event out: "contract", "site", "cost-centre", "amount", "no-file"; None: it passes.

    What the event's facts don't say (notifications/detect.py) filters nothing.
    """
    about = (
        ("contract", chosen.contracts, facts.get("contracts")),
        ("site", chosen.sites, facts.get("sites")),
        ("cost-centre", chosen.cost_centres, facts.get("cost_centres")),
    )
    for name, wanted, found in about:
        if wanted and isinstance(found, list) and wanted.isdisjoint(_names(found)):
            return name
    total = facts.get("total")
    if chosen.amount_from is not None and total is not None and abs(Decimal(str(total))) < chosen.amount_from:
        return "amount"
    if chosen.only_with_file and (facts.get("has_pdf"), facts.get("has_xml")) == (False, False):
        return "no-file"
    return None


def goes_at(
    wish: Wish, now: dt.datetime, *, urgent: bool = False, of_the_day: bool = False, gathers: bool = True
) -> tuple[dt.datetime, str]:
    """When a notice found now may go, and why not at once: "", "muted", "digest" or "quiet".

    `urgent` (security) knows no digest, no muting and no quiet hours. What is `of_the_day` is found at eight o'clock or
    soon after and still belongs to the digest of that hour. What no longer `gathers` has had its digest.
    """
    if urgent:
        return now, ""
    at, why = now, ""
    if wish.muted_until is not None and wish.muted_until > at:
        at, why = wish.muted_until, "muted"
    if gathers and wish.rhythm is not Rhythm.AT_ONCE:
        digest = _next_digest(wish, at - LATE if of_the_day else at)
        at, why = (digest, "digest") if digest > at else (at, why)
    after = _after_quiet(wish.quiet, at, wish.zone)
    return (after, "quiet") if after > at else (at, why)


def _next_digest(wish: Wish, now: dt.datetime) -> dt.datetime:
    today = local_day(now, wish.zone)
    for ahead in range(9):
        day = today + dt.timedelta(days=ahead)
        at = instant_of(day, _minute(wish.at), wish.zone)
        if at >= now and _has_digest(wish.rhythm, day):
            return at
    raise AssertionError("each rhythm has a day among nine")


def _has_digest(rhythm: Rhythm, day: dt.date) -> bool:
    return {Rhythm.DAILY: True, Rhythm.WEEKDAYS: day.weekday() < 5, Rhythm.WEEKLY: day.weekday() == 0}[rhythm]


def _after_quiet(quiet: Quiet | None, at: dt.datetime, zone: str) -> dt.datetime:
    """The end of the quiet hours that `at` falls into, else `at`. An hour that comes twice is quiet twice."""
    if quiet is None or quiet.since == quiet.until:
        return at
    today = local_day(at, zone)
    for day in (today - dt.timedelta(days=1), today):
        ends_on = day if quiet.until > quiet.since else day + dt.timedelta(days=1)
        ends = second_instant_of(ends_on, _minute(quiet.until), zone)
        if instant_of(day, _minute(quiet.since), zone) <= at < ends:
            return ends
    return at


def _minute(of_day: dt.time) -> int:
    return of_day.hour * 60 + of_day.minute


def _kinds(kept: object) -> frozenset[EventKind]:
    return frozenset(_KINDS[name] for name in _names(kept) if name in _KINDS)


def _names(kept: object) -> list[str]:
    return [str(each) for each in kept] if isinstance(kept, list) else []
