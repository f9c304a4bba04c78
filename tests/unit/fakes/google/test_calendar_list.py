"""events.list as the real one is: windows, pages, and what a sync token tells and never tells."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fakes.google.calendar_client import calendar_client
from tests.fakes.google.gmail_client import ADA, BEN, refused
from tests.fakes.google.server import FakeGoogle

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday
SECOND, HOUR, DAY, WEEK = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1), timedelta(days=7)
WINDOW = {"timeMin": (NOON - DAY).isoformat(), "timeMax": (NOON + 30 * DAY).isoformat()}


@pytest.fixture
def events(google: FakeGoogle) -> Iterator[Any]:
    """The library's `events()` for Ada."""
    with calendar_client(google, ADA) as api:
        yield api.events()


def listed(events: Any, **asked: Any) -> dict[str, Any]:
    """One page of Ada's calendar, occurrence by occurrence."""
    answer = events.list(calendarId="primary", **{"singleEvents": True, **asked}).execute()
    assert isinstance(answer, dict)
    return answer


def ids(answer: dict[str, Any]) -> list[str]:
    return [each["id"] for each in answer["items"]]


def whole(events: Any, **asked: Any) -> tuple[list[dict[str, Any]], list[int], str | None]:
    """Every page's events, how many stood on each page, and the sync token of the last."""
    found, sizes, answer = [], [], listed(events, **asked)
    while True:
        found += answer["items"]
        sizes.append(len(answer["items"]))
        assert ("nextPageToken" in answer) != ("nextSyncToken" in answer)
        if "nextPageToken" not in answer:
            return found, sizes, answer["nextSyncToken"]
        answer = listed(events, pageToken=answer["nextPageToken"], **asked)


class TestWindow:
    """Both bounds are exclusive: what ends after the one and starts before the other."""

    @pytest.mark.parametrize(
        ("start", "inside"),
        [
            (-HOUR, False),
            (-HOUR + timedelta(seconds=1), True),
            (2 * HOUR, False),
            (2 * HOUR - timedelta(seconds=1), True),
        ],
    )
    def test_what_touches_it_is_listed(
        self, google: FakeGoogle, events: Any, start: timedelta, inside: bool
    ) -> None:
        google.calendar.event(ADA, NOON + start, HOUR)
        found = listed(events, timeMin=NOON.isoformat(), timeMax=(NOON + 2 * HOUR).isoformat())
        assert bool(found["items"]) is inside

    def test_a_day_begins_where_the_calendar_lives(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.put(ADA, {"start": {"date": "2026-11-24"}, "end": {"date": "2026-11-25"}})
        midnight = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # in Berlin
        assert listed(events, timeMax=midnight.isoformat())["items"] == []
        assert len(listed(events, timeMax=(midnight + HOUR).isoformat())["items"]) == 1

    def test_a_window_that_is_none_is_refused(self, events: Any) -> None:
        request = events.list(calendarId="primary", timeMin=NOON.isoformat(), timeMax=NOON.isoformat())
        assert refused(request) == (400, "timeRangeEmpty")

    def test_a_series_in_one_piece_is_inside_with_any_share(self, google: FakeGoogle, events: Any) -> None:
        series = google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=10")
        later = {"timeMin": (NOON + 8 * WEEK).isoformat(), "singleEvents": False}
        assert ids(listed(events, **later)) == [series]
        assert ids(listed(events, **later | {"timeMin": (NOON + 10 * WEEK).isoformat()})) == []


class TestWhatIsShown:
    def test_called_off_events_only_on_request(self, google: FakeGoogle, events: Any) -> None:
        event = google.calendar.event(ADA, NOON)
        google.calendar.cancel(ADA, event)
        assert listed(events)["items"] == []
        assert [each["status"] for each in listed(events, showDeleted=True)["items"]] == ["cancelled"]

    def test_a_called_off_occurrence_shows_beside_its_series(self, google: FakeGoogle, events: Any) -> None:
        series = google.calendar.series(ADA, NOON)
        second = google.calendar.instances(ADA, series)[1]["id"]
        google.calendar.cancel(ADA, second)
        assert ids(listed(events, singleEvents=False)) == [series, second]
        assert second not in ids(listed(events, **WINDOW))
        assert second in ids(listed(events, **WINDOW, showDeleted=True))

    def test_of_a_called_off_series_only_occurrences(self, google: FakeGoogle, events: Any) -> None:
        series = google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=3")
        google.calendar.cancel(ADA, series)
        assert listed(events, singleEvents=False)["items"] == []
        found = listed(events, showDeleted=True)["items"]
        assert [each["status"] for each in found] == ["cancelled"] * 3

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"eventTypes": ["outOfOffice"]}, ["away"]),
            ({"eventTypes": ["outOfOffice", "default"]}, ["talk", "away"]),
            ({"q": "ben okri"}, ["talk"]),
            ({"q": "okri nobody"}, []),
            ({"iCalUID": "away@google.com"}, ["away"]),
            ({"privateExtendedProperty": ["kept=yes"]}, ["talk"]),
            ({"privateExtendedProperty": ["kept=no"]}, []),
            ({"sharedExtendedProperty": ["kept=yes"]}, []),
        ],
    )
    def test_filters(self, google: FakeGoogle, events: Any, asked: dict[str, Any], found: list[str]) -> None:
        google.calendar.event(
            ADA,
            NOON,
            id="talk",
            summary="1:1",
            attendees=[{"email": BEN, "displayName": "Ben Okri"}],
            extendedProperties={"private": {"kept": "yes"}},
        )
        google.calendar.event(ADA, NOON, id="away", eventType="outOfOffice")
        assert ids(listed(events, **asked)) == found

    def test_only_what_was_changed_since_and_what_was_called_off_since(
        self, google: FakeGoogle, events: Any
    ) -> None:
        google.calendar.event(ADA, NOON, id="early")
        google.calendar.event(ADA, NOON, id="gone")
        google.move(DAY)
        google.calendar.event(ADA, NOON, id="late")
        google.calendar.cancel(ADA, "gone")
        assert set(ids(listed(events, updatedMin=google.now.isoformat()))) == {"late", "gone"}

    def test_changes_too_long_ago_are_not_known(self, google: FakeGoogle, events: Any) -> None:
        request = events.list(calendarId="primary", updatedMin=(google.now - 29 * DAY).isoformat())
        assert refused(request) == (410, "updatedMinTooLongAgo")

    def test_occurrences_can_be_ordered(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.event(ADA, NOON + DAY, id="later")
        google.move(HOUR)
        google.calendar.event(ADA, NOON, id="sooner")
        assert ids(listed(events, orderBy="startTime")) == ["sooner", "later"]
        assert ids(listed(events, orderBy="updated")) == ["later", "sooner"]

    def test_series_in_one_piece_have_no_order_of_starts(self, events: Any) -> None:
        assert refused(events.list(calendarId="primary", orderBy="startTime")) == (400, "invalid")

    def test_times_are_told_in_the_calendars_zone_or_the_one_asked_for(
        self, google: FakeGoogle, events: Any
    ) -> None:
        google.calendar.event(ADA, NOON)
        found = listed(events)
        assert (found["timeZone"], found["items"][0]["start"]["dateTime"]) == (
            "Europe/Berlin",
            "2026-11-23T13:00:00+01:00",
        )
        google.calendar.set_zone(ADA, "America/New_York")
        assert listed(events)["items"][0]["start"]["dateTime"] == "2026-11-23T07:00:00-05:00"
        asked = listed(events, timeZone="UTC")
        assert (asked["timeZone"], asked["items"][0]["start"]["dateTime"]) == ("UTC", "2026-11-23T12:00:00Z")

    def test_an_unknown_zone_is_refused(self, events: Any) -> None:
        assert refused(events.list(calendarId="primary", timeZone="Mars/Olympus")) == (400, "invalid")


class TestPages:
    @pytest.fixture(autouse=True)
    def _seven_events(self, google: FakeGoogle) -> None:
        for number in range(7):
            google.calendar.event(ADA, NOON + number * HOUR, id=f"event{number}")

    def test_the_sync_token_stands_on_the_last_page_only(self, events: Any) -> None:
        found, sizes, sync = whole(events, maxResults=3)
        assert sizes == [3, 3, 1]
        assert [each["id"] for each in found] == [f"event{number}" for number in range(7)]
        assert sync

    def test_pages_may_be_shorter_than_asked_for_and_even_empty(
        self, google: FakeGoogle, events: Any
    ) -> None:
        google.calendar.settings.page_sizes = (0, 2, 0, 3)
        found, sizes, _ = whole(events, maxResults=2500)
        assert sizes == [0, 2, 0, 3, 0, 2]
        assert len(found) == 7

    def test_even_the_last_page_may_be_empty(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.settings.page_sizes = (7, 0)
        assert whole(events)[1] == [7, 0]

    def test_a_page_holds_250_unless_asked_and_2500_at_most(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.series(ADA, NOON, rule="FREQ=DAILY;COUNT=3000")
        assert whole(events)[1][0] == 250
        assert whole(events, maxResults=9999)[1] == [2500, 507]

    def test_the_same_page_can_be_asked_for_again(self, events: Any) -> None:
        token = listed(events, maxResults=3)["nextPageToken"]
        again = [listed(events, maxResults=3, pageToken=token) for _ in range(2)]
        assert ids(again[0]) == ids(again[1]) == ["event3", "event4", "event5"]

    def test_pages_go_on_only_for_the_same_question(self, events: Any) -> None:
        token = listed(events, maxResults=3)["nextPageToken"]
        assert refused(events.list(calendarId="primary", maxResults=3, pageToken=token)) == (400, "invalid")
        asked = {"calendarId": "primary", "singleEvents": True, "maxResults": 3}
        assert refused(events.list(**asked, pageToken="no")) == (400, "invalid")

    def test_what_changes_between_pages_is_told_by_the_token(self, google: FakeGoogle, events: Any) -> None:
        first = listed(events, maxResults=4)
        google.calendar.change(ADA, "event6", summary="changed meanwhile")
        last = listed(events, maxResults=4, pageToken=first["nextPageToken"])
        assert "summary" not in last["items"][-1]
        delta = listed(events, maxResults=4, syncToken=last["nextSyncToken"])
        assert [each["summary"] for each in delta["items"]] == ["changed meanwhile"]


class TestSyncTokens:
    def token(self, events: Any, **asked: Any) -> str:
        return str(listed(events, **asked)["nextSyncToken"])

    def test_nothing_new_is_an_empty_last_page(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.event(ADA, NOON)
        found = listed(events, syncToken=self.token(events))
        assert found["items"] == []
        assert "nextSyncToken" in found

    def test_what_changed_is_told_once(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.event(ADA, NOON, id="still")
        changed = google.calendar.event(ADA, NOON)
        token = self.token(events)
        google.calendar.change(ADA, changed, summary="1:1")
        added = google.calendar.event(ADA, NOON)
        found = listed(events, syncToken=token)
        assert ids(found) == [changed, added]
        assert listed(events, syncToken=found["nextSyncToken"])["items"] == []

    def test_what_was_called_off_is_told_without_asking_for_it(self, google: FakeGoogle, events: Any) -> None:
        event = google.calendar.event(ADA, NOON)
        token = self.token(events)
        google.calendar.cancel(ADA, event)
        assert [each["status"] for each in listed(events, syncToken=token)["items"]] == ["cancelled"]

    def test_changes_come_in_pages_too(self, google: FakeGoogle, events: Any) -> None:
        token = self.token(events, maxResults=2)
        for _ in range(5):
            google.calendar.event(ADA, NOON)
        assert whole(events, maxResults=2, syncToken=token)[1] == [2, 2, 1]

    def test_a_window_of_the_first_call_does_not_bound_what_comes_later(
        self, google: FakeGoogle, events: Any
    ) -> None:
        series = google.calendar.series(ADA, NOON)
        first = listed(events, **WINDOW)
        assert len(first["items"]) == 5
        google.calendar.change(ADA, series, summary="touched")
        found, _, _ = whole(events, syncToken=first["nextSyncToken"])
        assert len(found) == 684
        assert found[-1]["start"]["dateTime"].startswith("2039-12-26")

    def test_what_merely_ages_into_a_window_is_never_told(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.series(ADA, NOON)
        far = google.calendar.event(ADA, NOON + 31 * DAY)
        token = self.token(events, **WINDOW)
        google.move(7 * DAY)
        assert listed(events, syncToken=token)["items"] == []
        moved_on = {name: (datetime.fromisoformat(at) + WEEK).isoformat() for name, at in WINDOW.items()}
        assert far in ids(listed(events, **moved_on))

    def test_one_touched_occurrence_is_told_alone(self, google: FakeGoogle, events: Any) -> None:
        series = google.calendar.series(ADA, NOON)
        third = google.calendar.instances(ADA, series)[2]["id"]
        token = self.token(events, **WINDOW)
        google.calendar.move(ADA, third, NOON + 2 * WEEK + HOUR)
        assert ids(listed(events, syncToken=token)) == [third]

    @pytest.mark.parametrize(
        "asked",
        [
            {"timeMin": NOON.isoformat()},
            {"timeMax": NOON.isoformat()},
            {"updatedMin": NOON.isoformat()},
            {"orderBy": "updated"},
            {"q": "1:1"},
            {"iCalUID": "x"},
            {"privateExtendedProperty": ["a=b"]},
            {"sharedExtendedProperty": ["a=b"]},
            {"showDeleted": False},
        ],
        ids=lambda asked: next(iter(asked)),
    )
    def test_what_cannot_go_with_a_token(self, events: Any, asked: dict[str, Any]) -> None:
        request = events.list(calendarId="primary", singleEvents=True, syncToken=self.token(events), **asked)
        assert refused(request) == (400, "invalidParameter")

    @pytest.mark.parametrize(
        "asked",
        [
            {"singleEvents": False},
            {"maxResults": 10},
            {"eventTypes": ["default"]},
            {"timeZone": "UTC"},
            {"maxAttendees": 1},
            {"showDeleted": True},
        ],
        ids=lambda asked: next(iter(asked)),
    )
    def test_everything_else_has_to_be_as_in_the_first_call(self, events: Any, asked: dict[str, Any]) -> None:
        everything = {"singleEvents": True, "syncToken": self.token(events), **asked}
        assert refused(events.list(calendarId="primary", **everything)) == (400, "invalidParameter")

    def test_the_mask_and_whom_it_is_for_may_differ(self, events: Any) -> None:
        found = listed(events, syncToken=self.token(events), fields="items/id,nextSyncToken", quotaUser="x")
        assert found["items"] == []

    @pytest.mark.parametrize(
        "asked",
        [{"orderBy": "startTime"}, {"q": "1:1"}, {"iCalUID": "x"}, {"updatedMin": NOON.isoformat()}],
        ids=lambda asked: next(iter(asked)),
    )
    def test_some_questions_get_no_token(self, events: Any, asked: dict[str, Any]) -> None:
        assert "nextSyncToken" not in listed(events, **asked)

    def test_tokens_expire(self, google: FakeGoogle, events: Any) -> None:
        asked = {"calendarId": "primary", "singleEvents": True, "syncToken": self.token(events)}
        google.move(28 * DAY)
        assert events.list(**asked).execute()["items"] == []
        google.move(SECOND)
        assert refused(events.list(**asked)) == (410, "fullSyncRequired")

    def test_tokens_can_be_made_to_expire(self, google: FakeGoogle, events: Any) -> None:
        asked = {"calendarId": "primary", "singleEvents": True}
        token = self.token(events)
        google.calendar.expire_sync_tokens(ADA)
        assert refused(events.list(**asked, syncToken=token)) == (410, "fullSyncRequired")
        assert listed(events, syncToken=self.token(events))["items"] == []

    def test_a_token_that_missed_a_vanished_tombstone_is_worth_nothing(
        self, google: FakeGoogle, events: Any
    ) -> None:
        event = google.calendar.event(ADA, NOON)
        google.calendar.settings.tombstone_life = timedelta(minutes=10)
        before = self.token(events)
        google.calendar.cancel(ADA, event)
        after = listed(events, syncToken=before)["nextSyncToken"]
        google.move(timedelta(minutes=10))
        asked = {"calendarId": "primary", "singleEvents": True}
        assert refused(events.list(**asked, syncToken=before)) == (410, "fullSyncRequired")
        assert listed(events, syncToken=after)["items"] == []

    @pytest.mark.parametrize("token", ["nonsense", "e30=", "WzFd"])
    def test_an_unknown_token_is_refused(self, events: Any, token: str) -> None:
        request = events.list(calendarId="primary", singleEvents=True, syncToken=token)
        assert refused(request) == (400, "invalid")

    def test_a_token_belongs_to_its_calendar(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.share(BEN, ADA)
        asked = {"calendarId": BEN, "singleEvents": True, "syncToken": self.token(events)}
        assert refused(events.list(**asked)) == (400, "invalid")
