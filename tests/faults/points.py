"""The named points before and after every remote effect, in the order in which a pass comes to them."""

POINTS = (
    "reply_before_commit",
    "reply_committed",
    "calendar_read",
    "looked_up",
    "sync_before_commit",
    "sync_after_commit",
    "recorded",
    "claimed",
    "draft_taken_back",
    "written",
    "draft_made",
    "drafted",
    "checked",
    "delivered",
    "receipt_kept",
)
