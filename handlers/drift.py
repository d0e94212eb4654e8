"""Drift: "somebody has changed our diversions, and it was none of us here".

notice (what was, what is) -> the line, or "as before" -> exactly the earlier rules, shown -> confirm
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.chat.buttons import Look
from bot.chat.changes import told
from bot.chat.context import Ctx
from bot.chat.doors import Confirm, Drop, Extensions, LineCard
from bot.chat.feature import PBX, Feature, Tap, Telling
from bot.chat.navigation import menu_row
from bot.chat.screen import BLANK, Button, Outcome, Rows, Screen, screen
from bot.chat.text import Fact, Name, Phone, Say, Texts, say
from services.drift import wishes_back

MOST_LINES = 3  # that have a button of their own
LONGEST_NAME = 60

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AsBefore(Look):
    """Set the earlier rules again; `rules` as `services.drift` writes them."""

    feature: ClassVar[str] = "drift"
    verb: ClassVar[str] = "back"
    account: str
    rules: str


async def as_before(ctx: Ctx, button: AsBefore) -> Outcome:
    """Asks first, and then it is a change like any other: shown, confirmed, with a PIN where the risk is new."""
    by, wishes = ctx.connection_of(button.account), wishes_back(button.rules)
    summary = Texts("de", ctx.zone).plain(say("drift-summary"))
    key = await ctx.services.diverting.propose(by, ctx.heard.chat_id, wishes, summary=summary, shown={"what": "back"})
    action = await ctx.services.acting.find(key, ctx.connections)
    rows: Rows = (
        (Button(say("drift-button-back-yes"), Confirm(str(key))),),
        (Button(say("drift-button-no"), Drop(str(key))),),
    )
    return screen(say("drift-ask"), told(action.kind, action.payload), rows=rows)


def tell(facts: Facts) -> Screen:
    """What was changed elsewhere: each rule as it was and as it is."""
    account, changes = str(facts["account"]), _changes(facts)
    lines: list[Say] = [say("drift-notice", count=int(str(facts["count"])))]
    for change in changes:
        lines += [BLANK, *_told(change)]
    if len(changes) < int(str(facts["count"])):
        lines += [BLANK, say("drift-more")]
    services = {str(change["service"]): str(change["line"]) for change in changes}
    rows = tuple(
        (Button(say("drift-button-line", line=Name(name, 40)), LineCard(account, service)),)
        for service, name in list(services.items())[:MOST_LINES]
    )
    back = (Button(say("drift-button-back"), AsBefore(account, str(facts["back"]))),)
    return Screen((*lines, BLANK, say("drift-hint")), (back, *rows, menu_row(Extensions(account))), stays=True)


def _told(change: Facts) -> tuple[Say, ...]:
    when, seconds = str(change["when"]), int(str(change["seconds"]))
    return (
        say("drift-line", line=Name(str(change["line"]), LONGEST_NAME), when=when, seconds=seconds),
        say("drift-before", **_aim(change["before"])),
        say("drift-after", **_aim(change["after"])),
    )


def _aim(kept: object) -> dict[str, Fact]:
    aim = kept if isinstance(kept, Mapping) else {}
    target = str(aim.get("target", ""))
    return {
        "target_kind": str(aim.get("target_kind", "")),
        "target_name": Name(str(aim.get("target_name", "")), LONGEST_NAME),
        "target": Phone(target) if target else "",
    }


def _changes(facts: Facts) -> list[Facts]:
    found = facts.get("changes")
    return [change for change in found if isinstance(change, Mapping)] if isinstance(found, Sequence) else []


FEATURE = Feature(name="drift", taps=(Tap(AsBefore, as_before, PBX),), tellings=(Telling("drift", tell),))
