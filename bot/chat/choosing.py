"""Choosing a contract: the same screens wherever a feature needs one first.

One contract: it is opened at once. Up to eight: one list under the headings of their sites. More, in several sites: the
site first. Always in pages of eight, and with a search by number, phone number or name.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot.chat.buttons import Look, Payload
from bot.chat.context import Ctx
from bot.chat.feature import CONNECTED, Step, Tap
from bot.chat.lists import PER_PAGE, Window, pager, whose, window
from bot.chat.navigation import menu_row
from bot.chat.screen import BLANK, Ask, Button, Outcome, Rows, Screen, screen
from bot.chat.text import Code, Name, Phone, Say, say
from portal.models import Contract
from services.contracts import Matter, SiteContracts, by_site, matching, next_date, site_key

SITE, WISH, AROUND, ASK = "site", "wish", "around", "ask"
EVERYWHERE = ""  # no site chosen
STEP = "search"
LABEL_ROOM = 40  # what fits on a phone beside the emoji
LONGEST_WISH = 64

_FILLERS = re.compile(
    r"\b(?:vertr(?:ag|ags|äge|ägen|aege)|contracts?|optionen|options?|(?:vertrags)?(?:dokumente?n?|unterlagen)|documents?|"
    r"agb|preislisten?|leistungsbeschreibung(?:en)?|price list|service description|kündigungsfrist|notice period|"
    r"meine?[nrs]?|zeige?n?|show|my|the|der|die|das|den|dem|zu[mr]?|für|for|of|von|vom|bitte|please|nummer|number|nr)\b\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Choose(Look):
    """One view of the choice. `by` SITE: a page of the sites (`value` empty) or of one site; WISH: of what a search
    found; AROUND: the page that a contract stands on; ASK: the question what to look for.

    Each feature has its own, with its name in it.
    """

    verb: ClassVar[str] = "choose"
    account: str
    by: str = SITE
    value: str = EVERYWHERE
    page: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """A feature's way to a contract. `open` shows what the contract was chosen for, `pick` is the button that does."""

    heading: str
    payload: type[Choose]
    pick: Callable[[str, Contract], Payload]
    open: Callable[[Ctx, str, Contract], Awaitable[Outcome]]

    @property
    def tap(self) -> Tap:
        """The row for the feature's table of taps."""
        return Tap(self.payload, self.turn)

    @property
    def step(self) -> Step:
        """The row for the feature's table of steps."""
        return Step(STEP, self.searched, CONNECTED)

    async def command(self, ctx: Ctx) -> Outcome:
        """The command, with or without something to look for behind it."""
        return await self._begin(ctx, ctx.connection.tag, ctx.heard.args)

    async def said(self, ctx: Ctx) -> Outcome:
        """Free text: what is in it beside the feature's own words is looked for."""
        return await self._begin(ctx, ctx.connection.tag, ctx.heard.text or "")

    async def searched(self, ctx: Ctx) -> Outcome:
        """The answer to the question what to look for."""
        return await self._begin(ctx, str(ctx.state["account"]), ctx.heard.text or "")

    async def turn(self, ctx: Ctx, button: Choose) -> Outcome:
        """Another view."""
        if button.by == ASK:
            shown = screen(say("choose-search"), rows=(menu_row(self.payload(button.account)),))
            return Ask(shown, STEP, {"account": button.account})
        contracts = await ctx.reading(button.account).contracts()
        view = _View(ctx, self, button.account, by_site(contracts))
        if button.by == WISH:
            return view.hits(matching(contracts, button.value), button.value, button.page)
        if button.by == AROUND:
            return view.around(button.value)
        return await self._listed(view, button.value, button.page)

    def around(self, account: str, contract_id: str) -> Choose:
        """The way back from a contract."""
        return self.payload(account, AROUND, contract_id)

    async def _begin(self, ctx: Ctx, account: str, text: str) -> Outcome:
        contracts = await ctx.reading(account).contracts()
        view = _View(ctx, self, account, by_site(contracts))
        wish = " ".join(_FILLERS.sub(" ", text[:LONGEST_WISH]).split())
        hits = matching(contracts, wish) if wish else ()
        if len(hits) == 1:
            return await self.open(ctx, account, hits[0])
        if hits:
            return view.hits(hits, wish, 0)
        return view.nothing(wish) if wish else await self._listed(view, EVERYWHERE, 0)

    async def _listed(self, view: "_View", site: str, page: int) -> Outcome:
        if len(view.contracts) == 1:
            return await self.open(view.ctx, view.account, view.contracts[0])
        return view.listed(site, page)


class _View:
    """The screens of a choice for one turn."""

    def __init__(self, ctx: Ctx, choice: Choice, account: str, sites: Sequence[SiteContracts]) -> None:
        self.ctx = ctx
        self.account = account
        self.contracts = [contract for site in sites for contract in site.contracts]
        self._choice = choice
        self._today = ctx.now.astimezone(ctx.zone).date()
        self._sites = sites
        self._sites_first = len(sites) > 1 and len(self.contracts) > PER_PAGE

    def listed(self, site: str, page: int) -> Screen:
        """A page of the sites, of one site, or of all contracts when they are few."""
        chosen = [s for s in self._sites if s.key == site]
        if not self._sites:
            return screen(say("choose-none"), rows=(menu_row(),))
        if not chosen and self._sites_first:
            return self._page_of_sites(page)
        contracts = [contract for s in chosen for contract in s.contracts] if chosen else self.contracts
        cut = window(contracts, page)
        key = site if chosen else EVERYWHERE
        turning = pager(cut.page, cut.pages, lambda number: self._to(SITE, key, number))
        back = self._to(SITE, EVERYWHERE, self._page_with(site)) if chosen else None
        rows = (*self._buttons(cut), *turning, self._foot(back, has_search=cut.pages > 1))
        if not chosen:
            return screen(*self._head(len(contracts)), *self._lines(cut.items), rows=rows)
        here = (_heading(contracts[0]), *whose(self.ctx, self.account), BLANK)
        return screen(*here, *(_line(contract, self._today) for contract in cut.items), rows=rows)

    def around(self, contract_id: str) -> Screen:
        """The page that a contract stands on."""
        mine = next((c for c in self.contracts if c.id == contract_id), None)
        site = site_key(mine) if mine and self._sites_first else EVERYWHERE
        ids = [c.id for s in self._sites if site in (EVERYWHERE, s.key) for c in s.contracts]
        place = ids.index(contract_id) if contract_id in ids else 0
        return self.listed(site, place // PER_PAGE)

    def hits(self, hits: Sequence[Contract], wish: str, page: int) -> Screen:
        """A page of what a search found."""
        cut = window(hits, page)
        turning = pager(cut.page, cut.pages, lambda number: self._to(WISH, wish, number))
        head = (say("choose-found", count=len(hits), wish=Name(wish)), *whose(self.ctx, self.account))
        rows = (*self._buttons(cut), *turning, self._foot(self._to(SITE, EVERYWHERE, 0)))
        return screen(*head, *self._lines(cut.items), rows=rows)

    def nothing(self, wish: str) -> Screen:
        """A search found nothing: said above the whole list."""
        shown = self.listed(EVERYWHERE, 0)
        return Screen((say("choose-nothing", wish=Name(wish)), BLANK, *shown.lines), shown.rows)

    def _to(self, by: str, value: str, page: int) -> Choose:
        return self._choice.payload(self.account, by, value, page)

    def _head(self, count: int) -> tuple[Say, ...]:
        return (say(self._choice.heading, count=count), *whose(self.ctx, self.account))

    def _page_of_sites(self, page: int) -> Screen:
        cut = window(self._sites, page)
        rows = tuple((Button(_site_label(site), self._to(SITE, site.key, 0)),) for site in cut.items)
        turning = pager(cut.page, cut.pages, lambda number: self._to(SITE, EVERYWHERE, number))
        head = self._head(len(self.contracts))
        return screen(*head, BLANK, say("choose-sites"), rows=(*rows, *turning, self._foot(None)))

    def _page_with(self, key: str) -> int:
        return next((place // PER_PAGE for place, site in enumerate(self._sites) if site.key == key), 0)

    def _buttons(self, cut: Window[Contract]) -> Rows:
        return tuple((Button(_label(c), self._choice.pick(self.account, c)),) for c in cut.items)

    def _foot(self, back: Payload | None, *, has_search: bool = True) -> tuple[Button, ...]:
        search = (Button(say("button-search"), self._to(ASK, "", 0)),) if has_search else ()
        return (*search, *menu_row(back))

    def _lines(self, contracts: Sequence[Contract]) -> tuple[Say, ...]:
        lines: list[Say] = []
        site: str | None = None
        for contract in contracts:
            if site_key(contract) != site:
                site = site_key(contract)
                lines += [BLANK, _heading(contract)]
            lines.append(_line(contract, self._today))
        return tuple(lines)


def _heading(contract: Contract) -> Say:
    return say("choose-site", site=Name(contract.site.name, 80)) if contract.site else say("choose-no-site")


def _line(contract: Contract, today: date) -> Say:
    line, name, number = contract.line_of_business.value, Name(contract.name, 60), Code(contract.number)
    coming = next_date(contract, today)
    if coming is not None and coming.matter is Matter.END:
        return say("choose-line-ends", line=line, name=name, number=number, day=coming.day)
    if coming is not None and coming.is_near:
        return say("choose-line-notice", line=line, name=name, number=number, day=coming.day)
    if coming is not None and coming.comes_again and contract.notice_period is not None:
        return say("choose-line-monthly", line=line, name=name, number=number, period=contract.notice_period)
    return say("choose-line", line=line, name=name, number=number)


def _label(contract: Contract) -> Say:
    """Emoji, name and what people tell contracts apart by: the phone number, else the contract's."""
    line = contract.line_of_business.value
    if contract.numbers:
        phone = contract.numbers[0]
        name = Name(contract.name, max(10, LABEL_ROOM - 2 - len(phone)))
        return say("choose-button-phone", line=line, name=name, phone=Phone(phone, at_home=True))
    name = Name(contract.name, max(10, LABEL_ROOM - 3 - len(contract.number)))
    return say("choose-button", line=line, name=name, number=Code(contract.number))


def _site_label(site: SiteContracts) -> Say:
    if site.name is None:
        return say("choose-button-no-site", count=len(site.contracts))
    return say("choose-button-site", site=Name(site.name, LABEL_ROOM - 5), count=len(site.contracts))
