"""A realistic letter of each kind, for `visavis preview` and for tests; the people are made up."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from service.domain.letters import (
    AccessLetter,
    Ask,
    ConfirmItem,
    ConfirmLetter,
    DigestLetter,
    ExportLetter,
    FormSection,
    Frame,
    Kind,
    Letter,
    PairMonth,
    PrepLetter,
    PromiseLine,
    Quote,
    RebookLetter,
    ReceiptLetter,
    ReconnectLetter,
    ReflectionLetter,
    SignLine,
    Slot,
    UnderstoodLine,
    UnderstoodSection,
    WelcomeLetter,
)
from service.domain.playbook import Playbook, pick
from service.domain.playbook_text import parse_playbook
from service.domain.reflections import Question, form
from service.languages import DEFAULT, locale_of
from service.mail.sample_words import WORDS
from service.templates import templates_folder

_ZONE = ZoneInfo("Europe/Lisbon")
_TUESDAY = datetime(2026, 11, 24, 14, 0, tzinfo=_ZONE)
_HALF_AN_HOUR = timedelta(minutes=30)


def sample(
    kind: Kind, playbook: Playbook | None = None, language: str = DEFAULT, *, pages: bool = True
) -> tuple[Letter, Frame]:
    """A letter of this kind with all its parts, from the language's playbook unless told another.

    Without `pages` it is a mail of a service that nobody elsewhere can reach: answers are replies.
    """
    locale = locale_of(language, None, "UTC")
    frame = replace(_FRAME, language=language, locale=locale, **(_PAGES[kind] if pages else {}))
    return _SAMPLES[kind](playbook or _shipped(language)), frame


@cache
def _shipped(language: str) -> Playbook:
    path = templates_folder() / "playbook" / f"{language}.toml"
    return parse_playbook(path.read_text(encoding="utf-8"), path.name)


def _said(playbook: Playbook) -> Mapping[str, str]:
    """The leader's own words, in the playbook's language; in English where it is one of its own."""
    return WORDS.get(playbook.language, WORDS[DEFAULT])


def _promise(playbook: Playbook) -> PromiseLine:
    return PromiseLine(_said(playbook)["promised"], date(2026, 11, 17))


def _welcome(playbook: Playbook) -> WelcomeLetter:
    return WelcomeLetter(
        members=("Ana Silva",),
        waiting=("Ben Okafor", "Chloé Martin"),
        first_prep_at=_TUESDAY - timedelta(hours=2),
        purpose=pick(playbook.purpose, 0),
    )


def _prep(playbook: Playbook) -> PrepLetter:
    return PrepLetter(
        member="Ana Silva",
        start=_TUESDAY,
        end=_TUESDAY + _HALF_AN_HOUR,
        week=playbook.weeks[min(1, len(playbook.weeks) - 1)],
        turn=0,
        last_better=_said(playbook)["better"],
        open_promise=_promise(playbook),
        trap=playbook.traps[min(1, len(playbook.traps) - 1)],
    )


def _reflection(playbook: Playbook) -> ReflectionLetter:
    ana = form(playbook, meeting_id=41, first_number=1, turn=0, ask_kept=True)
    ben = form(playbook, meeting_id=42, first_number=len(ana) + 1, turn=1, ask_kept=False)
    end = _TUESDAY + _HALF_AN_HOUR
    return ReflectionLetter(
        (
            FormSection("Ana Silva", _TUESDAY, end, ana, _promise(playbook)),
            FormSection("Ben Okafor", end, end + _HALF_AN_HOUR, ben, None),
        )
    )


def _rebook(_: Playbook) -> RebookLetter:
    url = "https://lab.example.org/event/"
    starts = [_TUESDAY + timedelta(days=days, minutes=30 * days) for days in (1, 2, 3)]
    slots = tuple(Slot(start, start + _HALF_AN_HOUR, f"{url}{start:%Y%m%dT%H%M}") for start in starts)
    return RebookLetter("Ana Silva", _TUESDAY, slots)


def _confirm(playbook: Playbook) -> ConfirmLetter:
    def question(number: int, subject: str, key: str) -> Question:
        return Question(number, subject, key, pick(playbook.confirm[key], 0), playbook.choices(key))

    return ConfirmLetter(
        (
            ConfirmItem(
                Ask.SERIES,
                question(1, "series:7", "series"),
                title=_said(playbook)["catch_up"],
                member="Ben Okafor",
                start=_TUESDAY + timedelta(days=1),
            ),
            ConfirmItem(
                Ask.WHAT_HAPPENED,
                question(2, "meeting:38", "happened"),
                member="Ana Silva",
                start=_TUESDAY - timedelta(days=7),
            ),
            ConfirmItem(Ask.PAUSE, question(3, "pause", "pause")),
            ConfirmItem(
                Ask.HELD_REPLY,
                question(4, "reply:12", "reply"),
                member="Ana Silva",
                start=_TUESDAY - timedelta(days=7),
                sender="marta.private@example.com",
            ),
        )
    )


def _receipt(playbook: Playbook) -> ReceiptLetter:
    said = _said(playbook)
    written = {"worked": said["worked"], "better": said["on_time"], "promise": said["mentor"]}
    lines = tuple(
        UnderstoodLine(question.ask, written.get(question.key) or question.choices[0])
        for question in form(playbook, meeting_id=41, first_number=1, turn=0, ask_kept=False)
        if question.choices or question.key in written
    )
    return ReceiptLetter(
        sections=(UnderstoodSection("Ana Silva", lines),),
        free_text=said["moving"],
        unsure=(said["perhaps"],),
    )


def _digest(playbook: Playbook) -> DigestLetter:
    held = (4, 3, 2, *[1] * len(playbook.weeks))
    means = (3, 2, 0, *[0] * len(playbook.signs))
    said = _said(playbook)
    noticed = Quote(said["noticed"], "Ana Silva", date(2026, 10, 13))
    return DigestLetter(
        month=date(2026, 10, 1),
        held=9,
        moved=2,
        cancelled_by_leader=2,
        cancelled_by_member=1,
        cancelled_by_unknown=0,
        excused=1,
        percent_held=75,
        pairs=(
            PairMonth("Ana Silva", 4, 1, 0, 0, 0, 0, 4),
            PairMonth("Ben Okafor", 4, 1, 1, 0, 0, 1, 1),
            PairMonth("Chloé Martin", 1, 0, 1, 1, 0, 0, 31),
        ),
        weeks=tuple((week.job, count) for week, count in zip(playbook.weeks, held, strict=False)),
        signs=tuple(
            SignLine(sign.name, sign.means, count, 6, (noticed,) if count == max(means) else ())
            for sign, count in zip(playbook.signs, means, strict=False)
        ),
        worked=(
            Quote(said["silence"], "Ana Silva", date(2026, 10, 6)),
            Quote(said["walked"], "Ben Okafor", date(2026, 10, 21)),
        ),
        better=(Quote(said["explained"], "Ben Okafor", date(2026, 10, 7)),),
        promises_kept=(Quote(said["finance"], "Ben Okafor", date(2026, 10, 7)),),
        promises_open=(Quote(said["reviewer"], "Ana Silva", date(2026, 10, 27)),),
        traps_met=(playbook.traps[0].name,),
        quiet_pairs=("Chloé Martin",),
        question=pick(playbook.monthly, 1),
        experiment=pick(playbook.experiments, 2),
    )


def _reconnect(_: Playbook) -> ReconnectLetter:
    return ReconnectLetter("Your calendar", "https://lab.example.org/c/8c1e")


def _export(_: Playbook) -> ExportLetter:
    return ExportLetter(meetings=34, reflections=21)


def _access(_: Playbook) -> AccessLetter:
    return AccessLetter("https://lab.example.org/me/open/ImE3YzQ5MWQ.amz0Sg.8tQm3v")


_FRAME = Frame(
    leader_first_name="Marta",
    language="en",
    reference="5f0c3b9a7d1e42868d4c1b7a9e3f6025",
    unsubscribe_url="https://lab.example.org/unsubscribe/5f0c3b9a7d1e4286",
    service_name="Vis-à-vis",
    reply_to="lab+5f0c3b9a7d1e42868d4c1b7a9e3f6025@example.org",
)

_SIGNED = "IjVmMGMzYjlhN2QxZTQyODYi.amz0Sg.Vn0bN1cVw2mJ3o8yS4x5Qp7dTg9kLrHuZeYxWvUtSrQ"
_DOOR = {"pages_url": f"https://lab.example.org/me/enter/{_SIGNED}"}
_FORM = {"form_url": f"https://lab.example.org/f/{_SIGNED}"} | _DOOR
_PAGES: Mapping[Kind, dict[str, str]] = dict.fromkeys(Kind, _DOOR) | {
    Kind.REFLECTION: _FORM,
    Kind.REMINDER: _FORM,
    Kind.CONFIRM: _FORM,
    Kind.DIGEST: {"month_url": f"https://lab.example.org/month/{_SIGNED}"} | _DOOR,
}

_SAMPLES: Mapping[Kind, Callable[[Playbook], Letter]] = {
    Kind.WELCOME: _welcome,
    Kind.PREP: _prep,
    Kind.REFLECTION: _reflection,
    Kind.REMINDER: _reflection,
    Kind.REBOOK: _rebook,
    Kind.CONFIRM: _confirm,
    Kind.RECEIPT: _receipt,
    Kind.DIGEST: _digest,
    Kind.RECONNECT: _reconnect,
    Kind.EXPORT: _export,
    Kind.ACCESS: _access,
}
