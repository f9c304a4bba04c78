"""Writing events through the API, as a test or another program does."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.google.calendar_client import ALL, calendar_client
from tests.fakes.google.gmail_client import ADA, BEN, refused
from tests.fakes.google.server import FakeGoogle

START = {"dateTime": "2026-11-23T12:00:00Z", "timeZone": "Europe/Berlin"}
END = {"dateTime": "2026-11-23T12:30:00Z", "timeZone": "Europe/Berlin"}
NEW = {"summary": "1:1", "start": START, "end": END}


@pytest.fixture
def events(google: FakeGoogle) -> Iterator[Any]:
    """The library's `events()` for Ada."""
    with calendar_client(google, ADA) as api:
        yield api.events()


def insert(events: Any, **more: Any) -> Any:
    return events.insert(calendarId="primary", body={**NEW, **more})


def test_an_event_is_made_with_everything_google_adds(events: Any) -> None:
    made = insert(events, attendees=[{"email": BEN}]).execute()
    assert (made["status"], made["eventType"], made["sequence"]) == ("confirmed", "default", 0)
    assert made["organizer"] == {"email": ADA, "self": True}
    assert made["attendees"] == [{"email": BEN, "responseStatus": "needsAction"}]
    assert made["start"]["dateTime"] == "2026-11-23T13:00:00+01:00"
    assert events.get(calendarId="primary", eventId=made["id"]).execute() == made


def test_an_id_of_ones_own_has_to_be_new_and_well_formed(events: Any) -> None:
    assert insert(events, id="abcde12345").execute()["id"] == "abcde12345"
    assert refused(insert(events, id="abcde12345")) == (409, "duplicate")
    assert refused(insert(events, id="Not an id")) == (400, "invalid")


@pytest.mark.parametrize(
    ("changed", "status", "reason"),
    [
        ({"end": {"dateTime": "2026-11-23T11:00:00Z"}}, 400, "timeRangeEmpty"),
        ({"start": {"dateTime": "2026-11-23T12:00:00"}}, 400, "required"),
        ({"start": {}}, 400, "required"),
        ({"start": {"dateTime": "2026-11-23T12:00:00", "timeZone": "Mars/Olympus"}}, 400, "invalid"),
        ({"recurrence": ["RRULE:FREQ=NEVER"]}, 400, "invalid"),
        ({"recurrence": ["weekly"]}, 400, "invalid"),
        (
            {"recurrence": ["RRULE:FREQ=DAILY"], "start": {"dateTime": "2026-11-23T12:00:00Z"}},
            400,
            "required",
        ),
        ({"eventType": "fromGmail"}, 400, "eventTypeRestriction"),
        ({"status": "maybe"}, 400, "invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(
    google: FakeGoogle, events: Any, changed: dict[str, Any], status: int, reason: str
) -> None:
    assert refused(insert(events, **changed)) == (status, reason)
    assert google.calendar.books[ADA].entries == {}


def test_a_patch_changes_what_it_names(events: Any) -> None:
    made = insert(events, location="Room 1", description="old").execute()
    change = {"description": "new", "location": None}
    changed = events.patch(calendarId="primary", eventId=made["id"], body=change).execute()
    assert (changed["summary"], changed["description"], "location" in changed) == ("1:1", "new", False)
    assert changed["etag"] != made["etag"]


def test_an_update_replaces_the_whole(events: Any) -> None:
    made = insert(events, location="Room 1").execute()
    changed = events.update(calendarId="primary", eventId=made["id"], body={"start": START, "end": END})
    found = changed.execute()
    assert not {"summary", "location"} & found.keys()
    assert (found["id"], found["created"], found["organizer"]) == (
        made["id"], made["created"], made["organizer"],
    )  # fmt: skip


def test_an_update_has_to_say_when(events: Any) -> None:
    made = insert(events).execute()
    request = events.update(calendarId="primary", eventId=made["id"], body={"summary": "no times"})
    assert refused(request) == (400, "required")


@pytest.mark.parametrize("how", ["patch", "update"])
def test_one_occurrence_of_a_series_is_changed_alone(events: Any, how: str) -> None:
    series = insert(events, recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"]).execute()["id"]
    second = f"{series}_20261130T120000Z"
    body = {**NEW, "start": {"dateTime": "2026-12-01T12:00:00Z"}, "end": {"dateTime": "2026-12-01T12:30:00Z"}}
    changed = getattr(events, how)(calendarId="primary", eventId=second, body=body).execute()
    assert (changed["id"], changed["recurringEventId"]) == (second, series)
    assert changed["originalStartTime"]["dateTime"] == "2026-11-30T13:00:00+01:00"
    found = events.list(calendarId="primary", singleEvents=True).execute()["items"]
    assert [each["start"]["dateTime"][:10] for each in found] == ["2026-11-23", "2026-12-01"]


def test_a_deleted_event_is_a_tombstone_and_cannot_be_deleted_again(events: Any) -> None:
    made = insert(events).execute()
    assert events.delete(calendarId="primary", eventId=made["id"]).execute() == ""
    assert events.get(calendarId="primary", eventId=made["id"]).execute()["status"] == "cancelled"
    assert refused(events.delete(calendarId="primary", eventId=made["id"])) == (410, "deleted")


def test_readers_write_nothing(google: FakeGoogle) -> None:
    event = google.calendar.event(ADA, google.now)
    google.calendar.share(ADA, BEN)
    with calendar_client(google, BEN, ALL) as api:
        for request in (
            api.events().insert(calendarId=ADA, body=NEW),
            api.events().patch(calendarId=ADA, eventId=event, body={"summary": "mine"}),
            api.events().update(calendarId=ADA, eventId=event, body=NEW),
            api.events().delete(calendarId=ADA, eventId=event),
        ):
            assert refused(request) == (403, "requiredAccessLevel")


def test_a_service_account_by_itself_invites_nobody(google: FakeGoogle) -> None:
    service = google.accounts.service_account().email
    with calendar_client(google, service) as api:
        request = api.events().insert(calendarId="primary", body={**NEW, "attendees": [{"email": ADA}]})
        assert refused(request) == (403, "forbiddenForServiceAccounts")
        assert api.events().insert(calendarId="primary", body=NEW).execute()["status"] == "confirmed"
