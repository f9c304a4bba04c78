"""A set of replies made from clients × styles × answers, each with what its writer meant.

Written for these tests: the shapes are those mail programs really produce, the words are ours.
"""

import html
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from service.domain.playbook import OFFERED
from service.domain.reflections import Question

TOKEN = "0123456789abcdef" * 2
SUBJECT = "meeting:7"
ASKED = (
    ("happened", "Did your one-on-one take place?", OFFERED["happened"]),
    ("worked", "What worked well this time?", ()),
    ("surprised", "What surprised you?", ()),
    ("better", "What could be better next time?", ()),
    ("sign.open", "Did Ana open up more than before?", OFFERED["yes_no"]),
    ("sign.pushback", "Did you hear a question, pushback or a new idea?", OFFERED["yes_no"]),
    ("talked", "Who talked more?", OFFERED["talked"]),
    ("promise", "What did you promise to do for Ana?", ()),
)
QUESTIONS = tuple(
    Question(number, SUBJECT, key, ask, choices) for number, (key, ask, choices) in enumerate(ASKED, 1)
)


def visible(question: Question) -> str:
    """The question as the mail shows it."""
    choices = f" ({' / '.join(question.choices)})" if question.choices else ""
    return f"{question.number}. {question.ask}{choices}"


OPENING = (
    "five minutes, while it is fresh. Reply above, below or right under the questions, as you like. "
    "One word is enough, and nothing is a must."
)
HEAD = ("Hello Dana,", "", OPENING, "", "Ana Silva", "Monday, 2 November, 10:00–10:30", "")
FOOT = (
    "Thank you. What you write here is for you alone, and comes back when it helps.",
    "",
    "Only you get this mail. Reply “pause” for a break, “resume” to go on, “stop” to leave.",
    "Or unsubscribe here: https://lab.example.org/stop/abcdef?x=1",
    f"Reference: {TOKEN}",
)
FORM = "\n".join([*HEAD, *(f"{visible(question)}\n\n" for question in QUESTIONS), *FOOT])
REMINDER = FORM.replace(
    HEAD[2], "a gentle nudge, and the only one. If you have a minute, answer just one question."
)

ANSWERS: dict[str, dict[int, str]] = {
    "all": {
        1: "yes",
        2: "She came with her own agenda and we stayed with it.",
        3: "How much she thinks about the move",
        4: "I should not look at the clock",
        5: "yes",
        6: "no",
        7: "them",
        8: "Talk to Ben about the Friday slot",
    },
    "short": {
        1: "Yep!",
        2: "listening",
        3: "nothing",
        4: "-me less-",
        5: "not sure",
        6: "y",
        7: "50/50",
        8: "none",
    },
    "seven of eight": {
        1: "yes",
        2: "The walk",
        3: "Four out of five ideas were hers",
        5: "yes",
        6: "yes",
        7: "me",
        8: "Tea",
    },
    "a list inside": {
        1: "yes",
        2: "Two things:\n1. silence\n2. the walk outside",
        4: "start on time",
        5: "unsure",
        6: "yes",
        7: "even",
        8: "Review her draft by 3 November",
    },
    "only what happened": {1: "she cancelled"},
    "accents": {
        1: "sim",
        2: "Ouvimos muito – foi ótimo 👍",
        3: "A calma dela",
        5: "sim",
        7: "ela",
        8: "Falar com o João",
    },
}


@dataclass(frozen=True)
class Written:
    """What the person put where: `inline` under (or on, or above) questions, `top` above the quote."""

    name: str
    answers: dict[int, str]
    free_text: str
    top: str = ""
    inline: tuple[tuple[int, str], ...] = ()
    place: str = "under"
    signature: str = ""


def _numbered(form: str, joined: str) -> Callable[[dict[int, str]], str]:
    return lambda answers: joined.join(form.format(n, text) for n, text in answers.items())


_NUMBERED = {
    "1. lines": _numbered("{}. {}", "\n"),
    "1) lines": _numbered("{}) {}", "\n"),
    "1: lines": _numbered("{}: {}", "\n"),
    "Q1 lines": _numbered("Q{}: {}", "\n"),
    "1 - spaced": _numbered("{} - {}", "\n\n"),
    "1. one line": _numbered("{}. {}", " "),
    "1) one line": _numbered("{}) {}", " "),
}
FREE = "It felt lighter than last month.\n\nWe should do this outside more often."
LISTED = "Two thoughts:\n1. we both enjoyed it\n2. I want to try it with Ben, too"


def compositions() -> Iterator[Written]:
    """Every style with every set of answers it can carry."""
    for label, answers in ANSWERS.items():
        inline = tuple(answers.items())
        for place in ("under", "on the line", "inside the quote"):
            yield Written(f"{place}: {label}", answers, "", inline=inline, place=place)
        yield Written(f"under with a word above: {label}", answers, "See below.", "See below.", inline)
        yield Written(
            f"signed: {label}", answers, "", inline=inline, signature="\n-- \nDana Reis\nHead of Sales"
        )
        for style, write in _NUMBERED.items():
            if "inside" not in label or "lines" in style:
                yield Written(f"{style}: {label}", answers, "", write(answers))
    whole = ANSWERS["all"]
    yield Written("above each question", whole, "", inline=tuple(whole.items()), place="above")
    yield Written("free text", {}, FREE, FREE)
    yield Written("a list that is no answers", {}, LISTED, LISTED)
    yield Written("nothing", {}, "")
    yield Written("closed with a name", {}, FREE, f"{FREE}\n\nBest,\nDana")
    yield Written(
        "numbered, lead, name",
        whole,
        "Here you go:",
        f"Here you go:\n\n{_NUMBERED['1. lines'](whole)}\n\nThanks,\nDana",
    )
    by_line = ANSWERS["short"]
    yield Written("a line each", by_line, "", "\n".join(by_line.values()))


Row = tuple[str, bool]  # a line, and whether it is the person's


def _rows(written: Written, sent: str) -> list[Row]:
    """What we sent, line by line, with the person's words put in."""
    inline = dict(written.inline)
    rows: list[Row] = []
    for line in sent.splitlines():
        number = next((q.number for q in QUESTIONS if line == visible(q)), 0)
        said = inline.get(number)
        if said is None:
            rows.append((line, False))
        elif written.place == "above":
            rows += [(said, True), (line, False)]
        elif written.place == "on the line":
            rows.append((f"{line} {said}", False))
        else:
            rows += [(line, False), (said, True)]
    return rows


def _marked(written: Written, rows: list[Row], mark: str, width: int) -> str:
    out = []
    for line, mine in rows:
        pieces = [part for one in line.split("\n") for part in (textwrap.wrap(one, width) or [""])]
        bare = mine and written.place != "inside the quote"
        out += ["", *line.split("\n"), ""] if bare else [f"{mark}{piece}".rstrip() for piece in pieces]
    return "\n".join(out)


ATTRIBUTIONS = {
    "gmail": "On Mon, Nov 2, 2026 at 10:45 AM One-on-One Lab <\nlab+" + TOKEN + "@example.org> wrote:\n",
    "apple": "> On 2 Nov 2026, at 10:45, One-on-One Lab <lab@example.org> wrote:\n>",
    "german": "Am Mo., 2. Nov. 2026 um 10:45 Uhr schrieb One-on-One Lab <lab@example.org>:\n",
    "portuguese": "Em seg., 2 de nov. de 2026 às 10:45, One-on-One Lab <lab@example.org>\nescreveu:\n",
    "french": "Le lun. 2 nov. 2026 à 10:45, One-on-One Lab <lab@example.org> a écrit :\n",
}
OUTLOOK = (
    "\n________________________________\nFrom: One-on-One Lab <lab@example.org>\n"
    "Sent: Monday, November 2, 2026 10:45 AM\nTo: Dana Reis <dana@example.com>\n"
    "Subject: Your one-on-one with Ana\n"
)


def _plain(attribution: str, mark: str, width: int) -> Callable[[Written, str], str]:
    def write(written: Written, sent: str) -> str:
        quote = _marked(written, _rows(written, sent), mark, width)
        return (
            f"{written.top}\n{written.signature if not written.inline else ''}\n{attribution}\n{quote}\n"
            + (written.signature if written.inline else "")
        )

    return write


def _html_rows(rows: list[Row], ours: str, mine: str) -> str:
    def shown(line: str) -> str:
        return html.escape(line).replace("\n", "<br>") or "<br>"

    return "".join((mine if is_mine else ours).format(shown(line)) for line, is_mine in rows)


def _gmail_html(written: Written, sent: str) -> str:
    inside = written.place == "inside the quote"
    split = "</blockquote><div dir=ltr>{}</div><blockquote class=gmail_quote>"
    body = _html_rows(_rows(written, sent), "{}<br>", "<div>{}</div>" if inside else split)
    return (
        f"<div dir=ltr>{html.escape(written.top).replace(chr(10), '<br>')}</div><br><div class=gmail_quote>"
        "<div dir=ltr class=gmail_attr>On Mon, Nov 2, 2026 at 10:45 AM One-on-One Lab &lt;"
        "<a href='mailto:lab@example.org'>"
        f"lab@example.org</a>&gt; wrote:<br></div><blockquote class=gmail_quote>{body}</blockquote></div>"
        + _html_signature(written)
    )


def _html_signature(written: Written) -> str:
    lines = written.signature.replace("\n-- \n", "")
    return f"<div class='gmail_signature'>{lines.replace(chr(10), '<br>')}</div>" if lines else ""


def _outlook_html(written: Written, sent: str) -> str:
    mine = "<p class=MsoNormal><span style='color:#1F497D'>{}<o:p></o:p></span></p>"
    rows = _html_rows(_rows(written, sent), "<p class=MsoNormal>{}<o:p></o:p></p>", mine)
    top = "".join(f"<p class=MsoNormal>{html.escape(row) or '&nbsp;'}</p>" for row in written.top.split("\n"))
    header = (
        "<b>From:</b> One-on-One Lab &lt;lab@example.org&gt;<br><b>Sent:</b> Monday, November 2, 2026 "
        "10:45 AM<br><b>To:</b> Dana<br><b>Subject:</b> Your one-on-one<br>"
    )
    return (
        f"<html><head><style>p {{}}</style></head><body>{top}<div style='border-top:solid #E1E1E1'>"
        f"<p class=MsoNormal>{header}</p></div>{rows}{_html_signature(written)}</body></html>"
    )


def _apple_html(written: Written, sent: str) -> str:
    rows = _html_rows(_rows(written, sent), "<div>{}</div>", "<div><b>{}</b></div>")
    heading = "<div>On 2 Nov 2026, at 10:45, One-on-One Lab &lt;lab@example.org&gt; wrote:</div><br>"
    quote = f"<blockquote type=cite>{heading}{rows}</blockquote>"
    top = html.escape(written.top).replace("\n", "<br>")
    if written.inline:
        return f"<body>{quote}{top}{_html_signature(written)}</body>"
    return f"<body>{top}<br><div>{html.escape(written.signature.strip())}</div>{quote}</body>"


BANNER = (
    "CAUTION: This email originated from outside of the organization. Do not click links or open "
    "attachments unless you recognize the sender."
)


def _safe(sent: str) -> str:
    return sent.replace(
        "https://lab.example.org/stop/abcdef?x=1",
        "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Flab.example.org%2Fstop%2Fabcdef"
        "%3Fx%3D1&data=05%7C01",
    )


Client = Callable[[Written, str], str]
PLAIN: dict[str, Client] = {
    "gmail": _plain(ATTRIBUTIONS["gmail"], "> ", 74),
    "apple": _plain(ATTRIBUTIONS["apple"], "> ", 500),
    "thunderbird, german": _plain(ATTRIBUTIONS["german"], "> ", 68),
    "narrow, portuguese": _plain(ATTRIBUTIONS["portuguese"], ">", 40),
    "indented twice, french": _plain(ATTRIBUTIONS["french"], ">> ", 72),
    "outlook": _plain(OUTLOOK, "", 900),
    "outlook, wrapped": _plain(OUTLOOK, "", 72),
    "gateway banner": lambda written, sent: _plain(ATTRIBUTIONS["gmail"], "> ", 74)(
        written, f"{BANNER}\n\n{sent}"
    ),
    "safe links": lambda written, sent: _plain(OUTLOOK, "", 900)(written, _safe(sent)),
    "phone": lambda written, sent: _plain("Sent from my iPhone\n\n" + ATTRIBUTIONS["apple"], "> ", 500)(
        written, sent
    ),
    "reminder": lambda written, sent: (
        _plain(ATTRIBUTIONS["gmail"], "> ", 74)(written, REMINDER)
        + "\n> On Mon, Nov 2, 2026 at 9:00 AM Lab <lab@example.org> wrote:\n>\n"
        + textwrap.indent(sent, ">> ", lambda _: True)
    ),
    "no quote": lambda written, _: written.top,
}
HTML: dict[str, Client] = {
    "gmail html": _gmail_html,
    "outlook html": _outlook_html,
    "apple html": _apple_html,
}


@dataclass(frozen=True)
class Case:
    """One reply. `plain` or `html` is empty where the client sends only the other."""

    name: str
    written: Written
    plain: str
    html: str


def cases() -> Iterator[Case]:
    """The whole set."""
    for written in compositions():
        for client, write in PLAIN.items():
            if client != "no quote" or not written.inline:
                yield Case(f"{client} | {written.name}", written, write(written, FORM), "")
        for client, write in HTML.items():
            yield Case(f"{client} | {written.name}", written, "", write(written, FORM))
