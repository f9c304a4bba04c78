import io
import logging
from collections.abc import Iterator

import pytest

from service.logs import configure_logging, redact


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("service")
    before = (root.handlers[:], root.level, ours.level)
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


@pytest.fixture
def stream() -> io.StringIO:
    stream = io.StringIO()
    configure_logging(stream)
    return stream


log = logging.getLogger("service.test_logs")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail to ada.lovelace@example.org left", "mail to a…@example.org left"),
        ("Ada <ada+lab@mail.example.org>, bob@example.com", "Ada <a…@mail.example.org>, b…@example.com"),
        ("user@localhost", "u…@localhost"),
        ("reply+0123456789abcdef0123456789abcdef@example.org", "r…@example.org"),
        ("https://cal.example.org/private-1a2b/basic.ics", "https://cal.example.org/…"),
        ("https://cal.example.org?key=abc", "https://cal.example.org/…"),
        ("postgresql+psycopg://me:hidden@db.example.org/x", "postgresql+psycopg://me:…@db.example.org/…"),
        ("POST /u/0123456789abcdef HTTP/1.1", "POST /u/… HTTP/1.1"),
        ("GET /c/abcdef HTTP/1.1", "GET /c/… HTTP/1.1"),
        ("POST /push/gmail/abcdef HTTP/1.1", "POST /push/gmail/… HTTP/1.1"),
        ("token 0123456789abcdef0123456789abcdef", "token …"),
        ("sealed gAAAAABm1-x_0123456789abcdef==", "sealed …"),
    ],
)
def test_what_identifies_or_unlocks_is_left_out(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "36 meetings read, 2 moved",
        "2026-11-23T08:30:00+01:00 was skipped",
        "service.mailboxes.maildir_outbox_of_the_lab",
        "http://127.0.0.1:8080",
        "the file visavis.toml:4 [service] workers",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text) == text


def test_a_record_is_one_line_with_its_action(stream: io.StringIO) -> None:
    log.info("a mail left", extra={"action": "sent"})
    assert stream.getvalue().endswith(" INFO service.test_logs [sent]: a mail left\n")
    assert stream.getvalue().count("\n") == 1


def test_its_time_has_an_offset(stream: io.StringIO) -> None:
    log.info("now")
    assert stream.getvalue().split(" ")[0][19:20] in {"+", "-"}


def test_a_text_of_several_lines_cannot_forge_a_record(stream: io.StringIO) -> None:
    log.warning("bad subject %r and %s", "x\ny", "z\n2026-01-01 INFO forged")
    assert stream.getvalue().count("\n") == 1


def test_a_traceback_is_redacted_and_on_the_same_line(stream: io.StringIO) -> None:
    try:
        raise ValueError("no such leader: ada@example.org")
    except ValueError:
        log.exception("a pass failed", extra={"action": "pass_failed"})
    assert "ValueError: no such leader: a…@example.org" in stream.getvalue()
    assert stream.getvalue().count("\n") == 1


def test_libraries_speak_only_from_warnings_on(stream: io.StringIO) -> None:
    logging.getLogger("library").info("chatter")
    logging.getLogger("library").warning("trouble for ada@example.org")
    assert "chatter" not in stream.getvalue()
    assert "trouble for a…@example.org" in stream.getvalue()


def test_the_level_can_be_set() -> None:
    stream = io.StringIO()
    configure_logging(stream, "WARNING")
    log.info("quiet")
    assert stream.getvalue() == ""


def test_configuring_twice_does_not_double_the_lines() -> None:
    stream = io.StringIO()
    configure_logging(stream)
    configure_logging(stream)
    log.info("once")
    assert stream.getvalue().count("once") == 1
