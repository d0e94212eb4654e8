"""Doors between features: a screen may lead into another feature without knowing it.

The payload stands here, its handler in the feature that it names.
"""

from dataclasses import dataclass
from typing import ClassVar

from bot.chat.buttons import Act, Look

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


@dataclass(frozen=True, slots=True)
class InvoiceCard(Look):
    """One invoice; `page` is the page of the list to go back to."""

    feature: ClassVar[str] = "invoices"
    verb: ClassVar[str] = "card"
    account: str
    invoice: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class PayInvoice(Look):
    """Send the payment code of an invoice."""

    feature: ClassVar[str] = "paying"
    verb: ClassVar[str] = "code"
    account: str
    invoice: str


@dataclass(frozen=True, slots=True)
class DueDate(Look):
    """Send the day an invoice is due as a calendar file."""

    feature: ClassVar[str] = "paying"
    verb: ClassVar[str] = "due"
    account: str
    invoice: str


@dataclass(frozen=True, slots=True)
class InvoiceChanges(Look):
    """What is different from the invoice before, line by line."""

    feature: ClassVar[str] = "costs"
    verb: ClassVar[str] = "diff"
    account: str
    invoice: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class CostsOf(Look):
    """What the last twelve months cost an account."""

    feature: ClassVar[str] = "costs"
    verb: ClassVar[str] = "year"
    account: str


@dataclass(frozen=True, slots=True)
class Confirm(Act):
    """Yes to the change that is shown, exactly as it is shown."""

    feature: ClassVar[str] = "actions"
    verb: ClassVar[str] = "yes"
    action: str


@dataclass(frozen=True, slots=True)
class Drop(Act):
    """No, or not now: the change is given up."""

    feature: ClassVar[str] = "actions"
    verb: ClassVar[str] = "no"
    action: str


@dataclass(frozen=True, slots=True)
class OptionOffer(Look):
    """An option that could be booked on a contract; `came` is where "back" leads from the contract's options."""

    feature: ClassVar[str] = "options"
    verb: ClassVar[str] = "can"
    account: str
    contract: str
    offering: str
    came: str = ""


@dataclass(frozen=True, slots=True)
class BookOption(Look):
    """Book an option on a contract; asks how many when it is sold in a quantity, then shows what will be ordered."""

    feature: ClassVar[str] = "booking"
    verb: ClassVar[str] = "book"
    account: str
    contract: str
    offering: str


@dataclass(frozen=True, slots=True)
class ResizeOption(Look):
    """Change the quantity of a booked option."""

    feature: ClassVar[str] = "booking"
    verb: ClassVar[str] = "resize"
    account: str
    contract: str
    option: str


@dataclass(frozen=True, slots=True)
class CancelOption(Look):
    """Cancel a booked option."""

    feature: ClassVar[str] = "booking"
    verb: ClassVar[str] = "cancel"
    account: str
    contract: str
    option: str


@dataclass(frozen=True, slots=True)
class Extensions(Look):
    """Where the calls of an account's extensions and numbers go, on a page."""

    feature: ClassVar[str] = "diversions"
    verb: ClassVar[str] = "list"
    account: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class LineCard(Look):
    """An extension or a number range: where its calls go under each condition."""

    feature: ClassVar[str] = "diversions"
    verb: ClassVar[str] = "line"
    account: str
    line: str


@dataclass(frozen=True, slots=True)
class SwitchOff(Act):
    """Switch the diversions of a line off at once, under one condition (a `DivertWhen` value) or all of them.

    It needs no question: it can be undone, and it is the safer state.
    """

    feature: ClassVar[str] = "actions"
    verb: ClassVar[str] = "off"
    account: str
    line: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class WhoRings(Look):
    """Where calls to a line ring now, and why; the moment can be changed there."""

    feature: ClassVar[str] = "ringing"
    verb: ClassVar[str] = "now"
    account: str
    line: str


@dataclass(frozen=True, slots=True)
class Plans(Look):
    """What is scheduled for an account's diversions: ends, weekly plans and rotas."""

    feature: ClassVar[str] = "plans"
    verb: ClassVar[str] = "list"
    account: str


@dataclass(frozen=True, slots=True)
class Targets(Look):
    """An account's approved targets, on a page."""

    feature: ClassVar[str] = "targets"
    verb: ClassVar[str] = "list"
    account: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Presets(Look):
    """An account's saved sets of diversions."""

    feature: ClassVar[str] = "presets"
    verb: ClassVar[str] = "list"
    account: str


@dataclass(frozen=True, slots=True)
class NewPlan(Look):
    """Make a weekly plan; asks for the line first."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "plan"
    account: str


@dataclass(frozen=True, slots=True)
class NewRota(Look):
    """Make an on-call rota; asks for the line first."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "rota"
    account: str


@dataclass(frozen=True, slots=True)
class ChangePlan(Look):
    """Change a weekly plan or a rota: a draft that begins with it, and replaces it when it is saved."""

    feature: ClassVar[str] = "planning"
    verb: ClassVar[str] = "change"
    account: str
    schedule: str


@dataclass(frozen=True, slots=True)
class Subscribed(Look):
    """What a chat is told about an account's customer, and how."""

    feature: ClassVar[str] = "notify"
    verb: ClassVar[str] = "list"
    account: str


@dataclass(frozen=True, slots=True)
class StopNotices(Look):
    """Tell this chat nothing any more. Stands under notices, and works however old they are."""

    feature: ClassVar[str] = "notify"
    verb: ClassVar[str] = "stop"
    account: str


@dataclass(frozen=True, slots=True)
class MailboxOf(Look):
    """The mailbox that gets the files of what a chat is told about an account's customer."""

    feature: ClassVar[str] = "mailbox"
    verb: ClassVar[str] = "show"
    account: str


@dataclass(frozen=True, slots=True)
class Subscribers(Look):
    """Who was invited to be told something of an account's customer, on a page."""

    feature: ClassVar[str] = "inviting"
    verb: ClassVar[str] = "list"
    account: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class InvitationLink(Look):
    """The link of an invitation, for whoever made it."""

    feature: ClassVar[str] = "inviting"
    verb: ClassVar[str] = "link"
    invitation: str


@dataclass(frozen=True, slots=True)
class InvitedTo(Look):
    """What an invited subscriber is told, and how."""

    feature: ClassVar[str] = "invited"
    verb: ClassVar[str] = "show"
    subscription: str


@dataclass(frozen=True, slots=True)
class StopInvited(Look):
    """Tell an invited subscriber nothing any more. Stands under notices, and works however old they are."""

    feature: ClassVar[str] = "invited"
    verb: ClassVar[str] = "stop"
    subscription: str


@dataclass(frozen=True, slots=True)
class InvoiceFile(Look):
    """Send a file of an invoice: the `kind` of document."""

    feature: ClassVar[str] = "invoices"
    verb: ClassVar[str] = "file"
    account: str
    invoice: str
    kind: str


@dataclass(frozen=True, slots=True)
class Deliveries(Look):
    """What this chat was told of late, or was not, and why."""

    feature: ClassVar[str] = "delivery"
    verb: ClassVar[str] = "list"
    account: str


@dataclass(frozen=True, slots=True)
class OnlySome(Look):
    """Which sites and amounts a chat is told of. `what` is "", "amount" or "file"."""

    feature: ClassVar[str] = "narrow"
    verb: ClassVar[str] = "to"
    account: str
    what: str = ""
    value: int = 0
    to: str = ""
