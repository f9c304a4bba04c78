"""The words of the monthly digest."""

import re
from datetime import date
from typing import Any

from service.domain.letters import DigestLetter, Kind, Quote
from service.mail.samples import sample
from tests.fakes.pages import Page, rendered


def bars(html: str, heading: str) -> list[list[str]]:
    """The widths of the cells of each bar under a heading; the last cell may be what is left."""
    section = html.partition(f">{heading}")[2].partition("<h2")[0]
    rows = (re.findall(r'<td class="bar[^>]* width="(\d+%)"', row) for row in section.split("</tr>"))
    return [row for row in rows if row]


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
    assert "connection: 4 clarity: 3 coaching: 2" in Page(mail.html).text
    assert bars(mail.html, "How the weeks") == [["100%"], ["75%", "25%"], ["50%", "50%"]]


def test_the_months_bars_are_as_long_as_their_numbers_and_tell_the_sides_apart() -> None:
    html = rendered(Kind.DIGEST).html

    assert "9 held 2 moved 3 cancelled (2 on your side, 1 on theirs) 1 excused" in Page(html).text
    held, moved, cancelled, excused = bars(html, "The month")
    assert (held, moved, excused) == (["100%"], ["22%", "78%"], ["11%", "89%"])
    assert cancelled == ["22%", "11%", "67%"]


def test_each_persons_bar_is_what_was_held_with_the_words_beside_it() -> None:
    html = rendered(Kind.DIGEST).html

    assert bars(html, "Person by person") == [["100%"], ["100%"], ["25%", "75%"]]
    assert "Chloé Martin 1 held, 0 moved, 2 cancelled" in Page(html).text


def test_the_people_stand_in_the_rosters_order_and_are_not_ranked() -> None:
    text = rendered(Kind.DIGEST).text

    assert text.index("- Ana Silva") < text.index("- Ben Okafor") < text.index("- Chloé Martin")


def test_a_month_without_any_week_held_draws_no_bar() -> None:
    mail = rendered(Kind.DIGEST, weeks=(("connection", 0), ("clarity", 0)))

    assert bars(mail.html, "How the weeks") == [["100%"], ["100%"]]
    assert 'class="bar"' not in mail.html.partition("How the weeks")[2]
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
    body, _, _ = rendered(Kind.DIGEST).text.partition("\nSee your month in the browser:\n")

    assert body.strip().endswith(letter.experiment)
    assert letter.question in body


def test_its_one_action_is_the_month_in_the_browser() -> None:
    frame = sample(Kind.DIGEST)[1]
    mail = rendered(Kind.DIGEST)

    assert f"\nSee your month in the browser:\n{frame.month_url}\n" in mail.text
    assert frame.month_url in Page(mail.html).attributes("href")
    without = rendered(Kind.DIGEST, pages=False)
    assert "in the browser" not in without.text + without.html


def test_an_almost_empty_month_has_no_empty_headings() -> None:
    empty: dict[str, Any] = dict.fromkeys(
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
