"""Why access was not given after all, as far as it matters to the person who wanted to give it."""

from enum import StrEnum


class Hitch(StrEnum):
    """What they can do about it; a page has words for each, in their language."""

    AGAIN = "again"  # simply try once more
    LATE = "late"  # likewise; it took too long
    DECLINED = "declined"  # they declined at Google
    BOXES = "boxes"  # they left a box unticked
    ACCOUNT = "account"  # they were signed in as somebody else
    NOT_SHARED = "not_shared"  # it is not shared with us
    NO_DETAILS = "no_details"  # it is, but shows free and busy alone
    OPERATOR = "operator"  # nothing: whoever runs the service has to look
