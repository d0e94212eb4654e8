"""What the bot last knew of where calls go."""

import sqlalchemy as sa
from alembic import op

from storage.instant import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_key", sa.LargeBinary(), nullable=False),
        sa.Column("lines_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("looked_at", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_lines")),
        sa.UniqueConstraint("customer_key", name=op.f("uq_known_lines_customer_key")),
    )
    with op.batch_alter_table("known_lines", schema=None) as batch_op:
        batch_op.create_index("ix_known_lines_due_at", ["due_at"], unique=False)


def downgrade() -> None:
    op.drop_table("known_lines")
