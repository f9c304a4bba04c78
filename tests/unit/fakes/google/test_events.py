"""From the domain's events to the Calendar API's, and a whole calendar loaded from them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from service.domain.events import Event, EventKind, EventStatus, Guest, GuestKind, Response
from tests.fakes.google.calendar_client import calendar_client
from tests.fakes.google.events import to_google
from tests.fakes.google.gmail_client import ADA
from tests.fakes.google.server import FakeGoogle

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
BERLIN = ZoneInfo("Europe/Berlin")
TALK = Event("talk", "", NOON, NOON + HOUR, "1:1", organizer=ADA, guests=(Guest(ADA, "Ada"),))


class TestToGoogle:
    def test_a_single_event(self) -> None:
        assert to_google(TALK) == {
            "id": "talk",
            "status": "confirmed",
            "summary": "1:1",
            "eventType": "default",
            "start": {"dateTime": "2026-11-23T12:00:00+00:00"},
            "end": {"dateTime": "2026-11-23T13:00:00+00:00"},
            "transparency": "opaque",
            "attendees": [{"email": ADA, "displayName": "Ada", "responseStatus": "needsAction"}],
            "organizer": {"email": ADA},
        }

    def test_an_occurrence_stands_where_its_name_says_if_that_is_a_time(self) -> None:
        moved = replace(TALK, occurrence=(NOON - HOUR).isoformat(), recurring=True)
        told = to_google(moved)
        assert (told["id"], told["recurringEventId"]) == (moved.occurrence, "talk")
        assert told["originalStartTime"] == {"dateTime": "2026-11-23T11:00:00+00:00"}
        opaque = replace(moved, occurrence="abc")
        assert to_google(opaque)["originalStartTime"] == {"dateTime": "2026-11-23T12:00:00+00:00"}

    def test_an_occurrence_without_an_id_of_its_own_is_refused(self) -> None:
        with pytest.raises(ValueError, match="id of its own"):
            to_google(replace(TALK, recurring=True))

    def test_whole_days_are_days_of_their_zone(self) -> None:
        midnight = datetime(2026, 11, 23, tzinfo=BERLIN)
        days = replace(TALK, start=midnight, end=midnight + timedelta(days=2), all_day=True)
        assert to_google(days)["start"] == {"date": "2026-11-23"}
        assert to_google(days)["end"] == {"date": "2026-11-25"}
        in_utc = replace(days, start=days.start.astimezone(UTC), end=days.end.astimezone(UTC))
        assert to_google(in_utc, BERLIN)["start"] == {"date": "2026-11-23"}

    @pytest.mark.parametrize(
        ("changed", "name", "expected"),
        [
            ({"status": EventStatus.TENTATIVE}, "status", "tentative"),
            ({"status": EventStatus.CANCELLED}, "status", "cancelled"),
            ({"kind": EventKind.OUT_OF_OFFICE}, "eventType", "outOfOffice"),
            ({"kind": EventKind.OTHER}, "eventType", "focusTime"),
            ({"busy": False}, "transparency", "transparent"),
            ({"guests_known": False}, "attendeesOmitted", True),
            ({"organizer": ""}, "organizer", {"email": "unknownorganizer@calendar.google.com"}),
            ({"guests": ()}, "attendees", None),
            ({"title": ""}, "summary", None),
        ],
    )
    def test_every_field(self, changed: dict[str, Any], name: str, expected: object) -> None:
        assert to_google(replace(TALK, **changed)).get(name) == expected

    @pytest.mark.parametrize(
        ("guest", "expected"),
        [
            (Guest(ADA, response=Response.ACCEPTED), {"email": ADA, "responseStatus": "accepted"}),
            (Guest(ADA, response=Response.DECLINED), {"email": ADA, "responseStatus": "declined"}),
            (Guest(ADA, response=Response.TENTATIVE), {"email": ADA, "responseStatus": "tentative"}),
            (Guest(ADA, optional=True), {"email": ADA, "responseStatus": "needsAction", "optional": True}),
            (
                Guest(ADA, kind=GuestKind.ROOM),
                {"email": ADA, "responseStatus": "needsAction", "resource": True},
            ),
            (
                Guest(ADA, kind=GuestKind.GROUP),
                {"email": ADA, "responseStatus": "needsAction", "asyncOperation": "inProgress"},
            ),
        ],
    )
    def test_every_guest(self, guest: Guest, expected: dict[str, object]) -> None:
        assert to_google(replace(TALK, guests=(guest,)))["attendees"] == [expected]


class TestLoading:
    """What changed becomes changes: a sync token tells exactly those."""

    @pytest.fixture
    def events(self, google: FakeGoogle) -> Iterator[Any]:
        with calendar_client(google, ADA) as api:
            yield api.events()

    def listed(self, events: Any, **asked: Any) -> dict[str, Any]:
        answer = events.list(calendarId="primary", singleEvents=True, **asked).execute()
        assert isinstance(answer, dict)
        return answer

    def delta(self, events: Any, since: dict[str, Any]) -> dict[str, str]:
        found = self.listed(events, syncToken=since["nextSyncToken"])["items"]
        return {each["id"]: each["status"] for each in found}

    def series(self, count: int) -> list[Event]:
        return [
            replace(
                TALK,
                uid="weekly",
                occurrence=f"weekly_{n}",
                recurring=True,
                start=NOON + n * WEEK,
                end=NOON + n * WEEK + HOUR,
            )
            for n in range(count)
        ]

    def test_the_same_again_changes_nothing(self, google: FakeGoogle, events: Any) -> None:
        everything = [TALK, *self.series(3)]
        google.calendar.load(ADA, everything)
        first = self.listed(events)
        google.calendar.load(ADA, everything)
        assert len(first["items"]) == 4
        assert self.delta(events, first) == {}

    def test_what_is_added_changed_and_missing_is_told(self, google: FakeGoogle, events: Any) -> None:
        weekly = self.series(3)
        google.calendar.load(ADA, [TALK, *weekly])
        first = self.listed(events)
        changed = replace(weekly[1], title="1:1 Ada / Ben")
        google.calendar.load(ADA, [*[weekly[0], changed], replace(TALK, uid="new")])
        assert self.delta(events, first) == {
            "talk": "cancelled",
            "weekly_1": "confirmed",
            "weekly_2": "cancelled",
            "new": "confirmed",
        }

    def test_what_is_missing_keeps_its_details_as_a_tombstone(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.load(ADA, [TALK])
        google.calendar.load(ADA, [])
        (found,) = self.listed(events, showDeleted=True)["items"]
        assert (found["status"], found["summary"]) == ("cancelled", "1:1")

    def test_a_moved_occurrence_keeps_where_it_stood(self, google: FakeGoogle, events: Any) -> None:
        (first,) = self.series(1)
        google.calendar.load(ADA, [first])
        google.calendar.load(ADA, [replace(first, start=NOON + HOUR, end=NOON + 2 * HOUR)])
        (found,) = self.listed(events)["items"]
        assert found["start"]["dateTime"] == "2026-11-23T14:00:00+01:00"
        assert found["originalStartTime"]["dateTime"] == "2026-11-23T13:00:00+01:00"
        assert found["recurringEventId"] == "weekly"

    def test_what_came_back_is_no_tombstone(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.load(ADA, [TALK])
        google.calendar.load(ADA, [])
        google.calendar.load(ADA, [TALK])
        google.move(timedelta(days=365))
        assert [each["status"] for each in self.listed(events)["items"]] == ["confirmed"]

    def test_what_was_called_off_vanishes_in_time_and_stays_away(
        self, google: FakeGoogle, events: Any
    ) -> None:
        off = replace(TALK, status=EventStatus.CANCELLED)
        google.calendar.load(ADA, [off])
        assert len(self.listed(events, showDeleted=True)["items"]) == 1
        google.move(timedelta(days=30))
        google.calendar.load(ADA, [off])
        assert self.listed(events, showDeleted=True)["items"] == []

    def test_ids_that_meet_have_to_be_told_apart(self, google: FakeGoogle, events: Any) -> None:
        both = [replace(TALK, uid=uid, occurrence="20261123", recurring=True) for uid in ("one", "two")]
        with pytest.raises(ValueError, match="give `named`"):
            google.calendar.load(ADA, both)
        google.calendar.load(ADA, both, named=lambda event: f"{event.uid}_{event.occurrence}")
        found = self.listed(events)["items"]
        assert [(each["recurringEventId"], each["id"]) for each in found] == [
            ("one", "one_20261123"),
            ("two", "two_20261123"),
        ]
