"""Where Google's messages come in: no pages, and nothing in them is relied on.

A calendar's message bears its channel's token; what comes by Pub/Sub is let in by the
address alone, which only its subscription knows. To everybody else there is nothing here.
"""

import base64
import hmac
import json
import logging
import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.clock import utc_now
from service.jobs.hints import calendar_told, mailbox_told
from service.jobs.push import CALENDAR_PATH, GMAIL_PATH, gmail_secrets
from service.storage.database import Database
from service.web.site import from_anywhere, limiter

log = logging.getLogger(__name__)

_MOST_BYTES = 16 * 1024
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_TAKEN, _UNKNOWN, _MALFORMED = ("", 204), ("", 404), ("", 400)


def push_pages(
    database: Database,
    *,
    secret_keys: Sequence[str],
    mailboxes: Collection[str],
    now: Callable[[], datetime] = utc_now,
) -> Blueprint:
    """The two places; `mailboxes` are the lower-case addresses that are news to us."""
    pages = from_anywhere(Blueprint("push", __name__))
    limiter.exempt(pages)
    secrets = [secret.encode() for secret in gmail_secrets(secret_keys)]

    @pages.post(CALENDAR_PATH)
    def calendar() -> ResponseReturnValue:
        channel, token, state = (_header(name) for name in ("Channel-ID", "Channel-Token", "Resource-State"))
        known = bool(_ID.fullmatch(channel)) and calendar_told(database, channel, token, state, now())
        return _TAKEN if known else _unknown()

    @pages.post(f"{GMAIL_PATH}/<secret>")
    def gmail(secret: str) -> ResponseReturnValue:
        given = secret.encode(errors="replace")
        if not any(hmac.compare_digest(given, each) for each in secrets):
            return _unknown()
        mailbox = _mailbox_in(_body())
        if mailbox is None:
            log.warning("a push message makes no sense", extra={"action": "push_malformed"})
            return _MALFORMED
        if mailbox in mailboxes:
            mailbox_told(database, now())
        return _TAKEN

    return pages


def _unknown() -> ResponseReturnValue:
    log.info("a push message is none of ours", extra={"action": "push_unknown"})
    return _UNKNOWN


def _header(name: str) -> str:
    return request.headers.get(f"X-Goog-{name}", "")


def _body() -> bytes:
    request.max_content_length = _MOST_BYTES  # beyond it: 413
    return request.get_data()


def _mailbox_in(body: bytes) -> str | None:
    """Whose mailbox a message of Pub/Sub is about; None where it makes no sense.

    Its data are {"emailAddress": …, "historyId": …}, in base64 of either alphabet.
    """
    try:
        told: Any = json.loads(base64.urlsafe_b64decode(json.loads(body)["message"]["data"] + "=="))
        return str(told["emailAddress"]).lower()
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
