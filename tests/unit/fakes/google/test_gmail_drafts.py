"""A draft that leaves is gone, and what left is another message."""

from typing import Any

import pytest

from tests.fakes.google.gmail_client import ADA, LAB, body, gmail_client, raw_mail, refused, send
from tests.fakes.google.gmail_mime import from_base64url
from tests.fakes.google.server import FakeGoogle

COMPOSE = "https://www.googleapis.com/auth/gmail.compose"


def create(users: Any, raw: bytes, thread: str | None = None) -> Any:
    return users.drafts().create(userId="me", body={"message": body(raw, thread)}).execute()


def leave(users: Any, draft: str) -> Any:
    return users.drafts().send(userId="me", body={"id": draft}).execute()


def test_a_draft_lies_there_until_it_is_sent_and_reaches_nobody(google: FakeGoogle, lab: Any) -> None:
    draft = create(lab, raw_mail(Message_ID="<mine@example.org>"))
    assert draft["message"]["labelIds"] == ["DRAFT"]
    shown = lab.drafts().get(userId="me", id=draft["id"], format="raw").execute()
    assert b"<mine@example.org>" in from_base64url(shown["message"]["raw"])
    assert google.gmail.inbox(ADA) == []
    assert list(google.gmail.drafts(LAB)) == [draft["id"]]


def test_a_sent_draft_is_not_found_any_more_and_the_mail_has_new_ids(google: FakeGoogle, lab: Any) -> None:
    draft = create(lab, raw_mail(Message_ID="<mine@example.org>"))
    sent = leave(lab, draft["id"])
    assert sent["id"] != draft["message"]["id"]
    assert sent["threadId"] == draft["message"]["threadId"]
    assert refused(lab.drafts().get(userId="me", id=draft["id"])) == (404, "notFound")
    assert refused(lab.messages().get(userId="me", id=draft["message"]["id"])) == (404, "notFound")
    (mail,) = google.gmail.inbox(ADA)
    assert mail["Message-ID"] == google.gmail.sent(LAB)[0]["Message-ID"] != "<mine@example.org>"


def test_a_draft_leaves_once(google: FakeGoogle, lab: Any) -> None:
    draft = create(lab, raw_mail())
    leave(lab, draft["id"])
    assert refused(lab.drafts().send(userId="me", body={"id": draft["id"]})) == (404, "notFound")
    assert len(google.gmail.inbox(ADA)) == 1


def test_a_deleted_draft_never_leaves(google: FakeGoogle, lab: Any) -> None:
    draft = create(lab, raw_mail())
    assert lab.drafts().delete(userId="me", id=draft["id"]).execute() == ""
    for request in (
        lab.drafts().delete(userId="me", id=draft["id"]),
        lab.drafts().get(userId="me", id=draft["id"]),
        lab.drafts().send(userId="me", body={"id": draft["id"]}),
    ):
        assert refused(request) == (404, "notFound")
    assert google.gmail.sent(LAB) == []


def test_a_draft_that_cannot_leave_stays_a_draft(google: FakeGoogle, lab: Any) -> None:
    draft = create(lab, b"Subject: to nobody\r\n\r\nx")
    assert refused(lab.drafts().send(userId="me", body={"id": draft["id"]}))[0] == 400
    assert list(google.gmail.drafts(LAB)) == [draft["id"]]


def test_an_update_changes_the_words_and_the_message_but_not_the_drafts_id(
    google: FakeGoogle, lab: Any
) -> None:
    draft = create(lab, raw_mail("first"))
    change = lab.drafts().update(userId="me", id=draft["id"], body={"message": body(raw_mail("second"))})
    updated = change.execute()
    assert updated["id"] == draft["id"]
    assert updated["message"]["id"] != draft["message"]["id"]
    leave(lab, draft["id"])
    assert [mail["Subject"] for mail in google.gmail.inbox(ADA)] == ["second"]


def test_a_draft_can_get_its_last_words_with_the_send(google: FakeGoogle, lab: Any) -> None:
    draft = create(lab, raw_mail("first"))
    last = {"id": draft["id"], "message": body(raw_mail("last"))}
    lab.drafts().send(userId="me", body=last).execute()
    assert [mail["Subject"] for mail in google.gmail.inbox(ADA)] == ["last"]
    assert google.gmail.drafts(LAB) == {}


def test_drafts_are_listed_in_pages_and_found_by_words_of_the_subject(lab: Any) -> None:
    made = [create(lab, raw_mail(name))["id"] for name in ("one", "two", "three")]
    first = lab.drafts().list(userId="me", maxResults=2).execute()
    rest = lab.drafts().list(userId="me", maxResults=2, pageToken=first["nextPageToken"]).execute()
    assert [draft["id"] for draft in first["drafts"] + rest["drafts"]] == made[::-1]
    found = lab.drafts().list(userId="me", q="subject:two").execute()["drafts"]
    assert [draft["id"] for draft in found] == [made[1]]


def test_a_draft_is_a_message_too_and_stands_in_lists_and_threads(google: FakeGoogle, lab: Any) -> None:
    sent = send(lab, raw_mail())
    answer = raw_mail("Re: Hello", References=google.gmail.sent(LAB)[0]["Message-ID"])
    draft = create(lab, answer, sent["threadId"])
    assert draft["message"]["threadId"] == sent["threadId"]
    listed = lab.messages().list(userId="me", labelIds=["DRAFT"]).execute()["messages"]
    assert [message["id"] for message in listed] == [draft["message"]["id"]]
    assert leave(lab, draft["id"])["threadId"] == sent["threadId"]


@pytest.mark.parametrize("thread", ["19aa0000000000", "none"])
def test_a_draft_for_a_thread_that_is_not_there_is_refused(lab: Any, thread: str) -> None:
    request = lab.drafts().create(userId="me", body={"message": body(raw_mail(), thread)})
    assert refused(request) == (404, "notFound")


def test_who_may_compose_may_send_drafts_but_read_no_message(google: FakeGoogle) -> None:
    with gmail_client(google, LAB, COMPOSE) as lab:
        sent = leave(lab, create(lab, raw_mail())["id"])
        assert refused(lab.messages().get(userId="me", id=sent["id"])) == (403, "insufficientPermissions")
        assert refused(lab.history().list(userId="me", startHistoryId="10000"))[0] == 403
        assert int(lab.getProfile(userId="me").execute()["historyId"]) > 0
