"""What a Google calendar is asked between whole windows, and what is made of the answer."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from service.domain.events import Event, EventStatus
from service.errors import CalendarError
from tests.fakes.google.calendar_pages import NEVER_WITH_A_TOKEN
from tests.fakes.google.desk import LIST, GoogleDesk, weekly

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
BEN, ADA = "ben@example.org", "ada@example.org"


def stands(events: tuple[Event, ...]) -> list[datetime]:
    return [event.start for event in events if event.status is not EventStatus.CANCELLED]


class TestNothingNew:
    def test_it_is_asked_with_the_token_and_is_the_same_reading(self, ada: GoogleDesk) -> None:
        weekly(ada, TUESDAY)
        first = ada.read()
        assert ada.read() is first
        assert ada.read() is first
        assert (ada.wholes(), ada.asked_for_news()) == (1, 2)

    def test_no_token_goes_with_what_it_must_not_go_with(self, ada: GoogleDesk) -> None:
        ada.read()
        ada.read()
        assert ada.asked()[-1].status == 200
        assert not set(ada.calls()[-1]) & {*NEVER_WITH_A_TOKEN}

    def test_all_else_is_as_in_the_first_call(self, ada: GoogleDesk) -> None:
        ada.read()
        ada.read()
        first, later = ada.http.asked
        assert set(first) - set(later) == {"timeMin", "timeMax"}
        assert set(later) - set(first) == {"syncToken"}
        assert all(first[name] == later[name] for name in set(first) & set(later))

    def test_each_answer_brings_the_token_for_the_next(self, ada: GoogleDesk) -> None:
        for _ in range(4):
            ada.read()
        tokens = [asked["syncToken"] for asked in ada.http.asked[1:]]
        assert len(set(tokens)) == 3

    def test_pages_with_nothing_on_them_are_turned_to_the_last(self, ada: GoogleDesk) -> None:
        first = ada.read()
        ada.scene.settings.page_sizes = (0, 0, 0)
        assert ada.read() is first
        assert len(ada.calls()) == 4
        assert ada.read() is first  # by the token of the last page

    def test_the_window_moves_on_all_the_same(self, ada: GoogleDesk) -> None:
        leaving = ada.scene.event(ADA, ada.window.start + HOUR)
        coming = ada.scene.event(ADA, ada.window.end + HOUR)
        assert ada.one().uid == leaving
        ada.google.move(2 * HOUR)
        assert ada.one().uid == coming
        assert ada.wholes() == 1


class TestSomethingNew:
    def test_the_window_is_listed_whole_again(self, ada: GoogleDesk) -> None:
        weekly(ada, TUESDAY)
        first = ada.read()
        added = ada.scene.event(ADA, TUESDAY + HOUR)
        found = ada.read()
        assert added in {event.uid for event in found.events}
        assert found.fingerprint != first.fingerprint
        assert (ada.wholes(), ada.asked_for_news()) == (2, 1)
        assert ada.read() is found

    def test_news_whose_whole_cannot_be_read_yet_are_read_later(self, ada: GoogleDesk) -> None:
        weekly(ada, TUESDAY)
        ada.read()
        added = ada.scene.event(ADA, TUESDAY + HOUR)
        ada.google.faults.slow(LIST, 0)  # the news get through
        ada.google.faults.refuse(LIST, 503, times=4)
        with pytest.raises(CalendarError):
            ada.read()
        assert added in {event.uid for event in ada.events()}

    def test_what_changed_outside_leaves_the_reading_as_it_was(self, ada: GoogleDesk) -> None:
        weekly(ada, TUESDAY)
        first = ada.read()
        ada.scene.event(ADA, TUESDAY + 52 * WEEK)
        assert ada.read() is first
        assert ada.wholes() == 2

    def test_what_moved_out_of_the_window_is_gone_from_it(self, ada: GoogleDesk) -> None:
        event = ada.scene.event(ADA, TUESDAY)
        ada.read()
        ada.scene.move(ADA, event, TUESDAY + 52 * WEEK)
        read = ada.read()
        assert (read.events, read.tombstones) == ((), frozenset())

    def test_a_touched_series_is_not_walked_to_its_end(self, ada: GoogleDesk) -> None:
        series = weekly(ada, TUESDAY)
        first = ada.read()
        ada.scene.settings.page_sizes = (50,)
        ada.scene.change(ADA, series)
        before = len(ada.calls())
        assert ada.read() is first
        news, whole = ada.calls()[before:]
        assert "syncToken" in news
        assert "timeMax" in whole

    def test_an_empty_page_may_stand_before_the_news(self, ada: GoogleDesk) -> None:
        ada.read()
        ada.scene.settings.page_sizes = (0, 0, 1)
        ada.scene.event(ADA, TUESDAY)
        assert ada.one().start == TUESDAY


class TestDay:
    def test_within_one_all_that_comes_into_view_is_there(self, ada: GoogleDesk) -> None:
        for hour in range(24):
            weekly(ada, TUESDAY + hour * HOUR - 2 * WEEK)
        kept = ada.opened()
        for _ in range(12):
            assert kept.read(ada.window).events == ada.opened().read(ada.window).events
            ada.google.move(5 * HOUR)

    def test_after_one_the_window_is_listed_whole(self, ada: GoogleDesk) -> None:
        ada.read()
        ada.google.move(DAY)
        ada.read()
        assert ada.wholes() == 1
        ada.google.move(2 * timedelta(seconds=1))
        ada.read()
        assert ada.wholes() == 2

    def test_three_days_of_readings_list_it_three_times(self, ada: GoogleDesk) -> None:
        weekly(ada, TUESDAY)
        for _ in range(3 * 24 * 4):
            ada.read()
            ada.google.move(timedelta(minutes=15))
        assert ada.wholes() == 3

    def test_going_back_in_time_lists_it_whole(self, ada: GoogleDesk) -> None:
        ada.read()
        ada.google.move(-HOUR)
        ada.read()
        assert ada.wholes() == 2


class TestTokenTooOld:
    def test_the_whole_is_read_again(self, ada: GoogleDesk) -> None:
        weekly(ada, TUESDAY)
        first = ada.read()
        ada.scene.expire_sync_tokens(ADA)
        assert ada.read() is first
        assert [call.status for call in ada.asked()] == [200, 410, 200]
        assert ada.read() is first
        assert ada.wholes() == 2

    def test_what_changed_meanwhile_is_found(self, ada: GoogleDesk) -> None:
        ada.read()
        ada.scene.event(ADA, TUESDAY)
        ada.scene.expire_sync_tokens(ADA)
        assert ada.one().start == TUESDAY

    def test_a_refill_that_fails_in_the_middle_loses_nothing(self, ada: GoogleDesk) -> None:
        series = weekly(ada, TUESDAY)
        known = ada.events()
        ada.scene.settings.page_sizes = (4,)
        ada.scene.settings.bare_tombstones = True
        ada.scene.cancel(ADA, known[1].occurrence)
        ada.scene.expire_sync_tokens(ADA)
        ada.google.faults.slow(LIST, 0, times=2)  # the token's refusal and the first page get through
        ada.google.faults.refuse(LIST, 500, "internalError", times=4)
        with pytest.raises(CalendarError) as failed:
            ada.read()
        assert not failed.value.permanent
        assert [call.status for call in ada.asked()[-6:]] == [410, 200, 500, 500, 500, 500]
        healed = ada.read()
        assert len(stands(healed.events)) == 8
        cancelled = next(event for event in healed.events if event.status is EventStatus.CANCELLED)
        assert (cancelled.uid, cancelled.guests) == (series, known[1].guests)

    def test_a_token_google_does_not_know_starts_over_too(self, ada: GoogleDesk) -> None:
        weekly(ada, TUESDAY)
        first = ada.read()
        ada.google.faults.refuse(LIST, 400, "invalid")
        assert ada.read() is first
        assert ada.wholes() == 2

    def test_a_whole_that_ends_without_one_is_followed_by_a_whole(
        self, ada: GoogleDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as silent:
            silent.setattr("tests.fakes.google.calendar_list.sync_token", lambda *_: None)
            first = ada.read()
            assert ada.read() is first
        assert (ada.wholes(), ada.asked_for_news()) == (2, 0)
        assert ada.read() is first
        assert ada.read() is first
        assert (ada.wholes(), ada.asked_for_news()) == (3, 1)


class TestCancelled:
    def test_with_its_details_it_is_an_event(self, ada: GoogleDesk) -> None:
        event = ada.scene.event(ADA, TUESDAY, guests=(ADA, BEN))
        ada.scene.cancel(ADA, event)
        read = ada.read()
        assert [one.status for one in read.events] == [EventStatus.CANCELLED]
        assert len(read.events[0].guests) == 2
        assert read.tombstones == frozenset()

    @pytest.fixture
    def bare(self, ada: GoogleDesk) -> GoogleDesk:
        """Of what is cancelled, ids are all that is told."""
        ada.scene.settings.bare_tombstones = True
        return ada

    def test_an_occurrence_known_before_is_told_with_what_is_known(self, bare: GoogleDesk) -> None:
        weekly(bare, TUESDAY)
        known = bare.events()
        bare.scene.cancel(ADA, known[2].occurrence)
        read = bare.read()
        assert read.events[2].status is EventStatus.CANCELLED
        assert (read.events[2].start, read.events[2].guests) == (known[2].start, known[2].guests)
        assert (len(read.events), read.tombstones) == (9, frozenset())
        bare.scene.event(ADA, TUESDAY + HOUR)
        assert bare.read().tombstones == frozenset()  # it is still known in later readings

    def test_one_that_nobody_here_knew_is_a_tombstone(self, bare: GoogleDesk) -> None:
        series = weekly(bare, TUESDAY)
        third = bare.events()[2]
        bare.scene.cancel(ADA, third.occurrence)
        bare.opened()
        read = bare.read()
        assert len(read.events) == 8
        assert read.tombstones == {(series, third.occurrence)}

    def test_so_is_a_single_event_by_its_id(self, bare: GoogleDesk) -> None:
        event = bare.scene.event(ADA, TUESDAY)
        bare.scene.cancel(ADA, event)
        assert bare.read().tombstones == {(event, "")}

    def test_a_tombstone_is_part_of_what_a_reading_says(self, bare: GoogleDesk) -> None:
        event = bare.scene.event(ADA, TUESDAY)
        bare.scene.cancel(ADA, event)
        with_it = bare.read()
        bare.google.move(31 * DAY)
        without = bare.read()
        assert (with_it.events, without.events) == ((), ())
        assert without.tombstones == frozenset()
        assert with_it.fingerprint != without.fingerprint

    def test_what_is_restored_stands_again(self, bare: GoogleDesk) -> None:
        event = bare.scene.event(ADA, TUESDAY)
        first = bare.read()
        bare.scene.cancel(ADA, event)
        bare.read()
        bare.scene.change(ADA, event, status="confirmed")
        assert bare.read().events == first.events
        assert bare.read().fingerprint == first.fingerprint


class TestZone:
    def test_a_change_of_the_calendars_zone_is_told(self, ada: GoogleDesk) -> None:
        weekly(ada, TUESDAY)
        before = ada.read()
        ada.scene.set_zone(ADA, "America/New_York")
        after = ada.read()
        assert (before.zone, after.zone) == ("Europe/Berlin", "America/New_York")
        assert after.fingerprint != before.fingerprint
        assert ada.read() is after

    def test_whole_days_begin_at_its_midnight(self, ada: GoogleDesk) -> None:
        ada.scene.put(ADA, {"start": {"date": "2026-11-24"}, "end": {"date": "2026-11-25"}})
        assert ada.one().start == datetime(2026, 11, 24, tzinfo=ZoneInfo("Europe/Berlin"))
        ada.scene.set_zone(ADA, "America/New_York")
        assert ada.one().start == datetime(2026, 11, 24, tzinfo=ZoneInfo("America/New_York"))

    def test_times_stay_the_instants_they_are(self, ada: GoogleDesk) -> None:
        ada.scene.event(ADA, TUESDAY)
        ada.scene.set_zone(ADA, "America/New_York")
        assert ada.one().start == TUESDAY


class TestAnyCourse:
    """Whatever happens, a calendar that is kept says what one that was just opened says."""

    @pytest.mark.parametrize("seed", range(3))
    def test_the_token_overlooks_nothing(self, ada: GoogleDesk, seed: int) -> None:
        random = Random(seed)  # noqa: S311 - repeatable, not secret
        weekly(ada, TUESDAY - 4 * WEEK, rule="FREQ=WEEKLY;COUNT=20")
        kept = ada.calendar
        for _ in range(25):
            self.something_happens(ada, random)
            ada.google.move(random.choice((timedelta(0), timedelta(minutes=7), 9 * HOUR)))
            read = kept.read(ada.window)
            assert read == ada.opened().read(ada.window)
            assert kept.read(ada.window) is read
        assert ada.asked_for_news() > 25

    def something_happens(self, ada: GoogleDesk, random: Random) -> None:
        scene = ada.scene
        scene.settings.page_sizes = random.choice(((), (3,), (0, 4), (2, 0, 0)))
        one = random.choice(ada.events())
        when = ada.google.now + random.randrange(-20 * 24, 70 * 24) * HOUR
        own = one.occurrence or one.uid
        random.choice(
            (
                lambda: scene.event(ADA, when, guests=(ADA, BEN)),
                lambda: weekly(ada, when, rule="FREQ=WEEKLY;COUNT=9"),
                lambda: scene.move(ADA, own, when),
                lambda: scene.cancel(ADA, own),
                lambda: scene.change(ADA, own, summary=f"1:1 {random.random()}"),
                lambda: scene.change(ADA, one.uid),
                lambda: one.occurrence and scene.split(ADA, own),
                lambda: scene.set_zone(ADA, random.choice(("Europe/Berlin", "Asia/Tokyo"))),
                lambda: scene.expire_sync_tokens(ADA),
                lambda: None,
            )
        )()
