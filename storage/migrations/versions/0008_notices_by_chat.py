"""A subscription's notices are found by its chat: one index less to keep."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_notices_subscription", "notices")


def downgrade() -> None:
    op.create_index("ix_notices_subscription", "notices", ["subscription_id", "state"], unique=False)
