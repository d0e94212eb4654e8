"""Who rings: "if somebody calls us tomorrow evening, whose telephone rings, and why?"

/werklingelt -> a line or a typed number -> the way of a call now -> another moment; as a picture
/werklingelt 21 morgen 18:30 -> the same at once
A typed question is answered with the picture above the words; a tap changes the words, and asks for the picture.
"""

import asyncio
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from bot.chat.buttons import Look
from bot.chat.context import Ctx
from bot.chat.doors import LineCard, WhoRings
from bot.chat.feature import PBX, Command, Feature, Step, Tap, Words
from bot.chat.lists import pager, whose, window
from bot.chat.navigation import menu_row
from bot.chat.picture import drawn
from bot.chat.screen import BLANK, Ask, Button, File, Outcome, Rows, Screen, Stay, screen
from bot.chat.text import Name, Phone, Say, Texts, say
from bot.chat.way import cards_of, lines_of
from portal.models import LineKind
from services.diverting_rules import line_name
from services.diverting_targets import Switchboard
from services.errors import Gone
from services.plans_clock import local_day
from services.plans_typed import typed_end
from services.plans_until import TOMORROW, InDays, NoEnd, OnDay, Until, Wish, resolve
from services.ringing import Dialled, Lines, Moment, Stop, way_of

WHICH, WHEN = "which", "when"
NUMBER = "tel."  # in front of a called number where otherwise a line's id stands
EVENING, SATURDAY, MIDMORNING = InDays(0, 18 * 60 + 30), 5, 10 * 60
LONGEST_NAME = 40
_ASKED = re.compile(r"wer klingelt(?: bei)?|who rings(?: at)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choose(Look):
    """The lines to choose from, on a page."""

    feature: ClassVar[str] = "ringing"
    verb: ClassVar[str] = "choose"
    account: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class At(Look):
    """The way of a call at a moment, in minutes of UTC since 1970 (0: now). `called`: a line's id, or a number."""

    feature: ClassVar[str] = "ringing"
    verb: ClassVar[str] = "at"
    account: str
    called: str
    minute: int = 0


@dataclass(frozen=True, slots=True)
class Picture(Look):
    """The same as a picture."""

    feature: ClassVar[str] = "ringing"
    verb: ClassVar[str] = "picture"
    account: str
    called: str
    minute: int = 0


async def command(ctx: Ctx) -> Outcome:
    """/werklingelt, with or without a line and a moment behind it."""
    return await _entered(ctx, ctx.connection.tag, ctx.heard.args)


async def said(ctx: Ctx) -> Outcome:
    """ "Wer klingelt bei 21?" as free text."""
    return await _entered(ctx, ctx.connection.tag, _ASKED.sub(" ", ctx.heard.text or "").strip(" ?!."))


async def choose(ctx: Ctx, button: Choose) -> Outcome:
    """The lines."""
    return _choice(ctx, button.account, await _board(ctx, button.account), button.page)


async def which(ctx: Ctx) -> Outcome:
    """A line was written, perhaps with a moment behind it."""
    return await _entered(ctx, str(ctx.state["account"]), ctx.heard.text or "")


async def door(ctx: Ctx, button: WhoRings) -> Outcome:
    """From a line's card."""
    return await at(ctx, At(button.account, button.line))


async def at(ctx: Ctx, button: At) -> Outcome:
    """A line at a moment."""
    return await _answer(ctx, button, await _board(ctx, button.account))


async def picture(ctx: Ctx, button: Picture) -> Outcome:
    """The picture; the words stay."""
    board, here = await _board(ctx, button.account), At(button.account, button.called, button.minute)
    await _send_picture(ctx, here, board, await _way(ctx, here, board))
    return Stay()


async def when(ctx: Ctx) -> Outcome:
    """A moment was written; or another line, with or without a moment."""
    here = At(str(ctx.state["account"]), str(ctx.state["called"]))
    board = await _board(ctx, here.account)
    text = ctx.heard.text or ""
    ends = _moment(ctx, here.account, text)
    if ends is NoEnd.UNREADABLE and _parted(Lines(board.lines), text) is not None:
        return await _entered(ctx, here.account, text)
    if isinstance(ends, NoEnd):
        return Ask(_misread(ends), WHEN, ctx.state)
    return await _answer(ctx, _later(here, ends), board)


async def _entered(ctx: Ctx, account: str, text: str) -> Outcome:
    board = await _board(ctx, account)
    if not text.strip():
        return _choice(ctx, account, board, 0)
    found = _parted(Lines(board.lines), text)
    if found is None:
        return Ask(screen(say("ringing-unknown"), rows=(menu_row(Choose(account)),)), WHICH, {"account": account})
    dialled, moment = found
    here = At(account, _called(dialled))
    ends = _moment(ctx, account, moment) if moment else None
    if isinstance(ends, NoEnd):
        return Ask(_misread(ends), WHEN, {"account": account, "called": here.called})
    return await _answer(ctx, _later(here, ends) if ends else here, board)


def _choice(ctx: Ctx, account: str, board: Switchboard, page: int) -> Outcome:
    if not board.lines:
        return screen(say("ringing-no-lines"), rows=(menu_row(),))
    cut = window(board.lines, page)
    rows: Rows = tuple(
        (Button(say("ringing-button-line", line=Name(line_name(line), LONGEST_NAME)), At(account, line.id)),)
        for line in cut.items
    )
    turning = pager(cut.page, cut.pages, lambda number: Choose(account, number))
    shown = screen(say("ringing-choose"), *whose(ctx, account), rows=(*rows, *turning, menu_row()))
    return Ask(shown, WHICH, {"account": account})


async def _answer(ctx: Ctx, here: At, board: Switchboard) -> Outcome:
    """The way; what is written next is another moment."""
    way, moment = await _way(ctx, here, board), _instant(ctx, here)
    if ctx.heard.text is not None:
        await _send_picture(ctx, here, board, way)
    dialled = _dialled(Lines(board.lines), here.called)
    shown = screen(
        say("ringing-heading", line=_name(dialled)),
        *whose(ctx, here.account),
        _time(ctx, moment),
        BLANK,
        *lines_of(way, board),
        *(() if moment.is_now else (BLANK, say("ringing-planned"))),
        BLANK,
        say("ringing-ask-moment"),
        rows=_ways_on(ctx, here, dialled),
    )
    return Ask(shown, WHEN, {"account": here.account, "called": here.called})


async def _way(ctx: Ctx, here: At, board: Switchboard) -> Stop:
    lines, plans = Lines(board.lines), await ctx.services.planning.claims(ctx.connection_of(here.account))
    return way_of(lines, _dialled(lines, here.called), _instant(ctx, here), plans)


async def _send_picture(ctx: Ctx, here: At, board: Switchboard, way: Stop) -> None:
    texts, name = Texts(ctx.language, ctx.zone), _name(_dialled(Lines(board.lines), here.called))
    heading, more = texts.label(say("ringing-title", line=name)), texts.label(say("ringing-more"))
    time = texts.label(_time(ctx, _instant(ctx, here)))
    content = await asyncio.to_thread(drawn, heading, time, cards_of(way, board, texts), more)
    await ctx.hands.send_photo(File("wer-klingelt.png", io.BytesIO(content), say("ringing-caption", line=name)))


def _ways_on(ctx: Ctx, here: At, dialled: Dialled) -> Rows:
    """Other moments, another line, and the line itself."""
    zone = ctx.connection_of(here.account).account.zone
    saturday = local_day(ctx.now, zone)
    saturday += timedelta(days=(SATURDAY - saturday.weekday()) % 7)
    wishes: tuple[tuple[Say, Wish], ...] = (
        (say("ringing-button-today"), EVENING),
        (say("ringing-button-tomorrow"), TOMORROW),
        (say("ringing-button-weekend"), OnDay(saturday, MIDMORNING)),
    )
    buttons = [Button(say("ringing-button-now"), At(here.account, here.called))] if here.minute else []
    for label, wish in wishes:
        ends = resolve(wish, zone, ctx.now)
        if isinstance(ends, Until) and ends.ends is not None:
            buttons.append(Button(label, _later(here, ends.ends)))
    others = (
        Button(say("ringing-button-picture"), Picture(here.account, here.called, here.minute)),
        Button(say("ringing-button-other"), Choose(here.account)),
    )
    times = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    return (*times, others, menu_row(LineCard(here.account, dialled.line.id)))


async def _board(ctx: Ctx, account: str) -> Switchboard:
    return await ctx.services.diverting.switchboard(ctx.connection_of(account))


def _parted(lines: Lines, text: str) -> tuple[Dialled, str] | None:
    """A line and what stands behind it; the longest beginning that is a line counts."""
    words = text.split()[:12]
    for cut in range(len(words), 0, -1):
        if (dialled := lines.typed(" ".join(words[:cut]))) is not None:
            return dialled, " ".join(words[cut:])
    return None


def _called(dialled: Dialled) -> str:
    """Fit for a button."""
    return f"{NUMBER}{dialled.number.removeprefix('+')}" if _is_loose(dialled) else dialled.line.id


def _dialled(lines: Lines, called: str) -> Dialled:
    if called.startswith(NUMBER):
        found = lines.typed(f"+{called.removeprefix(NUMBER)}")
    else:
        line = lines.get(called)
        found = lines.called(line) if line is not None else None
    if found is None:
        raise Gone
    return found


def _name(dialled: Dialled) -> Name | Phone:
    return Phone(dialled.number) if _is_loose(dialled) else Name(line_name(dialled.line), LONGEST_NAME)


def _is_loose(dialled: Dialled) -> bool:
    """Whether it is a number of a range that is nobody's extension."""
    return dialled.line.kind is LineKind.NUMBER_RANGE and bool(dialled.number)


def _moment(ctx: Ctx, account: str, text: str) -> datetime | NoEnd:
    """The moment that somebody typed."""
    until = typed_end(text, ctx.connection_of(account).account.zone, ctx.now)
    if isinstance(until, NoEnd):
        return until
    return until.ends or NoEnd.UNREADABLE


def _later(here: At, instant: datetime) -> At:
    return At(here.account, here.called, int(instant.timestamp()) // 60)


def _instant(ctx: Ctx, here: At) -> Moment:
    """A moment that is past by now is now."""
    now = ctx.now
    latest = int(now.timestamp()) // 60 + 401 * 24 * 60
    if not int(now.timestamp()) // 60 < here.minute <= latest:
        return Moment(now, is_now=True)
    return Moment(datetime.fromtimestamp(here.minute * 60, UTC))


def _time(ctx: Ctx, moment: Moment) -> Say:
    if moment.is_now:
        return say("ringing-now")
    return say("ringing-at", weekday=moment.at.astimezone(ctx.zone).weekday(), at=moment.at)


def _misread(ends: NoEnd) -> Screen:
    return screen(_why_not(ends), rows=(menu_row(),))


def _why_not(ends: NoEnd) -> Say:
    match ends:
        case NoEnd.PAST:
            return say("ringing-past")
        case NoEnd.TOO_FAR:
            return say("ringing-too-far")
        case NoEnd.UNREADABLE:
            return say("ringing-unreadable")


FEATURE = Feature(
    name="ringing",
    commands=(Command("werklingelt", "whorings", command, PBX),),
    taps=(Tap(Choose, choose, PBX), Tap(At, at, PBX), Tap(Picture, picture, PBX), Tap(WhoRings, door, PBX)),
    steps=(Step(WHICH, which, PBX), Step(WHEN, when, PBX)),
    words=(Words(re.compile(_ASKED.pattern), said, PBX),),
)
