"""Every table of the bot, in one place (those of mails in `tables_mail`).

What is read by id is sealed by the vault (columns ending in `_sealed`); what is looked up is a keyed hash (`_key`).
Telegram's ids stand in clear: they are needed for delivery. Instants are UTC milliseconds, the same on both engines.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from storage.instant import Instant
from storage.key import Key

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


# An update from Telegram between "received" and "answered". The body is blanked when done, the row purged after 48 h.
inbox = Table(
    "inbox",
    metadata,
    Column("id", Key, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("body_sealed", LargeBinary),
    Column("state", String(8), nullable=False),  # open, running, done, dead
    Column("crashes", Integer, nullable=False, default=0),
    Column("received_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("claim", Key),  # fresh for each acquisition: a stalled worker can't finish what its successor took over
    Column("lease_until", Instant),
    UniqueConstraint("bot_id", "update_id"),
    Index("ix_inbox_work", "state", "received_at"),
)

# A Telegram person the bot has talked with.
people = Table(
    "people",
    metadata,
    Column("person_id", BigInteger, primary_key=True),
    Column("language_chosen", String(8)),
    Column("language_portal", String(8)),
    Column("language_telegram", String(16)),
    Column("connection_id", Key),  # the account the person looks at now, when there are several
    Column("first_seen_at", Instant, nullable=False),
    Column("blocked_at", Instant),
)

# A Telegram person <-> a portal account.
connections = Table(
    "connections",
    metadata,
    Column("id", Key, primary_key=True),
    Column("person_id", BigInteger, nullable=False),
    Column("person_name_sealed", LargeBinary, nullable=False),
    Column("account_key", LargeBinary, nullable=False),
    Column("customer_key", LargeBinary, nullable=False),
    Column("account_sealed", LargeBinary, nullable=False),  # name, user name, customer, roles, zone: what userinfo said
    Column("tokens_sealed", LargeBinary),
    Column("is_admin", Boolean, nullable=False),
    Column("connected_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False),
    Column("checked_at", Instant, nullable=False),  # when the portal last vouched for it
    Column("ended_at", Instant),
    Column("refresh_claim", Key),
    Column("refresh_until", Instant),
    Index("ix_connections_person", "person_id", "ended_at"),
    Index("ix_connections_customer", "customer_key", "ended_at"),
)
# One live connection of a person to an account: uq_connections_live (person_id, account_key) where ended_at is null.
# Partial indexes stand in the migrations only: to name them here would load both engines' dialects.

# A PIN in flight.
challenges = Table(
    "challenges",
    metadata,
    Column("id", Key, primary_key=True),
    Column("person_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("state", String(12), nullable=False),  # asked, sent, passed, failed
    Column("secrets_sealed", LargeBinary),  # auth_session, code verifier, activation code; blanked when over
    Column("answered_update", BigInteger),  # a repeated run of the same update must not count a second try
    Column("outcome_sealed", LargeBinary),
    Column("connection_id", Key),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# Where a person stands in a chat: the screen on show and the question that is open.
dialogs = Table(
    "dialogs",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("feature", String(32)),
    Column("step", String(32)),
    Column("state_sealed", LargeBinary),
    Column("screen_id", BigInteger),
    Column("expires_at", Instant),
)

# Buttons that act: single use, bound to person, chat and message.
buttons = Table(
    "buttons",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("person_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("payload_sealed", LargeBinary, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_update", BigInteger),
    Index("ix_buttons_expires_at", "expires_at"),
)

# Long portal ids under a short name, so that a button under an old message still finds its row.
refs = Table(
    "refs",
    metadata,
    Column("ref", String(24), primary_key=True),
    Column("target_sealed", LargeBinary, nullable=False),
)

# A change on its way: proposed, confirmed, performed, and what became of it. The table is the audit trail, too.
actions = Table(
    "actions",
    metadata,
    Column("id", Key, primary_key=True),  # also the externalId towards the portal
    Column("kind", String(24), nullable=False),
    Column("state", String(12), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("connection_id", Key, nullable=False),
    Column("customer_key", LargeBinary, nullable=False),
    Column("subject_key", LargeBinary),  # what it changes: two changes of one thing find each other
    Column("payload_sealed", LargeBinary, nullable=False),  # what was shown, and the very bytes that will be sent
    Column("secrets_sealed", LargeBinary),  # the step-up's token; blanked when it is over
    Column("outcome_sealed", LargeBinary),
    Column("message_id", BigInteger),  # the receipt, which is edited as it goes on
    Column("undoes", Key),
    Column("by_plan", Boolean, nullable=False, default=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),  # of the proposal
    Column("confirmed_at", Instant),
    Column("finished_at", Instant),
    Column("due_at", Instant),  # when the portal is asked again
    Column("looks", Integer, nullable=False, default=0),
    Column("claim", Key),
    Column("lease_until", Instant),
    Index("ix_actions_work", "state", "due_at"),
    Index("ix_actions_customer", "customer_key", "created_at"),
)

# An event told to one chat. The unique key makes "once" true before anything is sent.
notices = Table(
    "notices",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("event_key", String(96), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("topic_id", BigInteger, nullable=False, default=0),
    Column("event_id", Key),  # its facts stand with the event; a notice without one has facts of its own
    Column("subscription_id", Key),  # because of which it is told
    Column("facts_sealed", LargeBinary),
    Column("state", String(8), nullable=False),  # due, running, sent, unknown, dead, left (see reason)
    Column("parts_sent", Integer, nullable=False, default=0),  # of a notice with files: how many messages are out
    Column("bundle", Key),  # those with a part out already stay together until all of it is out
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("tried_at", Instant),  # the first time: from then on there are three days
    Column("claim", Key),
    Column("lease_until", Instant),
    Column("reason", String(64)),
    Column("message_id", BigInteger),
    Column("settled_at", Instant),
    UniqueConstraint("event_key", "chat_id", "topic_id", "kind"),
    Index("ix_notices_work", "state", "due_at"),
    Index("ix_notices_chat", "chat_id", "state"),
)
# What has facts of its own answers somebody: it is not looked for behind everything that goes out by the thousand, but
# in ix_notices_own (state, due_at) where event_id is null.

# Who may poll, and who may lead, among several processes.
leases = Table(
    "leases",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("holder", Key, nullable=False),
    Column("until", Instant, nullable=False),
)

# What somebody wished for later: the end of a diversion, a weekly plan, a rota; or for again and again: a preset.
schedules = Table(
    "schedules",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", String(8), nullable=False),  # end, plan, rota, preset
    Column("state", String(8), nullable=False),  # draft, on, resting, off, over
    Column("person_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("connection_id", Key, nullable=False),
    Column("customer_key", LargeBinary, nullable=False),
    Column("action_id", Key),  # of an end: the change that it ends; a change has one end
    Column("wish_sealed", LargeBinary, nullable=False),  # in local terms, with the zone
    Column("version", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("done_through", Instant),  # never goes back, whatever the clock does: what is next is counted from here
    UniqueConstraint("action_id"),
    Index("ix_schedules_customer", "customer_key", "state"),
)

# An instant at which a schedule wants something. Due once: the unique key holds whoever computes it, and how often.
switches = Table(
    "switches",
    metadata,
    Column("id", Key, primary_key=True),
    Column("schedule_id", Key, nullable=False),
    Column("what", String(8), nullable=False),  # switch, remind, tell
    Column("state", String(8), nullable=False),  # due, running, done, missed, failed
    Column("due_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),  # later than due_at when it is tried again
    Column("attempts", Integer, nullable=False),
    Column("action_id", Key),  # the change that performs it
    Column("reason", String(32), nullable=False),
    Column("claim", Key),
    Column("lease_until", Instant),
    Column("finished_at", Instant),
    UniqueConstraint("schedule_id", "due_at"),
    Index("ix_switches_work", "state", "not_before"),
)

# What the bot last knew of where a customer's calls go: whatever is found to differ was changed elsewhere.
known_lines = Table(
    "known_lines",
    metadata,
    Column("id", Key, primary_key=True),
    Column("customer_key", LargeBinary, nullable=False),
    Column("lines_sealed", LargeBinary),  # nothing before the first look
    Column("looked_at", Instant),  # when the look began that found it
    Column("due_at", Instant, nullable=False),
    Column("claim", Key),  # forgotten when the bot itself changes something: a look from before is worth nothing
    Column("lease_until", Instant),
    UniqueConstraint("customer_key"),
    Index("ix_known_lines_due_at", "due_at"),
)

# Something that happened to a customer and may be told. The key holds whoever finds it, and how often (push or poll).
events = Table(
    "events",
    metadata,
    Column("id", Key, primary_key=True),
    Column("key", String(64), nullable=False),  # SHA-256 of what makes it one event: kind, customer, subject, state
    Column("kind", String(24), nullable=False),
    Column("customer_key", LargeBinary, nullable=False),
    Column("facts_sealed", LargeBinary, nullable=False),
    Column("found_by", String(8), nullable=False),  # push, poll, clock
    Column("found_at", Instant, nullable=False),
    Column("state", String(8), nullable=False),  # new, running, planned
    Column("planned_through", Key),  # the last subscription that has its notice: a crash goes on from there
    Column("claim", Key),
    Column("lease_until", Instant),
    UniqueConstraint("key"),
    Index("ix_events_work", "state", "found_at"),
)

# What one chat (or topic) wants to be told about one customer, and how.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Key, primary_key=True),  # begins with the chat
    Column("chat_id", BigInteger, nullable=False),
    Column("topic_id", BigInteger, nullable=False, default=0),
    Column("person_id", BigInteger, nullable=False),  # who made it
    Column("connection_id", Key, nullable=False),  # by whose right it is told; looked at again when sending
    Column("customer_key", LargeBinary, nullable=False),
    Column("wish_sealed", LargeBinary, nullable=False),
    Column("state", String(8), nullable=False),  # on, paused (a right was lost, or the chat is blocked), off
    Column("reason", String(32), nullable=False, default=""),
    Column("version", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("chat_id", "topic_id", "customer_key"),
    Index("ix_subscriptions_customer", "customer_key", "id"),
    Index("ix_subscriptions_connection", "connection_id"),
)

# A colleague without a portal account is to be told something: the link's code stands here as its SHA-256 only.
invitations = Table(
    "invitations",
    metadata,
    Column("id", Key, primary_key=True),  # also the id of the change that made it, and what its code is derived from
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    Column("customer_key", LargeBinary, nullable=False),
    Column("connection_id", Key, nullable=False),  # by whose right; somebody else's once it was handed over
    Column("terms_sealed", LargeBinary, nullable=False),  # what is shared, and with whom once it is taken
    Column("state", String(8), nullable=False),  # open, taken, off
    Column("subscription_id", Key),  # what it became
    Column("person_id", BigInteger),  # who took it
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),  # of the link
    Column("taken_at", Instant),
    Column("offered_at", Instant),  # when others were asked to carry it on, since its right is lost
    Index("ix_invitations_state", "state", "customer_key"),
)

# What the bot last knew of a customer's invoices, and whose turn it is to be looked at.
bill_watch = Table(
    "bill_watch",
    metadata,
    Column("id", Key, primary_key=True),
    Column("customer_key", LargeBinary, nullable=False),
    Column("known_sealed", LargeBinary),  # invoice -> state; nothing before the first look
    Column("since", Instant),  # the portal's changes up to here are known
    Column("quiet_rounds", Integer, nullable=False, default=0),  # looks in a row that found nothing: the pace slows
    Column("due_at", Instant, nullable=False),
    Column("claim", Key),
    Column("lease_until", Instant),
    UniqueConstraint("customer_key"),
    Index("ix_bill_watch_due_at", "due_at"),
)

# Whose day it is to be asked about (due dates, deadlines): once in each of the customer's local days.
day_watch = Table(
    "day_watch",
    metadata,
    Column("id", Key, primary_key=True),
    Column("customer_key", LargeBinary, nullable=False),
    Column("asked_day", String(10)),  # the local day up to which everything was asked
    Column("seen_sealed", LargeBinary),  # which diversions are active, and since which day
    Column("due_at", Instant, nullable=False),
    Column("claim", Key),
    Column("lease_until", Instant),
    UniqueConstraint("customer_key"),
    Index("ix_day_watch_due_at", "due_at"),
)

# The bot's hub at one of the portal's APIs, with the secret that signs its events.
hubs = Table(
    "hubs",
    metadata,
    Column("id", Key, primary_key=True),
    Column("api", String(48), nullable=False),
    Column("hub_sealed", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("api"),
)

# A signed event that the portal pushed: stored before it is acknowledged, worked on once.
pushes = Table(
    "pushes",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the webhook-id, which is the same over all retries
    Column("kind", String(48), nullable=False),
    Column("facts_sealed", LargeBinary),  # blanked when done
    Column("state", String(8), nullable=False),  # open, done
    Column("received_at", Instant, nullable=False),
    Index("ix_pushes_work", "state", "received_at"),
)

# An invoice's file that Telegram has, by what it is.
sent_files = Table(
    "sent_files",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("file_id_sealed", LargeBinary, nullable=False),
    Column("sent_at", Instant, nullable=False),
)
