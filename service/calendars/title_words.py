"""What titles alone can say: cancelled, away, not a meeting."""

import re
from datetime import timedelta

from service.domain.events import EventKind

LONG_ABSENCE = timedelta(hours=4)
"""From half a day on a title such as "Vacation" is taken for an absence, not for a talk about one."""

# Outlook's feeds say a cancellation in the title only, in the sender's language.
_CANCELLED = re.compile(
    r"\s*(?:cancell?ed(?: event)?|abgesagt|storniert|cancelad[oa]|anulad[oa]|annulée?|annullat[oa]|"
    r"geannuleerd|inställ[td]|avlyst|aflyst|peruttu|peruutettu|odwołan[eoay]|zrušeno|отменено|скасовано|"
    r"已取消|キャンセル(?:済み)?|취소됨)\s*[::]\s*",
    re.I,
)
_AWAY = (
    r"out of (?:the )?office|ooo|oof|(?:on )?(?:vacation|holidays?|leave|pto)|annual leave|"
    r"sick(?: leave| day)?|parental leave|time off|day off|away|"
    r"(?:im )?urlaub|abwesend|abwesenheit|krank(?:heit)?|elternzeit|"
    r"(?:de )?férias|folga|ausente|licença|(?:de )?vacaciones|fuera de la oficina|baja|"
    r"(?:en )?congés?|(?:en )?vacances|absente?|absence|(?:in )?ferie|fuori ufficio|malattia|"
    r"vakantie|afwezig|verlof|semester|ledig|ferie|loma|urlop|отпуск|休暇|有給|휴가|休假"
)
_OTHER = (
    r"focus(?: time)?|deep work|no meetings?|working location|home ?office|working from home|wfh|birthday|"
    r"fokuszeit|geburtstag|tempo de foco|tiempo de concentración|temps de concentration"
)
_TAIL = r"(?:\s*[-–—:(,/!].*)?"
_DECORATION = r"[^\w]*"
_ABSENCE = re.compile(rf"{_DECORATION}(?:{_AWAY}){_TAIL}{_DECORATION}", re.I | re.S)
_NO_MEETING = re.compile(rf"{_DECORATION}(?:{_OTHER}){_TAIL}{_DECORATION}", re.I | re.S)


def without_cancelled(title: str) -> tuple[str, bool]:
    """The title as it was before its cancellation, and whether it said so."""
    match = _CANCELLED.match(title)
    return (title[match.end() :], True) if match else (title, False)


def kind_by_title(title: str, *, length: timedelta, all_day: bool, has_guests: bool) -> EventKind:
    """What an event is of which its calendar says no more than the title."""
    if (all_day or length >= LONG_ABSENCE) and means_absence(title):
        return EventKind.OUT_OF_OFFICE
    if not has_guests and means_no_meeting(title):
        return EventKind.OTHER
    return EventKind.DEFAULT


def means_absence(title: str) -> bool:
    """Whether the whole title says that its owner is away; "Ben: vacation" is somebody else's."""
    return _ABSENCE.fullmatch(title.strip()) is not None


def means_no_meeting(title: str) -> bool:
    """Whether the whole title names focus time, a place of work or a birthday."""
    return _NO_MEETING.fullmatch(title.strip()) is not None
