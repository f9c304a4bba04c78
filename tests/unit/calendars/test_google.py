"""A window of a Google calendar, listed whole."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from service.calendars import google as google_module
from service.domain.events import Event, EventKind, EventStatus, GuestKind, Response
from service.errors import CalendarError
from tests.fakes.google.calendar_book import opaque_ids
from tests.fakes.google.desk import GoogleDesk, weekly

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
BEN, ADA = "ben@example.org", "ada@example.org"
UNTOLD = {
    "start": {"dateTime": "2026-11-24T10:00:00+01:00"},
    "end": {"dateTime": "2026-11-24T10:30:00+01:00"},
    "description": "a secret",
    "location": "a secret",
    "hangoutLink": "https://example.org/a-secret",
    "attachments": [{"fileUrl": "https://example.org/a-secret", "title": "a secret"}],
    "conferenceData": {"notes": "a secret"},
}


def starts(events: tuple[Event, ...]) -> list[datetime]:
    return [event.start for event in events]


class TestWindow:
    def test_every_occurrence_in_it_is_read(self, ada: GoogleDesk) -> None:
        weekly(ada, TUESDAY - 3 * WEEK)
        found = ada.events()
        assert starts(found) == [TUESDAY + week * WEEK for week in range(-2, 9)]
        assert all(event.recurring for event in found)

    def test_what_only_touches_it_is_read_too(self, ada: GoogleDesk) -> None:
        window = ada.window
        ada.scene.event(ADA, window.start - timedelta(hours=1), timedelta(hours=1, seconds=1))
        ada.scene.event(ADA, window.end - timedelta(seconds=1))
        ada.scene.event(ADA, window.start - timedelta(hours=1), timedelta(hours=1))
        ada.scene.event(ADA, window.end)
        assert len(ada.events()) == 2

    def test_expanded_with_what_was_cancelled_and_asked_for_in_large_pages(self, ada: GoogleDesk) -> None:
        ada.read()
        (params,) = ada.calls()
        assert set(params) == {
            "calendarId", "singleEvents", "showDeleted", "maxResults", "timeMin", "timeMax"
        }  # fmt: skip
        assert (params["singleEvents"], params["showDeleted"], params["maxResults"]) == (True, True, 2500)

    def test_it_is_bounded_and_a_day_longer(self, ada: GoogleDesk) -> None:
        ada.read()
        (params,) = ada.calls()
        assert (params["timeMin"], params["timeMax"]) == (ada.window.start, ada.window.end + DAY)

    def test_its_bounds_are_whole_seconds_as_google_overlooks_fractions(self, ada: GoogleDesk) -> None:
        ada.google.move(timedelta(microseconds=500_000))
        ada.scene.event(ADA, ada.window.end.replace(microsecond=0))
        assert len(ada.events()) == 1
        (params,) = ada.calls()
        assert (params["timeMin"].microsecond, params["timeMax"].microsecond) == (0, 0)

    @pytest.mark.parametrize("sizes", [(2,), (0, 3), (3, 0, 0), (0, 0, 100), (1, 0)])
    def test_pages_may_be_short_or_empty(self, ada: GoogleDesk, sizes: tuple[int, ...]) -> None:
        weekly(ada, TUESDAY - 3 * WEEK)
        ada.scene.settings.page_sizes = sizes
        assert len(ada.events()) == 11
        assert len(ada.calls()) > 1
        assert ada.wholes() == 1

    def test_every_page_is_asked_for_alike(self, ada: GoogleDesk) -> None:
        weekly(ada, TUESDAY - 3 * WEEK)
        ada.scene.settings.page_sizes = (4,)
        ada.read()
        asked = [{name: each[name] for name in each if name != "pageToken"} for each in ada.http.asked]
        assert len(asked) == 3
        assert all(each == asked[0] for each in asked)

    def test_whose_quota_a_page_counts_against_is_said_each_time(self, ada: GoogleDesk) -> None:
        ada.scene.settings.page_sizes = (0, 0, 9)
        ada.opened(quota_user="leader-1")
        ada.read()
        assert [call.quota_user for call in ada.asked()] == ["leader-1"] * 3

    def test_a_list_without_an_end_is_given_up(
        self, ada: GoogleDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(google_module, "MOST_PAGES", 5)
        ada.scene.settings.page_sizes = (0,) * 9
        with pytest.raises(CalendarError, match="does not end; nothing of it was used"):
            ada.read()
        assert len(ada.calls()) == 5

    def test_an_event_that_changes_while_pages_are_turned_is_there_once(
        self, ada: GoogleDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = {"id": "3c9", "start": {"date": "2026-11-23"}, "end": {"date": "2026-11-24"}}
        pages = [{"items": [old | {"summary": "Old"}]}, {"items": [old | {"summary": "New"}]}]
        monkeypatch.setattr(ada.calendar, "_pages", lambda **_: iter(pages))
        assert ada.one().title == "New"

    def test_a_damaged_entry_refuses_the_whole(self, ada: GoogleDesk) -> None:
        ada.scene.event(ADA, TUESDAY)
        broken = ada.scene.event(ADA, TUESDAY)
        ada.scene.books[ADA].entries[broken].data = {"id": broken, "status": "confirmed"}
        with pytest.raises(CalendarError, match="could not be understood; nothing of it was used") as refused:
            ada.read()
        assert not refused.value.permanent

    def test_an_answer_that_is_no_object_is_not_read_as_empty(
        self, ada: GoogleDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ada.caller, "read", lambda *_: [])
        with pytest.raises(CalendarError, match="could not be understood"):
            ada.read()

    def test_several_threads_share_one_reading(self, ada: GoogleDesk) -> None:
        weekly(ada, TUESDAY)
        found: list[object] = []
        threads = [threading.Thread(target=lambda: found.append(ada.read())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert all(read is found[0] for read in found)
        assert (ada.wholes(), ada.asked_for_news()) == (1, 7)


class TestIdentity:
    def test_a_single_event(self, ada: GoogleDesk) -> None:
        made = ada.scene.event(ADA, TUESDAY)
        assert (ada.one().uid, ada.one().occurrence) == (made, "")

    def test_an_occurrence_that_moved_is_the_same(self, ada: GoogleDesk) -> None:
        series = weekly(ada, TUESDAY)
        second = ada.events()[1]
        ada.scene.move(ADA, second.occurrence, TUESDAY + WEEK + timedelta(hours=3))
        moved = next(event for event in ada.events() if event.occurrence == second.occurrence)
        assert (moved.uid, moved.start) == (series, TUESDAY + WEEK + timedelta(hours=3))
        assert len(ada.events()) == 9

    def test_this_and_following_are_another_series(self, ada: GoogleDesk) -> None:
        series = weekly(ada, TUESDAY)
        third = ada.events()[2]
        other = ada.scene.split(ADA, third.occurrence, summary="1:1 Ada / Ben, later")
        found = ada.events()
        assert [event.uid for event in found] == [series] * 2 + [other] * 7
        assert not {event.occurrence for event in found if event.uid == other} & {third.occurrence}

    def test_ids_of_another_format_are_taken_as_they_are(self, ada: GoogleDesk) -> None:
        series = weekly(ada, TUESDAY)
        before = ada.events()
        ada.scene.settings.instance_id = opaque_ids
        ada.scene.change(ADA, series)
        after = ada.events()
        assert starts(after) == starts(before)
        assert {event.uid for event in after} == {series}
        assert not {event.occurrence for event in after} & {event.occurrence for event in before}
        assert len({event.occurrence for event in after}) == len(after)


class TestAnswers:
    def test_a_declined_event_stays(self, ada: GoogleDesk) -> None:
        event = ada.scene.event(ADA, TUESDAY, guests=(ADA, BEN))
        ada.scene.decline(ADA, event)
        ada.scene.respond(ADA, event, BEN, "accepted")
        assert ada.one().status is EventStatus.CONFIRMED
        assert [guest.response for guest in ada.one().guests] == [Response.DECLINED, Response.ACCEPTED]

    def test_no_answer_yet_is_no_refusal(self, ada: GoogleDesk) -> None:
        ada.scene.event(ADA, TUESDAY, guests=(ADA, BEN))
        assert ada.one().guests[1].response is Response.NEEDS_ACTION


class TestGuests:
    def test_rooms_and_groups_are_no_people(self, ada: GoogleDesk) -> None:
        room = {"email": "c_1@resource.calendar.google.com", "resource": True}
        group = {"email": "lab@googlegroups.com"}
        ada.scene.event(ADA, TUESDAY, attendees=[{"email": BEN}, room, group])
        kinds = [guest.kind for guest in ada.one().guests]
        assert kinds == [GuestKind.HUMAN, GuestKind.ROOM, GuestKind.GROUP, GuestKind.HUMAN]

    @pytest.mark.parametrize("host", [BEN, ADA])
    def test_a_list_that_guests_may_not_see_is_known_to_its_organiser_only(
        self, ada: GoogleDesk, host: str
    ) -> None:
        everybody, organizer = (ADA, BEN, "chloe@example.org"), {"email": host}
        ada.scene.event(ADA, TUESDAY, guests=everybody, organizer=organizer, guestsCanSeeOtherGuests=False)
        assert ada.one().guests_known is (host == ADA)
        assert len(ada.one().guests) == (3 if host == ADA else 2)

    def test_a_list_cut_short_is_not_known(self, ada: GoogleDesk) -> None:
        ada.scene.event(ADA, TUESDAY, attendees=[{"email": ADA}], attendeesOmitted=True)
        assert not ada.one().guests_known

    def test_the_owners_entry_bears_their_own_address(self, ada: GoogleDesk) -> None:
        ada.scene.add("ada.king@example.com", calendar_id="team@group.calendar.google.com")
        ada.scene.share("team@group.calendar.google.com", ADA)
        ada.scene.event("team@group.calendar.google.com", TUESDAY, guests=("ada.king@example.com", BEN))
        ada.opened("team@group.calendar.google.com")
        assert ada.one().organizer == ADA
        assert [guest.email for guest in ada.one().guests] == [ADA, BEN]


class TestSharedCalendar:
    @pytest.fixture
    def shared(self, ada: GoogleDesk) -> GoogleDesk:
        """Ada's calendar as Ben may see it."""
        ada.scene.share(ADA, BEN, "reader")
        ada.connect(who=BEN)
        ada.opened(ADA)
        return ada

    def test_is_read_by_its_address(self, shared: GoogleDesk) -> None:
        shared.scene.event(ADA, TUESDAY, summary="1:1")
        assert shared.one().title == "1:1"

    def test_its_private_events_are_there_without_their_details(self, shared: GoogleDesk) -> None:
        shared.scene.event(ADA, TUESDAY, summary="1:1", guests=(ADA, BEN), visibility="private")
        event = shared.one()
        assert (event.title, event.guests, event.guests_known) == ("", (), False)


class TestKinds:
    def test_an_absence_is_told_from_what_is_no_meeting(self, ada: GoogleDesk) -> None:
        kinds = ("default", "focusTime", "outOfOffice", "workingLocation", "aTypeToCome")
        for hour, kind in enumerate(kinds):
            ada.scene.event(ADA, TUESDAY + timedelta(hours=hour), eventType=kind)
        assert [event.kind for event in ada.events()] == [
            EventKind.DEFAULT,
            EventKind.OTHER,
            EventKind.OUT_OF_OFFICE,
            EventKind.OTHER,
            EventKind.OTHER,
        ]


class TestPrivacy:
    def test_no_description_place_attachment_or_link_is_asked_for(self, ada: GoogleDesk) -> None:
        ada.scene.put(ADA, UNTOLD | {"summary": "1:1"})
        found = ada.one()
        ada.look_up((found.uid, ""))
        assert b"1:1" in b"".join(ada.http.answered)
        assert b"secret" not in b"".join(ada.http.answered)
        for asked in ada.http.asked:
            for field in ("description", "location", "attachments", "conferenceData", "hangoutLink"):
                assert field not in asked["fields"]
