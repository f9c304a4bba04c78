"""The fake Google as a process of its own."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import requests
from google.auth.transport.requests import AuthorizedSession
from google.oauth2 import service_account

ROOT = Path(__file__).parents[4]
SCOPE = "https://www.googleapis.com/auth/calendar.events.owned.readonly"


def test_it_serves_its_leaders_until_it_is_stopped(tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    command = [
        sys.executable,
        "-m",
        "tests.fakes.google",
        "--leaders",
        "3",
        "--events",
        "4",
        "--key",
        str(key),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert told["leaders"] == [f"leader{number}@example.org" for number in (1, 2, 3)]
        assert told["key"] == str(key)
        credentials = service_account.Credentials.from_service_account_file(
            key, scopes=[SCOPE], subject=told["leaders"][1]
        )
        with AuthorizedSession(credentials) as session:
            answer = session.get(f"{told['url']}/calendar/v3/calendars/primary/events")
        assert len(answer.json()["items"]) == 4
        assert requests.post(told["token_uri"], timeout=5).status_code == 400
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
