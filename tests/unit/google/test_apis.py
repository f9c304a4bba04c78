"""The APIs as the bundled discovery documents describe them."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from service.google.apis import calendar_api, gmail_api

EMULATOR = "http://127.0.0.1:4802"


class TestAddresses:
    @pytest.mark.parametrize(
        ("api", "made", "uri"),
        [
            (
                calendar_api,
                lambda api: api.events().get(calendarId="lea@example.org", eventId="1"),
                "https://www.googleapis.com/calendar/v3/calendars/lea%40example.org/events/1?alt=json",
            ),
            (
                gmail_api,
                lambda api: api.users().messages().get(userId="me", id="1"),
                "https://gmail.googleapis.com/gmail/v1/users/me/messages/1?alt=json",
            ),
        ],
    )
    @pytest.mark.parametrize("endpoint", ["", EMULATOR, EMULATOR + "/"])
    def test_calls_go_to_google_or_to_the_emulator(
        self, api: Callable[[str], Any], made: Callable[[Any], Any], uri: str, endpoint: str
    ) -> None:
        path = "/" + uri.split("/", 3)[3]
        assert made(api(endpoint)).uri == (EMULATOR + path if endpoint else uri)

    def test_what_the_documents_do_not_know_is_refused(self) -> None:
        with pytest.raises(TypeError, match="maxResult"):
            calendar_api().events().list(calendarId="primary", maxResult=1)
        with pytest.raises(AttributeError):
            _ = calendar_api().happenings


class TestBuiltOnce:
    def test_for_each_endpoint(self) -> None:
        assert calendar_api(EMULATOR) is calendar_api(EMULATOR)
        assert calendar_api(EMULATOR) is not calendar_api()

    def test_and_so_are_their_parts(self) -> None:
        """The library makes them anew at every call, at fourteen times the cost of a whole request."""
        assert calendar_api().events() is calendar_api().events()
        assert gmail_api().users().drafts() is gmail_api().users().drafts()
        assert calendar_api()._resource.events() is not calendar_api()._resource.events()

    def test_the_next_page(self) -> None:
        events = calendar_api().events()
        first = events.list(calendarId="primary")
        assert events.list_next(first, {"items": []}) is None
        assert "pageToken=2" in events.list_next(first, {"nextPageToken": "2"}).uri


class TestNobody:
    def test_a_request_without_its_account_is_a_mistake(self) -> None:
        with pytest.raises(RuntimeError, match="account"):
            calendar_api().events().list(calendarId="primary").execute()

    def test_no_credentials_are_looked_for_on_this_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def looked(*_: object, **__: object) -> None:
            raise AssertionError("the machine's own credentials were asked for")

        monkeypatch.setattr("google.auth.default", looked)
        assert gmail_api("http://127.0.0.1:4803").users()

    def test_the_library_does_not_log_what_a_refusal_says(self) -> None:
        calendar_api()
        assert not logging.getLogger("googleapiclient.http").isEnabledFor(logging.WARNING)
