"""Lena reorganises: a move, a split, a shifted series, one gone without a trace, one booked late."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from service.demo.calendars import CalendarFile
from service.demo.people import BILAL, CHLOE, HANNA, LENA, TOMAS, YUSUF
from service.demo.script.lena_says import TURNS
from service.demo.script.parts import Scene, Script, at, day

NEW_YORK = ZoneInfo("America/New_York")


def open_calendar(file: CalendarFile) -> None:
    """Two one-on-ones back to back, one early, one that Chloé calls from New York; and the rest."""
    file.series("yusuf", "Yusuf / Lena 1:1", at(10, 5, 10), 30, YUSUF)
    file.series("hanna", "Hanna / Lena 1:1", at(10, 5, 10, 30), 30, HANNA)
    file.series("tomas", "Tomás 1:1", at(10, 7, 9), 45, TOMAS)
    file.series("chloe", "Chloé x Lena 1:1", at(10, 8, 11), 30, LENA.player, organizer=CHLOE, zone=NEW_YORK)
    file.series("bilal", "Roadmap", at(10, 9, 14), 45, BILAL, weeks=2)
    team = (YUSUF, HANNA, TOMAS, BILAL)
    file.series("standup", "Engineering stand-up", at(10, 5, 8, 45), 15, *team, days="MO,TU,WE,TH,FR")
    file.series("architecture", "Architecture review", at(10, 6, 15, 30), 60, *team, CHLOE, weeks=2)
    file.series("focus", "Focus time", at(10, 7, 13), 120)
    file.single("dentist", "Dentist", at(10, 13, 16), 60)
    file.whole_days("home", "Home office", day(10, 16), 1)


SCENES = (
    Scene(
        at(10, 7, 18, 15),
        "Chloé moves her one-on-one from Thursday to Friday at 16:00.",
        lambda file: file.move("chloe", day(10, 8), at(10, 9, 16)),
    ),
    Scene(
        at(10, 16, 15, 30),
        "Lena reorganises: from next week on, Yusuf and Hanna meet her on Tuesday afternoons.",
        lambda file: _to_tuesdays(file),
    ),
    Scene(
        at(10, 26, 17, 20),
        "Lena drags Tomás’s whole series from Wednesday 09:00 to Thursday 10:00.",
        lambda file: file.shift("tomas", timedelta(days=1, hours=1)),
    ),
    Scene(
        at(10, 30, 13, 40),
        "Yusuf asks for a word, and Lena books half an hour at 14:15 today.",
        lambda file: file.single("word", "Lena / Yusuf 1:1", at(10, 30, 14, 15), 30, YUSUF),
    ),
    Scene(
        at(11, 2, 19, 5),
        "Tuesday’s one-on-one with Hanna is gone from the calendar, without a trace.",
        lambda file: file.drop("hanna-tuesdays", day(11, 3)),
    ),
    Scene(
        at(11, 10, 9, 20),
        "Lena moves today’s one-on-one with Yusuf from 14:00 to 16:00.",
        lambda file: file.move("yusuf-tuesdays", day(11, 10), at(11, 10, 16)),
    ),
    Scene(
        at(11, 11, 17, 45),
        "Lena cancels tomorrow’s one-on-one with Tomás.",
        lambda file: file.cancel("tomas", day(11, 12)),
    ),
)


def _to_tuesdays(file: CalendarFile) -> None:
    file.split("yusuf", day(10, 19), "yusuf-tuesdays", at(10, 20, 14))
    file.split("hanna", day(10, 19), "hanna-tuesdays", at(10, 20, 14, 30))


SCRIPT = Script(LENA, open_calendar, SCENES, TURNS)
