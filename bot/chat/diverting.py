"""One diversion, step by step: where to, until when, and exactly what will happen.

Whatever is known already (a button, a typed sentence) is not asked for again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from babel import Locale

from bot.chat.buttons import Look
from bot.chat.changes import told
from bot.chat.context import Ctx
from bot.chat.diverted import aim_facts, line_fact
from bot.chat.doors import Confirm, Drop, LineCard, SwitchOff
from bot.chat.lists import pager, window
from bot.chat.navigation import menu_row
from bot.chat.screen import BLANK, Ask, Button, Outcome, Rows, Screen, screen
from bot.chat.text import Code, Name, Say, Texts, say
from portal.bodies import KEEP, RuleChange
from portal.models import DivertWhen, Extension, NoReplyTimer
from services.diverting import Wish, active
from services.diverting_rules import line_changes, rule_of
from services.diverting_targets import Aim, Switchboard
from services.errors import Gone
from services.plans_until import END_OF_DAY, END_OF_WORK, ONE_HOUR, TOMORROW, NoEnd, Open, resolve
from services.plans_until import Wish as WishedEnd
from storage.actions import Action

ENDS: Mapping[str, WishedEnd] = {"h": ONE_HOUR, "w": END_OF_WORK, "d": END_OF_DAY, "m": TOMORROW, "o": Open()}
CODES = {"a": DivertWhen.ALWAYS, "b": DivertWhen.BUSY, "n": DivertWhen.NO_ANSWER, "r": DivertWhen.NOT_REACHABLE}
MOST_TARGETS = 8
SHORT_WAITS = (10, 15, 20, 30, 45)  # seconds that are offered, as far as the portal allows them


@dataclass(frozen=True, slots=True)
class Where(Look):
    """Where to, under a condition? `seconds`: how long it rings before, where that was chosen."""

    feature: ClassVar[str] = "diversions"
    verb: ClassVar[str] = "w"
    account: str
    line: str
    when: str
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Inside(Look):
    """To a colleague: a page of the extensions."""

    feature: ClassVar[str] = "diversions"
    verb: ClassVar[str] = "i"
    account: str
    line: str
    when: str
    seconds: int
    page: int


@dataclass(frozen=True, slots=True)
class Till(Look):
    """To that target; until when?"""

    feature: ClassVar[str] = "diversions"
    verb: ClassVar[str] = "t"
    account: str
    line: str
    when: str
    seconds: int
    target: str


@dataclass(frozen=True, slots=True)
class Ready(Look):
    """Until then: exactly what will happen."""

    feature: ClassVar[str] = "diversions"
    verb: ClassVar[str] = "r"
    account: str
    line: str
    when: str
    seconds: int
    target: str
    until: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A diversion as far as it is known."""

    account: str
    line: Extension
    when: DivertWhen = DivertWhen.ALWAYS
    seconds: int = 0
    aim: Aim | None = None

    @property
    def code(self) -> str:
        """The condition as buttons carry it."""
        return next(code for code, when in CODES.items() if when is self.when)

    @property
    def state(self) -> dict[str, object]:
        """The open question's state."""
        return {"account": self.account, "line": self.line.id, "when": self.code, "seconds": self.seconds}


def draft_of(board: Switchboard, account: str, line_id: str, code: str, seconds: int) -> Draft:
    """The draft that a button is about; Gone when the line is, or was never there."""
    line, when = board.line(line_id), CODES.get(code)
    if line is None or when not in line.supported:
        raise Gone
    if seconds and not is_possible(seconds, line.no_reply_timer):
        raise Gone
    return Draft(account, line, when, seconds)


def with_target(board: Switchboard, draft: Draft, key: str, name: str = "") -> Draft:
    """The draft with the target of a button; `name`: what a new one is to be kept as."""
    aim = board.keyed(key)
    if aim is None:
        raise Gone
    return replace(draft, aim=replace(aim, name=aim.name or name))


def where(board: Switchboard, draft: Draft) -> Outcome:
    """Where to? Saved targets are one tap, everything else is typed."""
    line, now = draft.line, rule_of(draft.line, draft.when)
    head = [say("diversions-where", line=line_fact(line), when=draft.when.value, seconds=draft.seconds)]
    if now.active and now.target is not None:
        head.append(say("diversions-where-now", **aim_facts(board.aim(now.target))))
    aims = [aim for aim in board.choices(line, draft.when) if not (now.active and aim.uri == now.target)]
    rows = (*targets(board, draft, aims[:MOST_TARGETS]), *_waits(draft))
    inside = Inside(draft.account, line.id, draft.code, draft.seconds, 0)
    rows += ((Button(say("diversions-button-inside"), inside),),)
    if now.active:
        off = SwitchOff(draft.account, line.id, draft.when.value)
        rows += ((Button(say("diversions-button-off-one"), off),),)
    shown = screen(*head, BLANK, say("diversions-where-how"), rows=(*rows, menu_row(LineCard(draft.account, line.id))))
    return Ask(shown, "target", draft.state)


def inside(board: Switchboard, draft: Draft, page: int) -> Screen:
    """The extensions of the house, without the line itself."""
    others = [line for line in board.lines if line.number and line.id != draft.line.id]
    cut = window(others, page)
    aims = [board.aim(board.local(line)) for line in cut.items]
    where_ = (draft.account, draft.line.id, draft.code, draft.seconds)
    turning = pager(cut.page, cut.pages, lambda number: Inside(*where_, number))
    head = say("diversions-inside", line=line_fact(draft.line), when=draft.when.value, seconds=draft.seconds)
    return screen(head, rows=(*targets(board, draft, aims), *turning, menu_row(Where(*where_))))


def till(ctx: Ctx, board: Switchboard, draft: Draft, why: NoEnd | None = None) -> Outcome:
    """Until when? `why`: what was typed is no end."""
    aim = _known(draft)
    key, name = board.key_of(aim), draft.line.id
    by, now = ctx.connection_of(draft.account), ctx.now
    possible = [code for code, wish in ENDS.items() if not isinstance(resolve(wish, by.account.zone, now), NoEnd)]
    buttons = [
        Button(
            say("diversions-button-until", end=code), Ready(draft.account, name, draft.code, draft.seconds, key, code)
        )
        for code in possible
    ]
    rows = tuple(tuple(buttons[place : place + 2]) for place in range(0, len(buttons), 2))
    back = Where(draft.account, draft.line.id, draft.code, draft.seconds)
    facts = {"when": draft.when.value, "seconds": draft.seconds, **aim_facts(aim)}
    shown = screen(
        *((say("diversions-no-end", why=why.value), BLANK) if why is not None else ()),
        say("diversions-till", line=line_fact(draft.line), **facts),
        BLANK,
        say("diversions-till-how"),
        rows=(*rows, menu_row(back)),
    )
    return Ask(shown, "until", {**draft.state, "target": key, "name": aim.name if aim.is_new else ""})


def end_of(ctx: Ctx, account: str, code: str) -> datetime | None:
    """The instant that a button means; None for an open end."""
    if code not in ENDS:
        raise Gone
    until = resolve(ENDS[code], ctx.connection_of(account).account.zone, ctx.now)
    if isinstance(until, NoEnd):  # the button is older than the end that it offered
        raise Gone
    return until.ends


async def ready(ctx: Ctx, board: Switchboard, draft: Draft, until: datetime | None) -> Outcome:
    """Exactly what will happen, and the button that does it. A new target may be kept, or used this once."""
    aim = _known(draft)
    once = await _proposed(ctx, draft, until, keeps=False)
    (change,) = line_changes(once.payload)
    if change.before == change.after:
        rows = (menu_row(LineCard(draft.account, draft.line.id)),)
        return screen(say("diversions-already"), told(once.kind, once.payload), rows=rows)
    keep = await _proposed(ctx, draft, until, keeps=True) if aim.is_new else None
    needs_pin = bool(once.payload["asks_pin"] or once.payload["approved"])
    lines = [say("diversions-ask"), told(once.kind, once.payload), *_number(ctx, aim), BLANK]
    lines += _consequences(draft, once)
    if aim.is_new:
        lines.append(say("diversions-new-target"))
    elif needs_pin:
        lines.append(say("diversions-main-number" if once.payload["asks_pin"] else "diversions-needs-pin"))
    back = Where(draft.account, draft.line.id, draft.code, draft.seconds)
    return screen(*lines, rows=(*_yes_or_no(once, keep), menu_row(back)))


async def _proposed(ctx: Ctx, draft: Draft, until: datetime | None, *, keeps: bool) -> Action:
    by, aim = ctx.connection_of(draft.account), _known(draft)
    seconds = draft.seconds if draft.when is DivertWhen.NO_ANSWER and draft.seconds else KEEP
    wish = Wish(draft.line.id, {draft.when: RuleChange(active=True, target=aim.uri, no_reply_seconds=seconds)})
    key = await ctx.services.diverting.propose(
        by,
        ctx.heard.chat_id,
        [wish],
        summary=_summary(ctx, draft, until),
        shown={"until": until.isoformat() if until is not None else ""},
        approve=[(aim.uri, aim.name or aim.e164)] if keeps else (),
    )
    return await ctx.services.acting.find(key, ctx.connections)


def _summary(ctx: Ctx, draft: Draft, until: datetime | None) -> str:
    """What the PIN's SMS says of it: in German, for the portal writes it."""
    aim = _known(draft)
    facts = {"when": draft.when.value, "target": aim.e164 or aim.name}
    words = say("summary-divert", line=Name(line_fact(draft.line).value, 24), **facts)
    if until is not None:
        words = say("summary-divert-until", line=Name(line_fact(draft.line).value, 24), until=until, **facts)
    return Texts("de", ctx.zone).plain(words)


def _number(ctx: Ctx, aim: Aim) -> list[Say]:
    """The number as it is dialled, in full, with what it is and what it costs."""
    if not aim.e164:
        return []
    country = Locale(ctx.language).territories.get(aim.region, aim.region)
    number = say("diversions-number", number=Code(aim.e164), sort=aim.sort, country=Name(country, 40))
    return [number, say("diversions-cost")]


def _consequences(draft: Draft, proposed: Action) -> list[Say]:
    lines = []
    if draft.when is DivertWhen.ALWAYS and set(active(draft.line)) - {DivertWhen.ALWAYS}:
        lines.append(say("diversions-others-rest"))
    if draft.line.groups:
        lines.append(say("diversions-groups", names=Name(", ".join(draft.line.groups), 80)))
    if proposed.payload["until"]:
        lines.append(say("diversions-then-back"))
    restored = proposed.payload["approved"]
    if isinstance(restored, list) and restored:
        numbers = ", ".join(str(uri).removeprefix("tel:") for uri in restored)
        lines.append(say("diversions-also-approves", numbers=Code(numbers)))
    return lines


def _yes_or_no(once: Action, keep: Action | None) -> Rows:
    no = (Button(say("diversions-button-no"), Drop(str(once.id))),)
    if keep is None:
        return ((Button(say("diversions-button-yes"), Confirm(str(once.id))),), no)
    return (
        (Button(say("diversions-button-keep"), Confirm(str(keep.id))),),
        (Button(say("diversions-button-once"), Confirm(str(once.id))),),
        no,
    )


def targets(board: Switchboard, draft: Draft, aims: list[Aim]) -> Rows:
    """One tap each, two in a row."""
    so_far = (draft.account, draft.line.id, draft.code, draft.seconds)
    return in_twos(
        Button(say("diversions-button-to", **aim_facts(aim)), Till(*so_far, board.key_of(aim))) for aim in aims
    )


def in_twos(buttons: Iterable[Button]) -> Rows:
    """Two buttons in a row."""
    found = tuple(buttons)
    return tuple(found[place : place + 2] for place in range(0, len(found), 2))


def _waits(draft: Draft) -> Rows:
    """How long it rings before, as far as the portal allows it."""
    bounds = draft.line.no_reply_timer
    if draft.when is not DivertWhen.NO_ANSWER or bounds is None:
        return ()
    chosen = draft.seconds or rule_of(draft.line, draft.when).seconds
    return (
        tuple(
            Button(
                say("diversions-button-wait", seconds=wait, chosen=wait == chosen),
                Where(draft.account, draft.line.id, draft.code, wait),
            )
            for wait in SHORT_WAITS
            if is_possible(wait, bounds)
        ),
    )


def is_possible(seconds: int, bounds: NoReplyTimer | None) -> bool:
    """Whether "no answer" may be made to apply after so long."""
    return bounds is not None and seconds in range(bounds.minimum, bounds.maximum + 1, bounds.step)


def _known(draft: Draft) -> Aim:
    if draft.aim is None:
        raise Gone
    return draft.aim
