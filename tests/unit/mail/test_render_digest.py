"""The words of the monthly digest."""

import re
from datetime import date

from service.domain.letters import DigestLetter, Kind, Quote
from service.mail.samples import sample
from tests.fakes.pages import Page, rendered


def test_the_month_in_figures_tells_whose_side_cancelled() -> None:
    text = rendered(Kind.DIGEST).text

    assert "9 held, 2 moved, 3 cancelled (2 on your side, 1 on theirs), 1 excused" in text
    assert "- Ana Silva: 4 held, 1 moved, 0 cancelled; 4 days since you last met" in text


def test_a_meeting_to_which_nobody_came_is_neither_held_nor_cancelled() -> None:
    assert "1 where nobody came, 1 excused" in rendered(Kind.DIGEST, no_show=1).text


def test_under_five_meetings_there_are_counts_only() -> None:
    assert "75 %" in rendered(Kind.DIGEST).text
    assert "%" not in rendered(Kind.DIGEST, percent_held=None).text


def test_the_weeks_bars_have_their_numbers_in_text() -> None:
    mail = rendered(Kind.DIGEST)

    assert "- connection: 4\n- clarity: 3\n- coaching: 2\n" in mail.text
    assert "connection 4 clarity 3 coaching 2" in " ".join(Page(mail.html).text.replace("\xa0", " ").split())
    assert re.findall(r'class="bar" bgcolor="#2c6e66" width="(\d+%)"', mail.html) == ["100%", "75%", "50%"]


def test_a_month_without_any_week_held_draws_no_bar() -> None:
    mail = rendered(Kind.DIGEST, weeks=(("connection", 0), ("clarity", 0)))

    assert 'class="bar"' not in mail.html
    assert "- connection: 0" in mail.text


def test_own_words_are_quoted_with_whom_and_when() -> None:
    text = rendered(Kind.DIGEST).text

    assert "- “We walked instead of sitting” (Ben Okafor, Wednesday 21 October)" in text
    assert "Promises you kept\n- “Talk to finance about the course”" in text
    assert "Promises still open\n- “Ask for a second reviewer”" in text


def test_a_sign_not_noticed_is_no_failure() -> None:
    text = rendered(Kind.DIGEST).text

    assert "None yet is no failure: stay curious, adjust, think long." in text
    assert "Less transactional, more generative talk: not noticed yet" in text


def test_a_quiet_pair_is_named_kindly() -> None:
    assert "had not sat down with Chloé Martin for 30 days or more" in rendered(Kind.DIGEST).text


def test_it_ends_with_one_question_and_one_experiment() -> None:
    letter, _ = sample(Kind.DIGEST)
    assert isinstance(letter, DigestLetter)
    body, _, _ = rendered(Kind.DIGEST).text.partition("\n~\n")

    assert body.strip().endswith(letter.experiment)
    assert letter.question in body


def test_an_almost_empty_month_has_no_empty_headings() -> None:
    empty = dict.fromkeys(
        (
            "pairs",
            "worked",
            "better",
            "promises_kept",
            "promises_open",
            "traps_met",
            "quiet_pairs",
            "signs",
        ),
        (),
    )
    mail = rendered(Kind.DIGEST, **empty)

    for heading in ("Person by person", "What worked", "Promises", "Traps"):
        assert heading not in mail.text
        assert heading not in mail.html


def test_there_is_no_score_and_no_grade() -> None:
    assert not re.search(r"\b(score|grade|rank|rating|points?)\b", rendered(Kind.DIGEST).text, re.IGNORECASE)


def test_long_words_are_quoted_by_their_beginning_so_that_no_mailbox_clips_the_mail() -> None:
    quotes = tuple(Quote(f"{n} " + "and so on " * 1000, "Ana Silva", date(2026, 10, 6)) for n in range(5))
    mail = rendered(Kind.DIGEST, worked=quotes, better=quotes, promises_kept=quotes, promises_open=quotes)

    assert len(mail.html.encode()) <= 50_000
    assert "“0 and so on" in mail.text
    assert re.search(r"\b(and|so|on) …” \(Ana Silva", mail.text)
