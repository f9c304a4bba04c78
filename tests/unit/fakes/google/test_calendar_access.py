"""Who sees what of a calendar: roles, scopes, private events, hidden guests, calendars that are lost."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fakes.google.calendar_client import ALL, READ_ALL, READ_EVENTS, READ_OWN_EVENTS, calendar_client
from tests.fakes.google.gmail_client import ADA, BEN, EVE, refused
from tests.fakes.google.server import FakeGoogle

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GUESTS = [ADA, BEN, EVE]

Client = Callable[..., Any]


@pytest.fixture
def client(google: FakeGoogle) -> Iterator[Client]:
    """The API for somebody, with some scopes."""
    with ExitStack() as stack:
        yield lambda user, *scopes: stack.enter_context(calendar_client(google, user, *scopes))


def only(api: Any, calendar: str) -> dict[str, Any]:
    (found,) = api.events().list(calendarId=calendar, singleEvents=True).execute()["items"]
    assert isinstance(found, dict)
    return found


class TestRoles:
    def test_somebody_elses_calendar_is_not_found(self, client: Client) -> None:
        assert refused(client(BEN).events().list(calendarId=ADA)) == (404, "notFound")
        assert refused(client(BEN).calendars().get(calendarId=ADA)) == (404, "notFound")

    def test_so_is_one_that_does_not_exist(self, client: Client) -> None:
        assert refused(client(BEN).events().list(calendarId="nobody@example.org")) == (404, "notFound")

    @pytest.mark.parametrize("role", ["reader", "writer", "owner"])
    def test_a_shared_calendar_is_read(self, google: FakeGoogle, client: Client, role: str) -> None:
        google.calendar.event(ADA, NOON, summary="1:1", guests=GUESTS)
        google.calendar.share(ADA, BEN, role)
        found = client(BEN).events().list(calendarId=ADA).execute()
        assert (found["accessRole"], found["items"][0]["summary"]) == (role, "1:1")

    def test_self_is_who_the_calendar_belongs_to_not_who_reads_it(
        self, google: FakeGoogle, client: Client
    ) -> None:
        google.calendar.event(ADA, NOON, guests=GUESTS)
        google.calendar.share(ADA, BEN)
        found = only(client(BEN), ADA)
        assert [each["email"] for each in found["attendees"] if each.get("self")] == [ADA]
        assert found["organizer"] == {"email": ADA, "self": True}
        assert found["attendees"][0]["organizer"] is True

    def test_a_service_account_reads_what_is_shared_with_it(self, google: FakeGoogle, client: Client) -> None:
        service = google.accounts.service_account().email
        google.calendar.event(ADA, NOON)
        google.calendar.share(ADA, service)
        api = client(service)
        assert only(api, ADA)["status"] == "confirmed"
        assert api.events().list(calendarId="primary").execute()["items"] == []

    def test_who_sees_only_busy_times_sees_nothing_else(self, google: FakeGoogle, client: Client) -> None:
        google.calendar.event(ADA, NOON, summary="1:1", guests=GUESTS, description="secret")
        google.calendar.share(ADA, BEN, "freeBusyReader")
        assert set(only(client(BEN), ADA)) == {"kind", "etag", "id", "status", "start", "end"}

    def test_a_private_event_hides_its_details_from_readers(self, google: FakeGoogle, client: Client) -> None:
        google.calendar.event(ADA, NOON, summary="1:1", guests=GUESTS, visibility="private")
        google.calendar.share(ADA, BEN)
        found = only(client(BEN), ADA)
        assert found["visibility"] == "private"
        assert not {"summary", "attendees", "organizer"} & found.keys()
        google.calendar.share(ADA, BEN, "writer")
        assert only(client(BEN), ADA)["summary"] == "1:1"
        assert only(client(ADA), ADA)["summary"] == "1:1"

    def test_a_share_can_be_taken_back(self, google: FakeGoogle, client: Client) -> None:
        google.calendar.share(ADA, BEN)
        google.calendar.unshare(ADA, BEN)
        assert refused(client(BEN).events().list(calendarId=ADA)) == (404, "notFound")

    @pytest.mark.parametrize(("status", "reason"), [(404, "notFound"), (403, "forbidden")])
    def test_a_calendar_can_be_lost(
        self, google: FakeGoogle, client: Client, status: int, reason: str
    ) -> None:
        event = google.calendar.event(ADA, NOON)
        google.calendar.lose(ADA, ADA, status, reason)
        api = client(ADA)
        assert refused(api.events().list(calendarId="primary")) == (status, reason)
        assert refused(api.events().get(calendarId="primary", eventId=event)) == (status, reason)
        google.calendar.find_again(ADA, ADA)
        assert only(api, "primary")["id"] == event


class TestScopes:
    @pytest.mark.parametrize(
        ("scope", "own", "shared"),
        [
            (ALL, 200, 200),
            (READ_ALL, 200, 200),
            (READ_EVENTS, 200, 200),
            (READ_OWN_EVENTS, 200, 403),
            (f"{ALL}.events.owned", 200, 403),
            (f"{ALL}.events.public.readonly", 403, 403),
            (f"{ALL}.app.created", 403, 403),
        ],
    )
    def test_how_far_a_scope_reaches(
        self, google: FakeGoogle, client: Client, scope: str, own: int, shared: int
    ) -> None:
        google.calendar.share(ADA, BEN)
        for calendar, expected in ((BEN, own), (ADA, shared)):
            request = client(BEN, scope).events().list(calendarId=calendar)
            if expected == 200:
                assert request.execute()["items"] == []
            else:
                assert refused(request) == (expected, "insufficientPermissions")

    def test_whoever_shares_a_calendar_as_owner_owns_it_too(self, google: FakeGoogle, client: Client) -> None:
        google.calendar.share(ADA, BEN, "owner")
        assert client(BEN, READ_OWN_EVENTS).events().list(calendarId=ADA).execute()["items"] == []

    def test_a_scope_for_busy_times_shows_nothing_else(self, google: FakeGoogle, client: Client) -> None:
        google.calendar.event(ADA, NOON, summary="1:1")
        assert "summary" not in only(client(ADA, f"{ALL}.events.freebusy"), "primary")

    @pytest.mark.parametrize("scope", [READ_EVENTS, READ_OWN_EVENTS])
    def test_a_scope_for_events_lists_no_calendars(self, client: Client, scope: str) -> None:
        api = client(ADA, scope)
        assert refused(api.calendarList().list()) == (403, "insufficientPermissions")
        assert refused(api.calendars().get(calendarId="primary")) == (403, "insufficientPermissions")

    @pytest.mark.parametrize("scope", [READ_EVENTS, READ_OWN_EVENTS, READ_ALL])
    def test_a_scope_for_reading_writes_nothing(self, client: Client, scope: str) -> None:
        day = {"date": "2026-11-23"}
        request = client(ADA, scope).events().insert(calendarId="primary", body={"start": day, "end": day})
        assert refused(request) == (403, "insufficientPermissions")


class TestGuests:
    @pytest.mark.parametrize(("host", "seen"), [(ADA, GUESTS), (BEN, [ADA])])
    def test_a_copy_that_is_not_the_organisers_may_hide_who_else_comes(
        self, google: FakeGoogle, client: Client, host: str, seen: list[str]
    ) -> None:
        organizer = {"email": host}
        google.calendar.event(ADA, NOON, guests=GUESTS, guestsCanSeeOtherGuests=False, organizer=organizer)
        found = only(client(ADA), "primary")
        assert [each["email"] for each in found["attendees"]] == seen
        assert found["guestsCanSeeOtherGuests"] is False
        assert "attendeesOmitted" not in found

    def test_too_many_guests_are_left_out(self, google: FakeGoogle, client: Client) -> None:
        google.calendar.event(ADA, NOON, guests=GUESTS)
        events = client(ADA).events()
        (found,) = events.list(calendarId="primary", maxAttendees=2).execute()["items"]
        assert [each["email"] for each in found["attendees"]] == [ADA]
        assert found["attendeesOmitted"] is True
        (found,) = events.list(calendarId="primary", maxAttendees=3).execute()["items"]
        assert len(found["attendees"]) == 3

    def test_rooms_are_resources_and_kinds_of_events_may_be_unknown(
        self, google: FakeGoogle, client: Client
    ) -> None:
        room = {"email": "c_1@resource.calendar.google.com", "resource": True, "responseStatus": "accepted"}
        google.calendar.event(ADA, NOON, attendees=[room], eventType="lunarEclipse")
        found = only(client(ADA), "primary")
        assert found["attendees"] == [room]
        assert found["eventType"] == "lunarEclipse"


class TestCalendars:
    def test_a_persons_list_holds_their_own_and_what_is_shared_with_them(
        self, google: FakeGoogle, client: Client
    ) -> None:
        google.calendar.add(ADA, calendar_id="side@group.calendar.google.com", zone="Asia/Tokyo")
        google.calendar.share(BEN, ADA)
        found = client(ADA).calendarList().list().execute()["items"]
        assert [(each["id"], each["accessRole"], each.get("primary", False)) for each in found] == [
            (ADA, "owner", True),
            (BEN, "reader", False),
            ("side@group.calendar.google.com", "owner", False),
        ]
        owned = client(ADA).calendarList().list(minAccessRole="owner").execute()["items"]
        assert BEN not in [each["id"] for each in owned]

    def test_a_service_account_has_to_add_a_calendar_to_its_list(
        self, google: FakeGoogle, client: Client
    ) -> None:
        service = google.accounts.service_account().email
        google.calendar.share(ADA, service)
        calendars = client(service).calendarList()
        assert [each["id"] for each in calendars.list().execute()["items"]] == [service]
        assert refused(calendars.get(calendarId=ADA)) == (404, "notFound")
        assert calendars.insert(body={"id": ADA}).execute()["accessRole"] == "reader"
        assert calendars.get(calendarId=ADA).execute()["id"] == ADA

    def test_a_calendar_tells_its_zone(self, google: FakeGoogle, client: Client) -> None:
        google.calendar.set_zone(ADA, "Asia/Tokyo")
        found = client(ADA).calendars().get(calendarId="primary").execute()
        assert (found["id"], found["summary"], found["timeZone"]) == (ADA, ADA, "Asia/Tokyo")

    def test_a_whole_day_begins_in_the_new_zone(self, google: FakeGoogle, client: Client) -> None:
        google.calendar.put(ADA, {"start": {"date": "2026-11-24"}, "end": {"date": "2026-11-25"}})
        google.calendar.set_zone(ADA, "Asia/Tokyo")
        midnight = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # in Tokyo
        events = client(ADA).events()
        assert events.list(calendarId=ADA, timeMax=midnight.isoformat()).execute()["items"] == []
        later = (midnight + timedelta(minutes=1)).isoformat()
        assert len(events.list(calendarId=ADA, timeMax=later).execute()["items"]) == 1
