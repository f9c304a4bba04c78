"""What of an entry of the Calendar API becomes an event, and what is dropped."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from service.calendars.google_events import (
    FIELDS,
    event_of,
    fingerprint,
    id_of,
    is_cancelled,
    is_tombstone,
    zone_of,
)
from service.domain.events import Event, EventKind, EventStatus, Guest, GuestKind, Response

BERLIN = ZoneInfo("Europe/Berlin")
ADA: dict[str, Any] = {"email": "ada@example.org", "self": True, "responseStatus": "accepted"}
BEN: dict[str, Any] = {"email": "ben@example.org", "displayName": "Ben", "responseStatus": "accepted"}
TEAM: dict[str, Any] = {"email": "c_1@group.calendar.google.com", "displayName": "Team"}
TALK: dict[str, Any] = {
    "id": "3c9",
    "status": "confirmed",
    "summary": "1:1 Ada / Ben",
    "start": {"dateTime": "2026-11-23T10:00:00+01:00"},
    "end": {"dateTime": "2026-11-23T10:30:00+01:00"},
    "organizer": {"email": "ada@example.org", "self": True},
    "attendees": [ADA, BEN],
    "eventType": "default",
}


def entry(**changes: Any) -> dict[str, Any]:
    """The talk, changed; None takes a field away."""
    return {name: value for name, value in (TALK | changes).items() if value is not None}


def event(owner: str = "", **changes: Any) -> Event:
    return event_of(entry(**changes), BERLIN, owner)


def guests(*attendees: dict[str, Any], **changes: Any) -> tuple[Guest, ...]:
    changes.setdefault("organizer", None)
    return event(attendees=list(attendees), **changes).guests


def day(text: str) -> dict[str, str]:
    return {"date": text}


class TestEvent:
    def test_it_comes_out_whole_and_in_utc(self) -> None:
        assert event() == Event(
            uid="3c9",
            occurrence="",
            start=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
            end=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
            title="1:1 Ada / Ben",
            organizer="ada@example.org",
            guests=(
                Guest("ada@example.org", response=Response.ACCEPTED),
                Guest("ben@example.org", "Ben", Response.ACCEPTED),
            ),
        )
        assert event().start.tzinfo is UTC

    def test_with_nothing_but_an_id_and_times_it_is_an_event_still(self) -> None:
        bare = {name: TALK[name] for name in ("id", "start", "end")}
        found = event_of(bare, BERLIN)
        assert (found.title, found.guests, found.organizer) == ("", (), "")
        assert (found.guests_known, found.busy, found.kind) == (True, True, EventKind.DEFAULT)

    def test_a_time_in_utc_is_read(self) -> None:
        assert event(start={"dateTime": "2026-11-23T09:00:00Z"}).start == event().start

    def test_free_time(self) -> None:
        assert not event(transparency="transparent").busy
        assert event(transparency="opaque").busy

    @pytest.mark.parametrize(
        "damage",
        [{"id": None}, {"start": None}, {"end": {}}, {"start": {"dateTime": "soon"}}, {"start": "x"}],
    )
    def test_a_damaged_entry_is_an_error(self, damage: dict[str, Any]) -> None:
        with pytest.raises((KeyError, ValueError, TypeError)):
            event(**damage)


class TestIdentity:
    @pytest.mark.parametrize("own", ["3c9_20261123T090000Z", "3c9_R20261123T090000", "some-other-shape"])
    def test_an_occurrence_is_its_series_and_an_opaque_id(self, own: str) -> None:
        found = event(id=own, recurringEventId="3c9")
        assert (found.uid, found.occurrence, found.recurring) == ("3c9", own, True)

    def test_a_single_event_has_no_occurrence(self) -> None:
        assert (event().uid, event().occurrence, event().recurring) == ("3c9", "", False)

    def test_an_occurrence_that_moved_keeps_its_identity(self) -> None:
        later = {"dateTime": "2026-11-25T16:00:00+01:00"}
        before = event(id="3c9_1", recurringEventId="3c9")
        after = event(id="3c9_1", recurringEventId="3c9", start=later, end=later)
        assert (after.uid, after.occurrence) == (before.uid, before.occurrence)
        assert after.start != before.start


class TestWholeDays:
    def test_they_span_midnights_of_the_calendars_zone(self) -> None:
        found = event(start=day("2026-11-23"), end=day("2026-11-25"))
        assert found.all_day
        assert found.start == datetime(2026, 11, 23, tzinfo=BERLIN)
        assert found.end == datetime(2026, 11, 25, tzinfo=BERLIN)
        assert found.start.tzinfo is UTC

    def test_the_day_the_clocks_change_has_25_hours(self) -> None:
        found = event(start=day("2026-10-25"), end=day("2026-10-26"))
        assert found.end - found.start == timedelta(hours=25)

    def test_a_timed_event_is_none(self) -> None:
        assert not event().all_day


class TestStatus:
    @pytest.mark.parametrize("status", list(EventStatus))
    def test_a_status(self, status: EventStatus) -> None:
        assert event(status=status.value).status is status

    def test_none_stated_is_confirmed(self) -> None:
        assert event(status=None).status is EventStatus.CONFIRMED

    def test_an_event_that_came_from_outlook_says_it_in_the_title_only(self) -> None:
        found = event(summary="Canceled: 1:1 Ada / Ben")
        assert (found.status, found.title) == (EventStatus.CANCELLED, "1:1 Ada / Ben")

    def test_what_is_declined_stays(self) -> None:
        found = event(attendees=[ADA | {"responseStatus": "declined"}, BEN])
        assert found.status is EventStatus.CONFIRMED
        assert found.guests[0].response is Response.DECLINED


class TestTombstones:
    def test_a_cancelled_occurrence_of_which_only_ids_are_told(self) -> None:
        told = {"id": "3c9_1", "recurringEventId": "3c9", "originalStartTime": {}, "status": "cancelled"}
        assert is_tombstone(told)
        assert id_of(told) == ("3c9", "3c9_1")

    def test_any_other_cancelled_event_has_its_id_only(self) -> None:
        told = {"id": "3c9", "status": "cancelled"}
        assert is_tombstone(told)
        assert id_of(told) == ("3c9", "")

    def test_times_alone_recognise_nobody(self) -> None:
        assert is_tombstone(entry(status="cancelled", summary=None, attendees=None))

    def test_a_cancelled_event_with_its_details_is_none(self) -> None:
        told = entry(status="cancelled")
        assert is_cancelled(told)
        assert not is_tombstone(told)

    def test_nor_is_an_event_that_stands(self) -> None:
        untitled = entry(summary=None, attendees=None)
        assert not is_cancelled(untitled)
        assert not is_tombstone(untitled)


class TestAnswers:
    @pytest.mark.parametrize(
        ("answer", "response"),
        [
            ("accepted", Response.ACCEPTED),
            ("declined", Response.DECLINED),
            ("tentative", Response.TENTATIVE),
            ("needsAction", Response.NEEDS_ACTION),
            ("aWordToCome", Response.NEEDS_ACTION),
        ],
    )
    def test_an_answer(self, answer: str, response: Response) -> None:
        assert guests(BEN | {"responseStatus": answer})[0].response is response

    def test_no_answer_is_no_refusal(self) -> None:
        assert guests({"email": "ben@example.org"})[0].response is Response.NEEDS_ACTION


class TestGuests:
    @pytest.mark.parametrize(
        ("told", "guest"),
        [
            ({"email": "Ben@Example.org"}, Guest("ben@example.org")),
            ({"email": "b@example.org", "displayName": " Ben "}, Guest("b@example.org", "Ben")),
            ({"email": "b@example.org", "displayName": "B@example.org"}, Guest("b@example.org")),
            ({"email": "b@example.org", "optional": True}, Guest("b@example.org", optional=True)),
            ({"displayName": "Ben"}, Guest("", "Ben")),
        ],
    )
    def test_an_attendee_becomes_a_guest(self, told: dict[str, Any], guest: Guest) -> None:
        assert guests(told) == (guest,)

    @pytest.mark.parametrize(
        ("told", "kind"),
        [
            ({"email": "ben@example.org"}, GuestKind.HUMAN),
            ({"email": "turing@example.org", "resource": True}, GuestKind.ROOM),
            ({"email": "c_2@resource.calendar.google.com"}, GuestKind.ROOM),
            ({"email": "lab@googlegroups.com"}, GuestKind.GROUP),
            ({"email": "c_1@group.calendar.google.com"}, GuestKind.GROUP),
            ({"email": "lab@example.org", "asyncOperation": "inProgress"}, GuestKind.GROUP),
            ({"email": "ben@example.org", "additionalGuests": 2}, GuestKind.GROUP),
            ({"email": "ben@example.org", "additionalGuests": 0}, GuestKind.HUMAN),
        ],
    )
    def test_who_or_what_it_stands_for(self, told: dict[str, Any], kind: GuestKind) -> None:
        assert [guest.kind for guest in guests(told)] == [kind]

    def test_one_who_is_listed_twice_is_one(self) -> None:
        assert len(guests(BEN, BEN | {"responseStatus": "declined"})) == 1

    def test_an_event_of_ones_own_has_none(self) -> None:
        alone = event(attendees=None)
        assert (alone.guests, alone.guests_known) == ((), True)


class TestOwner:
    def test_the_calendars_own_entry_stands_for_its_owner(self) -> None:
        alias = ADA | {"email": "a.king@example.com"}
        assert event("ada@example.org", attendees=[alias, BEN]).guests == event().guests

    def test_also_on_a_calendar_that_is_no_persons(self) -> None:
        shared = TEAM | {"self": True, "responseStatus": "accepted"}
        found = event("ada@example.org", attendees=[shared, BEN], organizer=TEAM | {"self": True})
        assert found.organizer == "ada@example.org"
        assert found.guests[0] == Guest("ada@example.org", "Team", Response.ACCEPTED)

    def test_without_an_owner_it_keeps_the_address_stated(self) -> None:
        assert (
            event(attendees=[ADA | {"email": "a.king@example.com"}]).guests[0].email == "a.king@example.com"
        )

    def test_other_entries_are_left_alone(self) -> None:
        assert event("ada@example.org", attendees=[BEN], organizer=None).guests[0].email == "ben@example.org"


class TestOrganizer:
    def test_is_a_guest_too(self) -> None:
        ben = {"email": "Ben@example.org", "displayName": "Ben"}
        found = event(attendees=[ADA], organizer=ben)
        assert found.organizer == "ben@example.org"
        assert found.guests[1] == Guest("ben@example.org", "Ben", Response.ACCEPTED)

    def test_who_is_listed_is_not_doubled(self) -> None:
        assert [guest.email for guest in event().guests] == ["ada@example.org", "ben@example.org"]

    def test_alone_is_no_guest_list(self) -> None:
        found = event(attendees=None)
        assert (found.organizer, found.guests) == ("ada@example.org", ())

    def test_a_calendar_that_organises_is_no_person_and_no_group(self) -> None:
        assert [guest.kind for guest in event(organizer=TEAM).guests][2:] == [GuestKind.ROOM]

    def test_of_an_imported_event_is_nobody(self) -> None:
        found = event(organizer={"email": "unknownorganizer@calendar.google.com"})
        assert (found.organizer, len(found.guests)) == ("", 2)


class TestHiddenGuests:
    def test_a_list_cut_short_is_not_known(self) -> None:
        assert not event(attendeesOmitted=True).guests_known

    def test_nor_one_that_guests_may_not_see(self) -> None:
        hidden = event(guestsCanSeeOtherGuests=False, organizer=BEN, attendees=[ADA])
        assert not hidden.guests_known

    def test_whoever_organises_sees_it_all_the_same(self) -> None:
        assert event(guestsCanSeeOtherGuests=False).guests_known

    @pytest.mark.parametrize("visibility", ["private", "confidential"])
    def test_a_private_event_without_its_details(self, visibility: str) -> None:
        bare = event(visibility=visibility, summary=None, attendees=None, organizer=None)
        assert not bare.guests_known
        assert bare.title == ""

    def test_a_private_event_with_its_details_is_read(self) -> None:
        assert event(visibility="private").guests_known

    def test_an_open_event_without_a_title_hides_nothing(self) -> None:
        assert event(summary=None, attendees=None).guests_known


class TestKind:
    @pytest.mark.parametrize(
        ("stated", "kind"),
        [
            (None, EventKind.DEFAULT),
            ("default", EventKind.DEFAULT),
            ("outOfOffice", EventKind.OUT_OF_OFFICE),
            ("focusTime", EventKind.OTHER),
            ("workingLocation", EventKind.OTHER),
            ("birthday", EventKind.OTHER),
            ("fromGmail", EventKind.OTHER),
            ("aTypeToCome", EventKind.OTHER),
        ],
    )
    def test_the_type_of_the_event(self, stated: str | None, kind: EventKind) -> None:
        assert event(eventType=stated).kind is kind

    def test_a_personal_account_has_no_other_way_than_the_title_to_be_away(self) -> None:
        away = event(summary="Vacation", start=day("2026-11-23"), end=day("2026-11-25"), attendees=None)
        assert away.kind is EventKind.OUT_OF_OFFICE
        assert event(summary="Vacation").kind is EventKind.DEFAULT

    def test_nor_to_keep_time_free(self) -> None:
        assert event(summary="Focus time", attendees=None).kind is EventKind.OTHER
        assert event(summary="Focus time").kind is EventKind.DEFAULT


class TestFields:
    @pytest.mark.parametrize(
        "field",
        ["description", "location", "attachments", "conferenceData", "hangoutLink", "htmlLink", "creator"],
    )
    def test_what_nobody_needs_to_know_is_not_asked_for(self, field: str) -> None:
        assert field not in FIELDS

    def test_what_is_told_unasked_is_not_kept(self) -> None:
        said = dict.fromkeys(("description", "location", "hangoutLink", "htmlLink", "iCalUID"), "a secret")
        attendee = BEN | {"comment": "a secret", "id": "a secret"}
        assert "a secret" not in repr(event(attendees=[ADA, attendee], **said))


class TestFingerprint:
    @pytest.mark.parametrize(
        "changed",
        [
            {"uid": "3ca"},
            {"occurrence": "3c9_1"},
            {"start": datetime(2026, 11, 23, 9, 1, tzinfo=UTC)},
            {"end": datetime(2026, 11, 23, 9, 31, tzinfo=UTC)},
            {"title": "1:1"},
            {"status": EventStatus.CANCELLED},
            {"kind": EventKind.OTHER},
            {"organizer": "ben@example.org"},
            {"guests": ()},
            {"guests": (Guest("ada@example.org"), Guest("ben@example.org", "Ben", Response.ACCEPTED))},
            {"guests_known": False},
            {"recurring": True},
            {"all_day": True},
            {"busy": False},
        ],
        ids=lambda changed: next(iter(changed)),
    )
    def test_every_change_changes_it(self, changed: dict[str, Any]) -> None:
        assert set(changed) <= set(Event.__slots__)
        other = replace(event(), **changed)
        assert fingerprint([other], [], None) != fingerprint([event()], [], None)

    def test_it_covers_all_that_an_event_holds(self) -> None:
        tried = {"uid", "occurrence", "start", "end", "title", "status", "kind", "organizer", "guests"}
        assert tried | {"guests_known", "recurring", "all_day", "busy"} == set(Event.__slots__)

    @pytest.mark.parametrize(
        "guest",
        [
            Guest("b@example.org", "Ben", Response.ACCEPTED),
            Guest("ben@example.org", "B", Response.ACCEPTED),
            Guest("ben@example.org", "Ben", Response.DECLINED),
            Guest("ben@example.org", "Ben", Response.ACCEPTED, GuestKind.GROUP),
            Guest("ben@example.org", "Ben", Response.ACCEPTED, optional=True),
        ],
    )
    def test_every_change_of_a_guest_changes_it(self, guest: Guest) -> None:
        one = replace(event(), guests=(Guest("ben@example.org", "Ben", Response.ACCEPTED),))
        assert fingerprint([replace(one, guests=(guest,))], [], None) != fingerprint([one], [], None)

    def test_so_do_the_tombstones_and_the_zone(self) -> None:
        marks = {
            fingerprint([event()], [], "Europe/Berlin"),
            fingerprint([event()], [], "Europe/Lisbon"),
            fingerprint([event()], [("3c9", "3c9_1")], "Europe/Berlin"),
        }
        assert len(marks) == 3

    def test_the_same_instants_in_another_zone_are_the_same(self) -> None:
        here = replace(event(), start=event().start.astimezone(BERLIN))
        assert fingerprint([here], [], None) == fingerprint([event()], [], None)

    def test_it_outlives_a_restart(self) -> None:
        stones = {("a", "b"), ("c", "d"), ("e", "f")}
        assert fingerprint([event()], stones, "Europe/Berlin").startswith("646ba47920520cfc2472")


class TestZone:
    @pytest.mark.parametrize("name", ["", "Mars/Olympus", "Europe", "../etc/passwd"])
    def test_a_name_that_is_none(self, name: str) -> None:
        assert zone_of(name) is None

    def test_a_name(self) -> None:
        assert zone_of("Europe/Berlin") == BERLIN
