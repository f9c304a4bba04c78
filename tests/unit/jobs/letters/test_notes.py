"""Welcome, rebook, confirm and digest, as they are written from what is on record."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from service.domain.events import Event, EventStatus, Response
from service.domain.letters import Ask, ConfirmLetter, DigestLetter, Kind, Letter, RebookLetter, WelcomeLetter
from service.domain.reflections import Reflection
from service.storage import people, reflections
from service.storage.outbox import NewEmail, put
from tests.fakes.desks import DAY, HOUR, MINUTE, at, clock
from tests.fakes.offices import ANN, JOINED, WEEK, LittleHouse, one_on_one, series

FIRST = at("2026-11-03 14:00")
MORNING = at("2026-11-04 09:00")


def letter_of(house: LittleHouse, kind: str, now: datetime, *events: Event) -> Letter:
    content = house.letter(house.rows(kind)[-1], now, events)
    assert content is not None
    return content.letter


# --- welcome ----------------------------------------------------------------------------


def test_the_welcome_names_whom_it_found_and_the_first_prep(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST, 4)
    house.run(JOINED)
    letter = letter_of(house, "welcome", JOINED)
    assert isinstance(letter, WelcomeLetter)
    assert (letter.members, letter.waiting) == (("Max", "Ann"), ())
    assert letter.first_prep_at == at("2026-11-03 12:00")
    assert letter.purpose


def test_one_by_one_it_says_who_follows(house: LittleHouse) -> None:
    house.add_leader(one_by_one=True).events = series(FIRST, 4)
    house.run(JOINED)
    letter = letter_of(house, "welcome", JOINED)
    assert isinstance(letter, WelcomeLetter)
    assert (letter.members, letter.waiting) == (("Max",), ("Ann",))


# --- rebook -----------------------------------------------------------------------------


def cancelled(house: LittleHouse, which: int = 0) -> list[Event]:
    """Lea cancels one of her meetings with Max; the calendar as it then stands."""
    calendar = house.add_leader()
    calendar.events = series(FIRST, 8)
    house.run(JOINED)
    calendar.events[which] = replace(calendar.events[which], status=EventStatus.CANCELLED)
    house.run(FIRST - 4 * HOUR)
    return calendar.events


def rebook(house: LittleHouse, *events: Event, now: datetime = MORNING) -> RebookLetter:
    house.run(now)
    letter = letter_of(house, "rebook", now, *events)
    assert isinstance(letter, RebookLetter)
    return letter


def test_it_offers_free_times_near_the_usual_one(house: LittleHouse) -> None:
    letter = rebook(house, *cancelled(house))
    assert (letter.member, letter.start.hour) == ("Max", 14)
    assert [clock(slot.start) for slot in letter.slots] == [
        "Wed 2026-11-04 14:00",
        "Thu 2026-11-05 14:00",
        "Fri 2026-11-06 14:00",
    ]


def test_what_is_taken_is_not_offered(house: LittleHouse) -> None:
    events = cancelled(house)
    busy = Event("busy", "", at("2026-11-04 13:30"), at("2026-11-04 15:00"))
    assert clock(rebook(house, *events, busy).slots[0].start) == "Wed 2026-11-04 13:00"


def test_a_declined_meeting_takes_no_time(house: LittleHouse) -> None:
    events = cancelled(house)
    declined = one_on_one(at("2026-11-04 14:00"), uid="other")
    mine, theirs = declined.guests
    declined = replace(declined, guests=(replace(mine, response=Response.DECLINED), theirs))
    assert clock(rebook(house, *events, declined).slots[0].start) == "Wed 2026-11-04 14:00"


def test_the_time_that_was_given_up_is_not_offered_again(house: LittleHouse) -> None:
    letter = rebook(house, *cancelled(house, which=1))
    assert [clock(slot.start) for slot in letter.slots] == [
        "Mon 2026-11-09 14:00",
        "Tue 2026-11-10 13:30",
        "Wed 2026-11-11 14:00",
    ]


def test_a_meeting_weeks_away_is_rebooked_around_its_own_day(house: LittleHouse) -> None:
    letter = rebook(house, *cancelled(house, which=5))
    assert [clock(slot.start)[:14].strip() for slot in letter.slots] == [
        "Mon 2026-12-07",
        "Tue 2026-12-08",
        "Wed 2026-12-09",
    ]


def test_a_link_opens_a_ready_event_with_the_person_in_it(house: LittleHouse) -> None:
    slot = rebook(house, *cancelled(house)).slots[0]
    asked = parse_qs(urlsplit(slot.url).query)
    assert asked["dates"] == ["20261104T130000Z/20261104T133000Z"]
    assert asked["add"] == ["max@example.org"]
    assert asked["text"] == ["Lea / Max 1:1"]


def test_without_a_readable_calendar_the_note_is_kind_all_the_same(house: LittleHouse) -> None:
    cancelled(house)
    assert rebook(house).slots == ()


def test_the_note_that_leaves_has_the_calendars_own_free_times(house: LittleHouse) -> None:
    cancelled(house)
    house.run(MORNING)
    (mail,) = house.sent("rebook")
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().count("calendar.google.com") == 3


# --- confirm ----------------------------------------------------------------------------


@pytest.fixture
def puzzled(house: LittleHouse) -> LittleHouse:
    """One meeting vanished, and a series may be a one-on-one."""
    calendar = house.add_leader()
    calendar.events = series(FIRST, 4)
    house.run(JOINED)
    calendar.events = calendar.events[1:] + series(
        FIRST + 2 * DAY, 3, uid="eve", member="eve@example.org", title="Biscuits"
    )
    house.run(FIRST - 4 * HOUR, FIRST - 4 * HOUR + MINUTE)
    return house


def confirm(house: LittleHouse, now: datetime) -> ConfirmLetter:
    letter = letter_of(house, "confirm", now)
    assert isinstance(letter, ConfirmLetter)
    return letter


def test_a_series_is_asked_about_by_its_title_and_person(puzzled: LittleHouse) -> None:
    item = confirm(puzzled, FIRST - 4 * HOUR).items[0]
    assert (item.ask, item.title, item.member) == (Ask.SERIES, "Biscuits", "eve@example.org")
    assert item.start is not None
    assert clock(item.start) == "Thu 2026-11-05 14:00"


def test_what_vanished_is_asked_about_by_person_and_time(puzzled: LittleHouse) -> None:
    puzzled.run(MORNING)
    (item,) = confirm(puzzled, MORNING).items
    assert (item.ask, item.member) == (Ask.WHAT_HAPPENED, "Max")
    assert (item.question.key, item.question.choices[0]) == ("happened", "yes")


def test_several_questions_are_one_mail_numbered_through(house: LittleHouse) -> None:
    calendar = house.add_leader()
    calendar.events = series(FIRST, 3) + series(FIRST + HOUR, 3, uid="ann", member=ANN, title="Ann / Lea 1:1")
    house.run(JOINED)
    calendar.events = calendar.events[1:3] + calendar.events[4:]
    house.run(FIRST - 4 * HOUR, MORNING)
    (mail,) = house.sent("confirm")
    row = next(one for one in house.rows("confirm") if one.sent_at)
    content = house.letter(row, MORNING)
    assert content is not None
    assert [question.number for question in content.questions] == [1, 2]
    assert mail["X-Visavis-Key"] == row.key


def test_what_was_answered_meanwhile_is_left_out(puzzled: LittleHouse) -> None:
    calendar = puzzled.calendars["lea@example.org"]
    puzzled.run(MORNING)
    row = puzzled.rows("confirm")[-1]
    calendar.events = [*series(FIRST, 1), *calendar.events]
    calendar.events[0] = replace(calendar.events[0], start=FIRST + 2 * DAY, end=FIRST + 2 * DAY + HOUR)
    puzzled.run(MORNING + HOUR)
    assert puzzled.letter(row, MORNING + HOUR) is None


def test_a_held_reply_is_asked_about_by_its_sender(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST, 1)
    house.run(JOINED)
    with house.database.begin() as tx:
        row = put(
            tx,
            NewEmail(
                "confirm:reply:lea-1",
                Kind.CONFIRM,
                1,
                JOINED,
                payload={"sender": "l@example.com", "reply_id": 1},
            ),
        )
        assert row is not None
    content = house.letter(row, JOINED)
    assert content is not None
    assert isinstance(content.letter, ConfirmLetter)
    assert content.letter.items[0].sender == "l@example.com"


# --- digest -----------------------------------------------------------------------------

DECEMBER = at("2026-12-01 08:20")


def test_the_month_has_its_figures_and_words(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST, 4)
    house.run(JOINED, *(FIRST + week * WEEK + HOUR for week in range(4)))
    about = house.meetings()[0]
    with house.database.begin() as tx:
        reflections.put(tx, 1, about.id or 0, Reflection(worked="She laughed."), about.end + DAY)
    house.run(DECEMBER)
    letter = letter_of(house, "digest", DECEMBER)
    assert isinstance(letter, DigestLetter)
    assert (letter.month.isoformat(), letter.held, letter.percent_held) == ("2026-11-01", 4, None)
    assert "She laughed." in [quote.text for quote in letter.worked]


def test_the_month_is_the_one_its_key_names(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST, 8)
    house.run(JOINED, *(FIRST + week * WEEK + HOUR for week in range(4)), DECEMBER)
    (mail,) = house.sent("digest")
    assert str(mail["X-Visavis-Key"]).endswith(":2026-11")
    later = house.run(DECEMBER + DAY, DECEMBER + 7 * DAY)
    assert "digest" not in {one.kind for one in later.emails}


def test_where_every_pair_is_muted_there_is_none_and_nobody_tries_again(house: LittleHouse) -> None:
    house.add_leader().events = series(FIRST, 4)
    house.run(JOINED, *(FIRST + week * WEEK + HOUR for week in range(4)))
    with house.database.begin() as tx:
        people.change_pair(tx, 1, muted=True)
        people.change(tx, 1, next_due_at=None)
    reports = [house.run(DECEMBER + n * MINUTE) for n in range(3)]
    assert house.sent("digest") == []
    found = [(one.kind, one.reason) for report in reports for one in report.emails if one.kind == "digest"]
    assert found == [("digest", "nothing_on_record")]
