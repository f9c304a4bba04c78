"""What happens in a leader's calendar, and what visavis makes of it, by its commands alone."""

from typing import Any

import pytest

from tests.fakes.cli import House, weekly
from tests.fakes.ics import calendar

MARTA = "marta@example.org"
ANA = "ana@example.org"
MONDAY = "20261102T140000"


def series(*lines: str, said: str = "ACCEPTED", **settings: Any) -> str:
    return weekly("ana-1@example.org", MONDAY, ANA, *lines, said=said, **settings)


def once(uid: str, start: str, *lines: str) -> str:
    return weekly(uid, start, ANA, *lines, rule="")


def changed(start: str, *lines: str, said: str = "ACCEPTED") -> str:
    """One occurrence of Ana's series, written on its own."""
    moment = f"RECURRENCE-ID;TZID=Europe/Berlin:{start}"
    return weekly("ana-1@example.org", lines[0], ANA, moment, *lines[1:], rule="", said=said)


@pytest.fixture
def marta(house: House) -> House:
    """Marta, with a weekly one-on-one with Ana, Mondays at 14:00, read on 2 November at 07:00."""
    house.calendar("leader.ics", calendar(series()))
    house.add(MARTA, "--member", f"Ana <{ANA}>")
    house.tick("2026-11-02T07:00:00+01:00")
    return house


def reread(house: House, now: str, *events: str) -> dict[str, Any]:
    house.calendar("leader.ics", calendar(*events))
    return house.tick(now)


def at(house: House, start: str) -> dict[str, Any]:
    """The one meeting that starts then."""
    (found,) = (meeting for meeting in house.meetings() if meeting["start"] == start)
    return found


def whats(meeting: dict[str, Any]) -> list[str]:
    return [change["what"] for change in meeting["changes"]]


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Europe/Berlin", "2026-10-19T09:30:00+02:00", "2026-10-26T09:30:00+01:00"),
        ("America/New_York", "2026-10-26T09:30:00-04:00", "2026-11-02T09:30:00-05:00"),
        ("Australia/Sydney", "2026-09-28T09:30:00+10:00", "2026-10-05T09:30:00+11:00"),
        ("America/Sao_Paulo", "2026-10-19T09:30:00-03:00", "2026-10-26T09:30:00-03:00"),
        ("Asia/Kolkata", "2026-10-19T09:30:00+05:30", "2026-10-26T09:30:00+05:30"),
    ],
)
def test_a_weekly_meeting_keeps_its_clock_time_when_the_clocks_change(
    house: House, zone: str, before: str, after: str
) -> None:
    house.calendar("leader.ics", calendar(weekly("dst@example.org", "20260907T093000", ANA, zone=zone)))
    house.add(MARTA, zone=zone)
    house.tick("2026-09-14T05:00:00+00:00")
    starts = [meeting["start"] for meeting in house.meetings()]
    assert starts.index(after) == starts.index(before) + 1


def test_an_event_in_another_zone_is_told_on_the_leaders_clock(house: House) -> None:
    event = weekly("ny@example.org", "20261102T100000", ANA, zone="America/New_York", rule="")
    house.calendar("leader.ics", calendar(event))
    house.add(MARTA)
    house.tick("2026-11-02T07:00:00+01:00", "2026-11-02T16:30:00+01:00")
    assert [meeting["start"] for meeting in house.meetings()] == ["2026-11-02T16:00:00+01:00"]
    assert house.mail("prep").sent.isoformat() == "2026-11-02T14:00:00+01:00"


def test_an_occurrence_on_another_day_is_moved(marta: House) -> None:
    reread(marta, "2026-11-05T10:00:00+01:00", series(), changed("20261109T140000", "20261110T150000"))
    moved = at(marta, "2026-11-10T15:00:00+01:00")
    assert moved["state"] == "moved"
    assert (
        moved["changes"][-1] | {"what": "moved", "old_start": "2026-11-09T14:00:00+01:00"}
        == (moved["changes"][-1])
    )
    assert "2026-11-09T14:00:00+01:00" not in [meeting["start"] for meeting in marta.meetings()]


def test_a_change_says_between_which_two_readings_it_was_seen(marta: House) -> None:
    marta.tick("2026-11-05T09:00:00+01:00")
    reread(marta, "2026-11-05T10:00:00+01:00", series(), changed("20261109T140000", "20261110T150000"))
    change = at(marta, "2026-11-10T15:00:00+01:00")["changes"][-1]
    assert (change["seen_after"], change["seen_by"]) == (
        "2026-11-05T09:00:00+01:00",
        "2026-11-05T10:00:00+01:00",
    )


def test_an_exdate_is_a_cancellation_by_nobody_knows_whom(marta: House) -> None:
    reread(marta, "2026-11-05T10:00:00+01:00", series("EXDATE;TZID=Europe/Berlin:20261109T140000"))
    gone = at(marta, "2026-11-09T14:00:00+01:00")
    assert (gone["state"], gone["by"], gone["confidence"]) == ("cancelled", "unknown", "low")


def test_what_was_an_exdate_from_the_start_never_was_a_meeting(house: House) -> None:
    house.calendar("leader.ics", calendar(series("EXDATE;TZID=Europe/Berlin:20261109T140000")))
    house.add(MARTA)
    house.tick("2026-11-02T07:00:00+01:00")
    starts = [meeting["start"] for meeting in house.meetings()]
    assert starts[:2] == ["2026-11-02T14:00:00+01:00", "2026-11-16T14:00:00+01:00"]


def test_a_cancelled_status_is_the_organisers_doing(marta: House) -> None:
    gone = changed("20261109T140000", "20261109T140000", "STATUS:CANCELLED")
    reread(marta, "2026-11-05T10:00:00+01:00", series(), gone)
    meeting = at(marta, "2026-11-09T14:00:00+01:00")
    assert (meeting["state"], meeting["by"], meeting["confidence"]) == ("cancelled", "leader", "medium")


def test_a_member_who_declines_has_cancelled(marta: House) -> None:
    declined = changed("20261109T140000", "20261109T140000", said="DECLINED")
    reread(marta, "2026-11-05T10:00:00+01:00", series(), declined)
    meeting = at(marta, "2026-11-09T14:00:00+01:00")
    assert (meeting["state"], meeting["by"], meeting["confidence"]) == ("cancelled", "member", "high")


def test_a_leader_who_declines_has_cancelled(marta: House) -> None:
    declined = changed("20261109T140000", "20261109T140000").replace(
        f"PARTSTAT=ACCEPTED:mailto:{MARTA}", f"PARTSTAT=DECLINED:mailto:{MARTA}"
    )
    reread(marta, "2026-11-05T10:00:00+01:00", series(), declined)
    meeting = at(marta, "2026-11-09T14:00:00+01:00")
    assert (meeting["state"], meeting["by"], meeting["confidence"]) == ("cancelled", "leader", "high")


def test_a_member_who_has_not_answered_has_not_declined(marta: House) -> None:
    waiting = changed("20261109T140000", "20261109T140000", said="NEEDS-ACTION")
    reread(marta, "2026-11-05T10:00:00+01:00", series(), waiting)
    assert at(marta, "2026-11-09T14:00:00+01:00")["state"] == "planned"


def test_what_is_cancelled_gets_no_prep_and_no_form(marta: House) -> None:
    gone = changed("20261109T140000", "20261109T140000", "STATUS:CANCELLED")
    marta.calendar("leader.ics", calendar(series(), gone))
    marta.tick("2026-11-08T10:00:00+01:00", "2026-11-09T20:00:00+01:00")
    assert [mail.sent.day for mail in marta.mails("prep") + marta.mails("reflection")] == []


def test_a_vanished_event_is_asked_about_and_nobody_is_blamed(house: House) -> None:
    other = weekly("ben@example.org", "20261103T110000", "ben@example.org")
    house.calendar("leader.ics", calendar(once("solo@example.org", "20261109T140000"), other))
    house.add(MARTA)
    house.tick("2026-11-02T07:00:00+01:00")
    reread(house, "2026-11-05T10:00:00+01:00", other)
    gone = at(house, "2026-11-09T14:00:00+01:00")
    assert (gone["state"], gone["by"]) == ("cancelled", "unknown")
    house.tick("2026-11-05T10:15:00+01:00", "2026-11-06T09:00:00+01:00")
    ask = house.mail("confirm")
    assert "Ana, Monday 9 November" in ask.text
    assert "they cancelled" in ask.text  # one of the words to answer with
    assert house.mails("rebook") == []


def test_deleted_and_made_anew_is_rescheduled(house: House) -> None:
    house.calendar("leader.ics", calendar(once("old@example.org", "20261109T140000")))
    house.add(MARTA)
    house.tick("2026-11-02T07:00:00+01:00")
    reread(house, "2026-11-05T10:00:00+01:00", once("new@example.org", "20261111T100000"))
    (meeting,) = house.meetings()
    assert (meeting["start"], meeting["uid"]) == ("2026-11-11T10:00:00+01:00", "new@example.org")
    assert meeting["state"] == "moved"
    assert whats(meeting) == ["seen", "rescheduled"]


def test_this_and_following_in_a_new_series_moves_every_meeting_and_cancels_none(marta: House) -> None:
    ended = series().replace("RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;UNTIL=20261115T000000Z")
    new = weekly("ana-2@example.org", "20261117T100000", ANA)
    reread(marta, "2026-11-10T10:00:00+01:00", ended, new)
    coming = [meeting for meeting in marta.meetings() if meeting["start"] > "2026-11-15"]
    assert {meeting["state"] for meeting in marta.meetings()} <= {"presumed_held", "moved", "planned"}
    assert coming[0]["start"] == "2026-11-17T10:00:00+01:00"
    assert whats(coming[0]) == ["seen", "moved"]


def test_a_whole_series_that_shifts_moves_every_meeting_and_cancels_none(marta: House) -> None:
    shifted = weekly("ana-1@example.org", "20261104T093000", ANA)
    reread(marta, "2026-11-03T10:00:00+01:00", shifted)
    states = [meeting["state"] for meeting in marta.meetings()]
    assert "cancelled" not in states
    assert at(marta, "2026-11-11T09:30:00+01:00")["state"] == "moved"


def test_a_series_that_ends_is_one_ending_and_not_many_cancellations(marta: House) -> None:
    other = weekly("ben@example.org", "20261103T110000", "ben@example.org")
    ended = series().replace("RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;UNTIL=20261115T000000Z")
    reread(marta, "2026-11-10T10:00:00+01:00", ended, other)
    after = [m["state"] for m in marta.meetings() if m["member"] == ANA and m["start"] > "2026-11-15"]
    assert after == ["cancelled", "excused", "excused", "excused", "excused", "excused", "excused"]


def test_what_comes_back_is_on_again(marta: House) -> None:
    reread(marta, "2026-11-05T10:00:00+01:00", series("EXDATE;TZID=Europe/Berlin:20261109T140000"))
    reread(marta, "2026-11-05T11:00:00+01:00", series())
    back = at(marta, "2026-11-09T14:00:00+01:00")
    assert (back["state"], back["by"]) == ("planned", None)
    assert whats(back)[-1] == "restored"


BROKEN = {
    "missing": None,
    "empty": b"",
    "cut_short": calendar(series())[:-40],
    "no_calendar": b"<!doctype html><title>Please sign in</title>",
    "noise": bytes(range(256)) * 20,
    "suddenly_empty": calendar(),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_calendar_changes_nothing_is_named_and_heals_by_itself(
    marta: House, content: bytes | None
) -> None:
    before = marta.meetings()
    if content is None:
        (marta.folder / "leader.ics").unlink()
    else:
        marta.calendar("leader.ics", content)
    broken = marta.tick("2026-11-02T08:00:00+01:00", code=1)
    (failure,) = broken["calendars"]["failed"]
    assert failure["leader"] == MARTA
    assert failure["permanent"] in {True, False}
    assert "\n" not in failure["error"]
    assert marta.meetings() == before

    marta.calendar("leader.ics", calendar(series()))
    healed = marta.tick("2026-11-02T09:00:00+01:00")
    assert healed["calendars"] == {"read": 1, "failed": []}
    assert marta.meetings() == before


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_check_names_a_broken_calendar_with_what_to_do(marta: House, content: bytes | None) -> None:
    if content is None:
        (marta.folder / "leader.ics").unlink()
    else:
        marta.calendar("leader.ics", content)
    marta.tick("2026-11-02T08:00:00+01:00", code=1)
    done = marta.run("check")
    assert done.code == 1
    (line,) = done.lines
    assert line.startswith(f"LOOK  {MARTA}: ")


def test_one_leaders_broken_calendar_is_nobody_elses(marta: House) -> None:
    other = weekly("eve@example.org", MONDAY, "eve@example.org", leader="noor@example.org")
    marta.calendar("noor.ics", calendar(other))
    marta.add("noor@example.org", calendar="noor.ics")
    marta.calendar("leader.ics", b"")
    report = marta.tick("2026-11-02T12:00:00+01:00", code=1)
    assert report["calendars"]["read"] == 1
    assert [m["to"] for m in report["emails"] if m["to"].startswith("noor")] == ["noor@example.org"] * 2


def test_no_prep_leaves_while_the_calendar_cannot_be_read_for_days(marta: House) -> None:
    marta.calendar("leader.ics", b"")
    marta.tick("2026-11-03T07:00:00+01:00", "2026-11-09T15:00:00+01:00", every="1h", code=1)
    assert marta.mails("prep") == []


@pytest.mark.parametrize(
    ("title", "guests", "outcome", "score", "points"),
    [
        ("Marta / Ana 1:1", [ANA], "yes", 10.0, [2.0, 2.0, 2.5, 1.5, 1.5, 0.5]),
        ("Catch-up", [ANA], "yes", 7.0, [2.0, 2.0, 1.0, 1.5, 0.5]),
        ("Lunch", [ANA], "ask", 6.0, [2.0, 2.0, 1.5, 0.5]),
        ("Interview with Ana", [ANA], "ask", 3.5, [2.0, 2.0, -3.0, 0.5, 1.5, 0.5]),
        ("Catch-up", ["zoe@example.net"], "no", 2.5, [2.0, -2.5, 1.0, 1.5, 0.5]),
    ],
)
def test_explain_gives_the_points_of_the_facts(
    house: House, title: str, guests: list[str], outcome: str, score: float, points: list[float]
) -> None:
    house.calendar("leader.ics", calendar(weekly("x@example.org", MONDAY, guests[0], title=title)))
    house.add(MARTA, "--member", f"Ana <{ANA}>")
    done = house.ok("explain", MARTA, "x@example.org", "--now", "2026-11-02T07:00:00+01:00", "--json")
    told = done.json
    assert (told["outcome"], sorted(r["points"] for r in told["reasons"])) == (outcome, sorted(points))
    assert told["score"] == score == sum(reason["points"] for reason in told["reasons"])


def test_explain_of_an_unknown_uid_is_one_line(marta: House) -> None:
    done = marta.run("explain", MARTA, "nowhere@example.org", "--now", "2026-11-02T07:00:00+01:00")
    assert done.code == 2
    assert len(done.lines) == 1
    assert "nowhere@example.org" in done.err
