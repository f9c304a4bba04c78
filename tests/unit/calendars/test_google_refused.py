"""A Google calendar that cannot be read: access lost is one thing, what passes another."""

import pytest

from service.domain.events import CalendarRead
from service.errors import AccessLostError, CalendarError
from tests.fakes.google.calendar_client import READ_EVENTS, READ_OWN_EVENTS
from tests.fakes.google.desk import LIST, GoogleDesk

BEN, ADA = "ben@example.org", "ada@example.org"


@pytest.fixture
def ada(ada: GoogleDesk) -> GoogleDesk:
    """Her calendar with one event in it, read once."""
    ada.scene.event(ADA, ada.google.now, summary="a secret", guests=(ADA, BEN))
    ada.read()
    return ada


def refusal(ada: GoogleDesk) -> CalendarError:
    with pytest.raises(CalendarError) as refused:
        ada.read()
    message = str(refused.value)
    assert "\n" not in message
    assert message.endswith((".", ")"))
    assert "@" not in message
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return refused.value


def lost(ada: GoogleDesk) -> str:
    error = refusal(ada)
    assert isinstance(error, AccessLostError)
    assert error.permanent
    return str(error)


def passing(ada: GoogleDesk) -> str:
    error = refusal(ada)
    assert not isinstance(error, AccessLostError)
    assert not error.permanent
    return str(error)


class TestAccessLost:
    @pytest.mark.parametrize(("status", "reason"), [(404, "notFound"), (403, "forbidden")])
    def test_the_whole_calendar_is_refused_and_says_nothing_of_its_events(
        self, ada: GoogleDesk, status: int, reason: str
    ) -> None:
        before = ada.read()
        ada.scene.lose(ADA, ADA, status, reason)
        assert "share it again" in lost(ada)
        assert "Nothing changed." in lost(ada)
        ada.scene.find_again(ADA, ADA)
        assert ada.read() is before

    def test_a_calendar_shared_no_more(self, ada: GoogleDesk) -> None:
        ada.scene.share(ADA, BEN)
        ada.connect(who=BEN)
        ada.opened(ADA)
        assert len(ada.events()) == 1
        ada.scene.unshare(ADA, BEN)
        assert "share it again, or correct its ID" in lost(ada)

    def test_a_consent_taken_back(self, ada: GoogleDesk) -> None:
        ada.google.accounts.revoke(ADA)
        assert "`visavis connect EMAIL`" in lost(ada)

    def test_an_account_that_was_closed(self, ada: GoogleDesk) -> None:
        ada.google.accounts.suspend(ADA)
        assert "`visavis connect EMAIL`" in lost(ada)

    def test_the_narrowest_scope_reads_ones_own_calendar(self, ada: GoogleDesk) -> None:
        ada.connect(READ_OWN_EVENTS)
        ada.opened()
        assert len(ada.events()) == 1

    def test_but_none_that_is_shared_with_one(self, ada: GoogleDesk) -> None:
        ada.scene.share(ADA, BEN)
        ada.connect(READ_OWN_EVENTS, who=BEN)
        ada.opened(ADA)
        assert "`visavis connect EMAIL --wide`" in lost(ada)
        ada.connect(READ_EVENTS, who=BEN)
        ada.opened(ADA)
        assert len(ada.events()) == 1

    def test_free_and_busy_alone_are_no_calendar(self, ada: GoogleDesk) -> None:
        ada.scene.share(ADA, BEN, "freeBusyReader")
        ada.connect(who=BEN)
        ada.opened(ADA)
        assert "share it again with all event details" in lost(ada)

    def test_nor_when_they_are_all_that_is_left(self, ada: GoogleDesk) -> None:
        ada.scene.share(ADA, BEN, "reader")
        ada.connect(who=BEN)
        ada.opened(ADA)
        ada.read()
        ada.scene.share(ADA, BEN, "freeBusyReader")
        assert "share it again with all event details" in lost(ada)
        assert ada.asked()[-1].status == 200


class TestForEverybody:
    def test_an_api_that_is_not_switched_on_is_the_operators_to_mend(self, ada: GoogleDesk) -> None:
        ada.google.faults.refuse(LIST, 403, "accessNotConfigured", domain="usageLimits")
        error = refusal(ada)
        assert not isinstance(error, AccessLostError)
        assert error.permanent
        assert "enable it in the Google Cloud console" in str(error)


class TestPassing:
    @pytest.mark.parametrize(
        ("status", "reason", "words"),
        [
            (403, "rateLimitExceeded", "fewer calls"),
            (403, "userRateLimitExceeded", "fewer calls"),
            (429, "rateLimitExceeded", "fewer calls"),
            (500, "internalError", "tried again"),
            (503, "backendError", "tried again"),
        ],
    )
    def test_limits_and_googles_own_trouble(
        self, ada: GoogleDesk, status: int, reason: str, words: str
    ) -> None:
        before = ada.read()
        ada.google.faults.refuse(LIST, status, reason, times=4)
        assert words in passing(ada)
        assert ada.read() is before

    def test_one_refusal_alone_is_not_even_noticed(self, ada: GoogleDesk) -> None:
        before = ada.read()
        ada.google.faults.refuse(LIST, 503, retry_after=3)
        assert ada.read() is before
        assert ada.pace.slept == [3.0]

    @pytest.mark.parametrize("reason", ["quotaExceeded", "dailyLimitExceeded"])
    def test_a_quota_used_up_is_left_alone(self, ada: GoogleDesk, reason: str) -> None:
        before = ada.read()
        ada.google.faults.refuse(LIST, 403, reason, domain="usageLimits")
        asked = len(ada.asked())
        assert "quota" in passing(ada)
        assert "quota" in passing(ada)
        assert len(ada.asked()) == asked + 1
        ada.pace.sleep(3601)
        assert ada.read() is before

    def test_cut_connections(self, ada: GoogleDesk) -> None:
        before = ada.read()
        ada.google.faults.cut_before(LIST, times=2)
        ada.google.faults.half(LIST, times=2)
        assert "did not answer" in passing(ada)
        assert ada.read() is before

    def test_a_page_of_a_proxy(self, ada: GoogleDesk) -> None:
        before = ada.read()
        ada.google.faults.html(LIST, 200, times=4)
        assert "not Google's API" in passing(ada)
        assert ada.read() is before


def test_the_first_reading_has_nothing_to_fall_back_on(ada: GoogleDesk) -> None:
    ada.opened()
    ada.scene.lose(ADA, ADA)
    lost(ada)
    ada.scene.find_again(ADA, ADA)
    assert isinstance(ada.read(), CalendarRead)
    assert len(ada.events()) == 1
