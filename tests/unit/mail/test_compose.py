"""A finished mail: headers that reply, thread and unsubscribe rightly, and cannot be injected into."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.letters import Kind
from service.errors import MailboxError
from service.mail.compose import compose, make_message_id, reply_address

SENDER = "One-on-One Lab <lab@example.org>"
TOKEN = "0123456789abcdef" * 2


def _compose(**changes: Any) -> bytes:
    given: dict[str, Any] = {
        "kind": Kind.PREP,
        "key": "prep:1:abc",
        "to": "dana@example.com",
        "to_name": "Dana",
        "sender": SENDER,
        "token": TOKEN,
        "rendered_subject": "Your one-on-one with Ana",
        "text": "Hello Dana\n",
        "html": "<p>Hello Dana</p>\n",
        "date": datetime(2026, 11, 2, 8, 30, tzinfo=UTC),
        "message_id": make_message_id("prep:1:abc", SENDER),
        "unsubscribe_url": "https://lab.example.org/stop/abc",
    }
    return compose(**(given | changes))


def _read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_headers_say_who_when_and_that_a_machine_wrote() -> None:
    message = _read(_compose(week=2))
    assert message["From"] == SENDER
    assert message["To"] == "Dana <dana@example.com>"
    assert message["Date"].datetime == datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["X-Visavis-Kind"] == "prep"
    assert message["X-Visavis-Key"] == "prep:1:abc"
    assert message["X-Visavis-Week"] == "2"


def test_a_mail_without_a_week_carries_no_week() -> None:
    assert "X-Visavis-Week" not in _read(_compose())


def test_replies_go_to_an_address_that_bears_the_token() -> None:
    assert _read(_compose())["Reply-To"] == f"lab+{TOKEN}@example.org"
    assert reply_address(SENDER, TOKEN) == f"lab+{TOKEN}@example.org"


def test_unsubscribing_takes_one_click_or_one_mail_and_stays_on_one_line() -> None:
    url = "https://lab.example.org/stop/" + "x" * 300
    raw = _compose(unsubscribe_url=url)
    expected = f"List-Unsubscribe: <{url}>, <mailto:lab+{TOKEN}@example.org?subject=stop>\r\n"
    assert expected.encode() in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_a_message_id_is_short_and_the_same_for_a_retry() -> None:
    first, again, other = (make_message_id(key, SENDER) for key in ("a", "a", "b"))
    assert first == again != other
    assert first.endswith("@example.org>")
    assert len(first) < 60


def test_a_thread_is_kept_with_long_ids_unbroken() -> None:
    long_id = f"<{'r' * 200}@mail.example.org>"
    raw = _compose(in_reply_to="<a@example.org>", references=[long_id, "<a@example.org>"])
    assert b"In-Reply-To: <a@example.org>\r\n" in raw
    assert f"References: {long_id} <a@example.org>\r\n".encode() in raw


def test_both_bodies_say_everything_text_first() -> None:
    text, html = "Olá Dana – ça va? 👋\n", "<p>Olá Dana – ça va? 👋</p>\n"
    message = _read(_compose(text=text, html=html))
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [part.get_content().replace("\r\n", "\n") for part in parts] == [text, html]


def test_an_attachment_goes_beside_the_bodies() -> None:
    message = _read(_compose(attachment=("my data.json", b'{"a": 1}')))
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "my data.json"
    assert attachment.get_content() == b'{"a": 1}'
    body = message.get_body()
    assert body is not None
    assert "Hello Dana" in body.get_content()


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert _compose(attachment=("a.json", b"{}")) == _compose(attachment=("a.json", b"{}"))


def test_a_retry_with_the_same_key_has_the_same_boundaries_and_another_key_others() -> None:
    assert _read(_compose()).get_boundary() == _read(_compose(text="x")).get_boundary()
    assert _read(_compose()).get_boundary() != _read(_compose(key="other")).get_boundary()


def test_lines_end_as_on_the_wire_and_none_is_too_long() -> None:
    lines = _compose(text="long " * 900, rendered_subject="ü " * 400).split(b"\n")
    assert all(line.endswith(b"\r") for line in lines[:-1])
    assert max(map(len, lines)) <= 999


@pytest.mark.parametrize(
    "name", ["Müller, Dana", 'Dana "D" Müller', "Dana <dana@evil.example>", "", "D" * 300]
)
def test_any_name_leaves_one_recipient(name: str) -> None:
    (address,) = _read(_compose(to_name=name))["To"].addresses
    assert address.addr_spec == "dana@example.com"


def test_a_domain_with_an_accent_is_written_in_ascii() -> None:
    (address,) = _read(_compose(to="dana@bücher.example"))["To"].addresses
    assert address.domain == "xn--bcher-kva.example"


@pytest.mark.parametrize("to", ["", "dana", "@example.com", "dana@", "dänä@example.com", "a@b@c d"])
def test_what_is_no_address_is_refused_for_good(to: str) -> None:
    with pytest.raises(MailboxError, match="no address") as caught:
        _compose(to=to)
    assert caught.value.permanent


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        _compose(date=datetime(2026, 11, 2))  # noqa: DTZ001 - the naive date is the point


_nasty = st.text(max_size=60) | st.builds(
    "{}\r\nBcc: evil@example.com\r\n{}".format, st.text(max_size=20), st.text(max_size=20)
)
_KNOWN = set(_read(_compose(week=1, in_reply_to="<a@b>")).keys())


@given(subject=_nasty, name=_nasty, key=_nasty, url=_nasty, answered=_nasty, reference=_nasty)
def test_nothing_given_can_begin_a_header_of_its_own(
    subject: str, name: str, key: str, url: str, answered: str, reference: str
) -> None:
    raw = _compose(
        rendered_subject=subject,
        to_name=name,
        key=key,
        unsubscribe_url=url,
        in_reply_to=answered,
        references=[reference],
    )
    message = _read(raw)
    assert set(message.keys()) <= _KNOWN
    assert len(message.keys()) == len(set(message.keys()))
    assert "Hello Dana" in str(message.get_body(("plain",)))
