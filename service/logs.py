"""Logging: one line a record, without anybody's address or secret.

Say what happened in `extra={"action": "…"}`, a stable word that tests and searches can
rely on; the message is for reading.
"""

import logging
import re
import sys
from typing import TextIO

_ADDRESS = re.compile(r"([\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]*@((?:[\w-]+\.)*[\w-]+)")
_PASSWORD = re.compile(r"(\w+://[^\s:/@]*):[^\s@/]+@")
_PATH = re.compile(r"(\w+://[^\s/?#\"'<>]+)[/?#][^\s\"'<>]*")
_PAGE = re.compile(r"(/(?:u|c|push/gmail)/)[^\s\"'<>/]+")
_LONG = re.compile(r"(?<![\w-])(?=[\w-]*\d)[\w-]{24,}={0,2}")
_GONE = "…"


def redact(text: str) -> str:
    """`text` without what identifies or unlocks: addresses, passwords, paths of links, tokens."""
    text = _PASSWORD.sub(rf"\1:{_GONE}@", text)
    text = _PATH.sub(rf"\1/{_GONE}", text)
    text = _PAGE.sub(rf"\1{_GONE}", text)
    text = _ADDRESS.sub(rf"\1{_GONE}@\2", text)
    return _LONG.sub(_GONE, text)


class OneLine(logging.Formatter):
    """A record as one redacted line: time, level, where, action, message, and the error if any."""

    default_msec_format = ""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(action)s: %(message)s", "%Y-%m-%dT%H:%M:%S%z")

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback follows its message behind bars."""
        action = getattr(record, "action", "")
        shown = logging.makeLogRecord({**record.__dict__, "action": f" [{action}]" if action else ""})
        return redact(" | ".join(line.strip() for line in super().format(shown).splitlines() if line.strip()))


def configure_logging(stream: TextIO | None = None, level: str = "INFO") -> None:
    """Send every record to `stream` (standard error), replacing what was set up before.

    Libraries speak only from warnings on.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("service").setLevel(level)
