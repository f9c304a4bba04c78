"""Grants, how far mailboxes were read, channels, and calls counted."""

import sqlalchemy as sa
from alembic import op

from service.storage.columns import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    with op.batch_alter_table("leaders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mailbox", sa.String(length=320), nullable=True))
        batch_op.add_column(sa.Column("connected_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("reconnect_since", Instant(), nullable=True))
        batch_op.add_column(sa.Column("hinted_at", Instant(), nullable=True))
    _grants()
    _cursors()
    _channels()
    _usage()


def downgrade() -> None:
    """Down."""
    op.drop_table("usage")
    op.drop_table("channels")
    op.drop_table("cursors")
    op.drop_table("grants")
    with op.batch_alter_table("leaders", schema=None) as batch_op:
        batch_op.drop_column("hinted_at")
        batch_op.drop_column("reconnect_since")
        batch_op.drop_column("connected_at")
        batch_op.drop_column("mailbox")


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("holder", sa.String(length=340), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("secret_sealed", sa.Text(), nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("granted_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_grants_leader_id_leaders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("holder", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_leader_id"), ["leader_id"], unique=False)


def _cursors() -> None:
    op.create_table(
        "cursors",
        sa.Column("mailbox", sa.String(length=320), nullable=False),
        sa.Column("history_id", sa.Text(), nullable=True),
        sa.Column("watched_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_cursors")),
    )


def _channels() -> None:
    op.create_table(
        "channels",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("heard_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_channels_leader_id_leaders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
    )
    with op.batch_alter_table("channels", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_channels_leader_id_channels_ends_at"), ["leader_id", "ends_at"], unique=False
        )


def _usage() -> None:
    op.create_table(
        "usage",
        sa.Column("account", sa.String(length=340), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_usage_leader_id_leaders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account", "day", name=op.f("pk_usage")),
    )
    with op.batch_alter_table("usage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_usage_leader_id"), ["leader_id"], unique=False)
