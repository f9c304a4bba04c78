"""What leaders reply, dropped into the inbox as files, and what becomes of it."""

from typing import Any

import pytest

from tests.fakes.cli import House, Mail, inline, numbered, reply, weekly
from tests.fakes.ics import calendar

MARTA = "marta@example.org"
ANA = "ana@example.org"
HELD, WORKED, SURPRISED, BETTER, OPEN, BACK, GENERATIVE, TALKED, PROMISE = range(1, 10)
KEPT = 9  # asked before the new promise, once there is an open one

EVERYTHING = {
    HELD: "yes",
    WORKED: "We walked along the river.",
    SURPRISED: "She wants to lead the migration.",
    BETTER: "Leave longer pauses",
    OPEN: "yes",
    BACK: "no",
    GENERATIVE: "unsure",
    TALKED: "me",
    PROMISE: "Find her a mentor",
}


@pytest.fixture
def marta(house: House) -> House:
    """Marta after her first one-on-one with Ana, the form just delivered at 14:45."""
    house.calendar("leader.ics", calendar(weekly("ana@x", "20261102T140000", ANA)))
    house.add(MARTA, "--member", f"Ana <{ANA}>")
    house.tick("2026-11-02T07:00:00+01:00", "2026-11-02T14:45:00+01:00")
    return house


def answer(house: House, raw: bytes, now: str = "2026-11-02T15:00:00+01:00") -> dict[str, Any]:
    """Drop a reply and let one pass see it; what tick says of it."""
    house.drop(raw)
    (told,) = house.tick(now)["replies"]
    return dict(told)


def write(house: House, body: str, now: str = "2026-11-02T15:00:00+01:00", **more: Any) -> dict[str, Any]:
    """A reply of Marta's to her newest form."""
    return answer(house, reply(house.mail("reflection"), f"Marta <{MARTA}>", body, **more), now)


def first(house: House) -> dict[str, Any]:
    """The meeting that the form is about."""
    return house.meetings()[0]


def state(house: House) -> str:
    (leader,) = house.ok("leaders", "list", "--json").json["leaders"]
    return str(leader["state"])


def understood(house: House) -> str:
    """What the receipt says, without the mail's frame."""
    return house.mail("receipt").text.partition("Something not quite right")[0]


def test_answers_under_each_question_are_understood(marta: House) -> None:
    told = write(marta, inline(marta.mail("reflection"), EVERYTHING))
    assert (told["status"], told["reason"]) == ("accepted", None)
    assert told["message_id"] == "<reply-1@example.org>"
    for words in EVERYTHING.values():
        assert words in understood(marta)
    assert "in your words" not in understood(marta)
    assert first(marta)["state"] == "held"


def test_numbered_answers_above_the_quote_are_understood(marta: House) -> None:
    write(marta, numbered(marta.mail("reflection"), EVERYTHING))
    for words in EVERYTHING.values():
        assert words in understood(marta)
    assert first(marta)["state"] == "held"


def test_free_text_on_top_is_kept_in_the_leaders_words(marta: House) -> None:
    write(marta, inline(marta.mail("reflection"), {}, top="Good talk. I should ask more and tell less."))
    assert "Good talk. I should ask more and tell less." in understood(marta)


def test_free_text_on_top_and_answers_below_are_both_kept(marta: House) -> None:
    write(marta, inline(marta.mail("reflection"), {BETTER: "Start on time"}, top="A short one today."))
    assert "Start on time" in understood(marta)
    assert "A short one today." in understood(marta)


def test_a_second_reply_adds_to_the_first(marta: House) -> None:
    form = marta.mail("reflection")
    write(marta, inline(form, {BETTER: "Leave longer pauses"}))
    write(
        marta,
        inline(form, {BETTER: "And bring tea", HELD: "yes"}),
        "2026-11-02T15:15:00+01:00",
        message_id="<reply-2@example.org>",
    )
    marta.tick("2026-11-02T15:30:00+01:00", "2026-11-09T12:30:00+01:00", every="1h")
    prep = marta.mails("prep")[-1]
    assert "Leave longer pauses" in prep.text
    assert "And bring tea" in prep.text


def test_the_next_prep_brings_back_what_could_be_better_and_the_open_promise(marta: House) -> None:
    write(marta, inline(marta.mail("reflection"), EVERYTHING))
    marta.tick("2026-11-02T15:15:00+01:00", "2026-11-09T12:15:00+01:00", every="1h")
    prep = marta.mails("prep")[-1]
    assert prep.week == 2
    for part in (prep.text, prep.html):
        assert "Leave longer pauses" in part
        assert "Find her a mentor" in part


def test_a_promise_that_was_kept_is_not_brought_back(marta: House) -> None:
    write(marta, inline(marta.mail("reflection"), {HELD: "yes", PROMISE: "Find her a mentor"}))
    marta.tick("2026-11-02T15:15:00+01:00", "2026-11-09T14:45:00+01:00", every="15m")
    form = marta.mail("reflection")
    said = inline(form, {HELD: "yes", KEPT: "yes"})
    write(marta, said, "2026-11-09T15:00:00+01:00", message_id="<2@example.org>")
    marta.tick("2026-11-09T15:15:00+01:00", "2026-11-16T12:15:00+01:00", every="1h")
    assert len(marta.mails("prep")) == 3
    assert "Find her a mentor" not in marta.mails("prep")[-1].text


def test_nothing_is_no_promise_and_nothing_to_bring_back(marta: House) -> None:
    write(marta, inline(marta.mail("reflection"), {HELD: "yes", BETTER: "Nothing", PROMISE: "none"}))
    assert "Nothing" in understood(marta)
    marta.tick("2026-11-02T15:15:00+01:00", "2026-11-09T14:45:00+01:00", every="15m")
    assert "Last time you noted" not in marta.mails("prep")[-1].text
    assert "romise" not in marta.mails("prep")[-1].text
    assert "Your promise of" not in marta.mails("reflection")[-1].text


@pytest.mark.parametrize(
    ("said", "state_", "by"),
    [
        ("yes", "held", None),
        ("I cancelled", "cancelled", "leader"),
        ("they cancelled", "cancelled", "member"),
        ("nobody came", "no_show", "unknown"),
    ],
)
def test_did_it_happen_corrects_the_record(marta: House, said: str, state_: str, by: str | None) -> None:
    write(marta, inline(marta.mail("reflection"), {HELD: said}))
    assert first(marta)["state"] == state_
    if by != "unknown":
        assert first(marta)["by"] == by
    assert first(marta)["changes"][-1]["what"] == ("confirmed" if said == "yes" else "corrected")


def test_the_same_mail_twice_counts_once(marta: House) -> None:
    raw = reply(marta.mail("reflection"), MARTA, inline(marta.mail("reflection"), EVERYTHING))
    answer(marta, raw)
    again = answer(marta, raw, "2026-11-02T15:15:00+01:00")
    assert (again["status"], again["reason"]) == ("ignored", "duplicate")
    assert len(marta.mails("receipt")) == 1


def test_a_reply_from_elsewhere_is_held_until_the_leader_says_it_is_theirs(marta: House) -> None:
    form = marta.mail("reflection")
    told = answer(marta, reply(form, "marta@private.example.com", inline(form, EVERYTHING)))
    assert (told["status"], told["reason"]) == ("held", "sender_differs")
    assert first(marta)["state"] == "presumed_held"
    assert marta.mails("receipt") == []
    ask = marta.mail("confirm")
    assert "marta@private.example.com" in ask.text
    assert "river" not in ask.text
    answer(
        marta,
        reply(ask, MARTA, inline(ask, {1: "yes"}), message_id="<2@example.org>"),
        "2026-11-02T15:15:00+01:00",
    )
    assert first(marta)["state"] == "held"
    assert "river" in understood(marta)


def test_a_held_reply_that_is_not_theirs_is_never_read(marta: House) -> None:
    form = marta.mail("reflection")
    answer(marta, reply(form, "eve@example.com", inline(form, {HELD: "I cancelled"})))
    ask = marta.mail("confirm")
    answer(
        marta,
        reply(ask, MARTA, inline(ask, {1: "no"}), message_id="<2@example.org>"),
        "2026-11-02T15:15:00+01:00",
    )
    assert first(marta)["state"] == "presumed_held"
    assert "eve@example.com\n  Was this reply written by you? no" in marta.mail("receipt").text


def test_a_leaders_other_address_is_theirs(house: House) -> None:
    house.calendar("leader.ics", calendar(weekly("ana@x", "20261102T140000", ANA)))
    house.add(MARTA, "--alias", "m.k@example.com")
    house.tick("2026-11-02T07:00:00+01:00", "2026-11-02T14:45:00+01:00")
    form = house.mail("reflection")
    told = answer(house, reply(form, "M.K@example.com", inline(form, {HELD: "yes"})))
    assert told["status"] == "accepted"


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ([("Auto-Submitted", "auto-replied")], "I am away until Monday.", "out_of_office"),
        ([("Precedence", "bulk")], "Hello", "bulk"),
        ([("X-Autoreply", "yes")], "I am away.", "out_of_office"),
    ],
)
def test_automatic_mail_is_ignored_and_never_answered(
    marta: House, headers: list[tuple[str, str]], body: str, reason: str
) -> None:
    told = write(marta, body, headers=headers)
    assert (told["status"], told["reason"]) == ("ignored", reason)
    assert marta.mails("receipt") == []


def test_our_own_mail_that_comes_back_makes_no_loop(marta: House) -> None:
    told = answer(marta, marta.mail("reflection").path.read_bytes())
    assert told["status"] == "ignored"
    assert marta.mails("receipt") == []


def test_a_reply_to_nothing_of_ours_is_unmatched(marta: House) -> None:
    told = answer(marta, b"From: marta@example.org\nTo: lab@example.org\nSubject: Hello\n\nAnyone there?\n")
    assert told["status"] == "unmatched"


def test_what_is_no_mail_is_set_aside_and_not_in_the_way(marta: House) -> None:
    noise = b"\x00\x01\x02 no mail at all \xff\xfe"
    marta.drop(noise, "noise")
    told = write(marta, inline(marta.mail("reflection"), {HELD: "yes"}))
    assert told["status"] == "accepted"
    assert (marta.folder / "mail" / "inbox" / ".Aside" / "noise").read_bytes() == noise
    assert marta.tick("2026-11-02T15:15:00+01:00")["replies"] == []


def test_a_reply_without_its_token_is_found_by_its_thread(marta: House) -> None:
    form = marta.mail("reflection")
    raw = reply(form, MARTA, inline(form, {HELD: "I cancelled"}))
    token = str(form.message["Reply-To"]).partition("+")[2].partition("@")[0]
    told = answer(marta, raw.replace(token.encode(), b"lost"))
    assert told["status"] == "accepted"
    assert first(marta)["by"] == "leader"


def test_a_forgotten_quote_still_answers_the_form(marta: House) -> None:
    write(marta, "She cancelled.")
    assert (first(marta)["state"], first(marta)["by"]) == ("cancelled", "member")


def test_html_only_replies_are_read(marta: House) -> None:
    form = marta.mail("reflection")
    raw = reply(form, MARTA, "x").replace(
        b'Content-Type: text/plain; charset="utf-8"', b"Content-Type: text/html"
    )
    told = answer(marta, raw.replace(b"\nx\n", b"\n<div>I cancelled</div>\n"))
    assert told["status"] == "accepted"
    assert first(marta)["by"] == "leader"


def test_pause_and_resume_by_reply(marta: House) -> None:
    write(marta, "Pause, please")
    assert state(marta) == "paused"
    marta.tick("2026-11-02T15:15:00+01:00", "2026-11-09T13:00:00+01:00", every="1h")
    assert len(marta.mails("prep")) == 1
    planned = marta.ok("plan", "--now", "2026-11-09T13:00:00+01:00", "--json").json["emails"]
    assert {mail["reason"] for mail in planned if mail["status"] == "skipped"} >= {"paused"}
    write(marta, "resume", "2026-11-09T16:00:00+01:00", message_id="<2@example.org>")
    assert state(marta) == "active"
    marta.tick("2026-11-09T16:15:00+01:00", "2026-11-16T13:00:00+01:00", every="1h")
    assert len(marta.mails("prep")) == 2


def test_a_pause_until_a_day_ends_by_itself(marta: House) -> None:
    write(marta, "pause until 2026-11-12")
    assert state(marta) == "paused"
    marta.tick("2026-11-11T23:00:00+01:00")
    assert state(marta) == "paused"
    marta.tick("2026-11-12T00:15:00+01:00")
    assert state(marta) == "active"


def test_stop_by_reply_is_confirmed_once_and_then_nothing_comes(marta: House) -> None:
    write(marta, "STOP")
    assert state(marta) == "stopped"
    count = len(marta.mails())
    marta.tick("2026-11-02T15:15:00+01:00", "2026-11-11T13:00:00+01:00", every="1h")
    assert len(marta.mails()) == count


def test_a_sentence_with_stop_in_it_is_a_reflection(marta: House) -> None:
    write(marta, inline(marta.mail("reflection"), {BETTER: "Stop interrupting her"}))
    assert state(marta) == "active"
    assert "Stop interrupting her" in understood(marta)


def doubtful(house: House, said: str) -> House:
    """A series that may be a one-on-one; the leader is asked, and answers."""
    house.calendar("leader.ics", calendar(weekly("cy@x", "20261104T110000", "cy@example.org", title="Lunch")))
    house.add(MARTA, "--member", "Cy <cy@example.org>")
    house.tick("2026-11-02T07:00:00+01:00", "2026-11-02T10:00:00+01:00")
    ask = house.mail("confirm")
    assert "Lunch" in ask.text
    assert house.meetings() == []
    answer(house, reply(ask, MARTA, inline(ask, {1: said})), "2026-11-02T10:15:00+01:00")
    house.tick("2026-11-02T10:30:00+01:00", "2026-11-11T12:00:00+01:00", every="30m")
    return house


def test_a_series_that_is_one_becomes_a_pair_with_preps(house: House) -> None:
    doubtful(house, "yes")
    assert [mail.week for mail in house.mails("prep")] == [1, 2]
    assert house.meetings()[0]["member"] == "cy@example.org"


def test_a_series_that_is_none_is_not_asked_about_again(house: House) -> None:
    doubtful(house, "no")
    assert house.mails("prep") == []
    assert len(house.mails("confirm")) == 1


def test_what_happened_to_a_vanished_meeting_is_the_leaders_word(house: House) -> None:
    ben = weekly("ben@x", "20261103T110000", "ben@example.org")
    house.calendar("leader.ics", calendar(weekly("solo@x", "20261109T140000", ANA, rule=""), ben))
    house.add(MARTA)
    house.tick("2026-11-02T07:00:00+01:00")
    house.calendar("leader.ics", calendar(ben))
    house.tick("2026-11-04T10:00:00+01:00", "2026-11-05T09:00:00+01:00")
    ask = house.mail("confirm")
    answer(house, reply(ask, MARTA, inline(ask, {1: "they cancelled"})), "2026-11-05T09:15:00+01:00")
    gone = next(meeting for meeting in house.meetings() if meeting["uid"] == "solo@x")
    assert (gone["state"], gone["by"], gone["confidence"]) == ("cancelled", "member", "high")


def test_a_reply_to_the_reminder_answers_the_form(marta: House) -> None:
    marta.tick("2026-11-02T15:00:00+01:00", "2026-11-03T09:00:00+01:00")
    reminder = marta.mail("reminder")
    told = answer(marta, reply(reminder, MARTA, inline(reminder, EVERYTHING)), "2026-11-03T09:15:00+01:00")
    assert told["status"] == "accepted"
    assert "Leave longer pauses" in understood(marta)


def test_the_receipt_goes_into_the_forms_thread(marta: House) -> None:
    form = marta.mail("reflection")
    write(marta, inline(form, {HELD: "yes"}))
    receipt = marta.mail("receipt")
    assert receipt.subject == f"Re: {form.subject}"
    assert str(form.message["Message-ID"]) in str(receipt.message["References"])


def digest_of(house: House) -> Mail:
    write(house, inline(house.mail("reflection"), EVERYTHING))
    house.tick("2026-11-02T15:15:00+01:00", "2026-12-01T07:00:00+01:00", every="6h")
    house.tick("2026-12-01T08:00:00+01:00", "2026-12-01T09:00:00+01:00")
    return house.mail("digest")


def test_the_digest_quotes_the_leaders_own_words_and_gives_no_score(marta: House) -> None:
    digest = digest_of(marta)
    assert "Find her a mentor" in digest.text
    assert "We walked along the river." in digest.text
    assert "score" not in digest.text.lower()


def test_under_five_meetings_the_digest_gives_counts_and_no_percentage(house: House) -> None:
    house.calendar(
        "leader.ics", calendar(weekly("ana@x", "20261102T140000", ANA, rule="FREQ=WEEKLY;COUNT=3"))
    )
    house.add(MARTA)
    house.tick("2026-11-02T06:00:00+01:00", "2026-12-01T09:00:00+01:00", every="3h")
    digest = house.mail("digest")
    assert "3" in digest.text
    assert "%" not in digest.text


def test_digest_asked_for_twice_leaves_once(marta: House) -> None:
    marta.tick("2026-11-02T15:00:00+01:00", "2026-11-30T18:00:00+01:00", every="12h")
    asked = ("digest", MARTA, "--month", "2026-11", "--now", "2026-11-30T19:00:00+01:00")
    assert "Mailed" in marta.ok(*asked).out
    assert "nothing was sent twice" in marta.ok(*asked).out
    marta.tick("2026-12-01T07:00:00+01:00", "2026-12-01T12:00:00+01:00")
    assert len(marta.mails("digest")) == 1
    assert marta.mail("digest").key.endswith(":2026-11")


def test_after_four_forms_without_an_answer_the_leader_is_asked_once_whether_to_pause(house: House) -> None:
    events = [weekly(f"{day}@x", f"2026110{day}T140000", ANA, rule="") for day in (2, 3, 4, 5)]
    house.calendar("leader.ics", calendar(*events))
    house.add(MARTA)
    house.tick("2026-11-02T07:00:00+01:00", "2026-11-13T18:00:00+01:00", every="30m")
    (ask,) = house.mails("confirm")
    assert "pause" in ask.text.lower()
    answer(house, reply(ask, MARTA, inline(ask, {1: "yes"})), "2026-11-13T18:15:00+01:00")
    assert state(house) == "paused"
