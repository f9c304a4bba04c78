"""What every call of both APIs has in common, asked over HTTP."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests
from googleapiclient.errors import HttpError

from tests.fakes.google.calendar_client import ALL, READ_EVENTS, calendar_client
from tests.fakes.google.gmail_client import ADA, BEN, refused
from tests.fakes.google.server import Call, FakeGoogle

HOUR = timedelta(hours=1)


@pytest.fixture
def api(google: FakeGoogle) -> Iterator[Any]:
    """The Calendar API for Ada, allowed everything."""
    with calendar_client(google, ADA) as api:
        yield api


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def bearer(google: FakeGoogle, *scopes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {google.accounts.access_token(ADA, *(scopes or (ALL,)))}"}


def error_of(answer: requests.Response) -> tuple[int, str, str]:
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    assert error["message"] == error["errors"][0]["message"]
    return answer.status_code, error["errors"][0]["reason"], error["status"]


class TestRoutes:
    def test_an_event_that_was_put_is_listed(self, google: FakeGoogle, api: Any) -> None:
        google.calendar.event(ADA, google.now + HOUR, summary="1:1 Ada / Ben")
        found = api.events().list(calendarId="primary").execute()
        assert [each["summary"] for each in found["items"]] == ["1:1 Ada / Ben"]

    @pytest.mark.parametrize("prefix", ["", "/calendar/v3"])
    def test_the_services_own_path_may_be_left_out(
        self, google: FakeGoogle, session: requests.Session, prefix: str
    ) -> None:
        url = f"{google.url}{prefix}/calendars/{ADA.replace('@', '%40')}"
        assert session.get(url, headers=bearer(google)).json()["id"] == ADA

    def test_gmail_answers_at_the_same_place(self, google: FakeGoogle, session: requests.Session) -> None:
        headers = bearer(google, "https://mail.google.com/")
        answer = session.get(f"{google.url}/gmail/v1/users/me/profile", headers=headers)
        assert answer.json()["emailAddress"] == ADA

    @pytest.mark.parametrize("path", ["/calendars", "/nothing/there", "/calendar/v3/users/me/profile"])
    def test_a_path_that_no_discovery_document_knows_is_not_found(
        self, google: FakeGoogle, session: requests.Session, path: str
    ) -> None:
        assert error_of(session.get(google.url + path))[:2] == (404, "notFound")

    def test_a_literal_path_goes_before_an_id(self, google: FakeGoogle, session: requests.Session) -> None:
        url = f"{google.url}/calendars/primary/events/import"
        session.post(url, headers=bearer(google), json={"start": {}, "end": {}, "iCalUID": "x"})
        assert google.calls[-1].method == "calendar.events.import"

    def test_what_the_fake_does_not_know_it_says(self, api: Any) -> None:
        assert refused(api.colors().get()) == (501, "notImplemented")

    def test_a_get_too_long_for_an_address_comes_as_a_post(self, google: FakeGoogle, api: Any) -> None:
        google.calendar.event(ADA, google.now + HOUR, summary="x" * 3000)
        found = api.events().list(calendarId="primary", q="x" * 3000).execute()
        assert len(found["items"]) == 1
        assert google.calls[-1].method == "calendar.events.list"

    def test_a_connection_is_kept_for_the_next_call(
        self, google: FakeGoogle, session: requests.Session
    ) -> None:
        for _ in range(3):
            session.get(f"{google.url}/nothing")
        assert google.connections == 1


class TestStrictness:
    """What the discovery documents do not know is refused, and nothing is done."""

    @pytest.mark.parametrize(
        ("query", "reason"),
        [
            ("colour=red", "invalidParameter"),
            ("maxResults=many", "invalidParameter"),
            ("maxResults=0", "invalidParameter"),
            ("maxResults=99999999999", "invalidParameter"),
            ("singleEvents=True", "invalidParameter"),
            ("orderBy=title", "invalidParameter"),
            ("eventTypes=default&eventTypes=party", "invalidParameter"),
            ("timeMin=2026-11-23", "invalidParameter"),
            ("timeMin=2026-11-23T10:00:00", "invalidParameter"),
            ("q=a&q=b", "invalidParameter"),
            ("alt=xml", "invalidParameter"),
            ("calendarId=other", "invalidParameter"),
            (f"quotaUser={'x' * 41}", "invalidParameter"),
            ("fields=items(id", "invalidParameter"),
            ("fields=items/colour", "invalidParameter"),
            ("fields=", "invalidParameter"),
            ("fields=items)", "invalidParameter"),
        ],
    )
    def test_a_wrong_query(
        self, google: FakeGoogle, session: requests.Session, query: str, reason: str
    ) -> None:
        url = f"{google.url}/calendars/primary/events?{query}"
        answer = session.get(url, headers=bearer(google))
        assert error_of(answer) == (400, reason, "INVALID_ARGUMENT")
        assert google.calls[-1].status == 400

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ({}, "required"),
            ({"start": {"date": "2026-11-23"}}, "required"),
            ({"colour": "red"}, "invalid"),
            ({"start": {"day": "2026-11-23"}}, "invalid"),
            ({"start": "2026-11-23"}, "invalid"),
            ({"start": {"date": "tomorrow"}}, "invalid"),
            ({"start": {"dateTime": "10 o'clock"}}, "invalid"),
            ({"summary": 5}, "invalid"),
            ({"sequence": "5"}, "invalid"),
            ({"sequence": True}, "invalid"),
            ({"sequence": 2**40}, "invalid"),
            ({"anyoneCanAddSelf": "true"}, "invalid"),
            ({"attendees": {"email": "x@example.org"}}, "invalid"),
            ({"attendees": [{"email": 7}]}, "invalid"),
            ({"extendedProperties": {"private": {"key": 7}}}, "invalid"),
            ([], "invalid"),
        ],
    )
    def test_a_wrong_body(
        self, google: FakeGoogle, session: requests.Session, body: Any, reason: str
    ) -> None:
        answer = session.post(f"{google.url}/calendars/primary/events", headers=bearer(google), json=body)
        assert error_of(answer) == (400, reason, "INVALID_ARGUMENT")
        assert google.calendar.books[ADA].entries == {}

    def test_a_body_that_is_no_json(self, google: FakeGoogle, session: requests.Session) -> None:
        url = f"{google.url}/calendars/primary/events"
        answer = session.post(url, headers=bearer(google), data=b"{")
        assert error_of(answer)[:2] == (400, "parseError")

    def test_a_body_where_none_belongs(self, google: FakeGoogle, session: requests.Session) -> None:
        url = f"{google.url}/calendars/primary/events/some"
        answer = session.delete(url, headers=bearer(google), json={})
        assert error_of(answer)[:2] == (400, "invalid")

    def test_bytes_have_to_be_base64(self, google: FakeGoogle, session: requests.Session) -> None:
        headers = bearer(google, "https://mail.google.com/")
        url = f"{google.url}/gmail/v1/users/me/messages/send"
        assert error_of(session.post(url, headers=headers, json={"raw": "ä"}))[:2] == (400, "invalid")

    def test_a_number_of_64_bits_may_be_a_string_or_a_number(
        self, google: FakeGoogle, session: requests.Session
    ) -> None:
        url = f"{google.url}/calendars/primary/events/watch"
        body = {"id": "one", "type": "web_hook", "address": "http://127.0.0.1:9/"}
        for number, expiration in enumerate(("1795000000000", 1795000000000)):
            told = {**body, "id": f"channel-{number}", "expiration": expiration}
            assert session.post(url, headers=bearer(google), json=told).status_code == 200
        wrong = {**body, "expiration": "soon"}
        assert error_of(session.post(url, headers=bearer(google), json=wrong))[:2] == (400, "invalid")

    def test_null_means_not_set(self, api: Any) -> None:
        day = {"date": "2026-11-23"}
        made = api.events().insert(calendarId="primary", body={"start": day, "end": day, "summary": None})
        assert "summary" not in made.execute()


class TestFields:
    """A `fields` mask leaves of the answer what it names."""

    @pytest.mark.parametrize(
        ("mask", "expected"),
        [
            ("summary", {"summary": ADA}),
            ("items/id", {"items": [{"id": "talk1"}]}),
            ("items(id,status)", {"items": [{"id": "talk1", "status": "confirmed"}]}),
            ("items/start/date,summary", {"items": [{"start": {"date": "2026-11-23"}}], "summary": ADA}),
            ("items(start(date),id)", {"items": [{"start": {"date": "2026-11-23"}, "id": "talk1"}]}),
            ("items/attendees/email", {"items": [{"attendees": [{"email": BEN}]}]}),
            ("items/id,items/status", {"items": [{"id": "talk1", "status": "confirmed"}]}),
            (
                "items/attendees(optional,email)",
                {"items": [{"attendees": [{"email": BEN, "optional": True}]}]},
            ),
            ("nextPageToken", {}),
        ],
    )
    def test_what_is_left(self, google: FakeGoogle, api: Any, mask: str, expected: Any) -> None:
        day = {"date": "2026-11-23"}
        guests = [{"email": BEN, "optional": True}]
        google.calendar.put(ADA, {"id": "talk1", "start": day, "end": day, "attendees": guests})
        assert api.events().list(calendarId="primary", fields=mask).execute() == expected

    def test_a_star_keeps_everything(self, api: Any) -> None:
        whole = api.calendars().get(calendarId="primary").execute()
        assert api.calendars().get(calendarId="primary", fields="*").execute() == whole

    def test_a_wrong_mask_does_nothing(self, google: FakeGoogle, api: Any) -> None:
        day = {"date": "2026-11-23"}
        request = api.events().insert(calendarId="primary", body={"start": day, "end": day}, fields="colour")
        assert refused(request) == (400, "invalidParameter")
        assert google.calendar.books[ADA].entries == {}


class TestTokens:
    def test_without_a_token_nobody_gets_in(self, google: FakeGoogle, session: requests.Session) -> None:
        answer = session.get(f"{google.url}/calendars/primary")
        assert error_of(answer) == (401, "required", "UNAUTHENTICATED")

    def test_an_unknown_token_is_401(self, google: FakeGoogle, session: requests.Session) -> None:
        answer = session.get(f"{google.url}/calendars/primary", headers={"Authorization": "Bearer ya29.no"})
        assert error_of(answer) == (401, "authError", "UNAUTHENTICATED")
        assert "invalid_token" in answer.headers["WWW-Authenticate"]

    def test_a_token_lives_for_an_hour(self, google: FakeGoogle, session: requests.Session) -> None:
        headers, url = bearer(google), f"{google.url}/calendars/primary"
        google.move(HOUR - timedelta(seconds=1))
        assert session.get(url, headers=headers).status_code == 200
        google.move(timedelta(seconds=1))
        assert error_of(session.get(url, headers=headers))[:2] == (401, "authError")

    def test_a_token_without_the_methods_scope_is_403(
        self, google: FakeGoogle, session: requests.Session
    ) -> None:
        answer = session.get(f"{google.url}/calendars/primary", headers=bearer(google, READ_EVENTS))
        assert error_of(answer) == (403, "insufficientPermissions", "PERMISSION_DENIED")

    def test_some_refusals_carry_a_second_word(self, google: FakeGoogle) -> None:
        with calendar_client(google, ADA, READ_EVENTS) as api, pytest.raises(HttpError) as failure:
            api.calendars().get(calendarId="primary").execute()
        assert failure.value.error_details[0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"

    def test_a_closed_account_gets_in_no_more(self, google: FakeGoogle, session: requests.Session) -> None:
        headers = bearer(google)
        google.accounts.suspend(ADA)
        assert session.get(f"{google.url}/calendars/primary", headers=headers).status_code == 401


class TestThreads:
    def test_calls_of_many_threads_are_all_taken(self, google: FakeGoogle) -> None:
        headers = bearer(google)
        day = {"date": "2026-11-23"}

        def insert_some(_number: int) -> set[str]:
            with requests.Session() as session:
                session.trust_env = False
                url = f"{google.url}/calendars/primary/events"
                answers = [
                    session.post(url, headers=headers, json={"start": day, "end": day}) for _ in range(5)
                ]
                return {answer.json()["id"] for answer in answers}

        with ThreadPoolExecutor(16) as pool:
            made = set().union(*pool.map(insert_some, range(16)))
        assert len(made) == 80
        assert made == google.calendar.books[ADA].entries.keys()
        assert google.count("calendar.events.insert") == 80
        assert google.connections == 16


class TestCalls:
    def test_every_call_is_written_down(self, google: FakeGoogle, api: Any) -> None:
        asked = {"calendarId": "primary", "maxResults": 5, "singleEvents": True}
        api.events().list(**asked, quotaUser="leader:1").execute()
        call = google.calls[-1]
        assert call == Call("calendar.events.list", ADA, asked, "leader:1", 200)
        assert google.count("calendar.events.list") == 1

    def test_a_refused_call_too(self, google: FakeGoogle, api: Any) -> None:
        assert refused(api.calendars().get(calendarId="nobody@example.org")) == (404, "notFound")
        assert (google.calls[-1].user, google.calls[-1].status) == (ADA, 404)


class TestBreaking:
    def test_a_mistake_in_the_fake_reaches_the_test(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def mistaken(*_: object) -> Any:
            raise KeyError("a mistake")

        def used() -> int:
            with FakeGoogle() as google, requests.Session() as session:
                monkeypatch.setattr(google.calendar, "call", mistaken)
                google.user(ADA)
                return session.get(f"{google.url}/calendars/primary", headers=bearer(google)).status_code

        with pytest.raises(KeyError, match="a mistake"):
            used()

    def test_a_request_that_is_none_is_refused(self, google: FakeGoogle) -> None:
        with socket.create_connection(("127.0.0.1", int(google.url.rpartition(":")[2]))) as line:
            line.sendall(b"hello there\r\n\r\n")
            assert line.recv(100).startswith(b"HTTP/1.1 400 ")

    def test_leaving_ends_connections_that_clients_keep_open(self, session: requests.Session) -> None:
        with FakeGoogle() as google:
            session.get(f"{google.url}/nothing")
        with pytest.raises(requests.ConnectionError):
            session.get(f"{google.url}/nothing")

    def test_answers_are_json_as_google_writes_it(
        self, google: FakeGoogle, session: requests.Session
    ) -> None:
        answer = session.get(f"{google.url}/calendars/primary", headers=bearer(google))
        assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
        assert json.loads(answer.content)["kind"] == "calendar#calendar"
