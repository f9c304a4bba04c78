"""Who vouches for a sender: the receiver's own stamp, and nobody else's."""

from email import message_from_bytes, message_from_string

import pytest

from service.mail.authenticity import vouched

RECEIVER = "mx.google.com"
FROM = "From: Dana <dana@example.com>\n"
HOPS = (
    "Delivered-To: lab@example.org\n"
    "Received: by 2002:a05:6402:3508:b0:4fb:8d1:a3c with SMTP id b8csp123; Tue, 24 Nov 2026 01:00:00 -0800\n"
    "ARC-Authentication-Results: i=1; mx.google.com; dmarc=pass header.from=example.com\n"
    "Return-Path: <dana@example.com>\n"
    "Received: from mail.example.com (mail.example.com. [192.0.2.1])\n"
    "        by mx.google.com with ESMTPS id x1; Tue, 24 Nov 2026 01:00:00 -0800 (PST)\n"
)


def _vouched(*results: str, sender: str = FROM, receiver: str | None = RECEIVER) -> bool | None:
    """Of a mail as Gmail stores it: its own hops, its stamp, then what came with the mail."""
    stamp = "Authentication-Results: " + ";\n       ".join((RECEIVER, *results)) + "\n" if results else ""
    return vouched(message_from_string(f"{HOPS}{stamp}{sender}\nyes\n"), receiver)


def test_where_nobody_stamps_nobody_vouches() -> None:
    assert _vouched("dmarc=pass header.from=example.com", receiver=None) is None


def test_a_mail_as_gmail_stamps_it_is_vouched_for() -> None:
    assert _vouched(
        "dkim=pass header.i=@example.com header.s=20230601 header.b=KwHe/+dZ",
        "arc=pass (i=1 spf=pass spfdomain=example.com dkim=pass dmarc=pass fromdomain=example.com)",
        "spf=pass (google.com: domain of dana@example.com designates 192.0.2.1 as permitted sender)"
        " smtp.mailfrom=dana@example.com",
        "dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.com",
        "dara=pass header.i=@gmail.com",
    )


def test_a_mail_without_the_receivers_stamp_is_not() -> None:
    assert _vouched() is False


@pytest.mark.parametrize(
    "results",
    [
        ["dmarc=fail header.from=example.com"],
        ["dmarc=fail header.from=example.com", "dkim=pass header.d=example.com"],
        ["dmarc=pass header.from=example.net"],
        ["dmarc=pass"],
        ["dmarc=pass header.from=example.com", "dmarc=fail header.from=example.com"],
        ["dmarc=pass header.from=example.com header.from=example.net"],
        ["dmarc=bestguesspass header.from=example.com"],
    ],
)
def test_dmarc_decides_and_only_about_the_from_domain(results: list[str]) -> None:
    assert _vouched(*results) is False


@pytest.mark.parametrize("dmarc", [[], ["dmarc=none header.from=example.com"], ["dmarc=temperror"]])
@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        ("dkim=pass header.d=example.com", True),
        ("dkim=pass header.i=@example.com", True),
        ("dkim=pass header.i=dana@Example.COM", True),
        ("dkim=pass header.i=@lists.example.com header.d=example.com", True),
        ("spf=pass smtp.mailfrom=dana@example.com", True),
        ("spf=pass smtp.mailfrom=example.com", True),
        ('spf=pass smtp.mailfrom="d;na"@example.com', True),
        ("dkim=fail header.d=example.com", False),
        ("dkim=pass header.d=example.net", False),
        ("dkim=pass header.d=notexample.com", False),
        ("dkim=pass header.d=com", False),
        ("dkim=pass header.d=mail.example.com", False),  # a stranger's, if example.com is open to all
        ("dkim=pass", False),
        ("spf=softfail smtp.mailfrom=dana@example.com", False),
        ("spf=pass smtp.mailfrom=bounces@example.net", False),
        ("spf=pass smtp.helo=example.com", False),
        ("auth=pass smtp.auth=dana@example.com", False),
        ("arc=pass header.d=example.com", False),
        ("none", False),
    ],
)
def test_without_a_verdict_of_dmarc_a_signature_or_the_envelope_must_be_in_line(
    dmarc: list[str], result: str, verdict: bool
) -> None:
    assert _vouched(*dmarc, result) is verdict


def test_a_domain_vouches_for_those_below_it() -> None:
    sender = "From: dana@team.example.com\n"
    assert _vouched("dkim=pass header.d=example.com", sender=sender) is True


@pytest.mark.parametrize(
    "forged",
    [
        "Authentication-Results: mx.google.com; dmarc=pass header.from=example.com\n",
        "ARC-Authentication-Results: i=1; mx.google.com; dmarc=pass header.from=example.com\n",
        "X-Authentication-Results: mx.google.com; dmarc=pass header.from=example.com\n",
    ],
)
def test_a_stamp_that_came_with_the_mail_counts_for_nothing(forged: str) -> None:
    assert _vouched("dmarc=fail header.from=example.com", sender=forged + FROM) is False
    assert _vouched("spf=softfail smtp.mailfrom=dana@example.com", sender=forged + FROM) is False
    assert _vouched("dmarc=pass (unfinished", sender=forged + FROM) is False
    assert _vouched(") dmarc=pass", sender=forged + FROM) is False


def test_a_stamp_from_before_another_server_took_the_mail_over_counts_for_nothing() -> None:
    came = "Received: from a.example.net by mx.example.net; Tue, 24 Nov 2026 01:00:00 -0800\n"
    stamp = "Authentication-Results: mx.google.com; dmarc=pass header.from=example.com\n"
    assert vouched(message_from_string(came + stamp + FROM + "\n"), RECEIVER) is False
    assert vouched(message_from_string(stamp + came + FROM + "\n"), RECEIVER) is True


@pytest.mark.parametrize(
    "by", ["MX.Google.com", "mail-2.google.com", "10.1.2.3", "[10.1.2.3]", "2002:a05:7000::1"]
)
def test_the_receivers_own_hops_may_stand_above_its_stamp(by: str) -> None:
    hop = f"Received: from x (by mx.example.net) by {by} with SMTP id 1; Tue, 24 Nov 2026 01:00:00 -0800\n"
    stamp = "Authentication-Results: mx.google.com; dmarc=pass header.from=example.com\n"
    assert vouched(message_from_string(hop + stamp + FROM + "\n"), RECEIVER) is True


def test_another_servers_stamp_is_passed_over() -> None:
    other = "Authentication-Results: mx.example.net; dmarc=fail header.from=example.com\n"
    stamp = "Authentication-Results: mx.google.com; dmarc=pass header.from=example.com\n"
    assert vouched(message_from_string(other + stamp + FROM + "\n"), RECEIVER) is True


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "From: \n",
        "From: nobody\n",
        "From: dana@example.com, mallory@example.net\n",
        "From: dana, mallory@example.com\n",
        "From: dana@example.com\nFrom: mallory@example.net\n",
        "From: group: dana@example.com, mallory@example.com;\n",
        "Sender: dana@example.com\n",
    ],
)
def test_a_mail_must_come_from_one_address(sender: str) -> None:
    assert _vouched("dmarc=pass header.from=example.com", sender=sender) is False


def _stamp(value: str) -> bool | None:
    return vouched(message_from_string(f"Authentication-Results: {value}\n{FROM}\nyes\n"), RECEIVER)


@pytest.mark.parametrize(
    "value",
    [
        "mx.google.com; dmarc=pass header.from=example.com",
        "MX.Google.COM; DMARC=Pass Header.From=EXAMPLE.com.",
        '"mx.google.com"; dmarc=pass header.from="example.com"',
        "mx.google.com 1; dmarc=pass header.from=example.com;",
        "(a comment) mx.google.com (v1) 1 (x); (y) dmarc (a) / 1 = (b) pass (c) header . from = example.com",
        r'mx.google.com; dmarc=pass (nested (a ) \( "quo) reason="a; dmarc=fail (\"" header.from=example.com',
        "mx.google.com;dmarc=pass action=none header.from=example.com;compauth=pass reason=100",
        "mx.google.com;\r\n\tdmarc=pass\r\n\theader.from=example.com",
    ],
)
def test_the_syntax_is_read_as_the_standard_has_it(value: str) -> None:
    assert _stamp(value) is True


@pytest.mark.parametrize(
    "value",
    [
        "",
        ";",
        "mx.google.com",
        "mx.google.com 2; dmarc=pass header.from=example.com",
        "mx.google.com; dmarc/2=pass header.from=example.com",
        "mx.google.com.example.net; dmarc=pass header.from=example.com",
        "example.net (mx.google.com); dmarc=pass header.from=example.com",
        "mx.google.com; (dmarc=pass header.from=example.com)",
        'mx.google.com; spf=fail reason="dmarc=pass header.from=example.com"',
        'mx.google.com; spf=fail reason="a \\"; dmarc=pass header.from=example.com"',
        "mx.google.com; dmarc=pass header.from=example.com (no end",
        'mx.google.com; dmarc=pass header.from="example.com',
        "mx.google.com; dmarc=pass header.from=example.com; spf",
        "mx.google.com; dmarc=pass header.from=example.com and more",
        "mx.google.com; spf=fail (of a) ) dmarc=pass header.from=example.com",
        "mx.google.com; dmarc=pass header.from=example.com@example.net",
    ],
)
def test_what_is_hidden_or_cannot_be_read_vouches_for_nothing(value: str) -> None:
    assert _stamp(value) is False


def test_a_domain_in_letters_of_its_own_is_the_one_in_the_dns() -> None:
    stamp = "Authentication-Results: mx.google.com; dmarc=pass header.from=xn--mnchen-3ya.example\n"
    raw = f"{stamp}From: dana@münchen.example\n\nyes\n".encode()
    assert vouched(message_from_bytes(raw), RECEIVER) is False  # bytes nobody declared: not understood
    written = f"{stamp}From: dana@xn--mnchen-3ya.example\n\nyes\n".encode()
    assert vouched(message_from_bytes(written), RECEIVER) is True


def test_a_giant_header_is_read_in_one_go() -> None:
    many = "mx.google.com; " + "dkim=pass header.d=example.net; " * 20_000
    assert _stamp(many + "dmarc=pass header.from=example.com") is True
    assert _stamp("(" * 200_000 + "mx.google.com; dmarc=pass header.from=example.com") is False
