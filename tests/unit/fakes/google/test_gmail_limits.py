"""What calls cost, what happens to who calls too much, and what a scope allows."""

from datetime import timedelta
from typing import Any

import pytest
from google.auth.exceptions import RefreshError
from googleapiclient.errors import HttpError

from tests.fakes.google.gmail_client import ADA, BEN, LAB, SEND, body, gmail_client, raw_mail, refused, send
from tests.fakes.google.gmail_quota import UNITS
from tests.fakes.google.server import FakeGoogle

METADATA = "https://www.googleapis.com/auth/gmail.metadata"
READ = "https://www.googleapis.com/auth/gmail.readonly"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def sending(users: Any) -> Any:
    return users.messages().send(userId="me", body=body(raw_mail()))


def test_every_call_costs_its_units_and_is_counted_by_user(google: FakeGoogle, lab: Any) -> None:
    sent = send(lab, raw_mail())
    lab.messages().get(userId="me", id=sent["id"]).execute()
    lab.threads().get(userId="me", id=sent["threadId"]).execute()
    start = lab.getProfile(userId="me").execute()["historyId"]
    lab.history().list(userId="me", startHistoryId=start).execute()
    with gmail_client(google, ADA) as ada:
        ada.messages().list(userId="me").execute()
    quota = google.gmail.office.quota
    assert quota.units == {LAB: 100 + 20 + 40 + 1 + 2, ADA: 5}
    assert quota.calls[LAB, "messages.send"] == 1
    assert (UNITS["drafts.create"], UNITS["drafts.send"]) == (10, 100)


def test_limits_are_only_kept_where_they_are_set(google: FakeGoogle, lab: Any) -> None:
    for _ in range(61):
        send(lab, raw_mail())
    assert google.gmail.office.quota.units[LAB] == 6100


def test_who_uses_up_a_minutes_units_waits_for_the_next(google: FakeGoogle, lab: Any) -> None:
    google.gmail.office.quota.per_minute = 6000
    for _ in range(60):
        send(lab, raw_mail())
    assert refused(sending(lab)) == (403, "rateLimitExceeded")
    assert refused(lab.getProfile(userId="me")) == (403, "rateLimitExceeded")
    with gmail_client(google, BEN) as ben:
        send(ben, raw_mail(sender=BEN))
    google.move(MINUTE)
    send(lab, raw_mail())
    assert len(google.gmail.sent(LAB)) == 61


def test_the_words_of_the_refusal_can_be_others(google: FakeGoogle, lab: Any) -> None:
    quota = google.gmail.office.quota
    quota.per_minute, quota.refusal = 1, (429, "userRateLimitExceeded")
    assert refused(sending(lab)) == (429, "userRateLimitExceeded")


def test_who_sends_too_much_in_a_day_is_locked_out_of_sending(google: FakeGoogle, lab: Any) -> None:
    google.gmail.office.quota.per_day = 3
    for _ in range(3):
        send(lab, raw_mail())
        google.move(timedelta(hours=1))
    assert refused(sending(lab)) == (429, "rateLimitExceeded")
    draft = lab.drafts().create(userId="me", body={"message": body(raw_mail())}).execute()
    assert refused(lab.drafts().send(userId="me", body={"id": draft["id"]})) == (429, "rateLimitExceeded")
    assert list(google.gmail.drafts(LAB)) == [draft["id"]]
    google.move(DAY - timedelta(seconds=1))
    assert refused(sending(lab)) == (429, "rateLimitExceeded")
    google.move(timedelta(seconds=1))
    lab.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    assert len(google.gmail.sent(LAB)) == 4


def test_the_day_of_the_limit_is_a_rolling_one(google: FakeGoogle, lab: Any) -> None:
    google.gmail.office.quota.per_day = 2
    for _ in range(6):
        send(lab, raw_mail())
        google.move(DAY / 2)
    assert len(google.gmail.sent(LAB)) == 6


def test_the_refusal_says_until_when_in_its_text_and_no_header_does(google: FakeGoogle, lab: Any) -> None:
    google.gmail.office.quota.per_day = 0
    with pytest.raises(HttpError) as failure:
        sending(lab).execute()
    until = "2026-11-24T08:00:00.000Z"
    assert failure.value.reason == f"User-rate limit exceeded.  Retry after {until} (Mail sending)"
    assert "retry-after" not in failure.value.resp
    assert failure.value.resp["date"] == "Mon, 23 Nov 2026 08:00:00 GMT"


def test_who_may_only_send_can_do_nothing_else(google: FakeGoogle) -> None:
    with gmail_client(google, LAB, SEND) as lab:
        send(lab, raw_mail())
        for request in (
            lab.getProfile(userId="me"),
            lab.messages().list(userId="me"),
            lab.drafts().list(userId="me"),
            lab.history().list(userId="me", startHistoryId="1"),
            lab.labels().list(userId="me"),
            lab.watch(userId="me", body={"topicName": "projects/p/topics/t"}),
        ):
            assert refused(request) == (403, "insufficientPermissions")
    assert len(google.gmail.inbox(ADA)) == 1


def test_the_metadata_scope_takes_away_what_a_wider_one_gives(google: FakeGoogle) -> None:
    message = google.gmail.deliver(LAB, raw_mail(sender=ADA, to=LAB))
    with gmail_client(google, LAB, METADATA, READ) as lab:
        assert refused(lab.messages().list(userId="me", q="in:inbox")) == (403, "forbidden")
        for form in ("full", "raw"):
            assert refused(lab.messages().get(userId="me", id=message, format=form)) == (403, "forbidden")
        shown = lab.messages().get(userId="me", id=message, format="metadata").execute()
        assert {"From", "Subject"} <= {header["name"] for header in shown["payload"]["headers"]}


def test_a_changed_password_kills_the_grant_of_a_mailbox(google: FakeGoogle, lab: Any) -> None:
    send(lab, raw_mail())
    google.accounts.change_password(LAB)
    google.accounts.forget_access_tokens()
    with pytest.raises(RefreshError, match="invalid_grant"):
        send(lab, raw_mail())
