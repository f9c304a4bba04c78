"""Google's own client on the fake Gmail, and mails to feed it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from tests.fakes.google.gmail_mime import to_base64url
from tests.fakes.google.server import FakeGoogle

MODIFY = "https://www.googleapis.com/auth/gmail.modify"
SEND = "https://www.googleapis.com/auth/gmail.send"
LAB, ADA, BEN, EVE = "lab@example.org", "ada@example.org", "ben@example.org", "eve@example.net"


@contextmanager
def gmail_client(google: FakeGoogle, user: str, *scopes: str) -> Iterator[Any]:
    """The library's `users()` for somebody, with a grant of these scopes (without any: modify)."""
    app = google.accounts.client()
    grant = google.accounts.grant(user, app, *(scopes or (MODIFY,)))
    # Not `from_authorized_user_info`: that asks Google itself for tokens, whatever the info says.
    credentials = Credentials(
        None,
        refresh_token=grant.refresh_token,
        token_uri=google.token_uri,
        client_id=app.client_id,
        client_secret=app.secret,
    )
    endpoint = {"api_endpoint": google.url}
    with build("gmail", "v1", credentials=credentials, static_discovery=True, client_options=endpoint) as api:
        yield api.users()


def raw_mail(
    subject: str = "Hello",
    *,
    sender: str = f"One-on-One Lab <{LAB}>",
    to: str = ADA,
    text: str = "How was it?\n",
    **headers: str,
) -> bytes:
    """A mail's bytes; a header's name is written with underscores (`In_Reply_To`)."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return bytes(mail)


def body(raw: bytes, thread: str | None = None) -> dict[str, str]:
    """The body of a send, or the message of a draft."""
    return {"raw": to_base64url(raw), **({"threadId": thread} if thread else {})}


def send(users: Any, raw: bytes, thread: str | None = None) -> Any:
    """What `messages.send` answers."""
    return users.messages().send(userId="me", body=body(raw, thread)).execute()


def refused(request: Any) -> tuple[int, str]:
    """The status and reason with which a request is refused."""
    with pytest.raises(HttpError) as failure:
        request.execute()
    # Not `error_details`: those are the new words where there are any, the old ones where not.
    return failure.value.status_code, json.loads(failure.value.content)["error"]["errors"][0]["reason"]
