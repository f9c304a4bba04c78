"""Marcus cancels too often; the notes, a free time, a pause and a digest go along with it."""

from service.demo.calendars import CalendarFile
from service.demo.people import ASSISTANT, GRACE, LUIS, MARCUS, NOAH, Player
from service.demo.script.parts import Client, Look, Scene, Script, Style, Turn, at, day, minutes
from service.domain.letters import Kind


def open_calendar(file: CalendarFile) -> None:
    """Three weekly one-on-ones, and the rest of a week."""
    file.series("grace", "Grace / Marcus 1:1", at(10, 5, 14), 30, GRACE)
    file.series("noah", "1:1 with Noah", at(10, 6, 9), 30, NOAH)
    file.series("luis", "Luis 1:1", at(10, 8, 16, 30), 30, LUIS)
    file.series("pipeline", "Pipeline review", at(10, 5, 10), 60, GRACE, NOAH, LUIS)
    file.series("lunch", "Lunch", at(10, 5, 12), 60, days="MO,TU,WE,TH,FR")
    file.series("forecast", "Forecast", at(10, 7, 9), 90, GRACE, NOAH)
    file.single("customer", "Demo for a customer", at(10, 15, 11), 60, Player("Ines Falk"))


SCENES = (
    Scene(
        at(10, 5, 18, 20),
        "Marcus cancels tomorrow’s one-on-one with Noah.",
        lambda file: file.cancel("noah", day(10, 6)),
    ),
    Scene(
        at(10, 9, 16),
        "Marcus takes Monday’s one-on-one with Grace out: it is a public holiday.",
        lambda file: file.cancel("grace", day(10, 12)),
    ),
    Scene(
        at(10, 13, 8, 5),
        "Marcus cancels Noah again, an hour before.",
        lambda file: file.cancel("noah", day(10, 13)),
    ),
    Scene(
        at(10, 15, 12, 10),
        "Marcus declines today’s one-on-one with Luis.",
        lambda file: file.decline("luis", day(10, 15), MARCUS.player),
    ),
    Scene(
        at(10, 21, 17, 30),
        "Marcus cancels tomorrow’s one-on-one with Luis.",
        lambda file: file.cancel("luis", day(10, 22)),
    ),
    Scene(
        at(10, 26, 19, 45),
        "Marcus cancels tomorrow’s one-on-one with Noah.",
        lambda file: file.cancel("noah", day(10, 27)),
    ),
    Scene(
        at(11, 4, 18),
        "Marcus moves Luis from Thursday to Friday at 10:00, rather than cancel.",
        lambda file: file.move("luis", day(11, 5), at(11, 6, 10)),
    ),
    Scene(
        at(11, 11, 20),
        "Marcus moves Luis from Thursday to Friday at 11:00.",
        lambda file: file.move("luis", day(11, 12), at(11, 13, 11)),
    ),
)

FORMS = (
    Turn(
        Kind.REFLECTION,
        day(10, 5),
        "Grace",
        minutes(25),
        Style.NUMBERED,
        Client.OUTLOOK,
        looks={
            "Grace": Look(
                worked="I let her choose the topic",
                surprised="She would like to move to key accounts",
                better="Start on time",
                signs="yyn",
                talked="even",
                promise="Talk to Ruth about key accounts",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(10, 8),
        "Luis",
        minutes(45),
        Style.NUMBERED,
        Client.OUTLOOK,
        looks={
            "Luis": Look(
                worked="We met, at least",
                better="Not to do it between two calls",
                signs="nnn",
                talked="even",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(10, 19),
        "Grace",
        minutes(45),
        Style.NUMBERED,
        Client.OUTLOOK,
        looks={"Grace": Look(worked="All fine, on behalf of Marcus", signs="yyy", talked="even")},
        sender=ASSISTANT,
    ),
    Turn(
        Kind.REFLECTION,
        day(10, 20),
        "Noah",
        minutes(35),
        Style.INLINE,
        Client.OUTLOOK,
        looks={
            "Noah": Look(
                worked="I asked, and then I waited. It took a while.",
                surprised="He is thinking about leaving the team.",
                better="Not to cancel on him",
                signs="yyu",
                talked="them",
                promise="Keep next Tuesday free, whatever comes",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(10, 29),
        "Luis",
        minutes(30),
        Style.NUMBERED,
        Client.OUTLOOK,
        looks={
            "Luis": Look(
                worked="Saying sorry for the last two weeks",
                surprised="He had prepared for each of them",
                better="Show up",
                signs="yny",
                talked="them",
                promise="No more cancelling in November",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(11, 2),
        "Grace",
        minutes(50),
        Style.NUMBERED,
        Client.OUTLOOK,
        looks={
            "Grace": Look(
                worked="She found her own next step",
                better="Ask one more question before I answer",
                signs="yyy",
                talked="them",
                kept="yes",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(11, 9),
        "Grace",
        minutes(20),
        Style.NUMBERED,
        Client.OUTLOOK,
        looks={
            "Grace": Look(
                worked="Ten minutes about her climbing trip. We laughed.",
                surprised="How much easier the rest was after that",
                signs="yyy",
                talked="them",
            )
        },
    ),
    Turn(
        Kind.REFLECTION,
        day(11, 10),
        "Noah",
        minutes(30),
        Style.INLINE,
        Client.OUTLOOK,
        looks={
            "Noah": Look(
                worked="He stays. We looked at what would have to change.",
                better="Have this talk half a year sooner",
                signs="yyy",
                talked="them",
                kept="no",
                promise="Hand him the northern region from January",
            )
        },
    ),
    # The form of 13 November, on Luis, is left to whoever opens the mailbox.
)

OTHERS = (
    Turn(Kind.REBOOK, day(10, 14), "Noah", minutes(35), Style.BOOKS),
    Turn(Kind.CONFIRM, day(10, 19), "", minutes(40), Style.WORDS, Client.OUTLOOK, words="No"),
    Turn(
        Kind.REMINDER,
        day(10, 20),
        "Grace",
        minutes(70),
        Style.WORDS,
        Client.OUTLOOK,
        words="Short, but good. She was clearer about the numbers than I was.",
    ),
    Turn(
        Kind.REFLECTION,
        day(11, 3),
        "Noah",
        minutes(90),
        Style.WORDS,
        Client.OUTLOOK,
        words="Pause, please.\n\nMarcus",
    ),
    Turn(
        Kind.RECEIPT,
        day(11, 3),
        "",
        minutes(5 * 24 * 60 + 20 * 60 + 25),
        Style.WORDS,
        Client.OUTLOOK,
        words="Resume",
    ),
)

SCRIPT = Script(MARCUS, open_calendar, SCENES, FORMS + OTHERS)
