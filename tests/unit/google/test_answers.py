import json

import pytest

from service.google.answers import read_answer

DATE = {"date": "Tue, 24 Nov 2026 12:00:00 GMT"}


def error(**fields: object) -> bytes:
    return json.dumps({"error": {"code": 403, "message": "…", **fields}}).encode()


class TestReason:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (error(errors=[{"domain": "usageLimits", "reason": "rateLimitExceeded"}]), "rateLimitExceeded"),
            (
                error(errors=[{"reason": "forbidden"}], details=[{"reason": "SERVICE_DISABLED"}]),
                "forbidden",
            ),
            (error(status="PERMISSION_DENIED", details=[{"reason": "SERVICE_DISABLED"}]), "SERVICE_DISABLED"),
            (error(status="NOT_FOUND", details=[{"links": []}]), "NOT_FOUND"),
            (error(), ""),
            (b'[{"error": {"errors": [{"reason": "backendError"}]}}]', "backendError"),
            (b'{"error": "invalid_grant", "error_description": "Token has been revoked."}', "invalid_grant"),
        ],
    )
    def test_each_form_that_google_uses(self, content: bytes, reason: str) -> None:
        answer = read_answer({}, content)
        assert (answer.is_google, answer.reason) == (True, reason)

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"<html>502</html>",
            b"\xff\xfe",
            b"[]",
            b"17",
            b'{"fault": 1}',
            b'{"error": 4}',
        ],
    )
    def test_what_no_api_of_googles_says(self, content: bytes) -> None:
        answer = read_answer({}, content)
        assert (answer.is_google, answer.reason) == (False, "")

    @pytest.mark.parametrize("odd", [{"errors": "x"}, {"errors": ["x"]}, {"errors": [{"reason": 3}]}])
    def test_an_odd_form_has_no_reason(self, odd: dict[str, object]) -> None:
        assert read_answer({}, error(**odd)).reason == ""


class TestRetryAfter:
    def test_seconds(self) -> None:
        assert read_answer({"retry-after": "17"}, error()).retry_after == 17.0

    def test_a_moment_is_measured_against_the_answers_own_date(self) -> None:
        headers = DATE | {"retry-after": "Tue, 24 Nov 2026 12:01:30 GMT"}
        assert read_answer(headers, error()).retry_after == 90.0

    def test_a_moment_that_is_over_means_now(self) -> None:
        headers = DATE | {"retry-after": "Tue, 24 Nov 2026 11:00:00 GMT"}
        assert read_answer(headers, error()).retry_after == 0.0

    def test_gmail_says_it_in_the_message(self) -> None:
        message = "User-rate limit exceeded.  Retry after 2026-11-24T12:15:00.500Z (Mail sending)"
        assert read_answer(DATE, error(message=message)).retry_after == 900.5

    @pytest.mark.parametrize("told", ["", "soon", "-3", "Tue, 24 Nov"])
    def test_what_is_neither_says_nothing(self, told: str) -> None:
        assert read_answer(DATE | {"retry-after": told}, error()).retry_after is None

    def test_nor_does_a_moment_without_a_date_beside_it(self) -> None:
        assert read_answer({"retry-after": "Tue, 24 Nov 2026 12:01:30 GMT"}, error()).retry_after is None
