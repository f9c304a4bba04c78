"""What a member is shown: that something is kept of them, what, and never more.

Lea meets Max on Tuesdays from 3 November 2026 on, and Ann on Wednesdays.
"""

import html
import re
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from service.accounts.signing import Purpose
from service.domain.people import Pair
from service.domain.records import By, State
from service.domain.reflections import Reflection
from service.storage import people, reflections
from service.storage.schema import meetings
from tests.fakes.desks import at
from tests.fakes.offices import ANN, JOINED, LEA, MAX, series
from tests.fakes.web_house import WebHouse

TUESDAY = at("2026-11-03 14:00")


@pytest.fixture
def lab(web: WebHouse) -> WebHouse:
    calendar = web.little.add_leader()
    calendar.events = series(TUESDAY, 3) + series(at("2026-11-04 11:00"), 2, uid="ann", member=ANN)
    web.little.run(JOINED, web.now)
    return web


def pair_of(lab: WebHouse, email: str, leader: str = LEA) -> Pair:
    with lab.house.database.read() as tx:
        found = people.pairs_of(tx, lab.little.row(leader).leader.id)
    return next(pair for pair in found if pair.member.email == email)


def link(lab: WebHouse, email: str = MAX) -> str:
    """What the leader passes on, as the preferences show it."""
    page = lab.visitor(LEA).get("/me/preferences").text
    found = re.search(rf'id="link-{pair_of(lab, email).id}" type="url" readonly value="([^"]+)"', page)
    assert found
    return found[1].removeprefix("http://127.0.0.1:8080")


def words(page: TestResponse) -> str:
    """What a person reads, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_anybody_can_read_what_is_kept_and_what_never(web: WebHouse) -> None:
    page = web.visitor().get("/members")
    assert page.status_code == 200
    said = words(page)
    for part in ("What is kept", "What never", "No score", "13 months", "#not1on1", "could decrypt"):
        assert part in said
    assert "Set-Cookie" not in page.headers


def test_the_link_that_the_leader_passes_on_shows_what_is_kept_of_this_member(lab: WebHouse) -> None:
    page = lab.visitor().get(link(lab))
    assert page.status_code == 200
    said = words(page)
    assert "Hello Max. Lea prepares" in said
    assert f"Name Max Address {MAX} One-on-ones on record 3" in said
    assert "3 November 2026 4 December 2027 10 November 2026 11 December 2027" in said


def test_of_others_it_shows_nothing(lab: WebHouse) -> None:
    said = words(lab.visitor().get(link(lab)))
    assert "Ann" not in said
    assert LEA not in said
    assert "4 November" not in said


def test_it_is_the_same_whatever_became_of_a_meeting_and_whatever_was_written(lab: WebHouse) -> None:
    before = words(lab.visitor().get(link(lab)))
    meeting = next(one for one in lab.little.meetings() if one.pair_id == pair_of(lab, MAX).id)
    changed = {"state": State.CANCELLED, "by": By.LEADER, "confidence": "high", "reasons": ["secret"]}
    with lab.house.database.begin() as tx:
        tx.connection.execute(meetings.update().where(meetings.c.id == meeting.id).values(changed))
        assert meeting.id is not None
        reflections.put(tx, lab.little.row().leader.id, meeting.id, Reflection(worked="SECRET"), lab.now)
    assert words(lab.visitor().get(link(lab))) == before


def test_it_speaks_the_members_language_and_not_the_leaders(lab: WebHouse) -> None:
    page = lab.visitor().get(link(lab), headers={"Accept-Language": "es-MX"})
    assert '<html lang="es">' in page.text
    assert "3 de noviembre de 2026" in words(page)


def test_a_member_without_name_or_address_is_shown_so(lab: WebHouse) -> None:
    with lab.house.database.begin() as tx:
        people.change_pair(tx, pair_of(lab, MAX).id, member_name="", member_email="")
    path = lab.path(Purpose.MEMBER, f"{lab.little.row().leader.key}-1")
    assert "Name none Address none" in words(lab.visitor().get(path))


def test_the_link_ends_after_thirty_days(lab: WebHouse) -> None:
    path = link(lab)
    lab.now += timedelta(days=30)
    assert lab.visitor().get(path).status_code == 200
    lab.now += timedelta(seconds=1)
    assert lab.visitor().get(path).status_code == 404


def test_the_link_of_a_leader_who_was_erased_leads_nowhere(lab: WebHouse) -> None:
    path = link(lab)
    with lab.house.database.begin() as tx:
        people.erase(tx, lab.little.row().leader.id)
    lab.little.add_leader()
    assert lab.visitor().get(path).status_code == 404


@pytest.mark.parametrize("subject", ["", "-", "x-1", "{key}", "{key}-", "{key}-99", "{key}-x", "{other}-1"])
def test_a_member_of_nobody_is_not_there(lab: WebHouse, subject: str) -> None:
    lab.little.add_leader("ben")
    keys = {"key": lab.little.row().leader.key, "other": lab.little.row("ben@example.org").leader.key}
    path = lab.path(Purpose.MEMBER, subject.format(**keys))
    assert lab.visitor().get(path).status_code == 404


@pytest.mark.parametrize("purpose", [Purpose.DOOR, Purpose.KEY, Purpose.FORM, Purpose.MONTH])
def test_links_for_something_else_do_not_open_it(lab: WebHouse, purpose: Purpose) -> None:
    token = lab.path(purpose, f"{lab.little.row().leader.key}-1").rpartition("/")[2]
    assert lab.visitor().get(f"/members/{token}").status_code == 404


def test_looking_changes_nothing(lab: WebHouse) -> None:
    path = link(lab)
    with lab.little.counted() as statements:
        lab.visitor().get(path)
    assert not [one for one in statements if one.startswith(("INSERT", "UPDATE", "DELETE"))]
