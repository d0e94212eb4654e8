"""Documents: "Send me the paper for that contract."

/dokumente  -> the contract (skipped when there is one)
contract    -> its documents by kind, those of its options among them
document    -> the file
"""

import asyncio
import re
from dataclasses import dataclass, replace
from typing import ClassVar

from bot.chat import choosing
from bot.chat.buttons import Look
from bot.chat.choosing import Choice
from bot.chat.context import Ctx
from bot.chat.doors import FROM_LIST, ContractCard, DocumentsOf
from bot.chat.feature import Command, Feature, Tap, Words
from bot.chat.lists import pager, whose, window
from bot.chat.navigation import menu_row
from bot.chat.screen import BLANK, Button, File, Outcome, Stay, screen
from bot.chat.text import Code, Name, Say, say
from portal.models import Contract, Document
from services.documents import Papers, file_name, flat, papers, title
from services.errors import Gone

LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class Choose(choosing.Choose):
    """A view of the contracts to choose from."""

    feature: ClassVar[str] = "documents"


@dataclass(frozen=True, slots=True)
class Paper(Look):
    """Send a document."""

    feature: ClassVar[str] = "documents"
    verb: ClassVar[str] = "file"
    account: str
    contract: str
    document: str


async def of_contract(ctx: Ctx, button: DocumentsOf) -> Outcome:
    """The documents of a contract, by kind."""
    contract, groups = await _papers(ctx, button.account, button.contract)
    cut = window(flat(groups), button.page)
    lines = [say("documents-of", name=Name(contract.name, 80), number=Code(contract.number))]
    lines += [*whose(ctx, button.account), BLANK]
    kind = None
    for document in cut.items:
        lines += [say("documents-kind", kind=document.kind.value)] if document.kind is not kind else []
        lines.append(_line(document))
        kind = document.kind
    if not groups:
        lines.append(say("documents-none"))
    buttons = tuple((Button(_label(d), Paper(button.account, contract.id, d.id)),) for d in cut.items)
    turning = pager(cut.page, cut.pages, lambda page: replace(button, page=page))
    back = CHOICE.around(button.account, contract.id) if button.came == FROM_LIST else None
    return screen(*lines, rows=(*buttons, *turning, menu_row(back or ContractCard(button.account, contract.id))))


async def paper(ctx: Ctx, button: Paper) -> Outcome:
    """The file itself."""
    contract, groups = await _papers(ctx, button.account, button.contract)
    document = next((d for d in flat(groups) if d.id == button.document), None)
    if document is None:
        raise Gone
    name = title(document)
    caption = say("documents-file-of", name=Name(name), contract=Code(contract.number))
    if contract.number in name:
        caption = say("documents-file", name=Name(name))
    async with ctx.reading(button.account).document(document) as file:
        await ctx.hands.send_file(File(file_name(document), file.content, caption))
    return Stay()


async def _papers(ctx: Ctx, account: str, contract_id: str) -> tuple[Contract, tuple[Papers, ...]]:
    reading = ctx.reading(account)
    contract, options = await asyncio.gather(reading.contract(contract_id), reading.options(contract_id))
    return contract, papers(contract, options)


def _line(document: Document) -> Say:
    return say("documents-line", name=Name(title(document), 80))


def _label(document: Document) -> Say:
    return say("documents-button", name=Name(title(document), LONGEST_LABEL))


CHOICE = Choice(
    heading="documents-heading",
    payload=Choose,
    pick=lambda account, contract: DocumentsOf(account, contract.id, FROM_LIST),
    open=lambda ctx, account, contract: of_contract(ctx, DocumentsOf(account, contract.id)),
)

FEATURE = Feature(
    "documents",
    commands=(Command("dokumente", "documents", CHOICE.command),),
    taps=(CHOICE.tap, Tap(DocumentsOf, of_contract), Tap(Paper, paper)),
    steps=(CHOICE.step,),
    words=(
        Words(
            re.compile(
                r"\b(?:vertrags)?(?:dokument|unterlage)|\bdocuments?\b|\bpreisliste|\bleistungsbeschreibung|\bagb\b|"
                r"\bprice list\b|\bservice description\b"
            ),
            CHOICE.said,
        ),
    ),
)
