"""Doors between features: a screen may lead into another feature without knowing it.

The payload stands here, its handler in the feature that it names.
"""

from dataclasses import dataclass
from typing import ClassVar

from bot.chat.buttons import Look

FROM_LIST = "list"


@dataclass(frozen=True, slots=True)
class ContractCard(Look):
    """A contract's card."""

    feature: ClassVar[str] = "contracts"
    verb: ClassVar[str] = "card"
    account: str
    contract: str


@dataclass(frozen=True, slots=True)
class OptionsOf(Look):
    """A contract's options, on a page. `came` is where "back" leads: FROM_LIST, else the contract's card."""

    feature: ClassVar[str] = "options"
    verb: ClassVar[str] = "of"
    account: str
    contract: str
    came: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class DocumentsOf(Look):
    """A contract's documents, on a page; `came` as with options."""

    feature: ClassVar[str] = "documents"
    verb: ClassVar[str] = "of"
    account: str
    contract: str
    came: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class InvoicesOf(Look):
    """An account's invoices, on a page."""

    feature: ClassVar[str] = "invoices"
    verb: ClassVar[str] = "list"
    account: str
    page: int = 0
