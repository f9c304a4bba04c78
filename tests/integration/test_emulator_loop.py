"""The whole loop through the real commands, against a Google that others wrote: `[google] endpoint`.

Consent for a calendar and a mailbox, a welcome and a prep that leave by drafts, a reply that the
history tells of, and its receipt.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from googleapiclient.discovery import build

from tests.fakes.cli import PROGRAM, House, new_house
from tests.fakes.emulator import CALLBACK, CLIENT_ID, CLIENT_SECRET, Emulator, free_port, running
from tests.fakes.google.gmail_mime import from_base64url, parsed, to_base64url

ADA, LAB = "ada@example.org", "lab@example.org"
MODIFY = "https://www.googleapis.com/auth/gmail.modify"
MORNING, PREP = "2026-11-23T08:00:00+01:00", "2026-11-24T08:30:00+01:00"


def _seed(port: int) -> dict[str, Any]:
    primary = {"id": "primary", "user_email": ADA, "summary": ADA, "primary": True}
    talk = {
        "id": "talk",
        "user_email": ADA,
        "summary": "1:1 Ada / Ben",
        "start_date_time": "2026-11-24T10:00:00+01:00",
        "end_date_time": "2026-11-24T10:30:00+01:00",
        "attendees": [{"email": ADA}, {"email": "ben@example.org", "display_name": "Ben Okri"}],
    }
    users = [{"email": ADA, "name": "Ada King"}, {"email": LAB, "name": "One-on-One Lab"}]
    callback = f"http://127.0.0.1:{port}/"  # it takes no other, where Google takes any port of this machine
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uris": [callback, CALLBACK]}
    return {
        "users": users,
        "oauth_clients": [client],
        "calendars": [primary],
        "calendar_events": [talk],
    }


@pytest.fixture
def port() -> int:
    """Where the browser comes back to."""
    return free_port()


@pytest.fixture
def emulator(tmp_path: Path, port: int) -> Iterator[Emulator]:
    with running(tmp_path, _seed(port)) as emulator:
        yield emulator


@pytest.fixture
def house(tmp_path: Path, emulator: Emulator) -> House:
    """Set up as the README says; where Google is comes from the environment."""
    folder = tmp_path / "house"
    folder.mkdir()
    house = new_house(folder)
    (folder / "client.json").write_text(json.dumps(emulator.client()))
    house.environ |= {
        "VISAVIS_GOOGLE_ENDPOINT": emulator.url,
        "VISAVIS_GOOGLE_TOKEN_URI": emulator.token_uri,
        "VISAVIS_GOOGLE_CLIENT_FILE": "client.json",
        "VISAVIS_MAIL_MAILBOX": f"gmail:{LAB}",
    }
    return house


def connect(house: House, emulator: Emulator, port: int, *argv: str, user: str) -> str:
    """Run `visavis connect`, and do at the consent page what a person would; what it said."""
    command = [*PROGRAM, "connect", *argv, "--no-browser", "--port", str(port)]
    environ = house._whole(None)
    with subprocess.Popen(
        command, cwd=house.folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(emulator.url):
                break
        with _browser() as browser:
            browser.get(emulator.consent(line.strip(), user), timeout=10)
        rest, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return rest


@contextmanager
def _browser() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@contextmanager
def gmail(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The lab's mailbox, by Google's own client."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    options = {"api_endpoint": emulator.url}
    with build(
        "gmail", "v1", credentials=emulator.grant(LAB, MODIFY), static_discovery=True, client_options=options
    ) as found:
        yield found.users()


def sent(mailbox: Any) -> list[Any]:
    """The mails that left, oldest first."""
    listed = mailbox.messages().list(userId="me", labelIds=["SENT"]).execute()["messages"]
    whole = (mailbox.messages().get(userId="me", id=one["id"], format="raw").execute() for one in listed)
    return [parsed(from_base64url(one["raw"])) for one in whole][::-1]


def test_from_consent_to_the_receipt(
    house: House, emulator: Emulator, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.ok(
        *("leaders", "add", ADA, "--name", "Ada King", "--timezone", "Europe/Berlin", "--calendar", "google"),
        *("--member", "Ben Okri <ben@example.org>"),
    )
    assert f"{ADA} is connected" in connect(house, emulator, port, ADA, user=ADA)
    assert f"{LAB} is connected" in connect(house, emulator, port, LAB, "--mailbox", user=LAB)

    first = house.tick(MORNING)
    assert (first["calendars"], first["troubles"]) == ({"read": 1, "failed": []}, [])
    house.tick(PREP)
    with gmail(emulator, monkeypatch) as mailbox:
        mails = sent(mailbox)
        assert [mail["X-Visavis-Kind"] for mail in mails] == ["welcome", "prep"]
        assert mails[1]["X-Visavis-Week"] == "1"
        reply = (
            f"From: Ada <{ADA}>\r\nTo: {mails[1]['Reply-To']}\r\nSubject: Re: {mails[1]['Subject']}\r\n"
            "Authentication-Results: mx.google.com; dmarc=pass header.from=example.org\r\n"
            "Message-ID: <one@example.org>\r\n\r\npause for two weeks\r\n"
        )
        mailbox.messages().import_(userId="me", body={"raw": to_base64url(reply.encode())}).execute()
        answered = house.tick("2026-11-24T09:00:00+01:00")
        assert [one["status"] for one in answered["replies"]] == ["accepted"]
        assert [mail["X-Visavis-Kind"] for mail in sent(mailbox)] == ["welcome", "prep", "receipt"]
        assert house.tick("2026-11-24T09:15:00+01:00")["replies"] == []
