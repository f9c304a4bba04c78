"""What the fake Gmail does with messages, asked by Google's own client over HTTP."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.fakes.google.gmail_client import ADA, LAB, body, gmail_client, raw_mail, refused, send
from tests.fakes.google.gmail_mime import from_base64url, parsed
from tests.fakes.google.server import FakeGoogle


def named(label: str) -> dict[str, str]:
    return {"name": label, "labelListVisibility": "labelShow", "messageListVisibility": "show"}


def test_a_sent_mail_gets_another_message_id_than_its_writer_gave_it(google: FakeGoogle, lab: Any) -> None:
    sent = send(lab, raw_mail(Message_ID="<mine@example.org>"))
    ids = lab.messages().get(userId="me", id=sent["id"], format="metadata", metadataHeaders=["Message-ID"])
    headers = ids.execute()["payload"]["headers"]
    assert [each["name"] for each in headers] == ["Message-ID"]
    assert headers[0]["value"].startswith("<CA")
    assert headers[0]["value"].endswith("@mail.gmail.com>")
    assert google.gmail.inbox(ADA)[0]["Message-ID"] == headers[0]["value"]


def test_the_answer_to_a_send_has_ids_and_the_label_but_not_the_message_id(lab: Any) -> None:
    sent = send(lab, raw_mail())
    assert set(sent) == {"id", "threadId", "labelIds"}
    assert sent["labelIds"] == ["SENT"]
    assert sent["threadId"] == sent["id"]


def test_what_is_sent_twice_arrives_twice(google: FakeGoogle, lab: Any) -> None:
    first, second = send(lab, raw_mail()), send(lab, raw_mail())
    assert first["id"] != second["id"]
    assert len(google.gmail.inbox(ADA)) == 2


def test_only_the_senders_own_addresses_may_stand_in_from(google: FakeGoogle, lab: Any) -> None:
    google.gmail.office.may_send_as[LAB] = {"team@example.org"}
    for sender in ("Lab <lab+x@example.org>", "team@example.org", "Boss <boss@example.org>"):
        send(lab, raw_mail(sender=sender))
    own, other, forged = google.gmail.inbox(ADA)
    assert (own["From"], other["From"]) == ("Lab <lab+x@example.org>", "team@example.org")
    assert forged["From"] == "Boss <lab@example.org>"
    assert forged["X-Google-Original-From"] == "Boss <boss@example.org>"


def test_a_mail_without_a_recipient_or_without_bytes_is_refused(google: FakeGoogle, lab: Any) -> None:
    assert refused(lab.messages().send(userId="me", body=body(b"Subject: Hello\r\n\r\nx"))) == (
        400,
        "invalidArgument",
    )
    assert refused(lab.messages().send(userId="me", body={}))[0] == 400
    assert google.gmail.sent(LAB) == []


def test_the_formats_say_more_and_more(google: FakeGoogle, lab: Any) -> None:
    raw = raw_mail("Grüße", text="How was it?\n\nWell.\n")
    sent = send(lab, raw)
    minimal = lab.messages().get(userId="me", id=sent["id"], format="minimal").execute()
    assert minimal["snippet"] == "How was it? Well."
    assert int(minimal["internalDate"]) == google.now.timestamp() * 1000
    assert not {"payload", "raw"} & set(minimal)
    whole = lab.messages().get(userId="me", id=sent["id"], format="raw").execute()
    assert parsed(from_base64url(whole["raw"]))["Subject"] == "Grüße"
    assert whole["sizeEstimate"] == len(from_base64url(whole["raw"]))
    full = lab.messages().get(userId="me", id=sent["id"]).execute()["payload"]
    assert full["mimeType"] == "text/plain"
    assert from_base64url(full["body"]["data"]) == b"How was it?\r\n\r\nWell.\r\n"


def test_every_part_of_a_mail_is_shown(lab: Any) -> None:
    mail = parsed(raw_mail())
    mail.add_alternative("<p>How was it?</p>", subtype="html")
    sent = send(lab, bytes(mail))
    parts = lab.messages().get(userId="me", id=sent["id"]).execute()["payload"]["parts"]
    assert [(part["partId"], part["mimeType"]) for part in parts] == [("0", "text/plain"), ("1", "text/html")]


def test_nobody_but_its_user_gets_at_a_mailbox(google: FakeGoogle, lab: Any) -> None:
    assert refused(lab.getProfile(userId=ADA)) == (403, "forbidden")
    assert lab.getProfile(userId=LAB).execute()["emailAddress"] == LAB
    with gmail_client(google, "robot@service.example") as robot:
        assert refused(robot.getProfile(userId="me")) == (400, "failedPrecondition")


def test_a_message_that_is_not_there_is_not_found_and_a_wrong_id_is_an_error(lab: Any) -> None:
    assert refused(lab.messages().get(userId="me", id="19aa0000000000")) == (404, "notFound")
    assert refused(lab.messages().get(userId="me", id="nonsense")) == (400, "invalidArgument")


def test_a_list_is_newest_first_and_comes_in_pages(google: FakeGoogle, lab: Any) -> None:
    ids = [send(lab, raw_mail(str(count)))["id"] for count in range(5)]
    found, pages, request = [], 0, lab.messages().list(userId="me", maxResults=2)
    while request is not None:
        answer = request.execute()
        found += [message["id"] for message in answer["messages"]]
        pages += 1
        send(lab, raw_mail("come in meanwhile"))
        request = lab.messages().list_next(request, answer)
    assert found == ids[::-1]
    assert pages == 3
    assert google.count("gmail.users.messages.list") == 3


def test_an_empty_list_has_no_messages_key(lab: Any) -> None:
    assert lab.messages().list(userId="me", labelIds=["INBOX"]).execute() == {"resultSizeEstimate": 0}


def test_labels_are_made_once_set_and_taken(google: FakeGoogle, lab: Any) -> None:
    label = lab.labels().create(userId="me", body=named("Vis-à-vis/done")).execute()
    assert refused(lab.labels().create(userId="me", body=named("vis-à-vis/DONE"))) == (409, "aborted")
    listed = {each["name"]: each["id"] for each in lab.labels().list(userId="me").execute()["labels"]}
    assert listed["Vis-à-vis/done"] == label["id"]
    assert listed["INBOX"] == "INBOX"
    message = google.gmail.deliver(LAB, raw_mail(sender=ADA, to=LAB))
    change = {"addLabelIds": [label["id"]], "removeLabelIds": ["UNREAD", "INBOX"]}
    changed = lab.messages().modify(userId="me", id=message, body=change).execute()
    assert changed["labelIds"] == [label["id"]]
    found = lab.messages().list(userId="me", labelIds=[label["id"]]).execute()["messages"]
    assert [each["id"] for each in found] == [message]
    assert len(google.gmail.inbox(LAB)) == 1


@pytest.mark.parametrize("label", ["SENT", "DRAFT", "Label_77"])
def test_gmails_own_labels_and_unknown_ones_cannot_be_set(google: FakeGoogle, lab: Any, label: str) -> None:
    message = google.gmail.deliver(LAB, raw_mail(sender=ADA, to=LAB))
    request = lab.messages().modify(userId="me", id=message, body={"addLabelIds": [label]})
    assert refused(request) == (400, "invalidArgument")


def test_what_is_in_the_trash_is_not_listed_unless_asked_for(google: FakeGoogle, lab: Any) -> None:
    message = google.gmail.deliver(LAB, raw_mail(sender=ADA, to=LAB))
    lab.messages().trash(userId="me", id=message).execute()
    assert "messages" not in lab.messages().list(userId="me").execute()
    assert "messages" not in lab.messages().list(userId="me", q="in:inbox").execute()
    assert len(lab.messages().list(userId="me", includeSpamTrash=True).execute()["messages"]) == 1
    assert len(lab.messages().list(userId="me", q="in:trash").execute()["messages"]) == 1


def test_a_profile_counts_messages_and_threads(google: FakeGoogle, lab: Any) -> None:
    before = lab.getProfile(userId="me").execute()
    sent = send(lab, raw_mail())
    reply = raw_mail("Re: Hello", sender=ADA, to=LAB, References=google.gmail.sent(LAB)[0]["Message-ID"])
    google.gmail.deliver(LAB, reply)
    after = lab.getProfile(userId="me").execute()
    assert (after["messagesTotal"], after["threadsTotal"]) == (2, 1)
    assert int(after["historyId"]) > int(before["historyId"])
    thread = lab.threads().get(userId="me", id=sent["threadId"], format="minimal").execute()
    assert [message["labelIds"] for message in thread["messages"]] == [["SENT"], ["INBOX", "UNREAD"]]


def test_a_mail_carries_the_virtual_time(google: FakeGoogle, lab: Any) -> None:
    google.now = datetime(2027, 1, 2, 3, 4, tzinfo=UTC)
    sent = send(lab, raw_mail())
    shown = lab.messages().get(userId="me", id=sent["id"], format="minimal").execute()
    assert int(shown["internalDate"]) == datetime(2027, 1, 2, 3, 4, tzinfo=UTC).timestamp() * 1000
    assert google.gmail.sent(LAB)[0]["Date"] == "Sat, 02 Jan 2027 03:04:00 +0000"


def test_what_the_fake_does_not_know_it_says(lab: Any) -> None:
    assert refused(lab.messages().untrash(userId="me", id="19aa0000000000")) == (501, "notImplemented")
