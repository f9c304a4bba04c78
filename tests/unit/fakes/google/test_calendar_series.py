"""Series, occurrences and tombstones, as the Calendar API tells them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fakes.google.calendar_book import opaque_ids
from tests.fakes.google.calendar_client import calendar_client
from tests.fakes.google.gmail_client import ADA, BEN, refused
from tests.fakes.google.server import FakeGoogle

NOON = datetime(2026, 10, 12, 12, 0, tzinfo=UTC)  # a Monday; in Berlin 14:00 summer time
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


@pytest.fixture
def events(google: FakeGoogle) -> Iterator[Any]:
    """The library's `events()` for Ada."""
    with calendar_client(google, ADA) as api:
        yield api.events()


def listed(events: Any, **asked: Any) -> list[dict[str, Any]]:
    everything = {"calendarId": "primary", "singleEvents": True, "showDeleted": True, **asked}
    found: list[dict[str, Any]] = events.list(**everything).execute()["items"]
    return found


def token(events: Any) -> str:
    asked = {"calendarId": "primary", "singleEvents": True, "showDeleted": True, "maxResults": 2500}
    answer = events.list(**asked).execute()
    while "nextPageToken" in answer:
        answer = events.list(**asked, pageToken=answer["nextPageToken"]).execute()
    return str(answer["nextSyncToken"])


def delta(events: Any, since: str) -> list[dict[str, Any]]:
    return listed(events, syncToken=since, maxResults=2500)


def starts(found: list[dict[str, Any]]) -> list[str]:
    return [each["start"]["dateTime"] for each in found]


def one(events: Any, event_id: str) -> dict[str, Any]:
    found: dict[str, Any] = events.get(calendarId="primary", eventId=event_id).execute()
    return found


class TestOccurrences:
    def test_a_rule_repeats_the_clock_on_the_wall(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=3")
        assert starts(listed(events)) == [
            "2026-10-12T14:00:00+02:00",
            "2026-10-19T14:00:00+02:00",
            "2026-10-26T14:00:00+01:00",
        ]

    @pytest.mark.parametrize(
        ("rule", "days"),
        [
            ("FREQ=DAILY;COUNT=3", [12, 13, 14]),
            ("FREQ=WEEKLY;UNTIL=20261026T130000Z", [12, 19, 26]),
            ("FREQ=WEEKLY;UNTIL=20261026T125959Z", [12, 19]),
            ("FREQ=WEEKLY;INTERVAL=2;COUNT=2", [12, 26]),
            ("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4", [12, 14, 19, 21]),
        ],
    )
    def test_rules(self, google: FakeGoogle, events: Any, rule: str, days: list[int]) -> None:
        google.calendar.series(ADA, NOON, rule=rule)
        assert [int(start[8:10]) for start in starts(listed(events))] == days

    def test_days_left_out_and_added(self, google: FakeGoogle, events: Any) -> None:
        out, more = "EXDATE:20261013T120000Z", "RDATE;TZID=Europe/Berlin:20261020T140000"
        google.calendar.event(ADA, NOON, recurrence=["RRULE:FREQ=DAILY;COUNT=3", out, more])
        assert [int(start[8:10]) for start in starts(listed(events))] == [12, 14, 20]

    def test_whole_days_repeat_too(self, google: FakeGoogle, events: Any) -> None:
        days = {"start": {"date": "2026-10-24"}, "end": {"date": "2026-10-26"}}
        google.calendar.put(ADA, {"id": "away", "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"], **days})
        second = listed(events)[1]
        assert (second["start"], second["end"]) == ({"date": "2026-10-31"}, {"date": "2026-11-02"})
        assert second["originalStartTime"] == {"date": "2026-10-31"}
        assert second["id"] == "away_20261031"

    def test_an_occurrence_names_its_series_and_where_it_stands_in_it(
        self, google: FakeGoogle, events: Any
    ) -> None:
        series = google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=2", summary="1:1")
        second = listed(events)[1]
        assert second["recurringEventId"] == series
        assert second["originalStartTime"]["dateTime"] == second["start"]["dateTime"]
        assert second["id"] == f"{series}_20261019T120000Z"
        assert "recurrence" not in second
        assert one(events, second["id"]) == second
        assert one(events, series)["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=2"]

    def test_ids_of_another_format_are_just_as_good(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.settings.instance_id = opaque_ids
        series = google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=2")
        ids = [each["id"] for each in listed(events)]
        assert len(set(ids)) == 2
        assert not any(series in each for each in ids)
        google.calendar.cancel(ADA, ids[1])
        assert [one(events, each)["status"] for each in ids] == ["confirmed", "cancelled"]

    def test_the_occurrences_of_one_series(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.event(ADA, NOON)
        series = google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=3")
        google.calendar.cancel(ADA, google.calendar.instances(ADA, series)[0]["id"])
        asked = {"calendarId": "primary", "eventId": series}
        assert len(events.instances(**asked).execute()["items"]) == 2
        assert len(events.instances(**asked, showDeleted=True).execute()["items"]) == 3
        later = events.instances(**asked, timeMin=(NOON + 2 * WEEK).isoformat()).execute()
        assert len(later["items"]) == 1

    def test_a_single_event_has_no_occurrences(self, google: FakeGoogle, events: Any) -> None:
        event = google.calendar.event(ADA, NOON)
        assert refused(events.instances(calendarId="primary", eventId=event)) == (400, "invalid")


class TestChanging:
    def test_a_moved_occurrence_keeps_its_place_in_the_series(self, google: FakeGoogle, events: Any) -> None:
        series = google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=3")
        second = google.calendar.instances(ADA, series)[1]["id"]
        google.calendar.move(ADA, second, NOON + WEEK + DAY)
        found = one(events, second)
        assert found["recurringEventId"] == series
        assert found["originalStartTime"]["dateTime"] == "2026-10-19T14:00:00+02:00"
        assert found["start"]["dateTime"] == "2026-10-20T14:00:00+02:00"
        assert found["end"]["dateTime"] == "2026-10-20T14:30:00+02:00"

    def test_a_moved_occurrence_is_found_where_it_stands_now(self, google: FakeGoogle, events: Any) -> None:
        series = google.calendar.series(ADA, NOON)
        second = google.calendar.instances(ADA, series)[1]["id"]
        google.calendar.move(ADA, second, NOON + 2 * WEEK + DAY)
        week = {"timeMin": (NOON + WEEK - DAY).isoformat(), "timeMax": (NOON + WEEK + DAY).isoformat()}
        assert listed(events, **week) == []
        after = {"timeMin": (NOON + 2 * WEEK).isoformat(), "timeMax": (NOON + 2 * WEEK + 2 * DAY).isoformat()}
        assert second in [each["id"] for each in listed(events, **after)]

    def test_a_series_moved_as_a_whole_changes_every_id(self, google: FakeGoogle, events: Any) -> None:
        series = google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=2")
        before = {each["id"] for each in listed(events)}
        since = token(events)
        google.calendar.move(ADA, series, NOON + HOUR)
        told = {each["id"]: each["status"] for each in delta(events, since)}
        assert {name for name, status in told.items() if status == "cancelled"} == before
        assert sorted(told.values()) == ["cancelled", "cancelled", "confirmed", "confirmed"]

    def test_this_and_following_makes_a_new_series(self, google: FakeGoogle, events: Any) -> None:
        series = google.calendar.series(
            ADA, NOON, rule="FREQ=WEEKLY;COUNT=4", summary="1:1", guests=[ADA, BEN]
        )
        third = google.calendar.instances(ADA, series)[2]["id"]
        since = token(events)
        follower = google.calendar.split(ADA, third, summary="new")
        assert follower != series
        found = listed(events)
        assert [(each["recurringEventId"], each["summary"]) for each in found] == [
            (series, "1:1"), (series, "1:1"), (follower, "new"), (follower, "new"),
        ]  # fmt: skip
        assert len(found[3]["attendees"]) == 2
        gone = [each["id"] for each in delta(events, since) if each["status"] == "cancelled"]
        assert gone[0] == third
        assert len(gone) == 2

    def test_an_endless_series_is_split_into_an_ended_and_an_endless_one(
        self, google: FakeGoogle, events: Any
    ) -> None:
        days = {"start": {"date": "2026-10-12"}, "end": {"date": "2026-10-13"}}
        google.calendar.put(ADA, {"id": "daily", "recurrence": ["RRULE:FREQ=DAILY"], **days})
        follower = google.calendar.split(ADA, "daily_20261015")
        assert one(events, "daily")["recurrence"] == ["RRULE:FREQ=DAILY;UNTIL=20261014"]
        assert one(events, follower)["recurrence"] == ["RRULE:FREQ=DAILY"]
        assert one(events, follower)["start"] == {"date": "2026-10-15"}

    def test_what_differed_after_a_split_is_lost(self, google: FakeGoogle, events: Any) -> None:
        series = google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=3")
        second, third = (each["id"] for each in google.calendar.instances(ADA, series)[1:])
        google.calendar.move(ADA, third, NOON + 2 * WEEK + DAY)
        google.calendar.split(ADA, second)
        assert starts(listed(events)) == [
            "2026-10-12T14:00:00+02:00",
            "2026-10-19T14:00:00+02:00",
            "2026-10-26T14:00:00+01:00",
        ]

    def test_an_occurrence_that_comes_back_is_no_tombstone(self, google: FakeGoogle, events: Any) -> None:
        series = google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=3")
        since = token(events)
        google.calendar.change(ADA, series, recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"])
        assert [each["status"] for each in delta(events, since)].count("cancelled") == 1
        google.calendar.change(ADA, series, recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"])
        assert [each["status"] for each in delta(events, since)] == ["confirmed"] * 3

    def test_a_declined_event_stays(self, google: FakeGoogle, events: Any) -> None:
        event = google.calendar.event(ADA, NOON, guests=[ADA, BEN])
        google.calendar.decline(ADA, event)
        found = one(events, event)
        assert found["status"] == "confirmed"
        assert [(each["responseStatus"], each.get("self", False)) for each in found["attendees"]] == [
            ("declined", True),
            ("needsAction", False),
        ]

    def test_a_guest_answers_for_one_occurrence(self, google: FakeGoogle, events: Any) -> None:
        series = google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=2", guests=[ADA, BEN])
        second = google.calendar.instances(ADA, series)[1]["id"]
        google.calendar.respond(ADA, second, BEN, "tentative")
        answers = [each["attendees"][1]["responseStatus"] for each in listed(events)]
        assert answers == ["needsAction", "tentative"]

    def test_updated_is_the_time_of_the_last_change(self, google: FakeGoogle, events: Any) -> None:
        event = google.calendar.event(ADA, NOON)
        google.move(HOUR)
        google.calendar.change(ADA, event, summary="1:1")
        found = one(events, event)
        assert (found["created"], found["updated"]) == (
            "2026-11-23T08:00:00.000Z",
            "2026-11-23T09:00:00.000Z",
        )


class TestTombstones:
    def test_a_called_off_event_may_keep_its_details(self, google: FakeGoogle, events: Any) -> None:
        event = google.calendar.event(ADA, NOON, summary="1:1")
        google.calendar.cancel(ADA, event)
        found = one(events, event)
        assert (found["status"], found["summary"], "start" in found) == ("cancelled", "1:1", True)

    def test_or_only_its_id(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.settings.bare_tombstones = True
        event = google.calendar.event(ADA, NOON, summary="1:1")
        google.calendar.cancel(ADA, event)
        assert set(one(events, event)) == {"kind", "etag", "id", "status"}

    def test_of_an_occurrence_its_place_in_the_series_too(self, google: FakeGoogle, events: Any) -> None:
        google.calendar.settings.bare_tombstones = True
        series = google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=2", summary="1:1")
        second = google.calendar.instances(ADA, series)[1]["id"]
        google.calendar.cancel(ADA, second)
        found = listed(events)[1]
        assert set(found) == {"kind", "etag", "id", "status", "recurringEventId", "originalStartTime"}
        assert found["originalStartTime"]["dateTime"] == "2026-10-19T14:00:00+02:00"

    def test_an_occurrence_that_a_rule_dropped_has_nothing_else_whatever_is_set(
        self, google: FakeGoogle, events: Any
    ) -> None:
        series = google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=2", summary="1:1")
        since = token(events)
        google.calendar.change(ADA, series, recurrence=["RRULE:FREQ=WEEKLY;COUNT=1"])
        gone = delta(events, since)[1]
        assert set(gone) == {"kind", "etag", "id", "status", "recurringEventId", "originalStartTime"}
        assert [each["status"] for each in listed(events)] == ["confirmed"]

    def test_a_tombstone_vanishes_in_time(self, google: FakeGoogle, events: Any) -> None:
        event = google.calendar.event(ADA, NOON)
        google.calendar.cancel(ADA, event)
        google.move(30 * DAY - timedelta(seconds=1))
        assert one(events, event)["status"] == "cancelled"
        google.move(timedelta(seconds=1))
        assert listed(events) == []
        assert refused(events.get(calendarId="primary", eventId=event)) == (404, "notFound")

    def test_a_called_off_occurrence_stays_with_its_series(self, google: FakeGoogle, events: Any) -> None:
        series = google.calendar.series(ADA, NOON, rule="FREQ=WEEKLY;COUNT=2")
        google.calendar.cancel(ADA, google.calendar.instances(ADA, series)[1]["id"])
        google.move(365 * DAY)
        assert [each["status"] for each in listed(events)] == ["confirmed", "cancelled"]

    def test_an_unknown_event_is_not_found(self, events: Any) -> None:
        assert refused(events.get(calendarId="primary", eventId="nothing")) == (404, "notFound")
