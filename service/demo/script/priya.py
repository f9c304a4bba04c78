"""Priya starts one by one; a member declines, one goes on leave, and she takes two days off."""

from service.demo.calendars import CalendarFile
from service.demo.people import ARJUN, KWAME, MEI, PRIYA, SOFIA, Player
from service.demo.script.parts import Client, Look, Scene, Script, Style, Turn, at, day, minutes
from service.domain.letters import Kind


def open_calendar(file: CalendarFile) -> None:
    """Four weekly one-on-ones, and the rest of a week."""
    file.series("arjun", "Arjun / Priya 1:1", at(10, 6, 10, 30), 30, ARJUN)
    file.series("sofia", "1:1 Sofia / Priya", at(10, 7, 15), 30, SOFIA)
    file.series("kwame", "Kwame & Priya one-on-one", at(10, 8, 9, 30), 30, KWAME)
    file.series("mei", "Mei / Priya 1:1", at(10, 9, 11), 30, MEI)
    everyone = (ARJUN, SOFIA, KWAME, MEI)
    file.series("standup", "Support stand-up", at(10, 5, 9), 15, *everyone, days="MO,TU,WE,TH,FR")
    file.series("review", "Review of the week", at(10, 9, 16), 45, *everyone)
    file.single("interview", "Interview: support engineer", at(10, 15, 14), 45, Player("Asha Pillai"))


SCENES = (
    Scene(
        at(10, 19, 19, 10),
        "Arjun declines Tuesday’s one-on-one: a customer visit.",
        lambda file: file.decline("arjun", day(10, 20), ARJUN),
    ),
    Scene(
        at(10, 28, 18),
        "Priya enters two days out of office, 9 and 10 November.",
        lambda file: file.whole_days("away", "Out of office", day(11, 9), 2),
    ),
    Scene(
        at(11, 2, 9, 40),
        "Kwame goes on leave for two weeks and declines both one-on-ones.",
        lambda file: _kwame_on_leave(file),
    ),
)


def _kwame_on_leave(file: CalendarFile) -> None:
    file.whole_days("leave", "Kwame on leave", day(11, 3), 11)
    file.decline("kwame", day(11, 5), KWAME)
    file.decline("kwame", day(11, 12), KWAME)


FORMS = (
    Turn(
        Kind.REFLECTION,
        day(10, 6),
        "Arjun",
        minutes(25),
        Style.INLINE,
        looks={
            "Arjun": Look(
                worked="Starting with his cricket team. He was at ease at once.",
                surprised="He has been covering two night shifts a week and never said so.",
                better="Put my phone away. I looked at it twice.",
                signs="yny",
                talked="them",
                promise="Find somebody for the Thursday night shift",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(10, 13),
        "Arjun",
        minutes(50),
        Style.NUMBERED,
        looks={
            "Arjun": Look(
                worked="Asking what is unclear, and then being quiet",
                surprised="He thought the refund rules were mine. They are not.",
                better="Bring the new priorities on one page",
                signs="yyn",
                talked="even",
                kept="yes",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(10, 14),
        "Sofia",
        minutes(70),
        Style.WORDS,
        words="We walked around the block instead of sitting down. Sofia talked about her move for most of "
        "it, and I had nothing to solve. It felt like a good start.",
    ),
    Turn(
        Kind.REFLECTION,
        day(10, 21),
        "Sofia",
        minutes(30),
        Style.INLINE,
        looks={
            "Sofia": Look(
                worked="She told me plainly that the new tool slows her down.",
                surprised="How ready she was with a proposal of her own",
                better="Leave ten minutes at the end for her questions",
                signs="yyy",
                talked="them",
                promise="Ask finance whether the old tool can stay until January",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(10, 22),
        "Kwame",
        minutes(40),
        Style.NUMBERED,
        Client.APPLE,
        looks={
            "Kwame": Look(
                worked="Two minutes of only listening. Hard, and worth it.",
                better="Talk less about the backlog",
                signs="nnu",
                talked="me",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(10, 27),
        "Arjun",
        minutes(20),
        Style.INLINE,
        looks={
            "Arjun": Look(
                worked="He found the next step himself",
                surprised="That he wants to lead the training for new people",
                better="Hold back my own advice a little longer",
                signs="yyy",
                talked="them",
                promise="Let him run the November training",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(10, 29),
        "Kwame",
        minutes(45),
        Style.NUMBERED,
        Client.APPLE,
        looks={
            "Kwame": Look(
                worked="I said the hard thing about the handovers, and he thanked me",
                surprised="He had seen it himself",
                signs="yyn",
                talked="even",
                promise="Sit in on one handover with him",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(10, 30),
        "Mei",
        minutes(35),
        Style.INLINE,
        looks={
            "Mei": Look(
                worked="Asking about her garden",
                surprised="She has been here for three years, and we had never talked alone.",
                better="More time. We stopped in the middle.",
                signs="y n",
                talked="them",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(11, 3),
        "Arjun",
        minutes(30),
        Style.INLINE,
        looks={
            "Arjun": Look(
                worked="Hearing how the training plan grew",
                better="Nothing comes to mind. It was good.",
                signs="yyy",
                talked="them",
                kept="yes",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(11, 4),
        "Sofia",
        minutes(15),
        Style.WORDS,
        words="She pushed back on the whole rota, and she was right about most of it.",
    ),
    Turn(
        Kind.REFLECTION,
        day(11, 11),
        "Sofia",
        minutes(55),
        Style.INLINE,
        looks={
            "Sofia": Look(
                worked="Her experiment with the evening queue. All hers.",
                surprised="She asked me what I am learning.",
                better="Decide sooner what we leave for next time",
                signs="yyy",
                talked="them",
                promise="Show her experiment to the other teams",
                kept="yes",
            )
        },
    ),
    # The form of 13 November, on Mei, is left to whoever opens the mailbox.
)

OTHERS = (
    Turn(
        Kind.REMINDER,
        day(10, 29),
        "Sofia",
        minutes(20),
        Style.INLINE,
        looks={"Sofia": Look(worked="She said no to me. Politely, and for good reasons.")},
    ),
    Turn(
        Kind.REFLECTION,
        day(11, 6),
        "Mei",
        minutes(2),
        Style.AUTOMATIC,
        Client.OUTLOOK,
        words="I am out of office until Wednesday 11 November and read no mail until then.\n\n"
        "For anything urgent, please write to support@example.org.",
    ),
    Turn(
        Kind.REMINDER,
        day(11, 11),
        "Mei",
        minutes(40),
        Style.NUMBERED,
        looks={
            "Mei": Look(
                worked="She knew exactly what is unclear: who decides on refunds",
                better="Do it before a Friday afternoon",
                signs="nyu",
                talked="even",
            )
        },
    ),
)

SCRIPT = Script(PRIYA, open_calendar, SCENES, FORMS + OTHERS)
