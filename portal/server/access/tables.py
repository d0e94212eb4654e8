"""The tables of the access half. `customers` is shared: contracts, bills and the rest point to it.

What is a secret stands here only as a hash (activation codes, sessions, tokens: SHA-256 of 256 random bits; PINs:
keyed) or sealed (mails on their way).
"""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from portal.server.database import Utc, metadata

customers = Table(
    "customers",
    metadata,
    Column("id", String(64), primary_key=True),  # "cust-7"
    Column("name", String(200), nullable=False),
    Column("street", String(200), nullable=False, default=""),
    Column("postcode", String(20), nullable=False, default=""),
    Column("city", String(100), nullable=False, default=""),
    Column("locale", String(10), nullable=False, default="de"),
    Column("zoneinfo", String(64), nullable=False, default="Europe/Berlin"),
    Column("created_at", Utc, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    Column("username", String(64), nullable=False, unique=True),  # "customer2300229"
    Column("password_hash", Text),
    Column("name", String(200), nullable=False),
    Column("mail", String(254), nullable=False),
    Column("phone", String(20), nullable=False),  # E.164, the only number an SMS ever goes to
    Column("roles", JSON, nullable=False),  # ["portalAdmin" | "pbxAdmin" | "accounting" ...]
    Column("locale", String(10), nullable=False, default="de"),
    Column("state", String(20), nullable=False, default="active"),  # active | closed
    Column("totp_secret", Text),  # sealed
    Column("totp_step", BigInteger),  # the last one used; neither it nor an earlier one is taken again
    Column("failures_in_row", Integer, nullable=False, default=0),  # wrong PINs since the last right one
    Column("last_failure_at", Utc),
    Column("reissued_at", Utc),
    Column("created_at", Utc, nullable=False),
)

activation_links = Table(
    "activation_links",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("challenge_id", String(64)),  # the session that asked for a PIN first owns the link
    Column("tries", Integer, nullable=False, default=0),  # wrong PINs of sessions that gave the link back
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("spent_at", Utc),
    Column("spent_by", String(20)),  # connected | tries | burned
)

challenges = Table(
    "challenges",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("session_hash", String(64), nullable=False, unique=True),
    Column("purpose", String(20), nullable=False),  # connect | stepUp
    Column("client_id", String(64), nullable=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("link_id", ForeignKey("activation_links.id")),
    Column("grant_id", String(64)),
    Column("scope", Text, nullable=False),
    Column("code_challenge", String(128), nullable=False),
    Column("connection_label", String(120), nullable=False, default=""),
    Column("acr_values", String(200)),
    Column("authorization_details", JSON),
    Column("factor", String(10)),  # sms | totp: what the next PIN comes from
    Column("state", String(20), nullable=False),  # offered | open | done | dead
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("pin_hash", String(64)),
    Column("phone", String(20)),
    Column("pin_at", Utc),
    Column("pin_monotonic", Float),
    Column("pin_boot", String(64)),
    Column("tries", Integer, nullable=False, default=0),
    Column("sends", Integer, nullable=False, default=0),
    Column("code_hash", String(64), unique=True),
    Column("code_expires_at", Utc),
    Column("code_used_at", Utc),
    Index("challenges_phone", "phone"),
)

grants = Table(
    "grants",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("client_id", String(64), nullable=False),
    Column("scope", Text, nullable=False),
    Column("connection_label", String(120), nullable=False),
    Column("session_hash", String(64), nullable=False),  # of the latest auth_session, where a step-up starts
    Column("refresh_hash", String(64)),  # the refresh token that was used last
    Column("challenge_id", String(64), nullable=False),
    Column("auth_time", Utc, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("last_used_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("ended_by", String(20)),  # client | reuse | operator | mail | account
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("kind", String(10), nullable=False),  # access | refresh
    Column("client_id", String(64), nullable=False),
    Column("grant_id", ForeignKey("grants.id"), index=True),  # none: the client's own token
    Column("parent_hash", String(64)),  # the refresh token this one replaces
    Column("scope", Text, nullable=False),
    Column("acr", String(200)),
    Column("authorization_details", JSON),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False, index=True),
)

step_up_uses = Table(  # an entry of a step-up token's authorization_details is good once
    "step_up_uses",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("used_at", Utc, nullable=False, index=True),
)

end_links = Table(  # "end this connection" in the mail that tells of it: one per recipient
    "end_links",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("grant_id", ForeignKey("grants.id"), nullable=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("expires_at", Utc, nullable=False),
)

sms_log = Table(  # what the sending limits count; never the text
    "sms_log",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("phone", String(20), nullable=False),
    Column("challenge_id", String(64), nullable=False),
    Column("sent_at", Utc, nullable=False, index=True),
    Index("sms_log_phone", "phone", "sent_at"),
)

pin_failures = Table(
    "pin_failures",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("failed_at", Utc, nullable=False, index=True),
)

reissues = Table(  # wishes for a new activation mail; known and unknown codes leave the same row
    "reissues",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("code_hash", String(64), nullable=False),
    Column("asked_at", Utc, nullable=False),
)

refused_links = Table(  # openings that were refused, until the account of a known code is told; unknown ones too
    "refused_links",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("code_hash", String(64), nullable=False),
    Column("label", String(120), nullable=False),
    Column("tried_at", Utc, nullable=False),
)

mails = Table(  # the outbox
    "mails",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("sealed", Text),  # the facts, sealed; blanked once sent
    Column("created_at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False, index=True),
    Column("expires_at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("sent_at", Utc),
    Column("failed", Boolean, nullable=False, default=False),
)

counters = Table(  # the next number of a series, e.g. usernames
    "counters",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
