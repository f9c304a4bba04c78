"""The contract that outside tools rely on: commands, flags, settings, JSON, exit codes."""

import json
import re
import stat
import subprocess
import sys
from datetime import datetime
from typing import Any

import pytest

from tests.fakes.cli import PROGRAM, ROOT, House, inline, reply, weekly
from tests.fakes.ics import calendar

MARTA = "marta@example.org"
ANA = "ana@example.org"
NOW = "2026-11-02T07:00:00+01:00"
HEAVY = ("sqlalchemy", "alembic", "googleapiclient", "google", "icalendar", "flask", "rich", "pydantic")

TEXT, NUMBER, FLAG = (str,), (int, float), (bool,)
TEXT_OR_NOT = (str, type(None))


@pytest.fixture
def marta(house: House) -> House:
    """Marta in New York with Ana, after their first meeting."""
    event = weekly("ana@x", "20261102T140000", ANA, zone="America/New_York")
    house.calendar("leader.ics", calendar(event))
    house.add(MARTA, "--member", f"Ana <{ANA}>", zone="America/New_York")
    house.tick("2026-11-02T12:00:00+00:00", "2026-11-02T20:00:00+00:00")
    return house


def has(shape: dict[str, tuple[type, ...]], value: dict[str, Any]) -> bool:
    """Whether every key is there, of its type."""
    return all(key in value and isinstance(value[key], types) for key, types in shape.items())


def modules_of(house: House, *argv: str) -> set[str]:
    """The libraries that a command imports, in a process of its own."""
    program = (
        "import sys, json; from service.cli import main\n"
        f"try: main({list(argv)!r})\n"
        "except SystemExit: pass\n"
        "print(json.dumps(list(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=house.folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return {str(name).partition(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}


def test_help_imports_nothing_heavy(house: House) -> None:
    assert modules_of(house, "--help").isdisjoint(HEAVY)


def test_a_pass_imports_neither_googles_client_nor_the_pages_nor_tables(marta: House) -> None:
    imported = modules_of(marta, "tick", "--json")
    assert "icalendar" in imported
    assert imported.isdisjoint({"googleapiclient", "google_auth_oauthlib", "flask", "waitress", "rich"})


def test_without_a_command_there_is_help_and_exit_2(house: House) -> None:
    done = house.process()
    assert done.code == 2
    for command in ("init", "check", "tick", "leaders", "plan", "digest", "export", "demo"):
        assert command in done.out


def test_init_writes_settings_that_only_the_owner_reads(house: House) -> None:
    config = house.folder / "visavis.toml"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert re.search(r'secret_key = "[\w-]{40,}"', config.read_text())
    assert (house.folder / "visavis.db").exists()


def test_init_again_changes_nothing(house: House) -> None:
    before = (house.folder / "visavis.toml").read_text()
    done = house.ok("init")
    assert "stays as it is" in done.out
    assert (house.folder / "visavis.toml").read_text() == before


def test_init_writes_where_config_points(house: House) -> None:
    house.ok("init", "--config", "sub/other.toml")
    assert (house.folder / "sub" / "other.toml").exists()
    assert (house.folder / "sub" / "visavis.db").exists()


def test_config_stands_before_or_after_the_command(house: House) -> None:
    house.ok("init", "--config", "other/visavis.toml")
    house.calendar("other/leader.ics", calendar())
    flags = ("--name", "M", "--timezone", "Europe/Berlin", "--calendar", "ics:leader.ics")
    house.ok("--config", "other/visavis.toml", "leaders", "add", MARTA, *flags)
    for argv in (
        ("--config", "other/visavis.toml", "leaders", "list", "--json"),
        ("leaders", "--config", "other/visavis.toml", "list", "--json"),
        ("leaders", "list", "--json", "--config", "other/visavis.toml"),
    ):
        assert [leader["email"] for leader in house.ok(*argv).json["leaders"]] == [MARTA]
    assert house.ok("leaders", "list", "--json").json == {"leaders": []}


def test_the_environment_stands_above_the_file(house: House) -> None:
    environ = {"VISAVIS_MAIL_MAILBOX": "maildir:post", "VISAVIS_MAIL_FROM": "Post <post@example.com>"}
    house.calendar("leader.ics", calendar(weekly("a@x", "20261102T140000", ANA)))
    house.add(MARTA)
    done = house.run("tick", "--now", NOW, "--json", environ=environ)
    assert done.code == 0
    (mail,) = (house.folder / "post" / "outbox" / "new").iterdir()
    assert "post@example.com" in mail.read_text()


def test_a_setting_may_lie_in_a_file(house: House) -> None:
    key = re.findall(r'secret_key = "([^"]+)"', (house.folder / "visavis.toml").read_text())[0]
    (house.folder / "key").write_text(f"{key}\n")
    (house.folder / "visavis.toml").unlink()
    environ = {
        "VISAVIS_SERVICE_SECRET_KEY_FILE": "key",
        "VISAVIS_MAIL_FROM": "lab@example.org",
    }
    assert house.run("leaders", "list", "--json", environ=environ).json == {"leaders": []}


def test_check_says_ok_line_by_line(marta: House) -> None:
    done = marta.ok("check")
    assert all(line.startswith("ok") for line in done.out.splitlines())
    assert any(MARTA in line for line in done.out.splitlines())
    assert done.err == ""


def test_check_without_leaders_says_what_to_do(house: House) -> None:
    done = house.run("check")
    assert (done.code, len(done.lines)) == (1, 1)
    assert "visavis leaders add" in done.err


def test_migrate_can_run_again(house: House) -> None:
    assert house.ok("migrate").out == house.ok("migrate").out


def test_every_flag_of_leaders_add_is_kept(house: House) -> None:
    house.calendar("leader.ics", calendar())
    flags = (
        *("--member", f"Ana <{ANA}>", "--member", "Ben Okri <ben@example.org>", "--one-by-one"),
        *("--alias", "m@example.com", "--country", "DE", "--quiet-hours", "21:00-08:00"),
        *("--working-hours", "10:00-18:00", "--prep-minutes", "30"),
    )
    house.add(MARTA, *flags)
    (leader,) = house.ok("leaders", "list", "--json").json["leaders"]
    assert leader["one_by_one"] is True
    assert leader["members"] == 2
    assert leader["timezone"] == "Europe/Berlin"


def test_a_leader_whose_calendar_cannot_be_read_yet_is_in_with_a_note(house: House) -> None:
    done = house.ok(
        *("leaders", "add", MARTA, "--name", "M", "--timezone", "Europe/Berlin", "--calendar", "ics:no.ics")
    )
    assert "no.ics" in done.err
    assert len(done.lines) == 1


def test_pause_resume_remove(marta: House) -> None:
    def state() -> Any:
        (leader,) = marta.ok("leaders", "list", "--json").json["leaders"]
        return leader["state"], leader["paused_until"]

    marta.ok("leaders", "pause", MARTA)
    assert state() == ("paused", None)
    marta.ok("leaders", "pause", MARTA.upper(), "--until", "2026-12-01")
    assert state() == ("paused", "2026-12-01T00:00:00-05:00")
    marta.ok("leaders", "resume", MARTA)
    assert state() == ("active", None)
    marta.ok("leaders", "remove", MARTA)
    assert state() == ("stopped", None)
    assert marta.meetings()


def test_import_adds_everybody(house: House) -> None:
    (house.folder / "leaders.csv").write_text(
        "email,name,timezone,calendar,members,one_by_one\n"
        f'{MARTA},"King, Marta",Europe/Berlin,ics:m.ics,Ana <{ANA}>; Ben <ben@example.org>,yes\n'
        "noor@example.org,Noor,Asia/Kolkata,ics:n.ics,,\n"
    )
    house.ok("leaders", "import", "leaders.csv")
    first, second = house.ok("leaders", "list", "--json").json["leaders"]
    assert (first["name"], first["members"], first["one_by_one"]) == ("King, Marta", 2, True)
    assert (second["email"], second["members"], second["one_by_one"]) == ("noor@example.org", 0, False)


def test_erase_forgets_everything(marta: House) -> None:
    marta.ok("erase", MARTA)
    assert marta.meetings() == []
    assert marta.ok("leaders", "list", "--json").json == {"leaders": []}
    assert marta.run("erase", MARTA).code == 2


def test_erased_and_added_again_starts_anew(marta: House) -> None:
    marta.ok("erase", MARTA)
    marta.add(MARTA, zone="America/New_York")
    report = marta.tick("2026-11-03T12:00:00+00:00")
    assert [mail["kind"] for mail in report["emails"] if mail["status"] == "sent"] == ["welcome"]


def test_rekey_lets_the_old_key_go(marta: House) -> None:
    config = marta.folder / "visavis.toml"
    old = re.findall(r'secret_key = "([^"]+)"', config.read_text())[0]
    new = "n" * 40
    config.write_text(config.read_text().replace(f'"{old}"', f'["{new}", "{old}"]'))
    marta.ok("rekey")
    config.write_text(config.read_text().replace(f', "{old}"', ""))
    form = marta.mail("reflection")
    marta.drop(reply(form, MARTA, inline(form, {1: "yes", 2: "Rivers"})))
    report = marta.tick("2026-11-02T20:15:00+00:00")
    assert report["replies"][0]["status"] == "accepted"
    assert "Rivers" in marta.mail("receipt").text


def test_a_lost_key_is_one_line(marta: House) -> None:
    config = marta.folder / "visavis.toml"
    config.write_text(re.sub(r'secret_key = "[^"]+"', f'secret_key = "{"x" * 40}"', config.read_text()))
    done = marta.run("meetings")
    assert done.code == 1
    assert len(done.lines) == 1
    assert "key" in done.err


def test_pair_pins_skips_and_mutes(marta: House) -> None:
    def next_preps() -> list[tuple[str, Any]]:
        done = marta.ok("plan", "--now", "2026-11-02T20:00:00+00:00", "--days", "8", "--json")
        return [(mail["status"], mail["week"]) for mail in done.json["emails"] if mail["kind"] == "prep"]

    assert next_preps() == [("planned", 2)]
    marta.ok("pair", MARTA, "Ana", "--skip")
    assert next_preps() == [("planned", 3)]
    marta.ok("pair", MARTA, ANA, "--repeat")
    assert next_preps() == [("planned", 2)]
    marta.ok("pair", MARTA, "ana", "--pin", "1")
    assert next_preps() == [("planned", 1)]
    marta.ok("pair", MARTA, "ana", "--unpin")
    marta.ok("pair", MARTA, "ana", "--mute")
    assert next_preps() == [("skipped", 2)]
    marta.ok("pair", MARTA, "ana", "--unmute")
    assert next_preps() == [("planned", 2)]


@pytest.mark.parametrize(
    "kind",
    [
        "welcome",
        "prep",
        "reflection",
        "reminder",
        "rebook",
        "confirm",
        "receipt",
        "digest",
        "reconnect",
        "export",
        "access",
    ],
)
def test_preview_shows_every_kind(house: House, kind: str) -> None:
    done = house.ok("preview", kind)
    assert done.out.startswith("Subject: ")
    path = done.out.rstrip().rpartition(" ")[2]
    assert path.endswith(f"{kind}.html")


def test_export_tells_what_is_kept_and_mails_the_words_to_the_leader(marta: House) -> None:
    done = marta.ok("export", MARTA, "--now", "2026-11-02T21:00:00+00:00")
    assert done.json["leader"]["email"] == MARTA
    assert done.json["meetings"]
    (mail,) = marta.mails("export")
    assert mail.message["To"].addresses[0].addr_spec == MARTA


def test_tick_json(marta: House) -> None:
    event = weekly("ana@x", "20261102T140000", ANA, zone="America/New_York")
    marta.calendar("leader.ics", calendar(event))
    marta.calendar("broken.ics", b"nonsense")
    marta.add("noor@example.org", calendar="broken.ics")
    form = marta.mail("reflection")
    marta.drop(reply(form, MARTA, inline(form, {1: "yes"})))
    done = marta.run("tick", "--now", "2026-11-02T20:15:00+00:00", "--json")
    assert done.code == 1
    told = done.json
    assert has(
        {"now": TEXT, "passes": NUMBER, "calendars": (dict,), "emails": (list,), "replies": (list,)}, told
    )
    assert told["passes"] == 1
    assert told["calendars"]["read"] == 1
    (failed,) = told["calendars"]["failed"]
    assert has({"leader": TEXT, "error": TEXT, "permanent": FLAG}, failed)
    sent = next(mail for mail in told["emails"] if mail["status"] == "sent")
    shape = {"kind": TEXT, "to": TEXT, "key": TEXT, "subject": TEXT, "status": TEXT, "at": TEXT}
    assert has(shape | {"reason": TEXT_OR_NOT}, sent)
    assert sent["at"] == "2026-11-02T15:15:00-05:00"
    (answer,) = told["replies"]
    assert has({"message_id": TEXT_OR_NOT, "status": TEXT, "reason": TEXT_OR_NOT}, answer)
    assert {mail["status"] for mail in told["emails"]} <= {"sent", "skipped", "deferred", "failed", "unknown"}


def test_meetings_json(marta: House) -> None:
    meetings = marta.ok("meetings", "--leader", MARTA, "--json").json["meetings"]
    shape = {
        **dict.fromkeys(("leader", "member", "uid", "start", "end", "state"), TEXT),
        "week": (int, type(None)),
        "by": TEXT_OR_NOT,
        "confidence": TEXT_OR_NOT,
        "reasons": (list,),
        "changes": (list,),
    }
    change = {"what": TEXT, "seen_after": TEXT_OR_NOT, "seen_by": TEXT, "by": TEXT_OR_NOT}
    assert meetings
    for meeting in meetings:
        assert has(shape, meeting)
        assert all(has(change, one) for one in meeting["changes"])
    assert meetings[0]["start"] == "2026-11-02T14:00:00-05:00"
    assert meetings[0]["end"] == "2026-11-02T14:30:00-05:00"


def test_explain_json(marta: House) -> None:
    told = marta.ok("explain", MARTA, "ana@x", "--now", NOW, "--json").json
    assert told["outcome"] == "yes"
    assert isinstance(told["score"], float)
    assert all(has({"points": NUMBER, "reason": TEXT}, reason) for reason in told["reasons"])


def test_plan_json(marta: House) -> None:
    emails = marta.ok("plan", "--days", "14", "--now", "2026-11-02T20:00:00+00:00", "--json").json["emails"]
    shape = {"kind": TEXT, "to": TEXT, "key": TEXT, "due": TEXT, "status": TEXT, "reason": TEXT_OR_NOT}
    assert emails
    assert all(has(shape, mail) for mail in emails)
    assert all(mail["due"].endswith("-05:00") for mail in emails)
    assert {mail["status"] for mail in emails} <= {"planned", "skipped"}
    assert all((mail["reason"] is None) == (mail["status"] == "planned") for mail in emails)
    dues = [datetime.fromisoformat(mail["due"]) for mail in emails]
    assert dues == sorted(dues)


@pytest.mark.parametrize(
    "argv",
    [
        ("tick", "--now", NOW),
        ("meetings",),
        ("plan", "--now", NOW),
        ("leaders", "list"),
        ("explain", MARTA, "ana@x", "--now", NOW),
    ],
)
def test_json_is_one_object_and_people_get_words(marta: House, argv: tuple[str, ...]) -> None:
    assert isinstance(marta.process(*argv, "--json").json, dict)
    plain = marta.ok(*argv)
    assert not plain.out.lstrip().startswith("{")
    assert plain.out.strip()


def test_logs_go_to_stderr_and_never_into_the_json(house: House) -> None:
    house.calendar("leader.ics", b"nonsense")
    house.add(MARTA)
    house.drop(b"\0 no mail")
    done = house.process("tick", "--json")
    assert done.code == 1
    assert done.json["passes"] == 1
    assert "set aside" in done.err


def test_nothing_to_do_is_exit_0(house: House) -> None:
    assert house.process("tick", "--json").code == 0


def test_names_that_look_like_markup_are_shown_as_they_are(house: House) -> None:
    house.calendar("leader.ics", calendar(weekly("a@x", "20261102T140000", ANA)))
    house.ok(
        *("leaders", "add", MARTA, "--name", "[bold]M[/bold]", "--timezone", "Europe/Berlin"),
        *("--calendar", "ics:leader.ics"),
    )
    assert "[bold]M[/bold]" in house.ok("leaders", "list").out


def test_a_reader_that_has_heard_enough_is_no_error(marta: House) -> None:
    shell = f"{' '.join(PROGRAM)} meetings | head -n 1"
    done = subprocess.run(
        ["bash", "-c", shell],
        cwd=marta.folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
