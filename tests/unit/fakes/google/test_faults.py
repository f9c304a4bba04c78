"""What goes wrong with calls, as a client sees it."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests
from googleapiclient.errors import HttpError

from tests.fakes.google.calendar_client import ALL, calendar_client
from tests.fakes.google.gmail_client import ADA, BEN, refused
from tests.fakes.google.server import FakeGoogle

DAY = {"date": "2026-11-23"}
NEW = {"start": DAY, "end": DAY}


@pytest.fixture
def api(google: FakeGoogle) -> Iterator[Any]:
    """The Calendar API for Ada, allowed everything."""
    with calendar_client(google, ADA) as api:
        yield api


@pytest.fixture
def session(google: FakeGoogle) -> Iterator[requests.Session]:
    """Plain HTTP with Ada's token: unlike httplib2, it never sends anything again."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {google.accounts.access_token(ADA, ALL)}"
        yield session


def events_url(google: FakeGoogle) -> str:
    return f"{google.url}/calendars/primary/events"


def events_of(google: FakeGoogle) -> int:
    return len(google.calendar.books[ADA].entries)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (403, "rateLimitExceeded"),
        (403, "userRateLimitExceeded"),
        (403, "quotaExceeded"),
        (403, "accessNotConfigured"),
        (404, "notFound"),
        (410, "fullSyncRequired"),
        (429, "rateLimitExceeded"),
        (500, "backendError"),
        (503, "backendError"),
    ],
)
def test_a_call_is_refused_with_status_and_reason(
    google: FakeGoogle, api: Any, status: int, reason: str
) -> None:
    google.faults.refuse("calendar.events.insert", status, reason)
    assert refused(api.events().insert(calendarId="primary", body=NEW)) == (status, reason)
    assert events_of(google) == 0
    assert google.calls[-1].status == status


def test_limits_are_of_another_domain(google: FakeGoogle, session: requests.Session) -> None:
    google.faults.refuse(status=403, reason="rateLimitExceeded")
    google.faults.refuse(status=403, reason="forbidden")
    told = [session.get(events_url(google)).json()["error"]["errors"][0]["domain"] for _ in range(2)]
    assert told == ["usageLimits", "global"]


def test_the_time_to_wait_is_told(google: FakeGoogle, session: requests.Session) -> None:
    google.faults.refuse("*", 429, "rateLimitExceeded", retry_after=7)
    assert session.get(events_url(google)).headers["Retry-After"] == "7"


def test_a_fault_is_over_after_so_many_times(google: FakeGoogle, session: requests.Session) -> None:
    google.faults.refuse("calendar.events.*", times=2)
    assert [session.get(events_url(google)).status_code for _ in range(3)] == [503, 503, 200]


def test_a_fault_waits_for_its_method_and_its_user(google: FakeGoogle, session: requests.Session) -> None:
    google.faults.refuse("calendar.calendars.*")
    google.faults.refuse("calendar.events.list", user=BEN)
    assert session.get(events_url(google)).status_code == 200
    assert session.get(f"{google.url}/calendars/primary").status_code == 503


def test_faults_happen_in_the_order_they_were_planned(google: FakeGoogle, session: requests.Session) -> None:
    google.faults.refuse(status=500, reason="internalError")
    google.faults.refuse(status=429, reason="rateLimitExceeded")
    assert [session.get(events_url(google)).status_code for _ in range(3)] == [500, 429, 200]


def test_a_page_instead_of_json(google: FakeGoogle, api: Any) -> None:
    google.faults.html(status=502)
    with pytest.raises(HttpError) as failure:
        api.events().list(calendarId="primary").execute()
    assert failure.value.status_code == 502
    assert failure.value.content.startswith(b"<!doctype html>")


def test_a_page_with_status_200(google: FakeGoogle, api: Any) -> None:
    google.faults.html(status=200)
    found = api.events().list(calendarId="primary").execute()
    assert found.startswith("<!doctype html>")  # the library hands it on as if it were an answer


@pytest.mark.parametrize(("when", "done"), [("cut_before", 0), ("cut_after", 1)])
def test_a_cut_connection_tells_nothing(
    google: FakeGoogle, session: requests.Session, when: str, done: int
) -> None:
    getattr(google.faults, when)("calendar.events.insert")
    with pytest.raises(requests.ConnectionError):
        session.post(events_url(google), json=NEW)
    assert events_of(google) == done
    assert google.calls[-1].status is None


def test_an_error_may_come_after_all_was_done(google: FakeGoogle, session: requests.Session) -> None:
    google.faults.fail_after("calendar.events.insert")
    assert session.post(events_url(google), json=NEW).status_code == 500
    assert events_of(google) == 1
    assert google.calls[-1].status == 500


def test_half_an_answer_breaks_off(google: FakeGoogle, session: requests.Session) -> None:
    google.faults.half("calendar.events.insert")
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        session.post(events_url(google), json=NEW)
    assert events_of(google) == 1


def test_a_slow_answer_comes_too_late(google: FakeGoogle, session: requests.Session) -> None:
    google.faults.slow("calendar.events.insert", seconds=60)
    with pytest.raises(requests.exceptions.ReadTimeout):
        session.post(events_url(google), json=NEW, timeout=0.1)
    assert events_of(google) == 1


def test_the_token_endpoint_breaks_too(google: FakeGoogle) -> None:
    google.faults.refuse("oauth.token", 503)
    form = {"grant_type": "refresh_token"}
    assert requests.post(google.token_uri, data=form, timeout=5).status_code == 503
    assert requests.post(google.token_uri, data=form, timeout=5).status_code == 401


def test_httplib2_sends_a_post_again_by_itself(google: FakeGoogle, api: Any) -> None:
    """Why the service brings a transport of its own: a mail would have left twice."""
    google.faults.cut_after("calendar.events.insert")
    api.events().insert(calendarId="primary", body=NEW).execute(num_retries=0)
    assert google.count("calendar.events.insert") == 2
    assert events_of(google) == 2


class TestRates:
    def outcomes(self, seed: int, **rates: float) -> list[int | None]:
        with FakeGoogle() as google:
            google.user(ADA)
            google.faults.rate(seed=seed, methods="calendar.*", **rates)
            with requests.Session() as session:
                session.headers["Authorization"] = f"Bearer {google.accounts.access_token(ADA, ALL)}"
                for _ in range(100):
                    with suppress(requests.ConnectionError):
                        session.get(events_url(google))
            return [call.status for call in google.calls]

    def test_a_share_of_all_calls_goes_wrong(self) -> None:
        found = self.outcomes(1, errors=0.2, cut_before=0.05, cut_after=0.05)
        assert 15 < sum(status != 200 for status in found) < 50
        assert {500, 503, 429, 403, None, 200} == set(found)

    def test_the_same_seed_goes_wrong_alike(self) -> None:
        assert self.outcomes(7, errors=0.3) == self.outcomes(7, errors=0.3)
        assert self.outcomes(7, errors=0.3) != self.outcomes(8, errors=0.3)

    def test_other_methods_are_spared(self, google: FakeGoogle, session: requests.Session) -> None:
        google.faults.rate(errors=1.0, methods="gmail.*")
        assert session.get(events_url(google)).status_code == 200

    def test_all_is_well_again_after_clearing(self, google: FakeGoogle, session: requests.Session) -> None:
        google.faults.rate(errors=1.0)
        google.faults.refuse(times=100)
        google.faults.drop_notifications(3)
        google.faults.clear()
        assert session.get(events_url(google)).status_code == 200
        assert google.faults.dropped_notifications == 0


def test_latency_makes_every_answer_late(session: requests.Session) -> None:
    with FakeGoogle(latency=60) as google, pytest.raises(requests.exceptions.ReadTimeout):
        session.get(f"{google.url}/calendars/primary", timeout=0.1)
