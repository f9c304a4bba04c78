"""What Google posts is taken as a hint, from whoever can prove to be asked to, and never breaks anything."""

import base64
import json
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.accounts.vault import Vault
from service.errors import StorageError
from service.jobs.hints import newest_hint
from service.jobs.push import gmail_secrets
from service.storage import channels, people
from service.storage.channels import Channel
from service.storage.database import Database
from service.web.pages import create_app
from service.web.push import push_pages
from tests.fakes.databases import KEY, NOW, add_leader
from tests.fakes.desks import DAY

ID, TOKEN, LAB = "channel-1", "token-1", "lab@example.org"
OLD_KEY = "the key before it, long enough to be one"
NO_NEWS: tuple[Any, ...] = ([], "x", 5, {}, {"historyId": 1})
GMAIL = f"/push/gmail/{gmail_secrets([KEY])[0]}"


@pytest.fixture
def database(sqlite_file: Path) -> Iterator[Database]:
    """With one leader's channel."""
    database = Database(f"sqlite:///{sqlite_file}", Vault([KEY]))
    with database.begin() as tx:
        add_leader(tx)
        channels.put(tx, Channel(ID, 1, "resource-1", NOW + 7 * DAY), TOKEN)
    yield database
    database.close()


@pytest.fixture
def client(database: Database) -> FlaskClient:
    pages = push_pages(database, secret_keys=[KEY, OLD_KEY], mailboxes={LAB}, now=lambda: NOW)
    return create_app(lambda _: False, lambda _: None, lambda: True, more=[pages]).test_client()


def hinted_at(database: Database) -> datetime | None:
    with database.read() as tx:
        return people.by_id(tx, 1).hinted_at


def message(state: str = "exists", channel: str = ID, token: str | None = TOKEN) -> dict[str, str]:
    """The headers that Google sends."""
    told = {"X-Goog-Channel-ID": channel, "X-Goog-Resource-State": state, "X-Goog-Message-Number": "2"}
    return told | ({} if token is None else {"X-Goog-Channel-Token": token})


def envelope(data: Any = None, *, safe: bool = True) -> dict[str, Any]:
    """What Pub/Sub posts."""
    told = {"emailAddress": LAB, "historyId": 123} if data is None else data
    encode = base64.urlsafe_b64encode if safe else base64.b64encode
    packed = encode(json.dumps(told).encode()).decode()
    return {"message": {"data": packed, "messageId": "1"}, "subscription": "projects/p/subscriptions/s"}


class TestCalendar:
    @pytest.mark.parametrize("state", ["exists", "not_exists"])
    def test_a_change_is_a_hint(self, client: FlaskClient, database: Database, state: str) -> None:
        answer = client.post("/push/calendar", headers=message(state))
        assert (answer.status_code, answer.data) == (204, b"")
        assert hinted_at(database) == newest_hint(database) == NOW

    def test_the_first_message_is_only_acknowledged(self, client: FlaskClient, database: Database) -> None:
        assert client.post("/push/calendar", headers=message("sync")).status_code == 204
        assert hinted_at(database) is None
        with database.read() as tx:
            assert channels.standings(tx)[1].heard_at == NOW

    @pytest.mark.parametrize(
        "headers",
        [
            message(channel="channel-2"),
            message(token="token-2"),
            message(token=None),
            message(token=""),
            message(channel=""),
            message(channel="x" * 10_000),
            message(channel="channel-1 "),
            message(channel="ch\xe4nnel"),
            message(token="t\xf6ken"),
            {},
        ],
    )
    def test_to_others_there_is_nothing(
        self,
        client: FlaskClient,
        database: Database,
        caplog: pytest.LogCaptureFixture,
        headers: dict[str, str],
    ) -> None:
        with caplog.at_level(logging.INFO):
            answer = client.post("/push/calendar", headers=headers)
        assert (answer.status_code, answer.data) == (404, b"")
        assert hinted_at(database) is newest_hint(database) is None
        assert [(each.__dict__["action"], each.message) for each in caplog.records] == [
            ("push_unknown", "a push message is none of ours")
        ]

    def test_the_channel_of_a_leader_who_was_erased_is_nobodys(
        self, client: FlaskClient, database: Database
    ) -> None:
        with database.begin() as tx:
            people.erase(tx, 1)
        assert client.post("/push/calendar", headers=message()).status_code == 404
        assert newest_hint(database) is None

    @pytest.mark.parametrize("body", [b"x" * 1_000_000, b"\xff\x00", b"{"])
    def test_a_body_is_not_looked_at(self, client: FlaskClient, body: bytes) -> None:
        assert client.post("/push/calendar", headers=message(), data=body).status_code == 204

    def test_looking_is_not_posting(self, client: FlaskClient, database: Database) -> None:
        answer = client.get("/push/calendar", headers=message())
        assert (answer.status_code, hinted_at(database)) == (405, None)
        assert "style.css" in answer.text

    def test_while_the_database_is_away_google_is_to_come_again(
        self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_: object) -> bool:
            raise StorageError("The database is locked.")

        monkeypatch.setattr("service.web.push.calendar_told", away)
        assert client.post("/push/calendar", headers=message()).status_code == 503


class TestGmail:
    @pytest.mark.parametrize("safe", [True, False])
    @pytest.mark.parametrize("address", [LAB, "Lab@Example.org"])
    def test_mail_is_a_hint(self, client: FlaskClient, database: Database, address: str, safe: bool) -> None:
        told = {"emailAddress": address, "historyId": 7, "more": "??>>~~"}
        answer = client.post(GMAIL, json=envelope(told, safe=safe))
        assert (answer.status_code, answer.data) == (204, b"")
        assert newest_hint(database) == NOW

    def test_a_mailbox_that_is_not_ours_is_no_news(self, client: FlaskClient, database: Database) -> None:
        assert client.post(GMAIL, json=envelope({"emailAddress": "x@example.org"})).status_code == 204
        assert newest_hint(database) is None

    def test_a_subscription_made_before_the_key_was_changed_still_works(
        self, client: FlaskClient, database: Database
    ) -> None:
        address = f"/push/gmail/{gmail_secrets([OLD_KEY])[0]}"
        assert client.post(address, json=envelope()).status_code == 204
        assert newest_hint(database) == NOW

    @pytest.mark.parametrize("secret", ["0" * 40, gmail_secrets(["x"])[0], "%ff%00", "\u00e4", "."])
    def test_at_another_address_there_is_nothing(
        self, client: FlaskClient, database: Database, caplog: pytest.LogCaptureFixture, secret: str
    ) -> None:
        with caplog.at_level(logging.INFO):
            answer = client.post(f"/push/gmail/{secret}", json=envelope())
        assert (answer.status_code, answer.data, newest_hint(database)) == (404, b"", None)
        assert [each.__dict__["action"] for each in caplog.records] == ["push_unknown"]

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"\xff\xfe\x00",
            b"[" * 15_000,
            b"[]",
            b"null",
            b"{}",
            b'{"message": null}',
            b'{"message": {}}',
            b'{"message": {"data": 5}}',
            b'{"message": {"data": "\xc3\xa4"}}',
            b'{"message": {"data": "AAAA"}}',
            *(json.dumps(envelope(data)).encode() for data in NO_NEWS),
            b'{"message": {"data": ' + b"9" * 10_000 + b"}}",
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, client: FlaskClient, database: Database, caplog: pytest.LogCaptureFixture, body: bytes
    ) -> None:
        assert client.post(GMAIL, data=body).status_code == 400
        assert newest_hint(database) is None
        assert [each.__dict__["action"] for each in caplog.records] == ["push_malformed"]

    def test_so_is_what_is_too_large(self, client: FlaskClient, database: Database) -> None:
        told = envelope({"emailAddress": LAB, "padding": "x" * 20_000})
        assert client.post(GMAIL, json=told).status_code == 413
        assert newest_hint(database) is None

    def test_looking_is_not_posting(self, client: FlaskClient) -> None:
        assert client.get(GMAIL).status_code == 405
