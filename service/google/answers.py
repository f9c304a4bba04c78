"""What a refusal of Google's says: its reason, and when to come back."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

_RETRY_AT = re.compile(r"Retry after (\d{4}-\d\d-\d\dT[\d:.]+Z)")
"""Gmail names the end of a sending limit in its message only."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal as it came. `is_google` is False where no API of Google's speaks like that: a page
    of a proxy, or of a wrong address. `retry_after` is in seconds."""

    is_google: bool
    reason: str = ""
    retry_after: float | None = None


def read_answer(headers: Mapping[str, str], content: bytes) -> Answer:
    """Read a refusal; `headers` have lower-case names."""
    error = _error(content)
    message = str(error.get("message", "")) if error else ""
    return Answer(error is not None, _reason(error or {}), _retry_after(headers, message))


def is_object(content: bytes) -> bool:
    """Whether this is a JSON object, as everything is that Google's APIs give."""
    try:
        return isinstance(json.loads(content), dict)
    except ValueError:
        return False


def _error(content: bytes) -> dict[str, Any] | None:
    """The error object; the token endpoint's has its word where the APIs' have an object."""
    try:
        told = json.loads(content)
    except ValueError:
        return None
    if isinstance(told, list) and told:
        told = told[0]
    error = told.get("error") if isinstance(told, dict) else None
    if isinstance(error, str):
        return {"reason": error, "message": told.get("error_description", "")}
    return error if isinstance(error, dict) else None


def _reason(error: Mapping[str, Any]) -> str:
    """The word that tells one 403 from another: the old form first, as it is the finer one."""
    for field in ("errors", "details"):
        listed = error.get(field)
        for each in listed if isinstance(listed, list) else []:
            if isinstance(each, dict) and isinstance(each.get("reason"), str):
                return str(each["reason"])
    return str(error.get("reason") or error.get("status") or "")


def _retry_after(headers: Mapping[str, str], message: str) -> float | None:
    """Seconds to wait. A moment is measured against the answer's own Date, so that neither
    this machine's clock nor its drift matters."""
    told = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", told):
        return float(told)
    named = _RETRY_AT.search(message)
    then = datetime.fromisoformat(named[1]) if named else _moment(told)
    now = _moment(headers.get("date", ""))
    return max(0.0, (then - now).total_seconds()) if then and now else None


def _moment(text: str) -> datetime | None:
    """An HTTP date, aware; None for anything else."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
