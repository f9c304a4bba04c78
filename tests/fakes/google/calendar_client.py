"""Google's own client on the fake Calendar API."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build

from tests.fakes.google.server import FakeGoogle

ALL = "https://www.googleapis.com/auth/calendar"
READ_ALL = f"{ALL}.readonly"
READ_EVENTS = f"{ALL}.events.readonly"
READ_OWN_EVENTS = f"{ALL}.events.owned.readonly"


@contextmanager
def calendar_client(google: FakeGoogle, user: str, *scopes: str) -> Iterator[Any]:
    """The library's API object for somebody, with a grant of these scopes (without any: all)."""
    app = google.accounts.client()
    grant = google.accounts.grant(user, app, *(scopes or (ALL,)))
    credentials = Credentials(
        google.accounts.give(user, grant.scopes, grant).token,
        refresh_token=grant.refresh_token,
        token_uri=google.token_uri,
        client_id=app.client_id,
        client_secret=app.secret,
    )
    endpoint = {"api_endpoint": google.url}
    with build(
        "calendar", "v3", credentials=credentials, static_discovery=True, client_options=endpoint
    ) as api:
        yield api
