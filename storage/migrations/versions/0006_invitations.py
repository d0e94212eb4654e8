"""Invitations of colleagues who only receive notices."""

import sqlalchemy as sa
from alembic import op

from storage.instant import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("customer_key", sa.LargeBinary(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("terms_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("taken_at", Instant(), nullable=True),
        sa.Column("offered_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitations_code_hash")),
    )
    op.create_index("ix_invitations_state", "invitations", ["state", "customer_key"], unique=False)


def downgrade() -> None:
    op.drop_table("invitations")
