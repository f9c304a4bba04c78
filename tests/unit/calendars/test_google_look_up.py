"""Single events that a reading did not show: cancelled, elsewhere, unknown, or access lost."""

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.events import EventStatus, LookedUp
from service.errors import AccessLostError, CalendarError
from tests.fakes.google.desk import GET, LIST, GoogleDesk, weekly

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
BEN, ADA = "ben@example.org", "ada@example.org"


def test_one_that_moved_out_of_the_window_is_told_where_it_is(ada: GoogleDesk) -> None:
    event = ada.scene.event(ADA, TUESDAY, guests=(ADA, BEN))
    before = ada.one()
    ada.scene.move(ADA, event, TUESDAY + 52 * WEEK)
    assert ada.events() == ()
    (found,) = ada.look_up((event, "")).events
    assert (found.uid, found.start) == (event, TUESDAY + 52 * WEEK)
    assert found.guests == before.guests


def test_an_occurrence_is_asked_for_by_its_own_id(ada: GoogleDesk) -> None:
    series = weekly(ada, TUESDAY)
    third = ada.events()[2]
    ada.scene.move(ADA, third.occurrence, TUESDAY + 52 * WEEK)
    (found,) = ada.look_up((series, third.occurrence)).events
    assert (found.uid, found.occurrence) == (series, third.occurrence)
    assert [call.params["eventId"] for call in ada.asked(GET)] == [third.occurrence]


@pytest.mark.parametrize("bare", [False, True])
def test_one_that_was_cancelled(ada: GoogleDesk, bare: bool) -> None:
    ada.scene.settings.bare_tombstones = bare
    series, event = weekly(ada, TUESDAY), ada.scene.event(ADA, TUESDAY)
    second = next(one for one in ada.events() if one.start == TUESDAY + WEEK)
    ada.scene.cancel(ADA, second.occurrence)
    ada.scene.cancel(ADA, event)
    ids = {(series, second.occurrence), (event, "")}
    assert ada.look_up(*ids) == LookedUp(cancelled=frozenset(ids))


def test_one_that_google_calls_gone_was_cancelled(ada: GoogleDesk) -> None:
    ada.google.faults.refuse(GET, 410, "deleted")
    assert ada.look_up(("3c9", "")).cancelled == {("3c9", "")}


def test_one_whose_tombstone_has_vanished_is_unknown(ada: GoogleDesk) -> None:
    event = ada.scene.event(ADA, TUESDAY)
    ada.scene.cancel(ADA, event)
    ada.google.move(timedelta(days=31))
    assert ada.look_up((event, "")) == LookedUp()


def test_one_that_is_unknown_says_nothing_of_the_others(ada: GoogleDesk) -> None:
    event = ada.scene.event(ADA, TUESDAY)
    found = ada.look_up(("nobody", ""), (event, ""), ("no", "one"))
    assert [one.uid for one in found.events] == [event]
    assert found.cancelled == frozenset()


def test_one_that_became_a_whole_series_is_none_of_its_occurrences(ada: GoogleDesk) -> None:
    event = ada.scene.event(ADA, TUESDAY)
    ada.scene.change(ADA, event, recurrence=["RRULE:FREQ=WEEKLY"])
    assert ada.look_up((event, "")) == LookedUp()


def test_a_declined_one_stands(ada: GoogleDesk) -> None:
    event = ada.scene.event(ADA, TUESDAY, guests=(ADA, BEN))
    ada.scene.decline(ADA, event)
    (found,) = ada.look_up((event, "")).events
    assert found.status is EventStatus.CONFIRMED


def test_whole_days_are_the_calendars_own(ada: GoogleDesk) -> None:
    event = ada.scene.put(ADA, {"start": {"date": "2026-11-24"}, "end": {"date": "2026-11-25"}})
    assert ada.look_up((event, "")).events[0].start == datetime(2026, 11, 24, tzinfo=UTC)
    before = ada.one()
    assert ada.look_up((event, "")).events == (before,)


def test_nothing_is_asked_about_nothing(ada: GoogleDesk) -> None:
    assert ada.look_up() == LookedUp()
    assert ada.google.calls == []


class TestAccessLost:
    """A calendar that is not found answers for each event as if that were not found."""

    def test_is_no_event_that_vanished(self, ada: GoogleDesk) -> None:
        event = ada.scene.event(ADA, TUESDAY)
        ada.scene.lose(ADA, ADA)
        with pytest.raises(AccessLostError, match="share it again"):
            ada.look_up((event, ""))

    def test_not_even_in_the_midst_of_asking(self, ada: GoogleDesk) -> None:
        event = ada.scene.event(ADA, TUESDAY)
        ada.google.faults.slow(GET, 0)  # the first gets through
        ada.google.faults.refuse(GET, 404, "notFound")
        ada.google.faults.refuse(LIST, 404, "notFound")
        with pytest.raises(AccessLostError):
            ada.look_up((event, ""), (event, ""), ("other", ""))

    def test_it_is_asked_for_only_where_an_event_was_not_found(self, ada: GoogleDesk) -> None:
        event = ada.scene.event(ADA, TUESDAY)
        ada.look_up((event, ""))
        assert ada.asked(LIST) == []
        ada.look_up((event, ""), ("other", ""), ("third", ""))
        assert len(ada.asked(LIST)) == 1

    def test_forbidden(self, ada: GoogleDesk) -> None:
        event = ada.scene.event(ADA, TUESDAY)
        ada.scene.lose(ADA, ADA, 403, "forbidden")
        with pytest.raises(AccessLostError):
            ada.look_up((event, ""))


def test_one_that_is_damaged_is_no_answer(ada: GoogleDesk) -> None:
    event = ada.scene.event(ADA, TUESDAY)
    ada.scene.books[ADA].entries[event].data = {"id": event, "status": "confirmed"}
    with pytest.raises(CalendarError, match="could not be understood"):
        ada.look_up((event, ""))


def test_what_passes_is_no_answer(ada: GoogleDesk) -> None:
    event = ada.scene.event(ADA, TUESDAY)
    ada.google.faults.refuse(GET, 503, times=4)
    with pytest.raises(CalendarError) as failed:
        ada.look_up((event, ""))
    assert not failed.value.permanent
    assert ada.look_up((event, "")).events
