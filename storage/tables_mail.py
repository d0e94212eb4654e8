"""The tables of mailboxes that get invoices' files: the address that is to be proved, the proved one, and its mails."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from storage.instant import Instant
from storage.key import Key
from storage.tables import metadata

# A code on its way to an address. It stands here as a keyed hash only, and its row counts how many mails went out.
mailbox_codes = Table(
    "mailbox_codes",
    metadata,
    Column("id", Key, primary_key=True),
    Column("subscription_id", Key, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("address_sealed", LargeBinary),  # blanked when it is over
    Column("address_key", LargeBinary, nullable=False),
    Column("code_hash", LargeBinary, nullable=False),
    Column("state", String(8), nullable=False),  # open, used, over
    Column("tries", Integer, nullable=False, default=0),
    Column("asked_update", BigInteger, nullable=False),  # a repeated run of the same update is the same question
    Column("answered_update", BigInteger),  # and the same answer: it must not count a second try
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    UniqueConstraint("person_id", "asked_update"),
    Index("ix_mailbox_codes_address", "address_key", "made_at"),
)

# The one confirmed mailbox of a subscription.
mailboxes = Table(
    "mailboxes",
    metadata,
    Column("id", Key, primary_key=True),
    Column("subscription_id", Key, nullable=False),
    Column("person_id", BigInteger, nullable=False),  # who confirmed it; mails are in their language
    Column("address_sealed", LargeBinary, nullable=False),
    Column("confirmed_at", Instant, nullable=False),
    UniqueConstraint("subscription_id"),
)

# An invoice's files for one mailbox. The unique key makes "once" true before anything is sent.
mails = Table(
    "mails",
    metadata,
    Column("id", Key, primary_key=True),  # also its Message-ID, the same at each try
    Column("mailbox_id", Key, nullable=False),
    Column("subscription_id", Key, nullable=False),
    Column("event_id", Key, nullable=False),
    Column("shown_sealed", LargeBinary, nullable=False),  # the address as it may be shown, also when it is removed
    Column("state", String(8), nullable=False),  # due, running, sent, unknown, dead, left (see reason)
    Column("reason", String(32)),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tried_at", Instant),  # the first time: from then on there are three days
    Column("claim", Key),
    Column("lease_until", Instant),
    Column("settled_at", Instant),
    UniqueConstraint("mailbox_id", "event_id"),
    Index("ix_mails_work", "state", "due_at"),
    Index("ix_mails_subscription", "subscription_id", "created_at"),
)
