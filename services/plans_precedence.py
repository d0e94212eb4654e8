"""Who decides what a diversion rule of an extension is set to, when several want to, and until when.

By hand wins over until, until over the rota, the rota over the weekly plan, and this over what holds anyway.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from heapq import merge

from services.plans import OFF, Setting, State, Timetable, WeeklyPlan
from services.plans_clock import switches
from services.plans_rota import Duty, Rota, on_duty, rota_moments
from services.plans_until import Until


class Source(IntEnum):
    """Where a setting comes from; the greater wins."""

    BASE = 0
    WEEKLY_PLAN = 1
    ROTA = 2
    UNTIL = 3
    MANUAL = 4


@dataclass(frozen=True, slots=True)
class Temporary:
    """A setting from the instant it was wished until its end."""

    setting: Setting
    until: Until


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything that is wished for one rule of one extension. `base` is what holds without any wish."""

    base: Setting = OFF
    plan: WeeklyPlan | None = None
    rota: Rota | None = None
    temporary: Temporary | None = None
    manual: Setting | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source wants at an instant, and why: the state of the plan, the duty of the rota, the end wished for."""

    source: Source
    setting: Setting
    why: State | Duty | Until | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whose setting holds at an instant, and who else wanted to decide, the strongest first."""

    winner: Claim
    overruled: tuple[Claim, ...]

    @property
    def conflicts(self) -> tuple[Claim, ...]:
        """Those overruled that wanted another setting. What holds anyway wants nothing."""
        return tuple(
            claim
            for claim in self.overruled
            if claim.source is not Source.BASE and claim.setting != self.winner.setting
        )


def ruling_at(claims: Claims, instant: datetime) -> Ruling:
    """Who decides at an instant."""
    return _Court(claims).ruling_at(instant)


def next_ruling(claims: Claims, after: datetime) -> tuple[datetime, Ruling] | None:
    """The first instant later than `after` at which the rule gets another setting, or None if it never does."""
    return next(rulings(claims, after), None)


def rulings(claims: Claims, after: datetime) -> Iterator[tuple[datetime, Ruling]]:
    """The instants later than `after` at which the rule gets another setting, in order, at least for 400 days."""
    if claims.manual is not None:
        return iter(())
    court = _Court(claims)
    found = switches(court.moments(after), court.setting_at, after)
    return ((at, court.ruling_at(at)) for at, _ in found)


class _Court:
    """The claims while they are read."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._timetable = Timetable(claims.plan) if claims.plan else None

    def ruling_at(self, instant: datetime) -> Ruling:
        found = tuple(self._claims_at(instant))
        return Ruling(found[0], found[1:])

    def setting_at(self, instant: datetime) -> Setting:
        return next(self._claims_at(instant)).setting

    def moments(self, after: datetime) -> Iterator[datetime]:
        """In order, the instants at which one of the sources may want something else."""
        until = self._claims.temporary.until if self._claims.temporary else None
        edges = [until.said, *([until.ends] if until.ends else [])] if until else []
        table, rota = self._timetable, self._claims.rota
        return merge(
            sorted(edges),
            table.moments(table.days_that_matter(after)) if table else (),
            rota_moments(rota, after) if rota else (),
        )

    def _claims_at(self, instant: datetime) -> Iterator[Claim]:
        """What each source wants, the strongest first; there is always the last."""
        claims = self._claims
        if claims.manual is not None:
            yield Claim(Source.MANUAL, claims.manual)
        if claims.temporary is not None and _lasts(claims.temporary.until, instant):
            yield Claim(Source.UNTIL, claims.temporary.setting, claims.temporary.until)
        if claims.rota is not None and (duty := on_duty(claims.rota, instant)) is not None:
            yield Claim(Source.ROTA, Setting(duty.person.target), duty)
        if self._timetable is not None and (state := self._timetable.state_at(instant)).setting is not None:
            yield Claim(Source.WEEKLY_PLAN, state.setting, state)
        yield Claim(Source.BASE, claims.base)


def _lasts(until: Until, instant: datetime) -> bool:
    ends = until.ends
    return until.said <= instant and (ends is None or instant < ends)
