"""The demo does what its story promises. It runs once; every test looks at what it left behind."""

import fcntl
import json
import os
import re
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from service.assembly import open_house
from service.demo import stage
from service.demo.clock import Clock
from service.demo.letterbox import Letterbox, Standing
from service.demo.people import STARS
from service.demo.story import ENDS
from service.domain.letters import Kind
from service.errors import UsageError
from service.languages import clock
from service.settings import load_settings
from service.storage import emails, meetings, people, reflections, schema
from service.storage.database import Transaction
from service.storage.emails import Email, Status
from tests.fakes.cli import House, Mail

LEADERS = {"priya.raman": 4, "marcus.webb": 3, "lena.brandt": 5}
Record = list[dict[str, Any]]

HELD = {"held", "presumed_held"}


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The folder after `visavis demo`; test processes beside this one share it."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    told = root / "demo-told.json"
    with (root / "demo-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            done = House(root).run("demo", "--folder", "demo")
            told.write_text(json.dumps([done.code, done.out, done.err]), encoding="utf-8")
    return House(root / "demo")


@pytest.fixture(scope="session")
def told(played: House) -> tuple[int, str, str]:
    """What it said: exit code, standard output and error."""
    code, out, err = json.loads((played.folder.parent / "demo-told.json").read_text(encoding="utf-8"))
    return code, out, err


@pytest.fixture(scope="session")
def record(played: House) -> Record:
    """`visavis meetings --json`, run in the demo's folder, with `start` as a time."""
    return [one | {"start": datetime.fromisoformat(one["start"])} for one in played.meetings()]


@contextmanager
def reading(played: House) -> Iterator[Transaction]:
    """Into the demo's database."""
    settings = load_settings(played.folder / "visavis.toml", {})
    with open_house(settings) as house, house.database.read() as tx:
        yield tx


@pytest.fixture(scope="session")
def outbox(played: House) -> Iterator[list[Email]]:
    """Every row of the outbox."""
    with reading(played) as tx:
        yield [one for row in people.everyone(tx) for one in emails.of_leader(tx, row.leader.id)]


def of_pair(record: Record, leader: str, member: str) -> Record:
    """A pair's meetings within the six weeks, in order."""
    end = datetime.fromisoformat("2026-11-15T18:00:00+00:00")
    begin = datetime.fromisoformat("2026-10-05T03:00:00+00:00")
    mine = (one for one in record if one["leader"].startswith(leader) and one["member"].startswith(member))
    return sorted((one for one in mine if begin <= one["start"] < end), key=lambda one: one["start"])


def days(found: Record, *states: str) -> list[str]:
    return [f"{one['start']:%d %b}" for one in found if one["state"] in states]


def whats(one: dict[str, Any]) -> list[str]:
    return [change["what"] for change in one["changes"]]


def mails_to(house: House, leader: str, kind: str, words: str = "") -> list[Mail]:
    mails = [one for one in house.mails(kind) if leader in str(one.message["To"])]
    return [one for one in mails if words in one.subject or words in one.text]


class TestAltogether:
    def test_it_succeeds_and_tells_what_happened(self, told: tuple[int, str, str]) -> None:
        code, out, _ = told
        assert code == 0
        for words in (
            "Priya",
            "Marcus",
            "Lena",
            "Prep",
            "Digest",
            "held",
            "moved",
            "cancelled by the leader",
        ):
            assert words in out
        assert "index.html" in out

    def test_without_a_terminal_it_still_tells_how_far_it_is(self, told: tuple[int, str, str]) -> None:
        assert re.findall(r"week (\d) of 6", told[2]) == list("123456")

    def test_every_held_meeting_has_one_prep_or_a_named_reason(
        self, played: House, outbox: list[Email]
    ) -> None:
        preps: dict[int | None, list[Email]] = defaultdict(list)
        for email in outbox:
            if email.kind is Kind.PREP:
                preps[email.meeting_id].append(email)
        with reading(played) as tx:
            leaders = [row.leader for row in people.everyone(tx)]
            known = [one for leader in leaders for one in meetings.of_leader(tx, leader.id, leader.joined_at)]
        held = [one for one in known if one.state.value in HELD]
        assert len(held) == 58
        for one in held:
            sent = [email for email in preps[one.id] if email.status is Status.SENT]
            named = [email.reason for email in preps[one.id] if email.status is Status.SKIPPED]
            assert len(sent) == 1 or (not sent and all(named) and named), one
            assert all(email.sent_at and email.sent_at < one.start for email in sent)

    def test_weeks_advance_on_held_meetings_only(self, record: Record) -> None:
        for leader, member in _pairs(record):
            weeks = [one["week"] for one in of_pair(record, leader, member) if one["week"]]
            states = [one["state"] for one in of_pair(record, leader, member) if one["week"]]
            before = [sum(state in HELD for state in states[:index]) for index in range(len(states))]
            assert weeks == [count % 3 + 1 for count in before], member

    def test_one_digest_a_leader_and_month(self, played: House) -> None:
        digests = played.mails("digest")
        assert Counter(str(one.message["To"]) for one in digests).most_common(1)[0][1] == 1
        assert len(digests) == 3
        assert {f"{one.sent:%d %b}" for one in digests} == {"02 Nov"}

    def test_no_mail_is_there_twice(self, played: House) -> None:
        keys = [one.key for one in played.mails()]
        assert len(keys) == len(set(keys))

    def test_what_is_no_one_on_one_leaves_nothing(self, record: Record) -> None:
        other = ("standup", "review", "interview", "pipeline", "lunch", "forecast", "customer", "dentist")
        assert not [one["uid"] for one in record if one["uid"].startswith(other)]
        assert Counter(leader.partition("@")[0] for leader, _ in _pairs(record)) == LEADERS


def _pairs(record: Record) -> set[tuple[str, str]]:
    return {(one["leader"], one["member"]) for one in record}


class TestPriya:
    def test_members_start_a_week_apart(self, played: House) -> None:
        firsts = [
            mails_to(played, "priya", "prep", f"one-on-one with {name}")[0].sent
            for name in ("Arjun", "Sofia", "Kwame", "Mei")
        ]
        weeks = [one.isocalendar().week for one in firsts]
        assert [later - earlier for earlier, later in pairwise(weeks)] == [1, 1, 1]

    def test_what_a_member_declines_is_theirs(self, record: Record) -> None:
        arjun, kwame = of_pair(record, "priya", "arjun"), of_pair(record, "priya", "kwame")
        off = [one for one in arjun + kwame if one["state"] == "cancelled"]
        assert days(off, "cancelled") == ["20 Oct", "05 Nov", "12 Nov"]
        assert {(one["by"], one["confidence"]) for one in off} == {("member", "high")}

    def test_her_days_away_are_excused(self, record: Record, played: House) -> None:
        assert days(of_pair(record, "priya", "arjun"), "excused") == ["10 Nov"]
        assert not [
            one for one in played.mails() if "priya" in str(one.message["To"]) and one.sent.day in (9, 10)
        ]

    def test_her_answering_machine_is_ignored(self, played: House) -> None:
        assert ("ignored", "out_of_office") in _replies(played)
        after = [one for one in mails_to(played, "priya", "receipt") if f"{one.sent:%d %b}" == "06 Nov"]
        assert after == []


class TestMarcus:
    def test_his_cancellations_are_his(self, record: Record) -> None:
        off = [
            one
            for member in ("grace", "noah", "luis")
            for one in of_pair(record, "marcus", member)
            if one["state"] == "cancelled"
        ]
        assert days(off, "cancelled") == ["06 Oct", "27 Oct", "15 Oct", "22 Oct"]
        assert {one["by"] for one in off} == {"leader"}

    def test_a_holiday_is_nobodys_doing(self, record: Record) -> None:
        assert days(of_pair(record, "marcus", "grace"), "excused") == ["12 Oct"]

    def test_a_free_time_of_the_note_makes_it_a_move(self, record: Record, played: House) -> None:
        noah = of_pair(record, "marcus", "noah")
        assert len(noah) == 6
        again = next(one for one in noah if "rescheduled" in whats(one))
        note = next(one for one in mails_to(played, "marcus", "rebook", "Noah") if one.sent.day == 14)
        assert clock(again["start"], "en_US") in note.text
        assert again["state"] in HELD

    def test_a_pair_has_such_a_note_once_a_week_at_most(self, played: House) -> None:
        for name in ("Noah", "Luis"):
            notes = [one.sent for one in mails_to(played, "marcus", "rebook", name)]
            assert len(notes) >= 2
            assert all(later - earlier >= timedelta(days=7) for earlier, later in pairwise(notes))

    def test_the_trap_he_meets_is_named(self, played: House) -> None:
        assert "One trap to avoid: Cancelling too often" in mails_to(played, "marcus", "prep", "Luis")[1].text
        assert "Cancelling too often" in mails_to(played, "marcus", "digest")[0].text

    def test_somebody_elses_reply_is_not_taken(self, played: House) -> None:
        assert ("ignored", "not_theirs") in _replies(played)
        with reading(played) as tx:
            written = [reflections.of_leader(tx, row.leader.id) for row in people.everyone(tx)]
        said = [str(one) for of_leader in written for one in of_leader.values()]
        assert not [one for one in said if "on behalf" in one]

    def test_while_he_pauses_nothing_is_sent(self, played: House) -> None:
        mine = [one for one in played.mails() if "marcus" in str(one.message["To"])]
        pause = datetime.fromisoformat("2026-11-03T11:30:00-05:00")
        resume = datetime.fromisoformat("2026-11-09T07:40:00-05:00")
        assert not [one.subject for one in mine if pause < one.sent < resume]
        assert (
            "Good to have you back" in mails_to(played, "marcus", "receipt", "Good to have you back")[0].text
        )
        assert [one for one in mine if one.kind == "prep" and one.sent > resume]


class TestLena:
    def test_the_doubtful_series_is_asked_about_once_and_then_known(self, played: House) -> None:
        asked = mails_to(played, "lena", "confirm", "Roadmap")
        assert len(asked) == 1
        assert [f"{one.sent:%d %b}" for one in mails_to(played, "lena", "prep", "Bilal Hussain")] == [
            "09 Oct",
            "23 Oct",
            "06 Nov",
        ]

    def test_back_to_back_meetings_share_a_form(self, played: House) -> None:
        form = mails_to(played, "lena", "reflection", "Yusuf and Hanna")[0]
        assert f"{form.sent:%d %b %H:%M}" == "05 Oct 11:15"
        assert "Yusuf Demir" in form.text
        assert "Hanna Nowak" in form.text

    def test_a_split_series_has_moved_and_nothing_is_cancelled(self, record: Record) -> None:
        yusuf = of_pair(record, "lena", "yusuf")
        assert days(yusuf, *HELD) == ["05 Oct", "12 Oct", "20 Oct", "27 Oct", "30 Oct", "03 Nov", "10 Nov"]
        assert "moved" in whats(yusuf[2])

    def test_a_shifted_series_has_moved_and_its_past_stays(self, record: Record) -> None:
        tomas = of_pair(record, "lena", "tomas")
        assert [f"{one['start']:%d %b %H:%M}" for one in tomas] == [
            "07 Oct 09:00",
            "14 Oct 09:00",
            "21 Oct 09:00",
            "29 Oct 10:00",
            "05 Nov 10:00",
            "12 Nov 10:00",
        ]
        assert days(tomas, "cancelled") == ["12 Nov"]

    def test_clocks_that_change_on_one_side_move_nothing(self, record: Record) -> None:
        chloe = of_pair(record, "lena", "chloe")
        assert [f"{one['start']:%d %b %H:%M}" for one in chloe] == [
            "09 Oct 16:00",
            "15 Oct 17:00",
            "22 Oct 17:00",
            "29 Oct 16:00",
            "05 Nov 17:00",
            "12 Nov 17:00",
        ]
        assert ["moved" in whats(one) for one in chloe] == [True, *[False] * 5]

    def test_nobody_came_holds_the_week(self, record: Record) -> None:
        chloe = of_pair(record, "lena", "chloe")
        assert [(one["state"] in HELD, one["week"]) for one in chloe[2:4]] == [(False, 3), (True, 3)]
        assert chloe[2]["state"] == "no_show"

    def test_what_vanished_is_asked_about_and_told(self, record: Record, played: House) -> None:
        assert len(mails_to(played, "lena", "confirm", "Hanna Nowak")) == 1
        gone = next(one for one in of_pair(record, "lena", "hanna") if one["state"] == "cancelled")
        assert whats(gone)[-2] == "vanished"
        assert (f"{gone['start']:%d %b}", gone["by"]) == ("03 Nov", "member")

    def test_a_late_booking_is_prepared_at_once(self, played: House) -> None:
        late = next(one for one in mails_to(played, "lena", "prep", "Yusuf") if one.sent.day == 30)
        assert f"{late.sent:%H:%M}" == "13:45"


class TestPage:
    def test_every_row_has_its_file_and_every_mail_its_row(self, played: House) -> None:
        index = (played.folder / "index.html").read_text(encoding="utf-8")
        links = set(re.findall(r'href="(pages/[^"]+)"', index))
        assert len(links) > len(played.mails())
        for link in links:
            page = (played.folder / link).read_text(encoding="utf-8")
            assert all(
                (played.folder / "pages" / src).is_file() for src in re.findall(r'src="([^"]+)"', page)
            )
        assert len(list((played.folder / "pages").glob("*.mail.html"))) == len(played.mails())

    def test_links_between_pages_lead_somewhere(self, played: House) -> None:
        for page in (played.folder / "pages").glob("*[0-9].html"):
            for link in re.findall(r'href="([^"#]+)', page.read_text(encoding="utf-8")):
                assert (page.parent / link).is_file(), f"{page.name} → {link}"

    def test_it_needs_no_script_and_nothing_from_elsewhere(self, played: House) -> None:
        own = [played.folder / "index.html", *(played.folder / "pages").glob("*[0-9].html")]
        for page in own:
            text = page.read_text(encoding="utf-8")
            assert "<script" not in text
            assert not re.findall(r'(?:src|href)="(?:https?:)?//', text)

    def test_it_says_what_became_of_each_reply(self, played: House) -> None:
        index = (played.folder / "index.html").read_text(encoding="utf-8")
        for words in ("Understood", "Held back", "Ignored: an answering machine"):
            assert words in index


def _replies(played: House) -> list[tuple[str, str | None]]:
    with reading(played) as tx:
        query = select(schema.replies.c.status, schema.replies.c.reason)
        return [(row.status, row.reason) for row in tx.connection.execute(query)]


class TestTheMailbox:
    def test_without_a_terminal_it_only_says_how_to_open_it(self, told: tuple[int, str, str]) -> None:
        assert told[1].rstrip().endswith("visavis demo --serve")

    def test_each_leader_has_something_to_answer(self, played: House) -> None:
        settings = load_settings(played.folder / "visavis.toml", {})
        with open_house(settings) as house:
            box = Letterbox(house, STARS, Clock(ENDS, lambda: ENDS))
            waits = {
                star.key: [entry.mail.kind for entry in box.entries(star) if entry.standing is Standing.WAITS]
                for star in STARS
            }
        assert waits == {
            "priya": [Kind.REFLECTION],
            "marcus": [Kind.REFLECTION],
            "lena": [Kind.REMINDER, Kind.REMINDER],  # Chloé's, and Bilal's of the week before
        }

    def test_it_opens_on_what_was_played_and_closes_kindly(self, played: House) -> None:
        before = played.mails()
        with House(played.folder.parent).start("demo", "--serve", "--no-browser") as process:
            assert process.stdout is not None
            address = process.stdout.readline().split()[4]
            page = requests.get(address, timeout=30)
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=30)
        assert re.findall(r"(\d) waits? for an answer", page.text) == ["1", "1", "2"]
        assert (process.returncode, "opens again with: visavis demo --serve" in said) == (0, True)
        assert [one.key for one in played.mails()] == [one.key for one in before]

    def test_its_mails_lead_to_one_port_only(self, played: House) -> None:
        done = House(played.folder.parent).run("demo", "--serve", "--port", "1")
        assert (done.code, done.out) == (2, "")
        assert "leave --serve out" in done.err


class TestItsFolder:
    def test_an_earlier_demo_is_made_anew_and_other_files_stay(self, tmp_path: Path) -> None:
        stage.clear(tmp_path / "demo")
        for name in ("index.html", "visavis.toml", "notes.txt"):
            (tmp_path / "demo" / name).write_text("x", encoding="utf-8")
        stage.clear(tmp_path / "demo")
        assert {path.name for path in (tmp_path / "demo").iterdir()} == {stage.MARKER, "notes.txt"}

    def test_a_folder_of_somebody_elses_is_not_touched(self, tmp_path: Path) -> None:
        (tmp_path / "visavis.toml").write_text("mine", encoding="utf-8")
        with pytest.raises(UsageError, match="no earlier demo"):
            stage.clear(tmp_path)
        assert (tmp_path / "visavis.toml").read_text(encoding="utf-8") == "mine"

    def test_a_folder_that_cannot_be_is_one_line(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(UsageError, match="choose a folder"):
            stage.clear(tmp_path / "file" / "demo")
