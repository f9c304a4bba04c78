"""The history never lags and is forgotten in a week; the search lags and forgets nothing."""

from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.google.gmail_client import ADA, EVE, LAB, body, raw_mail, refused, send
from tests.fakes.google.server import FakeGoogle

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def now_at(users: Any) -> str:
    return str(users.getProfile(userId="me").execute()["historyId"])


def history(users: Any, start: str, **which: Any) -> tuple[list[Any], int]:
    """Every record since `start`, and in how many pages."""
    records: list[Any] = []
    pages, request = 0, users.history().list(userId="me", startHistoryId=start, **which)
    while request is not None:
        answer = request.execute()
        records += answer.get("history", [])
        pages += 1
        request = users.history().list_next(request, answer)
    return records, pages


def receive(google: FakeGoogle, count: int) -> list[str]:
    return [google.gmail.deliver(LAB, raw_mail(str(n), sender=ADA, to=LAB)) for n in range(count)]


def found(users: Any, q: str, **which: Any) -> list[str]:
    listed = users.messages().list(userId="me", q=q, **which).execute().get("messages", [])
    return [message["id"] for message in listed]


def test_the_history_tells_what_came_in_since_and_its_ids_rise(google: FakeGoogle, lab: Any) -> None:
    start = now_at(lab)
    ids = receive(google, 3)
    records, _ = history(lab, start)
    assert [record["messagesAdded"][0]["message"]["id"] for record in records] == ids
    assert all(record["messagesAdded"][0]["message"]["labelIds"] == ["INBOX", "UNREAD"] for record in records)
    numbers = [int(start), *(int(record["id"]) for record in records)]
    assert numbers == sorted(set(numbers))
    assert records[-1]["id"] == now_at(lab)


def test_where_nothing_happened_there_is_no_history_key(lab: Any) -> None:
    start = now_at(lab)
    answer = lab.history().list(userId="me", startHistoryId=start).execute()
    assert answer == {"historyId": start}


def test_a_sent_draft_is_told_as_deleted_and_another_as_added(lab: Any) -> None:
    draft = lab.drafts().create(userId="me", body={"message": body(raw_mail())}).execute()
    start = now_at(lab)
    sent = lab.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    gone, came = history(lab, start)[0]
    assert gone["messagesDeleted"][0]["message"]["id"] == draft["message"]["id"]
    assert came["messagesAdded"][0]["message"] == sent
    assert history(lab, start, historyTypes=["messageAdded"], labelId="SENT")[0] == [came]


def test_labels_set_and_taken_are_told_and_what_changes_nothing_is_not(google: FakeGoogle, lab: Any) -> None:
    (message,) = receive(google, 1)
    start = now_at(lab)
    change = {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}
    for _ in range(2):
        lab.messages().modify(userId="me", id=message, body=change).execute()
    added, removed = history(lab, start)[0]
    assert added["labelsAdded"][0]["labelIds"] == ["STARRED"]
    assert removed["labelsRemoved"][0]["labelIds"] == ["UNREAD"]
    assert removed["labelsRemoved"][0]["message"]["labelIds"] == ["INBOX", "STARRED"]


def test_a_page_may_be_empty_and_not_the_last(google: FakeGoogle, lab: Any) -> None:
    start = now_at(lab)
    for _ in range(3):
        send(lab, raw_mail(to=EVE))
    wanted = receive(google, 1)
    which = {"historyTypes": ["messageAdded"], "labelId": "INBOX"}
    first = lab.history().list(userId="me", startHistoryId=start, maxResults=2, **which).execute()
    assert "history" not in first
    assert "nextPageToken" in first
    records, pages = history(lab, start, maxResults=2, **which)
    assert [record["messagesAdded"][0]["message"]["id"] for record in records] == wanted
    assert pages == 2


def test_pages_can_be_shorter_than_asked_for(google: FakeGoogle, lab: Any) -> None:
    google.gmail.office.history_page = 1
    start = now_at(lab)
    receive(google, 3)
    records, pages = history(lab, start, maxResults=500)
    assert (len(records), pages) == (3, 3)


def test_a_history_id_is_forgotten_after_a_week(google: FakeGoogle, lab: Any) -> None:
    start = now_at(lab)
    receive(google, 1)
    google.move(timedelta(days=7))
    assert len(history(lab, start)[0]) == 1
    google.move(timedelta(seconds=1))
    assert refused(lab.history().list(userId="me", startHistoryId=start)) == (404, "notFound")


def test_where_nothing_happened_since_an_old_id_is_still_good(google: FakeGoogle, lab: Any) -> None:
    receive(google, 1)
    start = now_at(lab)
    google.move(30 * DAY)
    assert history(lab, start)[0] == []
    receive(google, 1)
    assert len(history(lab, start)[0]) == 1


def test_the_history_can_be_forgotten_sooner(google: FakeGoogle, lab: Any) -> None:
    google.gmail.office.history_life = MINUTE
    start = now_at(lab)
    receive(google, 1)
    google.move(2 * MINUTE)
    assert refused(lab.history().list(userId="me", startHistoryId=start)) == (404, "notFound")


@pytest.mark.parametrize("start", ["1", "99999999999"])
def test_an_id_of_another_mailbox_is_not_found(lab: Any, start: str) -> None:
    assert refused(lab.history().list(userId="me", startHistoryId=start)) == (404, "notFound")


def test_a_history_without_a_beginning_is_refused(lab: Any) -> None:
    assert refused(lab.history().list(userId="me"))[0] == 400


def test_the_search_lags_and_the_history_does_not(google: FakeGoogle, lab: Any) -> None:
    google.gmail.office.search_lag = 10 * MINUTE
    start = now_at(lab)
    ids = receive(google, 1)
    assert found(lab, "in:inbox") == []
    assert len(history(lab, start)[0]) == 1
    assert found(lab, "") == ids
    google.move(10 * MINUTE)
    assert found(lab, "in:inbox") == ids


def test_what_was_sent_can_be_missing_under_sent_for_a_while(google: FakeGoogle, lab: Any) -> None:
    google.gmail.office.sent_lag = MINUTE
    sent = send(lab, raw_mail())
    assert found(lab, "", labelIds=["SENT"]) == found(lab, "in:sent") == []
    assert lab.messages().get(userId="me", id=sent["id"], format="minimal").execute()["id"] == sent["id"]
    google.move(MINUTE)
    assert found(lab, "", labelIds=["SENT"]) == found(lab, "in:sent") == [sent["id"]]


def test_ones_own_message_id_finds_nothing_the_one_given_does(google: FakeGoogle, lab: Any) -> None:
    sent = send(lab, raw_mail(Message_ID="<mine@example.org>"))
    given = google.gmail.sent(LAB)[0]["Message-ID"]
    assert found(lab, "rfc822msgid:mine@example.org") == found(lab, "rfc822msgid:<mine@example.org>") == []
    assert (
        found(lab, f"rfc822msgid:{given}") == found(lab, f"rfc822msgid:{given.strip('<>')}") == [sent["id"]]
    )


def test_the_search_knows_times_places_and_people(google: FakeGoogle, lab: Any) -> None:
    (old,) = receive(google, 1)
    google.move(10 * DAY)
    (new,) = receive(google, 1)
    sent = send(lab, raw_mail("Hello there"))["id"]
    moment = int(google.now.timestamp())
    assert found(lab, "in:inbox newer_than:7d") == [new]
    assert found(lab, f"in:inbox after:{moment}") == [new]
    assert found(lab, f"in:inbox before:{moment}") == found(lab, "in:inbox older_than:7d") == [old]
    assert found(lab, "after:2026/11/30 from:ada@example.org") == [new]
    assert found(lab, f"-in:inbox to:{ADA}") == found(lab, 'subject:"Hello there"') == [sent]
    assert found(lab, "in:anywhere is:unread") == [new, old]


def test_what_the_search_does_not_know_it_says(lab: Any) -> None:
    for q in ("hello", "filename:pdf", "newer_than:soon", "after:yesterday"):
        assert refused(lab.messages().list(userId="me", q=q)) == (501, "notImplemented")
