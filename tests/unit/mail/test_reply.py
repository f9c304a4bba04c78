"""A reply taken apart: whose it is, what it answers, and its texts."""

from collections.abc import Sequence
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.mail.reply import Received, UnreadableMail, read_message

TOKEN = "0123456789abcdef" * 2
OTHER = "f" * 32


def _read(headers: str, body: str = "yes\n") -> Received:
    return read_message(f"From: Dana Reis <Dana@Example.com>\n{headers}\n{body}".encode())


def test_sender_recipients_and_subject() -> None:
    subject = "Subject: =?utf-8?q?R=C3=A9:_x?=\n"
    mail = _read(f"To: Lab <lab@example.org>, ana@example.com\nCc: Ben <BEN@example.com>\n{subject}")
    assert (mail.sender, mail.sender_name) == ("dana@example.com", "Dana Reis")
    assert mail.to == ("lab@example.org", "ana@example.com")
    assert mail.cc == ("ben@example.com",)
    assert mail.subject == "Ré: x"
    assert mail.texts == ("yes\n",)


def test_the_thread_is_known_by_its_ids() -> None:
    mail = _read("Message-ID: <c@x>\nIn-Reply-To: <b@x>\nReferences: <a@x>\n <b@x>\n")
    assert (mail.message_id, mail.in_reply_to, mail.references) == ("<c@x>", "<b@x>", ("<a@x>", "<b@x>"))


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "To", "Cc"])
def test_the_token_is_found_wherever_the_address_is(header: str) -> None:
    assert _read(f"{header}: lab+{TOKEN}@example.org\n").tokens == (TOKEN,)


def test_the_token_is_found_in_our_last_line_after_those_in_addresses() -> None:
    assert _read("To: lab@example.org\n", f"yes\n> Reference: {TOKEN}\n").tokens == (TOKEN,)
    assert _read(f"To: lab+{OTHER}@example.org\n", f"> Reference: {TOKEN}\n").tokens == (OTHER, TOKEN)


@pytest.mark.parametrize(
    "address", [f"lab+{TOKEN}0@example.org", "lab+short@example.org", f"lab{TOKEN}@example.org"]
)
def test_what_only_looks_like_a_token_is_none(address: str) -> None:
    assert _read(f"To: {address}\n").tokens == ()


def _multipart(parts: Sequence[tuple[str, str]]) -> bytes:
    message = EmailMessage()
    message["From"] = "dana@example.com"
    message.set_content(parts[0][0], subtype=parts[0][1])
    for content, subtype in parts[1:]:
        message.add_alternative(content, subtype=subtype)
    message.add_attachment(b"not a reply", maintype="text", subtype="plain", filename="notes.txt")
    return message.as_bytes()


def test_both_texts_are_read_and_attachments_are_not() -> None:
    mail = read_message(_multipart([("plain yes\n", "plain"), ("<p>html <b>yes</b></p>", "html")]))
    assert mail.texts == ("plain yes\n", "html yes")


def test_a_mail_of_html_only_is_read() -> None:
    assert read_message(_multipart([("<div>yes</div><div>no</div>", "html")])).texts == ("yes\nno",)


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_encoded_text_is_read(encoding: str) -> None:
    message = EmailMessage()
    message["From"] = "dana@example.com"
    message.set_content("Olá – 👍\n", cte=encoding)
    assert read_message(message.as_bytes()).texts == ("Olá – 👍\n",)


@pytest.mark.parametrize("charset", ["x-unknown-charset", "utf-8", "us-ascii", '"a b"', ""])
def test_a_charset_nobody_knows_or_that_lies_loses_no_text(charset: str) -> None:
    headers = f"From: dana@example.com\nContent-Type: text/plain; charset={charset}\n\n".encode()
    assert read_message(headers + "Olá yes\n".encode()).texts == ("Olá yes\n",)
    assert read_message(headers + "Olá yes\n".encode("cp1252")).texts == ("Olá yes\n",)


def test_flowed_lines_are_one_line_again() -> None:
    headers = "From: dana@example.com\nContent-Type: text/plain; format=flowed\n\n"
    mail = read_message(f"{headers}We walked \nand talked.\n> quoted \n-- \nDana\n".encode())
    assert mail.texts == ("We walked and talked.\n> quoted \n-- \nDana",)


def test_a_mail_without_text_has_none() -> None:
    raw = b"From: dana@example.com\nContent-Type: image/png\n\niVBORw0KGgo=\n"
    assert read_message(raw).texts == ()


@pytest.mark.parametrize("raw", [b"", b"\0\xff", b"Subject: hello\n\nyes", b"From: nobody at all\n\nyes"])
def test_a_mail_without_a_sender_is_a_named_error(raw: bytes) -> None:
    with pytest.raises(UnreadableMail) as caught:
        read_message(raw)
    assert caught.value.permanent


_NAMES = ["From", "To", "Cc", "Subject", "Content-Type", "Content-Transfer-Encoding", "References", "Date"]
_VALUES = [b"multipart/mixed; boundary=x", b"text/html; charset=\xff", b"base64", b"a@b.c"]
_headers = st.lists(
    st.tuples(st.sampled_from(_NAMES), st.binary(max_size=40) | st.sampled_from(_VALUES)),
    max_size=6,
)


@given(junk=st.binary(max_size=200), headers=_headers)
def test_no_bytes_raise_anything_but_the_named_error(junk: bytes, headers: list[tuple[str, bytes]]) -> None:
    head = b"".join(name.encode() + b": " + value.replace(b"\n", b" ") + b"\n" for name, value in headers)
    for raw in (junk, head + b"\n" + junk, head + b"\n--x\n" + junk + b"\n--x--\n"):
        try:
            mail = read_message(raw)
        except UnreadableMail:
            continue
        assert "@" in mail.sender
        assert all(isinstance(text, str) for text in mail.texts)
