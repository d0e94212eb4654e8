"""Subscriptions, events, and each event's way to each subscription."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from portal.server.database import Utc, metadata

hubs = Table(
    "hubs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("client_id", String(64), nullable=False),
    Column("api", String(40), nullable=False),  # whose events: see record.py
    Column("callback", Text, nullable=False),
    Column("query", Text),  # as it was sent
    Column("types", JSON, nullable=False),  # what it means: the event types that are wanted
    Column("secret", Text, nullable=False),  # sealed
    Column("former_secret", Text),  # sealed; signs too, until then:
    Column("former_until", Utc),
    Column("created_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("ended_by", String(20)),  # client | operator | gone (the listener answered 410)
    Index("hubs_api", "api", "client_id"),
)

events = Table(  # written in the transaction of their cause
    "events",
    metadata,
    Column("id", String(64), primary_key=True),  # the eventId, and the webhook-id of every try
    Column("type", String(60), nullable=False),
    Column("customer_id", String(64), nullable=False),
    Column("occurred_at", Utc, nullable=False),
    Column("body", Text, nullable=False),  # as it goes over the wire, the same at every try
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("event_id", ForeignKey("events.id"), nullable=False, index=True),
    Column("hub_id", ForeignKey("hubs.id"), nullable=False),
    Column("state", String(20), nullable=False),  # waiting | delivered | failed | withdrawn
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Utc, nullable=False),  # while somebody is at it: when their lease ends
    Column("ended_at", Utc),
    Index("deliveries_due", "state", "due_at"),
    Index("deliveries_hub", "hub_id", "state", "due_at"),
)

attempts = Table(  # the log: one row per try
    "delivery_attempts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("tried_at", Utc, nullable=False),
    Column("status", Integer),  # of the answer, if one came
    Column("error", String(60)),  # why none came
    Column("milliseconds", Integer, nullable=False),
)
