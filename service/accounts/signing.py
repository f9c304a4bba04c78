"""Links that prove by their signature what they are for: the ones that stand in mails.

A link is good for one purpose, about one thing, for a time; what it names is a random
token or key of ours, so that the address gives nothing away. It can be passed on with the mail that
bears it, so it opens no more than that mail shows.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from service.errors import SecretError


class Purpose(StrEnum):
    """What a link opens, by the path it stands under, and what it names."""

    FORM = "f"  # a form, or questions of a confirm mail, by the mail's reference
    DOOR = "me/enter"  # where a leader asks for a key, by the leader's key
    KEY = "me/open"  # what is mailed then, by the leader's key
    MONTH = "month"  # a month's digest, by the mail's reference
    MEMBER = "members"  # what is kept about a member, by leader's key and pair: "<key>-<pair id>"


LASTS = {
    Purpose.FORM: timedelta(days=60),
    Purpose.DOOR: timedelta(days=400),
    Purpose.KEY: timedelta(minutes=30),
    Purpose.MONTH: timedelta(days=60),
    Purpose.MEMBER: timedelta(days=30),
}


class Signer:
    """Makes and reads links. `keys` are the operator's secrets, newest first: the newest signs,
    each one is good for reading."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise SecretError("there is no secret key; run `visavis init`, or set [service] secret_key")
        self._keys = list(reversed(keys))  # the library wants the newest last

    def token(self, purpose: Purpose, subject: str, now: datetime) -> str:
        """The signed token; letters, digits, `-`, `_` and `.` only."""
        return str(self._serializer(purpose, now).dumps(subject))

    def path(self, purpose: Purpose, subject: str, now: datetime) -> str:
        """The link behind the service's own address: "/f/…"."""
        return f"/{purpose}/{self.token(purpose, subject, now)}"

    def subject(self, purpose: Purpose, token: str, now: datetime) -> str | None:
        """What the token names; None for one that is made up, damaged, for another purpose or too old."""
        lasts = int(LASTS[purpose].total_seconds())
        try:
            return str(self._serializer(purpose, now).loads(token, max_age=lasts))
        except (BadSignature, UnicodeError):
            return None

    def _serializer(self, purpose: Purpose, now: datetime) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._keys,
            salt=f"visavis/1/link/{purpose}",
            signer=_clocked(now),
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )


def _clocked(now: datetime) -> type[TimestampSigner]:
    """A signer on our clock: time is an argument here, too."""

    class Clocked(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(now.timestamp())

    return Clocked
