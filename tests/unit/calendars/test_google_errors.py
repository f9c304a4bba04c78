"""Who has to do what when Google refuses a calendar."""

import pytest

from service.calendars.google_errors import calendar_error, named_for_the_leader, understood
from service.errors import AccessLostError, CalendarError
from service.google.refusals import GoogleError, Trouble


def forbidden(reason: str) -> CalendarError:
    return calendar_error(GoogleError(Trouble.FORBIDDEN, reason=reason, status=403))


class TestAccessLost:
    @pytest.mark.parametrize("trouble", [Trouble.GRANT_DEAD, Trouble.FORBIDDEN, Trouble.NOT_FOUND])
    def test_a_calendar_we_may_not_read_says_nothing_of_its_events(self, trouble: Trouble) -> None:
        error = calendar_error(GoogleError(trouble))
        assert isinstance(error, AccessLostError)
        assert error.permanent
        assert str(error).endswith(" Nothing changed.")

    @pytest.mark.parametrize(
        ("trouble", "what_to_do"),
        [
            (Trouble.GRANT_DEAD, "connect again with `visavis connect EMAIL`"),
            (Trouble.FORBIDDEN, "share it again with all event details"),
            (Trouble.NOT_FOUND, "share it again, or correct its ID"),
        ],
    )
    def test_it_says_what_to_do(self, trouble: Trouble, what_to_do: str) -> None:
        assert what_to_do in str(calendar_error(GoogleError(trouble)))

    @pytest.mark.parametrize("reason", ["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"])
    def test_a_scope_too_narrow_asks_for_the_wide_one(self, reason: str) -> None:
        error = forbidden(reason)
        assert isinstance(error, AccessLostError)
        assert "`visavis connect EMAIL --wide`" in str(error)

    def test_other_refusals_do_not(self) -> None:
        assert "--wide" not in str(forbidden("forbidden"))


class TestForAll:
    @pytest.mark.parametrize(
        ("reason", "what_to_do"),
        [
            ("accessNotConfigured", "enable it in the Google Cloud console"),
            ("domainPolicy", "ask for it in the Admin console"),
        ],
    )
    def test_what_only_the_operator_can_mend_is_no_leaders_lost_access(
        self, reason: str, what_to_do: str
    ) -> None:
        error = forbidden(reason)
        assert not isinstance(error, AccessLostError)
        assert error.permanent
        assert what_to_do in str(error)

    def test_so_with_a_service_account_that_may_not_act_for_them(self) -> None:
        error = calendar_error(GoogleError(Trouble.REFUSED, reason="unauthorized_client"))
        assert not isinstance(error, AccessLostError)
        assert error.permanent


class TestPassing:
    @pytest.mark.parametrize(
        "trouble",
        [
            Trouble.RATE_LIMITED,
            Trouble.EXHAUSTED,
            Trouble.BACKEND,
            Trouble.UNREACHABLE,
            Trouble.NO_ANSWER,
            Trouble.GONE,
        ],
    )
    def test_what_google_cannot_do_now_it_can_later(self, trouble: Trouble) -> None:
        error = calendar_error(GoogleError(trouble))
        assert not isinstance(error, AccessLostError)
        assert not error.permanent

    def test_it_says_what_google_said(self) -> None:
        refusal = GoogleError(Trouble.RATE_LIMITED, reason="userRateLimitExceeded", status=403)
        assert str(calendar_error(refusal)) == str(refusal)

    def test_a_damaged_entry_quotes_nothing_of_it(self) -> None:
        with pytest.raises(CalendarError, match="could not be understood") as refused, understood():
            raise KeyError("a secret")
        assert "a secret" not in str(refused.value)
        assert refused.value.__suppress_context__
        assert not refused.value.permanent


def test_an_error_that_is_not_googles_is_left_alone() -> None:
    with pytest.raises(ZeroDivisionError), named_for_the_leader():
        _ = 1 / 0


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_error_is_one_line_and_a_sentence(trouble: Trouble) -> None:
    with pytest.raises(CalendarError) as refused, named_for_the_leader():
        raise GoogleError(trouble)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(".")
    assert refused.value.__suppress_context__
