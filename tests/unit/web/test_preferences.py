"""A leader's own hand on what comes: saved, planned by at once, and nothing typed is lost.

Lea meets Max on Tuesdays at 14:00 and Ann on Wednesdays at 11:00; it is Tuesday 3 November
2026, noon, and the prep for Max has left.
"""

import html
import re
from datetime import UTC, datetime, time
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.domain.people import Leader, LeaderState, Pair, Preferences
from service.storage import people
from tests.fakes.desks import at
from tests.fakes.offices import ANN, JOINED, LEA, MAX, series
from tests.fakes.visitor import Visitor
from tests.fakes.web_house import WebHouse

HERE = "/me/preferences"
TUESDAY, WEDNESDAY = at("2026-11-03 14:00"), at("2026-11-04 11:00")


@pytest.fixture
def lab(web: WebHouse) -> WebHouse:
    calendar = web.little.add_leader()
    calendar.events = series(TUESDAY) + series(WEDNESDAY, uid="ann", member=ANN)
    web.little.run(JOINED, web.now)
    return web


@pytest.fixture
def browser(lab: WebHouse) -> Visitor:
    return lab.visitor(LEA)


def leader(lab: WebHouse) -> Leader:
    return lab.little.row().leader


def pairs(lab: WebHouse) -> dict[str, Pair]:
    with lab.house.database.read() as tx:
        found = people.pairs_of(tx, leader(lab).id)
    return {pair.member.email: pair for pair in found}


def words(page: TestResponse) -> str:
    """What a person reads, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def save(browser: Visitor, path: str = HERE, **typed: str) -> str:
    """Send a form; what the page then says."""
    answer = browser.post(path, data=typed, on=HERE)
    assert (answer.status_code, answer.location) == (303, HERE), words(answer)
    return words(browser.get(HERE))


def refused(browser: Visitor, path: str = HERE, **typed: str) -> str:
    """Send a form that cannot be taken; the page as it comes back."""
    answer = browser.post(path, data=typed, on=HERE)
    assert answer.status_code == 422
    assert "Nothing was changed yet" in answer.text
    return answer.text


def of(lab: WebHouse, member: str) -> str:
    """Where a member's form goes to."""
    return f"{HERE}/people/{pairs(lab)[member].id}"


# --- what is shown ------------------------------------------------------------------------


def test_the_page_says_what_comes_next_and_how_things_stand(browser: Visitor) -> None:
    said = words(browser.get(HERE))
    assert "Looking back with Max Tuesday 3 November, 14:45 Prep for Ann Wednesday 4 November, 09:00" in said
    assert "Ann Wednesday 4 November, 11:00 · week 1, connection" in said
    assert "All times are those of Europe/Berlin" in said


def test_looking_changes_nothing(lab: WebHouse, browser: Visitor) -> None:
    with lab.little.counted() as statements:
        browser.get(HERE)
    assert not [one for one in statements if one.startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.mark.parametrize("path", ["", "/pause", "/resume", "/people", "/people/1"])
def test_without_a_session_nothing_is_shown_and_nothing_done(lab: WebHouse, path: str) -> None:
    before = (leader(lab), pairs(lab))
    stranger = lab.visitor()
    for answer in (stranger.get(HERE), stranger.post(HERE + path, data=PAUSING, on="/u/x")):
        assert answer.status_code in {400, 403}
        assert "Max" not in answer.text
    assert (leader(lab), pairs(lab)) == before


PAUSING = {"until": "", "mails": "off", "step": "skip", "quiet_from": "21:00"}


@pytest.mark.parametrize("path", ["", "/pause", "/resume", "/people", "/people/1"])
def test_a_form_of_another_site_does_nothing(lab: WebHouse, browser: Visitor, path: str) -> None:
    before = (leader(lab), pairs(lab))
    answer = FlaskClient.post(browser, HERE + path, data=PAUSING)
    assert answer.status_code == 400
    assert (leader(lab), pairs(lab)) == before


def test_another_leaders_members_are_out_of_reach(lab: WebHouse) -> None:
    lab.little.add_leader("ben")
    before = pairs(lab)
    answer = lab.visitor("ben@example.org").post(of(lab, MAX), data={"mails": "off"}, on=HERE)
    assert answer.status_code == 404
    assert pairs(lab) == before


def test_before_the_first_reading_the_page_is_there_too(web: WebHouse) -> None:
    web.little.add_leader()
    page = web.visitor(LEA).get(HERE)
    assert page.status_code == 200
    assert "Max No meeting in sight" in words(page)


# --- what holds for all mails -------------------------------------------------------------


def test_the_lead_time_is_the_leaders_and_the_next_prep_follows(lab: WebHouse, browser: Visitor) -> None:
    said = save(browser, lead="own", lead_minutes="45")
    assert "Saved." in said
    assert "Prep for Ann Wednesday 4 November, 10:15" in said
    assert "Prep for Ann Wednesday 4 November, 09:00" in save(browser, lead="rule")
    assert leader(lab).preferences == Preferences()


def test_quiet_and_working_hours_are_kept(lab: WebHouse, browser: Visitor) -> None:
    save(browser, quiet_from="21:30", quiet_until="08:00", work_from="08:00", work_until="16:30")
    assert leader(lab).preferences == Preferences(time(21, 30), time(8), time(8), time(16, 30))


def test_a_country_brings_its_holidays_and_its_weekend(lab: WebHouse, browser: Visitor) -> None:
    assert leader(lab).preferences.weekend == {5, 6}
    save(browser, country="AE", quiet_from="21:00")
    assert of_country(lab) == ("AE", [5, 6])
    save(browser, country="IR")
    assert of_country(lab) == ("IR", [4])
    save(browser, country="")
    assert of_country(lab) == (None, [5, 6])


def of_country(lab: WebHouse) -> tuple[str | None, list[int]]:
    return leader(lab).country, sorted(leader(lab).preferences.weekend)


def test_a_weekend_that_was_set_by_hand_stays_while_the_country_does(lab: WebHouse, browser: Visitor) -> None:
    own = people.preferences_to_json(Preferences(weekend=frozenset({2})))
    with lab.house.database.begin() as tx:
        people.change(tx, leader(lab).id, preferences=own)
    save(browser, quiet_from="21:00", country="")
    assert leader(lab).preferences.weekend == {2}


def test_the_language_is_that_of_the_next_mails_and_of_the_page(lab: WebHouse, browser: Visitor) -> None:
    assert browser.post(HERE, data={"language": "pt-BR"}).status_code == 303
    assert leader(lab).language == "pt-BR"
    page = browser.get(HERE)
    assert '<html lang="pt-BR">' in page.text
    assert "quarta-feira" in words(page)
    lab.little.run(at("2026-11-04 09:00"))
    assert "quarta-feira" in str(lab.little.sent("prep")[-1]["Subject"])


def test_one_by_one_and_all_at_once(lab: WebHouse, browser: Visitor) -> None:
    lab.now = at("2026-11-03 15:00")  # Max was met, Ann not yet
    said = save(browser, rhythm="one")
    assert leader(lab).one_by_one
    assert "Ann Begins on 10 November" in said
    assert "Prep for Ann" not in said
    said = save(browser, rhythm="all")
    assert "Ann Wednesday 4 November, 11:00 · week 1, connection" in said
    assert pairs(lab)[ANN].starts_at == lab.now


def test_the_whole_page_sent_back_unchanged_changes_nothing(lab: WebHouse, browser: Visitor) -> None:
    before, page = (leader(lab), pairs(lab)), browser.get(HERE).text
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        action = re.findall(r'action="\.\./([^"]+)"', form)[0]
        if action.endswith(("pause", "resume")):
            continue
        save(browser, f"/{action}", **fields_of(form))
    assert (leader(lab), pairs(lab)) == before


def fields_of(form: str) -> dict[str, str]:
    """What a browser would send."""
    found: dict[str, Any] = dict(
        re.findall(r'<input id="[^"]+" name="(\w+)" type="\w+" value="([^"]*)"', form)
    )
    found |= dict(re.findall(r'type="radio" name="(\w+)" value="(\w+)" checked', form))
    for name, options in re.findall(r'<select [^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'value="([^"]*)"[^>]* selected', options)
        found[name] = chosen[0] if chosen else re.findall(r'value="([^"]*)"', options)[0]
    return found


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    lab: WebHouse, browser: Visitor
) -> None:
    before = leader(lab)
    page = refused(
        browser, quiet_from="late", quiet_until="08:15", lead="own", lead_minutes="5", country="PT"
    )
    assert 'value="late" aria-invalid="true" aria-describedby="times-quiet_from-wrong"' in page
    assert 'id="times-quiet_from-wrong"' in page
    assert "Please write a time like 20:00." in page
    assert "Please write a whole number from 10 to 10080" in page
    assert 'value="08:15"' in page
    assert 'value="5"' in page
    assert '<option value="PT" selected>' in page
    assert leader(lab) == before


@pytest.mark.parametrize("typed", ['"><script>alert(1)</script>', "x" * 10_000])
def test_what_was_typed_stays_text(browser: Visitor, typed: str) -> None:
    assert "<script>alert" not in refused(browser, quiet_from=typed)


# --- a break ------------------------------------------------------------------------------


def test_a_pause_until_a_day_and_on_again(lab: WebHouse, browser: Visitor) -> None:
    said = save(browser, f"{HERE}/pause", until="2026-11-10")
    assert "Everything pauses until Tuesday 10 November." in said
    assert (leader(lab).state, leader(lab).paused_until) == (LeaderState.PAUSED, at("2026-11-10 00:00"))
    assert "Prep for Ann Wednesday 11 November" in said  # what comes once it is over
    assert "Prep for Ann Wednesday 4 November" not in said
    said = save(browser, f"{HERE}/resume")
    assert "Good to have you back." in said
    assert leader(lab).state is LeaderState.ACTIVE


def test_a_pause_without_an_end(lab: WebHouse, browser: Visitor) -> None:
    said = save(browser, f"{HERE}/pause", until="")
    assert "Everything pauses until you go on." in said
    assert "What comes next" not in said
    assert (leader(lab).state, leader(lab).paused_until) == (LeaderState.PAUSED, None)


@pytest.mark.parametrize(("until", "why"), [("2026-11-03", "a day after today"), ("soon", "a day like 2026")])
def test_a_pause_that_makes_no_sense_is_asked_again(
    lab: WebHouse, browser: Visitor, until: str, why: str
) -> None:
    page = refused(browser, f"{HERE}/pause", until=until)
    assert why in page
    assert f'value="{until}"' in page
    assert leader(lab).state is LeaderState.ACTIVE


def test_who_stopped_can_start_again_here(lab: WebHouse, browser: Visitor) -> None:
    link = re.findall(r'href="\.\.(/u/\w+)"', browser.get(HERE).text)[0]
    lab.visitor().post(link)
    assert "The mails have stopped" in words(browser.get(HERE))
    save(browser, f"{HERE}/resume")
    assert leader(lab).state is LeaderState.ACTIVE


def test_who_is_still_joining_is_neither_paused_nor_resumed(lab: WebHouse, browser: Visitor) -> None:
    with lab.house.database.begin() as tx:
        people.set_state(tx, leader(lab).id, LeaderState.JOINING)
    for path in ("/pause", "/resume"):
        save(browser, HERE + path)
        assert leader(lab).state is LeaderState.JOINING


# --- members ------------------------------------------------------------------------------


def test_a_member_is_muted_and_heard_of_again(lab: WebHouse, browser: Visitor) -> None:
    said = save(browser, of(lab, ANN), mails="off")
    assert "Ann No mails" in said
    assert "Prep for Ann" not in said
    assert (pairs(lab)[ANN].muted, pairs(lab)[MAX].muted) == (True, False)
    assert "Prep for Ann" in save(browser, of(lab, ANN), mails="on")


def test_a_week_is_pinned_and_let_go(lab: WebHouse, browser: Visitor) -> None:
    assert "11:00 · week 3, coaching" in save(browser, of(lab, ANN), week="3")
    assert "11:00 · week 1, connection" in save(browser, of(lab, ANN), week="cycle")


def test_a_week_is_skipped_and_repeated(lab: WebHouse, browser: Visitor) -> None:
    assert "11:00 · week 2, clarity" in save(browser, of(lab, ANN), step="skip")
    assert "11:00 · week 1, connection" in save(browser, of(lab, ANN), step="repeat")


def test_what_is_typed_beside_a_skip_is_kept_too(lab: WebHouse, browser: Visitor) -> None:
    save(browser, of(lab, ANN), step="skip", mails="off")
    assert (pairs(lab)[ANN].shift, pairs(lab)[ANN].muted) == (1, True)


def test_a_first_day_of_ones_own(lab: WebHouse, browser: Visitor) -> None:
    assert "Ann Begins on 9 November" in save(browser, of(lab, ANN), starts="2026-11-09")
    save(browser, of(lab, ANN), starts="")
    assert pairs(lab)[ANN].starts_at is None  # that of everyone; the next reading writes it down


def test_what_is_wrong_with_a_member_is_said_where_it_was_typed(lab: WebHouse, browser: Visitor) -> None:
    page = refused(browser, of(lab, ANN), starts="soon", mails="off")
    opened = re.findall(r'<details class="person" open>.*?</details>', page, re.DOTALL)
    assert len(opened) == 1
    assert 'value="soon" aria-invalid="true"' in opened[0]
    assert re.search(r'value="off" checked', opened[0])
    assert not pairs(lab)[ANN].muted


def test_all_at_once(lab: WebHouse, browser: Visitor) -> None:
    said = save(browser, f"{HERE}/people", mails="off", week="2", starts="")
    assert said.count("No mails") == 2
    assert {(pair.muted, pair.pinned_week) for pair in pairs(lab).values()} == {(True, 2)}
    save(browser, f"{HERE}/people", step="skip", week="")
    assert {(pair.muted, pair.pinned_week, pair.shift) for pair in pairs(lab).values()} == {(True, 2, 1)}
    save(browser, f"{HERE}/people", starts="2026-12-01")
    assert {pair.starts_at for pair in pairs(lab).values()} == {datetime(2026, 11, 30, 23, tzinfo=UTC)}


def test_what_is_wrong_for_all_is_said_there(lab: WebHouse, browser: Visitor) -> None:
    before = pairs(lab)
    assert "Please choose one of these." in refused(browser, f"{HERE}/people", week="9")
    assert pairs(lab) == before


def test_what_was_set_reaches_the_worker_at_once(lab: WebHouse, browser: Visitor) -> None:
    lab.little.run(at("2026-11-03 12:15"))
    assert lab.little.row().next_due_at is not None
    save(browser, of(lab, ANN), mails="off")
    assert lab.little.row().next_due_at is None
    lab.little.run(at("2026-11-04 09:00"))
    assert [row.reason for row in lab.little.rows("prep")] == [None, "muted"]
