"""The tables. Sealed columns hold what only the leader may read, encrypted."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from service.storage.columns import Instant, OutsideText

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _leader() -> Column[int]:
    return Column("leader_id", ForeignKey("leaders.id", ondelete="CASCADE"), nullable=False)


leaders = Table(
    "leaders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("calendar_sealed", Text, nullable=False),
    Column("hash_key_sealed", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("one_by_one", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("paused_until", Instant),
    Column("joined_at", Instant),
    Column("aliases", JSON, nullable=False),
    Column("country", String(2)),
    Column("preferences", JSON, nullable=False),
    Column("unsubscribe_token", String(64), nullable=False, unique=True),
    Column("calendar_fingerprint", String(128)),
    Column("calendar_zone", String(64)),
    Column("calendar_read_at", Instant),
    Column("calendar_error", OutsideText),
    Column("calendar_error_since", Instant),
    Column("next_due_at", Instant),
    Column("mailbox", String(320)),
    Column("connected_at", Instant),
    Column("reconnect_since", Instant),
    Column("hinted_at", Instant),
    Column("absences_sealed", Text),
)

pairs = Table(
    "pairs",
    metadata,
    Column("id", Integer, primary_key=True),
    _leader(),
    Column("member_key", OutsideText, nullable=False),
    Column("member_email", OutsideText, nullable=False),
    Column("member_name", OutsideText, nullable=False),
    Column("on_roster", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("muted", Boolean, nullable=False, default=False),
    Column("shift", Integer, nullable=False, default=0),
    Column("pinned_week", Integer),
    Column("starts_at", Instant),
    UniqueConstraint("leader_id", "member_key"),
)

meetings = Table(
    "meetings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(40), nullable=False, unique=True),
    _leader(),
    Column("pair_id", ForeignKey("pairs.id", ondelete="CASCADE"), nullable=False),
    Column("uid", OutsideText, nullable=False),
    Column("occurrence", OutsideText, nullable=False),
    Column("start", Instant, nullable=False),
    Column("end", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("by", String(16)),
    Column("confidence", String(16)),
    Column("organized_by_leader", Boolean),
    Column("recurring", Boolean, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    UniqueConstraint("pair_id", "uid", "occurrence"),
    Index(None, "leader_id", "start"),  # a leader's desk: the meetings of a stretch
)

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("meeting_id", ForeignKey("meetings.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("what", String(24), nullable=False),
    Column("seen_after", Instant),
    Column("seen_by", Instant, nullable=False),
    Column("by", String(16)),
    Column("confidence", String(16)),
    Column("evidence", OutsideText, nullable=False),
    Column("old_start", Instant),
    Column("late", Boolean, nullable=False),
)

# What the leader decided of an event that was not plain, by hashes alone, under a key of the
# leader's own that is sealed; the detail (title, person) is kept, sealed, while the question is open.
decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    _leader(),
    Column("subject", String(80), nullable=False),
    Column("answer", Boolean),
    Column("asked_at", Instant, nullable=False),
    Column("detail_sealed", Text),
    UniqueConstraint("leader_id", "subject"),
)

emails = Table(
    "emails",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    _leader(),
    Column("pair_id", ForeignKey("pairs.id", ondelete="CASCADE")),
    Column("meeting_id", ForeignKey("meetings.id", ondelete="SET NULL")),
    Column("carrier_id", ForeignKey("emails.id", ondelete="SET NULL"), index=True),
    Column("thread_of", ForeignKey("emails.id", ondelete="SET NULL"), index=True),
    Column("status", String(16), nullable=False),
    Column("reason", OutsideText),
    Column("week", Integer),
    Column("due_at", Instant, nullable=False),
    Column("available_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_owner", String(64)),
    Column("lease_until", Instant),
    Column("draft", Text),
    Column("token", String(32), nullable=False, unique=True),
    Column("subject", OutsideText),
    Column("message_id", OutsideText, index=True),
    Column("provider_id", Text),
    Column("provider_thread", Text),
    Column("text_sealed", Text),
    Column("questions_sealed", Text),
    Column("payload_sealed", Text),
    Column("sent_at", Instant),
    Column("answered_at", Instant),
    Index(None, "leader_id", "status", "available_at"),  # what is due for one leader
    Index(None, "status", "sent_at"),  # the daily cap; and the orphans of a crash
)

replies = Table(
    "replies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("message_id", OutsideText),
    Column("leader_id", ForeignKey("leaders.id", ondelete="CASCADE"), index=True),
    Column("email_id", ForeignKey("emails.id", ondelete="SET NULL")),
    Column("status", String(16), nullable=False),
    Column("reason", OutsideText),
    Column("raw_sealed", Text),
    Column("received_at", Instant, nullable=False),
)

reflections = Table(
    "reflections",
    metadata,
    Column("meeting_id", ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True),
    _leader(),
    Column("body_sealed", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index(None, "leader_id", "written_at"),
)

promises = Table(
    "promises",
    metadata,
    Column("meeting_id", ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True),
    _leader(),
    Column("pair_id", ForeignKey("pairs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text_sealed", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("kept", String(8)),
    Column("answered_at", Instant),
)

# What somebody allowed us, by holder ("leader:12", "mailbox:lab@example.org").
grants = Table(
    "grants",
    metadata,
    Column("holder", String(340), primary_key=True),
    Column("leader_id", ForeignKey("leaders.id", ondelete="CASCADE"), index=True),
    Column("way", String(16), nullable=False),
    Column("secret_sealed", Text),
    Column("scopes", JSON, nullable=False),
    Column("granted_at", Instant, nullable=False),
    Column("ends_at", Instant),
)

# How far a service mailbox has been read, and until when it tells of news by itself.
cursors = Table(
    "cursors",
    metadata,
    Column("mailbox", String(320), primary_key=True),
    Column("history_id", Text),
    Column("watched_until", Instant),
)

# A leader's calendar tells of changes by itself, through these, while they last; one counts
# only once a message of it has come in.
channels = Table(
    "channels",
    metadata,
    Column("id", String(64), primary_key=True),
    _leader(),
    Column("resource_id", Text, nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("heard_at", Instant),
    Index(None, "leader_id", "ends_at"),  # whose channel is to be renewed
)

# Calls to a provider, a row for each account (a grant's holder) and UTC day.
usage = Table(
    "usage",
    metadata,
    Column("account", String(340), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("leader_id", ForeignKey("leaders.id", ondelete="CASCADE"), index=True),
    Column("calls", Integer, nullable=False),
    Column("units", Integer, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("at", Instant, nullable=False),
)
