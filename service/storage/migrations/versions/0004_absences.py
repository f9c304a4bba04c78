"""Out-of-office times as last read, sealed: a restart does not forget that a leader is away."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    with op.batch_alter_table("leaders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("absences_sealed", sa.Text(), nullable=True))


def downgrade() -> None:
    """Down."""
    with op.batch_alter_table("leaders", schema=None) as batch_op:
        batch_op.drop_column("absences_sealed")
