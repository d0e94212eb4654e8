"""Menu: "What can I do here?" - one screen, everything one tap away; only what the account's role allows is offered."""

import re
from collections.abc import Sequence

from bot.chat.context import Ctx
from bot.chat.feature import ANYBODY, INVOICES, PBX, Command, Feature, Words
from bot.chat.navigation import Go
from bot.chat.screen import Button, Outcome, Rows, Screen
from bot.chat.text import Name, say


async def menu(ctx: Ctx) -> Outcome:
    """/menue"""
    if not ctx.connections:
        rows: Rows = (
            (Button(say("menu-button-connect"), Go("start")),),
            (Button(say("menu-button-help"), Go("hilfe")), Button(say("menu-button-language"), Go("sprache"))),
        )
        return Screen((say("menu-not-connected"),), rows)
    account = ctx.connection.account
    lines = [say("menu-title", company=Name(account.customer_name)), say("menu-what")]
    if len(ctx.connections) > 1:
        lines.insert(1, say("menu-several", count=len(ctx.connections)))
    return Screen(tuple(lines), _rows(account.roles))


def _rows(roles: Sequence[str]) -> Rows:
    first = (Button(say("menu-button-contracts"), Go("vertraege")), Button(say("menu-button-options"), Go("optionen")))
    documents = Button(say("menu-button-documents"), Go("dokumente"))
    bills = Button(say("menu-button-invoices"), Go("rechnungen"))
    telephones = ((Button(say("menu-button-diversions"), Go("umleitung")),),) if PBX.is_met_by(roles) else ()
    return (
        first,
        *telephones,
        (bills, documents) if INVOICES.is_met_by(roles) else (documents,),
        (Button(say("menu-button-notify"), Go("benachrichtigungen")),),
        (Button(say("menu-button-account"), Go("konto")), Button(say("menu-button-help"), Go("hilfe"))),
    )


FEATURE = Feature(
    name="menu",
    commands=(Command("menue", "menu", menu, ANYBODY),),
    words=(Words(re.compile(r"^(men[uü]e?|hallo|hi|moin|guten \w+|hello|start)\b"), menu, ANYBODY),),
)
