"""When each mail leaves, in the leader's own time, and what its headers say."""

import re
from datetime import datetime

import pytest

from tests.fakes.cli import House, Mail, inline, reply, weekly
from tests.fakes.ics import calendar

MARTA = "marta@example.org"
ANA = "ana@example.org"


def live(
    house: House, start: str, until: str, *events: str, flags: tuple[str, ...] = (), every: str = "15m"
) -> House:
    """Marta joins at `start` with these events, and time passes."""
    house.calendar("leader.ics", calendar(*events))
    house.add(MARTA, *flags)
    house.tick(start, until, every=every)
    return house


def sent(house: House, kind: str) -> list[str]:
    return [mail.sent.isoformat() for mail in house.mails(kind)]


@pytest.mark.parametrize(
    ("start", "prep"),
    [
        ("20261105T140000", "2026-11-05T12:00:00+01:00"),  # two hours before
        ("20261105T103000", "2026-11-05T08:30:00+01:00"),  # not before half past eight
        ("20261105T100000", "2026-11-05T08:30:00+01:00"),  # ten is not before ten
        ("20261105T094500", "2026-11-04T17:00:00+01:00"),  # early: the evening before
        ("20261109T090000", "2026-11-06T17:00:00+01:00"),  # early on a Monday: on Friday
    ],
)
def test_a_prep_leaves_at_the_designs_time(house: House, start: str, prep: str) -> None:
    live(
        house,
        "2026-11-03T07:00:00+01:00",
        "2026-11-09T08:00:00+01:00",
        weekly("x@example.org", start, ANA, rule=""),
    )
    assert sent(house, "prep") == [prep]


def test_a_leaders_own_lead_time_stands_instead(house: House) -> None:
    event = weekly("x@example.org", "20261105T140000", ANA, rule="")
    flags = ("--prep-minutes", "45")
    live(house, "2026-11-05T07:00:00+01:00", "2026-11-05T14:00:00+01:00", event, flags=flags)
    assert sent(house, "prep") == ["2026-11-05T13:15:00+01:00"]


def test_a_public_holiday_is_no_working_day(house: House) -> None:
    event = weekly("x@example.org", "20261228T090000", ANA, rule="")  # the Monday after Christmas
    flags = ("--country", "DE")
    live(house, "2026-12-22T07:00:00+01:00", "2026-12-28T08:00:00+01:00", event, flags=flags)
    assert sent(house, "prep") == ["2026-12-24T17:00:00+01:00"]


def test_a_meeting_made_late_has_its_prep_at_once(house: House) -> None:
    live(
        house,
        "2026-11-05T07:00:00+01:00",
        "2026-11-05T13:00:00+01:00",
        weekly("b@example.org", "20261106T110000", "ben@example.org"),
    )
    late = weekly("x@example.org", "20261105T140000", ANA, rule="")
    house.calendar(
        "leader.ics", calendar(late, weekly("b@example.org", "20261106T110000", "ben@example.org"))
    )
    house.tick("2026-11-05T13:30:00+01:00")
    assert sent(house, "prep") == ["2026-11-05T13:30:00+01:00"]


@pytest.mark.parametrize(("now", "reason"), [("13:55", "too_late"), ("14:05", "meeting_began")])
def test_a_meeting_made_too_late_has_no_prep_and_a_named_reason(house: House, now: str, reason: str) -> None:
    ben = weekly("b@example.org", "20261106T110000", "ben@example.org")
    live(house, "2026-11-05T07:00:00+01:00", "2026-11-05T13:00:00+01:00", ben)
    house.calendar("leader.ics", calendar(weekly("x@example.org", "20261105T140000", ANA, rule=""), ben))
    report = house.tick(f"2026-11-05T{now}:00+01:00")
    assert [(mail["kind"], mail["status"], mail["reason"]) for mail in report["emails"]] == [
        ("prep", "skipped", reason)
    ]


def test_the_form_comes_a_quarter_of_an_hour_after_the_end(house: House) -> None:
    event = weekly("x@example.org", "20261105T140000", ANA, rule="", minutes=45)
    live(house, "2026-11-05T07:00:00+01:00", "2026-11-05T16:00:00+01:00", event)
    assert sent(house, "reflection") == ["2026-11-05T15:00:00+01:00"]


def test_back_to_back_meetings_share_one_form(house: House) -> None:
    first = weekly("x@example.org", "20261105T140000", ANA, rule="")
    second = weekly("y@example.org", "20261105T143000", "ben@example.org", rule="")
    live(house, "2026-11-05T07:00:00+01:00", "2026-11-05T17:00:00+01:00", first, second)
    assert sent(house, "reflection") == ["2026-11-05T15:15:00+01:00"]
    assert "Ana" in house.mail("reflection").text
    assert "Ben" in house.mail("reflection").text


def test_one_reminder_on_the_next_working_morning_and_then_quiet(house: House) -> None:
    event = weekly("x@example.org", "20261106T140000", ANA, rule="")  # a Friday
    live(house, "2026-11-06T07:00:00+01:00", "2026-11-13T07:00:00+01:00", event, every="30m")
    assert sent(house, "reminder") == ["2026-11-09T08:30:00+01:00"]


def test_an_answered_form_has_no_reminder(house: House) -> None:
    event = weekly("x@example.org", "20261105T140000", ANA, rule="")
    live(house, "2026-11-05T07:00:00+01:00", "2026-11-05T15:00:00+01:00", event)
    house.drop(reply(house.mail("reflection"), MARTA, inline(house.mail("reflection"), {1: "yes"})))
    house.tick("2026-11-05T15:15:00+01:00", "2026-11-07T12:00:00+01:00")
    assert house.mails("reminder") == []


def test_the_rebook_note_offers_free_times_in_working_hours_next_morning(house: House) -> None:
    gone = weekly("x@example.org", "20261105T140000", ANA, rule="")
    busy = weekly("busy@example.org", "20261109T090000", "crowd@example.org", title="Offsite", minutes=480)
    live(house, "2026-11-04T07:00:00+01:00", "2026-11-04T12:00:00+01:00", gone, busy)
    cancelled = gone.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY")
    house.calendar("leader.ics", calendar(cancelled, busy))
    house.tick("2026-11-04T12:15:00+01:00", "2026-11-05T10:00:00+01:00")
    note = house.mail("rebook")
    assert note.sent.isoformat() == "2026-11-05T09:00:00+01:00"
    offered = re.findall(r"dates=(\d{8})T(\d{6})Z", note.text.replace("%2F", "/"))
    assert offered
    assert all("080000" <= clock <= "153000" for _, clock in offered)  # 09:00 to 16:30 in Berlin
    assert "20261109" not in {day for day, _ in offered}


def test_the_digest_comes_on_the_first_working_morning_about_the_month_before(house: House) -> None:
    event = weekly("x@example.org", "20261005T140000", ANA)
    live(house, "2026-10-05T07:00:00+02:00", "2026-11-01T20:00:00+01:00", event, every="12h")
    house.tick("2026-11-02T07:00:00+01:00", "2026-11-03T12:00:00+01:00")
    (digest,) = house.mails("digest")
    assert digest.sent.date().isoformat() == "2026-11-02"
    assert "08:00" <= digest.sent.strftime("%H:%M") <= "08:30"
    assert "October" in digest.subject


def test_a_month_without_a_meeting_has_no_digest(house: House) -> None:
    event = weekly("x@example.org", "20261105T140000", ANA, rule="")
    live(house, "2026-10-05T07:00:00+02:00", "2026-11-03T12:00:00+01:00", event, every="1h")
    assert house.mails("digest") == []


def test_nothing_leaves_in_quiet_hours(house: House) -> None:
    late = weekly("x@example.org", "20261105T193000", ANA, minutes=60)
    early = weekly("y@example.org", "20261106T071500", "ben@example.org")
    live(house, "2026-11-02T06:00:00+01:00", "2026-11-20T12:00:00+01:00", late, early, every="45m")
    assert house.mails()
    assert all(7 <= mail.sent.hour < 20 for mail in house.mails())


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Tokyo", "Pacific/Auckland"])
def test_all_times_are_the_leaders_own(house: House, zone: str) -> None:
    house.calendar("leader.ics", calendar(weekly("x@example.org", "20261105T140000", ANA, zone=zone)))
    house.add(MARTA, zone=zone)
    house.tick("2026-11-03T12:00:00+00:00", "2026-11-06T12:00:00+00:00")
    assert house.mail("prep").sent.strftime("%a %H:%M") == "Thu 12:00"
    assert house.mail("reflection").sent.strftime("%a %H:%M") == "Thu 14:45"


def test_the_same_clock_time_on_both_sides_of_a_change_of_clocks(house: House) -> None:
    event = weekly("x@example.org", "20261021T140000", ANA)
    live(house, "2026-10-21T06:00:00+02:00", "2026-10-29T00:00:00+01:00", event, every="30m")
    assert sent(house, "prep") == ["2026-10-21T12:00:00+02:00", "2026-10-28T12:00:00+01:00"]


def test_missed_passes_are_made_up_for_and_what_came_too_late_is_named(house: House) -> None:
    event = weekly("x@example.org", "20261105T140000", ANA, rule="")
    live(house, "2026-11-03T07:00:00+01:00", "2026-11-03T08:00:00+01:00", event)
    report = house.tick("2026-11-05T18:00:00+01:00")  # nobody looked for two days
    assert sorted((mail["kind"], mail["status"], mail["reason"]) for mail in report["emails"]) == [
        ("prep", "skipped", "meeting_began"),
        ("reflection", "sent", None),
    ]


def test_a_week_advances_only_on_meetings_that_were_held(house: House) -> None:
    first = weekly("x@example.org", "20261102T140000", ANA, "EXDATE;TZID=Europe/Berlin:20261109T140000")
    live(house, "2026-11-02T07:00:00+01:00", "2026-11-24T12:00:00+01:00", first, every="1h")
    assert [mail.week for mail in house.mails("prep")] == [1, 2, 3]
    assert [mail.sent.day for mail in house.mails("prep")] == [2, 16, 23]


def test_a_correction_takes_the_week_back(house: House) -> None:
    live(
        house,
        "2026-11-02T07:00:00+01:00",
        "2026-11-02T15:00:00+01:00",
        weekly("x@example.org", "20261102T140000", ANA),
    )
    form = house.mail("reflection")
    house.drop(reply(form, MARTA, inline(form, {1: "they cancelled"})))
    house.tick("2026-11-02T15:15:00+01:00", "2026-11-09T13:00:00+01:00")
    assert [mail.week for mail in house.mails("prep")] == [1, 1]
    held = next(meeting for meeting in house.meetings() if meeting["start"] == "2026-11-02T14:00:00+01:00")
    assert (held["state"], held["by"], held["confidence"]) == ("cancelled", "member", "high")


def test_one_by_one_brings_in_a_further_member_each_week(house: House) -> None:
    names = ("ana", "ben", "cleo")
    events = [
        weekly(f"{name}@x", f"2026110{day}T140000", f"{name}@example.org")
        for day, name in enumerate(names, 2)
    ]
    flags = ("--one-by-one", *[x for name in names for x in ("--member", f"{name} <{name}@example.org>")])
    live(house, "2026-11-02T07:00:00+01:00", "2026-11-19T20:00:00+01:00", *events, flags=flags, every="1h")
    first: dict[str, str] = {}
    for mail in house.mails("prep"):
        first.setdefault(re.findall(r"\b(ana|ben|cleo)\b", mail.subject)[0], mail.sent.date().isoformat())
    assert first == {"ana": "2026-11-02", "ben": "2026-11-10", "cleo": "2026-11-18"}


@pytest.fixture
def one_week(house: House) -> House:
    """A week with two meetings, nobody answering."""
    ana = weekly("a@example.org", "20261102T140000", ANA)
    ben = weekly("b@example.org", "20261103T090000", "ben@example.org")
    return live(house, "2026-11-02T07:00:00+01:00", "2026-11-06T18:00:00+01:00", ana, ben)


def test_every_mail_bears_the_headers_that_outside_tools_rely_on(one_week: House) -> None:
    for mail in one_week.mails():
        token = re.fullmatch(r"lab\+([0-9a-f]{32})@example\.org", str(mail.message["Reply-To"]))
        assert token is not None
        assert re.fullmatch(r"<[0-9a-f]{24}@example\.org>", str(mail.message["Message-ID"]))
        assert mail.message["Auto-Submitted"] == "auto-generated"
        assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "<http://127.0.0.1:8080/u/" in str(mail.message["List-Unsubscribe"])
        assert mail.kind == mail.key.partition(":")[0]
        assert token[1] in mail.text
        assert token[1] in mail.html
        assert max(len(line) for line in mail.path.read_bytes().splitlines()) < 998


def test_keys_tokens_and_ids_are_unique(one_week: House) -> None:
    for header in ("X-Visavis-Key", "Reply-To", "Message-ID"):
        values = [str(mail.message[header]) for mail in one_week.mails()]
        assert len(values) == len(set(values))


def test_the_week_stands_where_a_mail_has_one(one_week: House) -> None:
    weeks = {mail.kind: mail.week for mail in one_week.mails()}
    assert (weeks["prep"], weeks["welcome"]) == (1, None)


def test_a_reminder_goes_into_its_forms_thread(one_week: House) -> None:
    def thread(mail: Mail) -> str:
        return str(mail.message["In-Reply-To"])

    forms = {str(mail.message["Message-ID"]): mail for mail in one_week.mails("reflection")}
    for reminder in one_week.mails("reminder"):
        assert reminder.subject == f"Re: {forms[thread(reminder)].subject}"
        assert thread(reminder) in str(reminder.message["References"])


def test_ticks_json_agrees_with_the_maildir(house: House) -> None:
    house.calendar("leader.ics", calendar(weekly("a@example.org", "20261102T140000", ANA)))
    house.add(MARTA)
    report = house.tick("2026-11-02T07:00:00+01:00", "2026-11-10T18:00:00+01:00")
    told = {
        (mail["kind"], mail["key"], mail["subject"], datetime.fromisoformat(mail["at"]))
        for mail in report["emails"]
        if mail["status"] == "sent"
    }
    there = {(mail.kind, mail.key, mail.subject, mail.sent) for mail in house.mails()}
    assert told == there
    assert len(there) == len(list((house.folder / "mail" / "outbox" / "new").iterdir()))


def test_the_same_stretch_again_sends_nothing_twice(one_week: House) -> None:
    before = {mail.key for mail in one_week.mails()}
    again = one_week.tick("2026-11-02T07:00:00+01:00", "2026-11-06T18:00:00+01:00")
    assert [mail for mail in again["emails"] if mail["status"] == "sent"] == []
    assert {mail.key for mail in one_week.mails()} == before


def test_the_plan_is_what_then_happens(house: House) -> None:
    house.calendar("leader.ics", calendar(weekly("a@example.org", "20261102T140000", ANA)))
    house.add(MARTA)
    house.tick("2026-11-02T07:00:00+01:00")
    planned = house.ok("plan", "--now", "2026-11-02T07:00:00+01:00", "--days", "1", "--json").json["emails"]
    house.tick("2026-11-02T07:15:00+01:00", "2026-11-03T07:00:00+01:00")
    came = {(mail.key, mail.sent.isoformat()) for mail in house.mails() if mail.kind != "welcome"}
    assert {(mail["key"], mail["due"]) for mail in planned if mail["status"] == "planned"} == came


def test_looking_at_the_plan_changes_nothing(one_week: House) -> None:
    before = one_week.meetings()
    first = one_week.ok("plan", "--now", "2026-11-06T18:00:00+01:00", "--json").json
    assert one_week.ok("plan", "--now", "2026-11-06T18:00:00+01:00", "--json").json == first
    assert one_week.meetings() == before
