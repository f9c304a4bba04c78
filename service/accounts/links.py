"""The link by which a leader joins, the one by which they give access again, and the cookie that their
browser carries meanwhile.

All are sealed: nobody can make one up, and what is in them is for us alone. The link to stop
the mails will not do, as it stands in every mail's headers, and whoever a mail was passed on
to could join a calendar of their own to it.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from service.accounts.consent import Asking
from service.domain.ports import Sealer
from service.errors import SecretError

LINK_LASTS = timedelta(days=60)
INVITATION_LASTS = timedelta(days=14)
CONSENT_LASTS = timedelta(minutes=15)
_LINK, _CONSENT, _INVITATION = "connect-link", "connect-consent", "invitation"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an operator asks for by a link (`visavis connect`): a consent given after `at` (seconds),
    `wide` or not, by the Google account `account`, "" for the leader's own address."""

    at: float
    wide: bool = False
    account: str = ""


@dataclass(frozen=True, slots=True)
class Whose:
    """A leader as a link names them: `key` tells apart who had the address one after another.
    Without an `invitation` the link mends what was."""

    email: str
    key: str
    invitation: Invitation | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited to join, as the operator gave it at `at` (seconds); `zone` and `language` are ""
    where the invited person is to choose, `members` lines like "Ben <ben@example.org>"."""

    email: str
    name: str
    at: float
    zone: str = ""
    language: str = ""
    members: tuple[str, ...] = ()
    one_by_one: bool = False


def invitation_token(sealer: Sealer, invited: Invited) -> str:
    """The token of an invitation, to stand behind `/join/`: nothing else is kept of it."""
    return _sealed(sealer, asdict(invited), _INVITATION)


def invited_by(sealer: Sealer, token: str, now: datetime) -> Invited | None:
    """Who is invited; None for an invitation that is made up, damaged or too old."""
    found = _opened(sealer, token, _INVITATION, now - INVITATION_LASTS)
    return Invited(**found | {"members": tuple(found["members"])}) if found else None


def link_token(sealer: Sealer, leader: Whose, now: datetime) -> str:
    """The token of a leader's link, to stand behind `/c/`."""
    told = {name: value for name, value in asdict(leader).items() if value is not None}
    return _sealed(sealer, {"at": now.timestamp(), **told}, _LINK)


def whose_link(sealer: Sealer, token: str, now: datetime) -> Whose | None:
    """Whose link it is; None for one that is made up, damaged or too old."""
    found = _opened(sealer, token, _LINK, now - LINK_LASTS)
    if found is None:
        return None
    asked = found.get("invitation")
    return Whose(str(found["email"]), str(found["key"]), Invitation(**asked) if asked else None)


def consent_cookie(sealer: Sealer, link: str, asking: Asking, now: datetime) -> str:
    """What the browser carries while it is at Google's: the link it started from, and what proves it."""
    kept = asdict(replace(asking, url=""))
    return _sealed(sealer, {"at": now.timestamp(), "link": link, "asking": kept}, _CONSENT)


def consent_under_way(sealer: Sealer, cookie: str, now: datetime) -> tuple[str, Asking] | None:
    """What `consent_cookie` was given, but for `url`; None for one made up, damaged or too old."""
    found = _opened(sealer, cookie, _CONSENT, now - CONSENT_LASTS)
    if found is None:
        return None
    asking = found["asking"]
    return found["link"], Asking(**asking | {"scopes": tuple(asking["scopes"])})


def _sealed(sealer: Sealer, content: dict[str, object], purpose: str) -> str:
    # Without the padding at its end, which some mail programs leave out of a link.
    return sealer.seal(json.dumps(content, separators=(",", ":")), purpose).rstrip("=")


def _opened(sealer: Sealer, token: str, purpose: str, since: datetime) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(sealer.open(token + "=" * (-len(token) % 4), purpose))
    except SecretError:
        return None
    return found if found["at"] >= since.timestamp() else None
