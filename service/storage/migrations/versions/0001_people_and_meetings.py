"""Leaders, their pairs and their meetings."""

import sqlalchemy as sa
from alembic import op

from service.storage.columns import Instant, OutsideText

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    _marks()
    _leaders()
    _pairs()
    _meetings()
    _changes()
    _decisions()


def downgrade() -> None:
    """Down."""
    op.drop_table("decisions")
    op.drop_table("changes")
    op.drop_table("meetings")
    op.drop_table("pairs")
    op.drop_table("leaders")
    op.drop_table("marks")


def _marks() -> None:
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )


def _leaders() -> None:
    op.create_table(
        "leaders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("calendar_sealed", sa.Text(), nullable=False),
        sa.Column("hash_key_sealed", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("one_by_one", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("paused_until", Instant(), nullable=True),
        sa.Column("joined_at", Instant(), nullable=True),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("preferences", sa.JSON(), nullable=False),
        sa.Column("unsubscribe_token", sa.String(length=64), nullable=False),
        sa.Column("calendar_fingerprint", sa.String(length=128), nullable=True),
        sa.Column("calendar_zone", sa.String(length=64), nullable=True),
        sa.Column("calendar_read_at", Instant(), nullable=True),
        sa.Column("calendar_error", OutsideText(), nullable=True),
        sa.Column("calendar_error_since", Instant(), nullable=True),
        sa.Column("next_due_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaders")),
        sa.UniqueConstraint("email", name=op.f("uq_leaders_email")),
        sa.UniqueConstraint("key", name=op.f("uq_leaders_key")),
        sa.UniqueConstraint("unsubscribe_token", name=op.f("uq_leaders_unsubscribe_token")),
    )


def _pairs() -> None:
    op.create_table(
        "pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("member_key", OutsideText(), nullable=False),
        sa.Column("member_email", OutsideText(), nullable=False),
        sa.Column("member_name", OutsideText(), nullable=False),
        sa.Column("on_roster", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("shift", sa.Integer(), nullable=False),
        sa.Column("pinned_week", sa.Integer(), nullable=True),
        sa.Column("starts_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_pairs_leader_id_leaders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairs")),
        sa.UniqueConstraint("leader_id", "member_key", name=op.f("uq_pairs_leader_id_member_key")),
    )


def _meetings() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("uid", OutsideText(), nullable=False),
        sa.Column("occurrence", OutsideText(), nullable=False),
        sa.Column("start", Instant(), nullable=False),
        sa.Column("end", Instant(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=16), nullable=True),
        sa.Column("confidence", sa.String(length=16), nullable=True),
        sa.Column("organized_by_leader", sa.Boolean(), nullable=True),
        sa.Column("recurring", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("first_seen_at", Instant(), nullable=False),
        sa.Column("last_seen_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_meetings_leader_id_leaders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pair_id"], ["pairs.id"], name=op.f("fk_meetings_pair_id_pairs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("key", name=op.f("uq_meetings_key")),
        sa.UniqueConstraint("pair_id", "uid", "occurrence", name=op.f("uq_meetings_pair_id_uid_occurrence")),
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meetings_leader_id_meetings_start"), ["leader_id", "start"], unique=False
        )


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("seen_after", Instant(), nullable=True),
        sa.Column("seen_by", Instant(), nullable=False),
        sa.Column("by", sa.String(length=16), nullable=True),
        sa.Column("confidence", sa.String(length=16), nullable=True),
        sa.Column("evidence", OutsideText(), nullable=False),
        sa.Column("old_start", Instant(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_changes_meeting_id_meetings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_changes_meeting_id"), ["meeting_id"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("answer", sa.Boolean(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("detail_sealed", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_decisions_leader_id_leaders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("leader_id", "subject", name=op.f("uq_decisions_leader_id_subject")),
    )
