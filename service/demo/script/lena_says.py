"""What Lena replies. She answers nearly everything, mostly right under the questions."""

from datetime import date

from service.demo.script.parts import Client, Look, Style, Turn, day, minutes
from service.domain.letters import Kind

_AFTER = minutes(35)


def _form(on: date, about: str, style: Style = Style.INLINE, **looks: Look) -> Turn:
    return Turn(Kind.REFLECTION, on, about, _AFTER, style, Client.APPLE, looks)


def _words(on: date, about: str, words: str, kind: Kind = Kind.REFLECTION) -> Turn:
    return Turn(kind, on, about, _AFTER, Style.WORDS, Client.APPLE, words=words)


OCTOBER = (
    _words(day(10, 5), "", "Yes", Kind.CONFIRM),
    _form(
        day(10, 5),
        "Yusuf",
        Yusuf=Look(
            worked="Asking about his band. He has a concert in November!",
            surprised="He worries about the release more than he shows.",
            better="Not sit behind my screen",
            signs="yun",
            talked="them",
            promise="Get him a second reviewer",
        ),
        Hanna=Look(
            worked="Two minutes of silence, and then came the real topic",
            surprised="She reads every design document, all of them.",
            better="Start without looking at the list",
            signs="yyn",
            talked="even",
        ),
    ),
    _form(
        day(10, 7),
        "Tomás",
        Tomás=Look(
            worked="Coffee instead of the meeting room",
            better="A later hour. He is no morning person.",
            signs="nnn",
            talked="me",
        ),
    ),
    _form(
        day(10, 9),
        "Bilal",
        Style.NUMBERED,
        Bilal=Look(worked="We left the roadmap closed for twenty minutes", signs="yyn", talked="even"),
    ),
    _form(
        day(10, 9),
        "Chloé",
        Chloé=Look(
            worked="Hearing about New York in the autumn",
            surprised="She feels far away from our decisions.",
            better="Camera on, from the first minute",
            signs="y n",
            talked="them",
            promise="Invite her to the architecture review",
        ),
    ),
    _form(
        day(10, 12),
        "Yusuf",
        Yusuf=Look(
            worked="He told me which priority makes no sense to him",
            surprised="I had explained it three times, and it was still not clear.",
            better="Ask first, explain later",
            signs="yyn",
            talked="me",
            kept="yes",
        ),
        Hanna=Look(
            worked="Drawing the dependencies together",
            better="Fewer words from me",
            signs="uyy",
            talked="even",
            promise="Move the deadline of the audit",
        ),
    ),
    _words(
        day(10, 14),
        "Tomás",
        "He was tired, and we kept it short. I asked what he would change, and he said: the hour. Fair.",
    ),
    _form(
        day(10, 20),
        "Yusuf",
        Yusuf=Look(
            worked="He coached himself, I only nodded",
            surprised="He has three ideas for the release.",
            better="Stop at the half hour",
            signs="yyy",
            talked="them",
            promise="Read his draft by Friday",
        ),
        Hanna=Look(
            worked="Asking what success looks like",
            surprised="She wants to speak at a conference.",
            signs="yyy",
            talked="them",
            kept="yes",
        ),
    ),
    _form(
        day(10, 21),
        "Tomás",
        Tomás=Look(
            worked="He laughed",
            surprised="He learns Polish in the evenings.",
            better="Ask about it again",
            signs="ynn",
            talked="them",
        ),
    ),
    _words(day(10, 22), "Chloé", "Nobody came."),
    _form(
        day(10, 23),
        "Bilal",
        Style.NUMBERED,
        Bilal=Look(
            worked="Being plain about what moved",
            surprised="That he was relieved",
            better="Send the numbers beforehand",
            signs="nyu",
            talked="me",
            promise="Send the numbers on Thursdays",
        ),
    ),
    _form(
        day(10, 27),
        "Yusuf",
        Yusuf=Look(
            worked="The band again. The concert is on the 14th.",
            surprised="He wants to test with real customers first.",
            better="Nothing",
            signs="yyy",
            talked="them",
            kept="yes",
        ),
        Hanna=Look(
            worked="She asked for feedback, and I gave it straight",
            surprised="She took notes.",
            better="Say what went well, too",
            signs="yny",
            talked="me",
            promise="Find a conference with her",
        ),
    ),
    _form(
        day(10, 29),
        "Tomás",
        Style.NUMBERED,
        Tomás=Look(
            worked="The new hour. He is a different person at ten.",
            surprised="He had a list of questions for me!",
            better="Keep this hour",
            signs="yyy",
            talked="them",
        ),
    ),
    _form(
        day(10, 29),
        "Chloé",
        Style.NUMBERED,
        Chloé=Look(
            worked="Clearing up last week: her calendar had lost the meeting",
            surprised="She had waited for me in another call.",
            signs="yyn",
            talked="even",
            kept="yes",
        ),
    ),
    _form(
        day(10, 30),
        "Yusuf",
        Yusuf=Look(
            worked="Being there at once when he asked",
            surprised="The release can wait. He just needed to say so.",
            signs="yyn",
            talked="them",
            promise="Tell the board that we ship a week later",
        ),
    ),
)

NOVEMBER = (
    _words(day(11, 3), "", "They cancelled", Kind.CONFIRM),
    _form(
        day(11, 3),
        "Yusuf",
        Yusuf=Look(
            worked="He knew by himself what to try next",
            better="Write down what he tries",
            signs="yyy",
            talked="them",
            kept="yes",
        ),
    ),
    _form(
        day(11, 5),
        "Tomás",
        Tomás=Look(
            worked="He drew how the teams depend on each other",
            surprised="Half of it was news to me.",
            better="Do this with the whole team",
            signs="nyy",
            talked="them",
            promise="Clear the on-call question",
        ),
    ),
    _form(
        day(11, 5),
        "Chloé",
        Chloé=Look(
            worked="Her experiment: a written decision log",
            surprised="How much she had already tried",
            better="Answer the log in writing",
            signs="yyy",
            talked="them",
        ),
    ),
    _form(
        day(11, 10),
        "Hanna",
        Hanna=Look(
            worked="We found a conference: Kraków, in March",
            surprised="She is nervous, and says so.",
            better="Practise the talk with her",
            signs="yyy",
            talked="them",
            kept="yes",
            promise="Listen to her first rehearsal",
        ),
    ),
    _form(
        day(11, 10),
        "Yusuf",
        Yusuf=Look(
            worked="Ten minutes about the concert, then he chose the topic",
            better="Fewer plans, more questions",
            signs="yny",
            talked="even",
        ),
    ),
    # The form of 12 November, on Chloé, is left to whoever opens the mailbox.
)

TURNS = OCTOBER + NOVEMBER
