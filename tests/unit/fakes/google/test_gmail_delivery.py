"""How mail travels between the fake's users, and which threads it lands in."""

from email.message import EmailMessage
from typing import Any

import pytest

from tests.fakes.google.gmail_client import ADA, BEN, EVE, LAB, body, gmail_client, raw_mail, refused, send
from tests.fakes.google.gmail_post import Dmarc
from tests.fakes.google.server import FakeGoogle


def results(mail: EmailMessage) -> list[str]:
    return [" ".join(str(each).split()) for each in mail.get_all("Authentication-Results", [])]


def answer(google: FakeGoogle, subject: str = "Re: Hello", to: str = LAB) -> bytes:
    """Ada's reply to the last mail she got."""
    last = google.gmail.inbox(ADA)[-1]["Message-ID"]
    return raw_mail(subject, sender=ADA, to=to, text="Well.\n", In_Reply_To=last, References=last)


def test_a_mail_reaches_everyone_it_is_addressed_to_once(google: FakeGoogle, lab: Any) -> None:
    send(lab, raw_mail(to=f"Ada <{ADA}>, {EVE}", Cc=f"{ADA.upper()}, {BEN}", Bcc="mallory@example.net"))
    assert len(google.gmail.inbox(ADA)) == len(google.gmail.inbox(BEN)) == 1
    assert [mail.recipient for mail in google.gmail.outside] == [EVE, "mallory@example.net"]
    assert {mail.sender for mail in google.gmail.outside} == {LAB}


def test_nobody_sees_the_blind_copies_but_their_sender(google: FakeGoogle, lab: Any) -> None:
    send(lab, raw_mail(to=ADA, Bcc=f"{BEN}, {EVE}"))
    assert google.gmail.sent(LAB)[0]["Bcc"] == f"{BEN}, {EVE}"
    assert google.gmail.inbox(ADA)[0]["Bcc"] is None
    assert google.gmail.inbox(BEN)[0]["Bcc"] is None
    assert b"Bcc" not in google.gmail.outside[0].raw


def test_a_plus_address_reaches_its_mailbox_and_stays_in_to(google: FakeGoogle) -> None:
    with gmail_client(google, ADA) as ada:
        send(ada, raw_mail(sender=ADA, to="lab+0123456789abcdef@example.org"))
    (mail,) = google.gmail.inbox(LAB)
    assert mail["Delivered-To"] == LAB
    assert mail["To"] == "lab+0123456789abcdef@example.org"


def test_the_receiving_server_stamps_its_headers_above_the_senders(google: FakeGoogle, lab: Any) -> None:
    send(lab, raw_mail())
    (mail,) = google.gmail.inbox(ADA)
    names = mail.keys()
    assert names[0] == "Delivered-To"
    assert mail["Return-Path"] == f"<{LAB}>"
    assert names.index("Received") < names.index("Authentication-Results") < names.index("From")
    (stamp,) = results(mail)
    assert stamp.startswith("mx.google.com; dkim=pass")
    assert "dmarc=pass" in stamp
    assert stamp.endswith("header.from=example.org")


def test_a_mail_to_oneself_is_one_message_sent_and_received(google: FakeGoogle, lab: Any) -> None:
    assert send(lab, raw_mail(to=LAB))["labelIds"] == ["INBOX", "SENT", "UNREAD"]
    assert len(google.gmail.inbox(LAB)) == len(google.gmail.sent(LAB)) == 1


@pytest.mark.parametrize(
    ("dmarc", "says"),
    [
        (Dmarc.PASS, ["dmarc=pass"]),
        (Dmarc.FAIL, ["dmarc=fail"]),
        (Dmarc.NONE, ["spf=pass"]),
        (Dmarc.ABSENT, []),
    ],
)
def test_a_sender_can_be_one_whom_nobody_vouches_for(
    google: FakeGoogle, lab: Any, dmarc: Dmarc, says: list[str]
) -> None:
    google.gmail.vouch(LAB, dmarc)
    send(lab, raw_mail())
    stamps = results(google.gmail.inbox(ADA)[0])
    assert len(stamps) == len(says)
    assert all(word in stamp for word, stamp in zip(says, stamps, strict=True))
    assert ("dmarc" in "".join(stamps)) == (dmarc in (Dmarc.PASS, Dmarc.FAIL))


def test_a_forged_stamp_stands_below_the_true_one(google: FakeGoogle) -> None:
    google.gmail.deliver(LAB, raw_mail(sender=ADA, to=LAB), dmarc=Dmarc.FAIL, forged=True)
    true, forged = results(google.gmail.inbox(LAB)[0])
    assert "dmarc=fail" in true
    assert "dmarc=pass" in forged


def test_a_mail_from_outside_comes_in_with_what_its_sender_wrote(google: FakeGoogle) -> None:
    raw = raw_mail(sender=f"Eve <{EVE}>", to="lab+tag@example.org", Message_ID="<eve@example.net>")
    google.gmail.deliver("lab+tag@example.org", raw, envelope_from="")
    (mail,) = google.gmail.inbox(LAB)
    assert mail["Message-ID"] == "<eve@example.net>"
    assert mail["Return-Path"] == "<>"
    assert mail.get_content() == "How was it?\r\n"


def test_a_mail_without_a_message_id_is_given_one_on_arrival(google: FakeGoogle) -> None:
    google.gmail.deliver(LAB, raw_mail(sender=EVE, to=LAB))
    assert "SMTPIN_ADDED_MISSING" in google.gmail.inbox(LAB)[0]["Message-ID"]


def test_a_reply_joins_the_thread_on_both_sides(google: FakeGoogle, lab: Any) -> None:
    sent = send(lab, raw_mail())
    with gmail_client(google, ADA) as ada:
        (received,) = ada.messages().list(userId="me", labelIds=["INBOX"]).execute()["messages"]
        reply = send(ada, answer(google), received["threadId"])
        assert reply["threadId"] == received["threadId"] != sent["threadId"]
    thread = lab.threads().get(userId="me", id=sent["threadId"]).execute()
    assert [message["labelIds"] for message in thread["messages"]] == [["SENT"], ["INBOX", "UNREAD"]]


@pytest.mark.parametrize("subject", ["Re: Hello", "RE: re:  hello", "AW: Hello", "Hello"])
def test_the_subject_is_the_same_whatever_stands_before_it(
    google: FakeGoogle, lab: Any, subject: str
) -> None:
    sent = send(lab, raw_mail())
    google.gmail.deliver(LAB, answer(google, subject))
    assert len(lab.threads().get(userId="me", id=sent["threadId"]).execute()["messages"]) == 2


def test_a_subject_is_compared_by_its_letters_not_its_encoding(google: FakeGoogle, lab: Any) -> None:
    sent = send(lab, raw_mail("Schöne Grüße"))
    google.gmail.deliver(
        LAB, answer(google).replace(b"Re: Hello", b"Re: =?iso-8859-1?q?Sch=F6ne_Gr=FC=DFe?=")
    )
    thread = lab.threads().get(userId="me", id=sent["threadId"], format="metadata").execute()
    subjects = [
        header["value"]
        for message in thread["messages"]
        for header in message["payload"]["headers"]
        if header["name"] == "Subject"
    ]
    assert subjects == ["Schöne Grüße", "Re: Schöne Grüße"]


def test_another_subject_or_no_reference_begins_another_thread(google: FakeGoogle, lab: Any) -> None:
    sent = send(lab, raw_mail())
    google.gmail.deliver(LAB, answer(google, "Re: Something else"))
    google.gmail.deliver(LAB, raw_mail("Re: Hello", sender=ADA, to=LAB))
    assert len(lab.threads().get(userId="me", id=sent["threadId"]).execute()["messages"]) == 1


def test_a_sent_mail_joins_a_thread_by_its_id_its_references_and_its_subject_together(
    google: FakeGoogle, lab: Any
) -> None:
    sent = send(lab, raw_mail())
    own = google.gmail.sent(LAB)[0]["Message-ID"]
    assert send(lab, raw_mail(), sent["threadId"])["threadId"] != sent["threadId"]
    assert send(lab, raw_mail("Other", References=own), sent["threadId"])["threadId"] != sent["threadId"]
    assert (
        send(lab, raw_mail(References="<mine@example.org>"), sent["threadId"])["threadId"] != sent["threadId"]
    )
    assert send(lab, raw_mail(References=own))["threadId"] != sent["threadId"]
    assert send(lab, raw_mail(References=own), sent["threadId"])["threadId"] == sent["threadId"]


def test_a_thread_that_is_not_there_is_not_found(google: FakeGoogle, lab: Any) -> None:
    request = lab.messages().send(userId="me", body=body(raw_mail(), "19aa0000000000"))
    assert refused(request) == (404, "notFound")
    assert refused(lab.threads().get(userId="me", id="19aa0000000000")) == (404, "notFound")
    assert google.gmail.inbox(ADA) == []


def test_a_message_can_be_gone_when_it_is_asked_for(google: FakeGoogle, lab: Any) -> None:
    message = google.gmail.deliver(LAB, raw_mail(sender=ADA, to=LAB))
    google.gmail.erase(LAB, message)
    assert refused(lab.messages().get(userId="me", id=message)) == (404, "notFound")
