"""Events, who wants to be told of them, and what is known of invoices."""

import sqlalchemy as sa
from alembic import op

from storage.tables import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("customer_key", sa.LargeBinary(), nullable=False),
        sa.Column("facts_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("found_by", sa.String(length=8), nullable=False),
        sa.Column("found_at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("planned_through", sa.Uuid(), nullable=True),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("key", name=op.f("uq_events_key")),
    )
    op.create_index("ix_events_work", "events", ["state", "found_at"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("customer_key", sa.LargeBinary(), nullable=False),
        sa.Column("wish_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint(
            "chat_id", "topic_id", "customer_key", name=op.f("uq_subscriptions_chat_id_topic_id_customer_key")
        ),
    )
    op.create_index("ix_subscriptions_customer", "subscriptions", ["customer_key", "id"], unique=False)
    op.create_index("ix_subscriptions_connection", "subscriptions", ["connection_id"], unique=False)
    op.create_table(
        "bill_watch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_key", sa.LargeBinary(), nullable=False),
        sa.Column("known_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("since", Instant(), nullable=True),
        sa.Column("quiet_rounds", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_watch")),
        sa.UniqueConstraint("customer_key", name=op.f("uq_bill_watch_customer_key")),
    )
    op.create_index("ix_bill_watch_due_at", "bill_watch", ["due_at"], unique=False)
    op.create_table(
        "day_watch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_key", sa.LargeBinary(), nullable=False),
        sa.Column("asked_day", sa.String(length=10), nullable=True),
        sa.Column("seen_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_watch")),
        sa.UniqueConstraint("customer_key", name=op.f("uq_day_watch_customer_key")),
    )
    op.create_index("ix_day_watch_due_at", "day_watch", ["due_at"], unique=False)
    op.create_table(
        "hubs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("api", sa.String(length=48), nullable=False),
        sa.Column("hub_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hubs")),
        sa.UniqueConstraint("api", name=op.f("uq_hubs_api")),
    )
    op.create_table(
        "pushes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("facts_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushes")),
    )
    op.create_index("ix_pushes_work", "pushes", ["state", "received_at"], unique=False)
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("event_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("subscription_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("parts_sent", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("settled_at", Instant(), nullable=True))
        batch_op.create_index("ix_notices_chat", ["chat_id", "created_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_chat")
        batch_op.drop_column("settled_at")
        batch_op.drop_column("parts_sent")
        batch_op.drop_column("subscription_id")
        batch_op.drop_column("event_id")
    for table in ("pushes", "hubs", "day_watch", "bill_watch", "subscriptions", "events"):
        op.drop_table(table)
