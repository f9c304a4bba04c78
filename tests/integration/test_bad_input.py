"""Whatever is wrong is one line that says where and why; no traceback, and nothing lost."""

import random
from pathlib import Path

import pytest

from tests.fakes.cli import Done, House, inline, reply, weekly
from tests.fakes.ics import calendar

MARTA = "marta@example.org"
ANA = "ana@example.org"
NOW = "2026-11-02T07:00:00+01:00"
ADD = ("leaders", "add", MARTA, "--name", "Marta", "--timezone", "Europe/Berlin", "--calendar", "ics:a.ics")


def quiet(done: Done) -> bool:
    """Whether no traceback reached the person, in whatever form."""
    return "Traceback" not in done.out + done.err


def dice(seed: int) -> random.Random:
    """The same throws for the same seed."""
    return random.Random(seed)  # noqa: S311 - damage, not secrets


def changed(argv: tuple[str, ...], flag: str, value: str) -> tuple[str, ...]:
    """The command with one flag's value changed."""
    place = argv.index(flag) + 1
    return (*argv[:place], value, *argv[place + 1 :])


WRONG_USE = {
    "unknown command": (("frobnicate",), "frobnicate"),
    "unknown flag": (("tick", "--frob"), "--frob"),
    "half a flag": (("tick", "--unt", NOW), "--unt"),
    "missing flags": (("leaders", "add", MARTA), "--name"),
    "address": (("leaders", "add", "marta", *ADD[3:]), "'marta'"),
    "name": (changed(ADD, "--name", " "), "--name"),
    "name of two lines with a bell": (changed(ADD, "--name", "M\n\a"), "--name"),
    "zone": (changed(ADD, "--timezone", "Europe/Berln"), "Europe/Berln"),
    "zone that is a path": (changed(ADD, "--timezone", "../../etc/passwd"), "--timezone"),
    "calendar without kind": (changed(ADD, "--calendar", "a.ics"), "--calendar"),
    "calendar of a kind to come": (changed(ADD, "--calendar", "caldav:https://x"), "--calendar caldav"),
    "calendar whose id is none": (changed(ADD, "--calendar", "google:a b"), "--calendar google"),
    "calendar without place": (changed(ADD, "--calendar", "ics:"), "--calendar"),
    "member without address": ((*ADD, "--member", "Ben"), "'Ben'"),
    "member twice": ((*ADD, "--member", f"A <{ANA}>", "--member", ANA), ANA),
    "member is the leader": ((*ADD, "--member", MARTA), MARTA),
    "alias": ((*ADD, "--alias", "x@"), "--alias"),
    "country": ((*ADD, "--country", "ZZ"), "ZZ"),
    "quiet hours": ((*ADD, "--quiet-hours", "25:00-07:00"), "--quiet-hours"),
    "working hours with zones": ((*ADD, "--working-hours", "09:00+01:00-17:00"), "--working-hours"),
    "working hours the wrong way": ((*ADD, "--working-hours", "17:00-09:00"), "--working-hours"),
    "prep minutes": ((*ADD, "--prep-minutes", "3"), "--prep-minutes 3"),
    "bytes that are no text": ((*ADD[:4], "M\udcff", *ADD[5:]), "UTF-8"),
    "time without offset": (("tick", "--now", "2026-11-02T07:00:00"), "--now"),
    "no time": (("tick", "--now", "tomorrow"), "tomorrow"),
    "time off the calendar": (("tick", "--now", "0001-01-01T00:00:00+14:00"), "--now"),
    "until before now": (("tick", "--now", NOW, "--until", "2026-11-01T07:00:00+01:00"), "--until"),
    "no step": (("tick", "--now", NOW, "--until", NOW, "--every", "0m"), "--every"),
    "endless step": (("tick", "--every", f"{'9' * 30}d"), "--every"),
    "words for a step": (("tick", "--every", "often"), "often"),
    "negative days": (("plan", "--days", "-3"), "-3"),
    "endless days": (("plan", "--days", "9" * 20), "--days"),
    "no days": (("plan", "--days", "x"), "'x'"),
    "leader of meetings": (("meetings", "--leader", "no@example.org"), "no@example.org"),
    "leader of a plan": (("plan", "--leader", "no@example.org"), "no@example.org"),
    "leader to explain": (("explain", "no@example.org", "x"), "no@example.org"),
    "leader to pause": (("leaders", "pause", "no@example.org"), "no@example.org"),
    "leader to erase": (("erase", "no@example.org"), "no@example.org"),
    "leader to export": (("export", "no@example.org"), "no@example.org"),
    "leader of a digest": (("digest", "no@example.org"), "no@example.org"),
    "kind": (("preview", "love-letter"), "love-letter"),
    "config": (("tick", "--config", "nowhere.toml"), "nowhere.toml"),
    "config that is a folder": (("tick", "--config", "."), "cannot be read"),
    "csv": (("leaders", "import", "nowhere.csv"), "nowhere.csv"),
}


@pytest.mark.parametrize(("argv", "named"), WRONG_USE.values(), ids=WRONG_USE.keys())
def test_wrong_use_is_one_line_and_exit_2(house: House, argv: tuple[str, ...], named: str) -> None:
    done = house.run(*argv)
    assert (done.code, len(done.lines), done.out) == (2, 1, "")
    assert named in done.err


@pytest.mark.parametrize("argv", [("--month", "2026-13"), ("--month", "9999-12"), ("--month", "May")])
def test_a_wrong_month_is_named(house: House, argv: tuple[str, ...]) -> None:
    house.calendar("leader.ics", calendar())
    house.add(MARTA)
    done = house.run("digest", MARTA, *argv)
    assert (done.code, len(done.lines)) == (2, 1)
    assert argv[1] in done.err


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (("--pin", "4"), "1 to 3"),
        (("--pin", "0"), "1 to 3"),
        (("--start", "9999-12-31"), "--start"),
        (("--start", "soon"), "soon"),
        (("--skip", "--mute"), "--mute"),
        ((), "--skip"),
    ],
)
def test_a_wrong_word_about_a_pair_is_named(house: House, flags: tuple[str, ...], named: str) -> None:
    house.calendar("leader.ics", calendar())
    house.add(MARTA, "--member", f"Ana <{ANA}>")
    done = house.run("pair", MARTA, "Ana", *flags)
    assert (done.code, len(done.lines)) == (2, 1)
    assert named in done.err


def test_a_member_nobody_knows_is_told_who_there_is(house: House) -> None:
    house.calendar("leader.ics", calendar())
    house.add(MARTA, "--member", f"Ana <{ANA}>")
    done = house.run("pair", MARTA, "Zoe", "--skip")
    assert done.code == 2
    assert "Ana" in done.err


def test_a_leader_twice_is_named_and_changes_nothing(house: House) -> None:
    house.calendar("leader.ics", calendar())
    house.add(MARTA)
    done = house.run(*changed(ADD, "add", MARTA.upper()))
    assert (done.code, len(done.lines)) == (2, 1)
    assert len(house.ok("leaders", "list", "--json").json["leaders"]) == 1


def test_a_csv_with_wrong_lines_imports_nobody_and_names_each(house: House) -> None:
    house.calendar("leader.ics", calendar())
    house.add(MARTA)
    (house.folder / "leaders.csv").write_text(
        "email,name,timezone,calendar,members,one_by_one\n"
        "good@example.org,Good,Europe/Berlin,ics:g.ics,,\n"
        "nobody,X,Europe/Berlin,ics:x.ics,,\n"
        "c@example.org,C,Mars/North,ics:x.ics,,\n"
        "good@example.org,Again,Europe/Berlin,ics:g.ics,,\n"
        f"{MARTA},There,Europe/Berlin,ics:g.ics,,\n"
        "d@example.org,D,Europe/Berlin,ics:x.ics,,perhaps\n"
        "e@example.org,E,Europe/Berlin,ics:x.ics,,,too,many\n"
    )
    done = house.run("leaders", "import", "leaders.csv")
    assert done.code == 2
    named = [line.removeprefix("visavis: ").partition(" ")[0] for line in done.lines[:-1]]
    assert named == [f"leaders.csv:{line}:" for line in range(3, 9)]
    assert done.lines[-1] == "Nothing was imported."
    assert len(house.ok("leaders", "list", "--json").json["leaders"]) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"email,name\n",
        b"email,name,timezone,calendar\n",
        b"email,name,timezone,calendar,shoe size\n",
        b'email,name,timezone,calendar\n"a@example.org,A',
        b"email,name,timezone,calendar\na@example.org,A\0B,Europe/Berlin,ics:x\n",
        b"\xff\xfe\x00\x01",
    ],
)
def test_a_file_that_is_no_csv_of_ours_is_refused(house: House, content: bytes) -> None:
    (house.folder / "leaders.csv").write_bytes(content)
    done = house.run("leaders", "import", "leaders.csv")
    assert done.code == 2
    assert quiet(done)
    assert "leaders.csv" in done.err


SETTINGS = {
    "no TOML": ("[mail", "visavis.toml"),
    "unknown section": ("[post]\nx = 1\n", "post"),
    "unknown key": ('[mail]\nmailbx = "maildir:mail"\n', "mailbx"),
    "no address": ('[mail]\nfrom = "lab"\n', "from"),
    "a mailbox to come": ('[mail]\nmailbox = "smtp:"\n', "mailbox"),
    "a database nobody knows": ('[service]\ndatabase = "mysql://x"\n', "database"),
    "a short key": ('[service]\nsecret_key = "short"\n', "secret_key"),
    "no web address": ('[service]\nbase_url = "lab"\n', "base_url"),
}


@pytest.mark.parametrize(("text", "named"), SETTINGS.values(), ids=SETTINGS.keys())
@pytest.mark.parametrize("command", ["tick", "check"])
def test_a_wrong_setting_is_named_with_its_place(house: House, text: str, named: str, command: str) -> None:
    (house.folder / "visavis.toml").write_text(text)
    done = house.run(command)
    assert (done.code, done.out) == (2, "")
    lines = [line.removeprefix("visavis: ") for line in done.lines]
    assert any(line.startswith("visavis.toml") and named in line for line in lines)
    assert quiet(done)


def test_every_wrong_setting_is_told_at_once(house: House) -> None:
    (house.folder / "visavis.toml").write_text('[service]\nbase_url = "lab"\n[mail]\nfrom = "lab"\n')
    done = house.run("tick")
    assert done.code == 2
    assert len(done.lines) == 3  # base_url, from, and the key that is missing


def test_a_wrong_environment_is_named(house: House) -> None:
    done = house.run("tick", environ={"VISAVIS_MAIL_MAILBOX": "pigeon:"})
    assert (done.code, len(done.lines)) == (2, 1)
    assert "VISAVIS_MAIL_MAILBOX" in done.err


@pytest.mark.parametrize(
    "content", [b"", b"weeks = 3", b"[[weeks]", b"\xff\xfe", b'[[weeks]]\nfocus = "x"\n'], ids=repr
)
def test_a_broken_playbook_is_refused_with_its_file(house: House, content: bytes) -> None:
    (house.folder / "own.toml").write_bytes(content)
    done = house.run("tick", environ={"VISAVIS_SERVICE_PLAYBOOK": "own.toml"})
    assert done.code == 2
    assert "own.toml" in done.err
    assert quiet(done)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///no/such/folder/visavis.db",
        "sqlite:///noise.db",
        "sqlite:///visavis.toml",
        "postgresql+psycopg://u:sekrit@127.0.0.1:1/x",
    ],
)
@pytest.mark.parametrize("command", [("tick",), ("check",), ("migrate",), ("leaders", "list")])
def test_a_database_that_cannot_be_opened_is_one_line(
    house: House, url: str, command: tuple[str, ...]
) -> None:
    (house.folder / "noise.db").write_bytes(dice(1).randbytes(9000))
    done = house.run(*command, environ={"VISAVIS_SERVICE_DATABASE": url})
    assert done.code == 1
    assert len(done.lines) == 1
    assert quiet(done)
    assert "sekrit" not in done.err


def test_an_empty_database_says_what_to_run(house: House) -> None:
    done = house.run("tick", environ={"VISAVIS_SERVICE_DATABASE": "sqlite:///new.db"})
    assert (done.code, len(done.lines)) == (1, 1)
    assert "visavis migrate" in done.err


def test_a_mailbox_that_cannot_be_written_sends_nothing_and_is_made_up_for(house: House) -> None:
    house.calendar("leader.ics", calendar(weekly("a@x", "20261102T140000", ANA)))
    house.add(MARTA)
    (house.folder / "mail").write_text("a file where the folder should be")
    report = house.tick(NOW, code=1)
    assert [mail["status"] for mail in report["emails"]] in ([], ["deferred"])
    assert house.run("check").code == 1
    (house.folder / "mail").unlink()
    house.tick("2026-11-02T09:00:00+01:00")
    assert [mail.kind for mail in house.mails()] == ["welcome"]


def test_a_mail_that_cannot_be_delivered_is_exit_1_and_leaves_later(house: House) -> None:
    house.calendar("leader.ics", calendar(weekly("a@x", "20261102T140000", ANA)))
    house.add(MARTA)
    house.run("tick", "--now", "2026-11-01T12:00:00+01:00")
    tmp = house.folder / "mail" / "outbox" / "tmp"
    tmp.rmdir()
    tmp.write_text("a file where the folder should be")
    report = house.tick("2026-11-02T12:00:00+01:00", code=1)
    assert [(mail["kind"], mail["status"]) for mail in report["emails"]] == [("prep", "deferred")]
    tmp.unlink()
    house.tick("2026-11-02T12:15:00+01:00")
    assert [mail.kind for mail in house.mails()] == ["welcome", "prep"]


def test_a_mail_that_cannot_be_made_is_given_up_when_its_time_is_over(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.calendar("leader.ics", calendar(weekly("a@x", "20261102T140000", ANA)))
    house.add(MARTA)
    house.tick("2026-11-02T07:00:00+01:00")

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("service.jobs.delivery.build", fail)
    report = house.tick("2026-11-02T12:00:00+01:00", "2026-11-02T14:30:00+01:00", every="5m", code=1)
    tried = [(mail["status"], mail["reason"]) for mail in report["emails"] if mail["kind"] == "prep"]
    assert set(tried[:-1]) == {("deferred", "unforeseen")}
    assert tried[-1] == ("skipped", "meeting_began")
    monkeypatch.undo()
    house.tick("2026-11-02T15:00:00+01:00")
    assert [mail.kind for mail in house.mails()] == ["welcome", "reflection"]


@pytest.fixture
def marta(house: House) -> House:
    """Marta with a form just delivered."""
    house.calendar("leader.ics", calendar(weekly("a@x", "20261102T140000", ANA)))
    house.add(MARTA)
    house.tick(NOW, "2026-11-02T14:45:00+01:00")
    return house


def damaged(content: bytes, seed: int) -> bytes:
    """The content with some bytes changed, lost or doubled."""
    throws = dice(seed)
    found = bytearray(content)
    for _ in range(throws.randrange(1, 12)):
        place = throws.randrange(len(found))
        kind = throws.randrange(3)
        if kind == 0:
            found[place] = throws.randrange(256)
        elif kind == 1:
            del found[place : place + throws.randrange(1, 40)]
        else:
            found[place:place] = found[place : place + throws.randrange(1, 40)]
    return bytes(found)


def test_a_damaged_calendar_never_ends_in_a_trace(marta: House) -> None:
    content = calendar(
        weekly("a@x", "20261102T140000", ANA), weekly("b@x", "20261103T140000", "b@example.org")
    )
    for seed in range(60):
        marta.calendar("leader.ics", damaged(content, seed))
        done = marta.run("tick", "--now", f"2026-11-02T16:{seed:02}:00+01:00", "--json")
        assert done.code in {0, 1}, f"seed {seed}: {done.err}"
        assert quiet(done), f"seed {seed}: {done.err}"


def test_random_bytes_for_a_calendar_never_end_in_a_trace(marta: House) -> None:
    for seed in range(20):
        noise = dice(seed).randbytes(2000)
        marta.calendar("leader.ics", b"BEGIN:VCALENDAR\r\n" + noise if seed % 2 else noise)
        done = marta.run("tick", "--now", f"2026-11-02T16:{seed:02}:00+01:00", "--json")
        assert done.code == 1
        assert quiet(done), f"seed {seed}: {done.err}"


def test_damaged_replies_are_dealt_with_once_and_lost_never(marta: House) -> None:
    form = marta.mail("reflection")
    whole = reply(form, MARTA, inline(form, {1: "yes", 2: "Rivers", 4: "Pauses"}))
    for seed in range(80):
        marta.drop(damaged(whole, seed), f"reply-{seed}")
        marta.drop(dice(seed).randbytes(300), f"noise-{seed}")
    done = marta.run("tick", "--now", "2026-11-02T15:00:00+01:00", "--json")
    assert done.code == 0, done.err
    assert quiet(done), done.err
    inbox = marta.folder / "mail" / "inbox"
    assert list((inbox / "new").iterdir()) == []
    assert len(list((inbox / ".Done" / "cur").iterdir())) + len(list((inbox / ".Aside").iterdir())) == 160


def test_damaged_settings_never_end_in_a_trace(house: House) -> None:
    config = house.folder / "visavis.toml"
    content = config.read_bytes()
    for seed in range(60):
        config.write_bytes(damaged(content, seed))
        done = house.run("leaders", "list")
        assert done.code in {0, 1, 2}
        assert quiet(done), f"seed {seed}: {done.err}"


def test_odd_things_in_the_inbox_are_not_in_the_way(marta: House) -> None:
    marta.drop(b"x", "first")
    inbox = marta.folder / "mail" / "inbox" / "new"
    (inbox / "folder").mkdir()
    (inbox / "link").symlink_to(Path("/etc/hostname"))
    form = marta.mail("reflection")
    marta.drop(reply(form, MARTA, inline(form, {1: "yes"})), "good")
    report = marta.tick("2026-11-02T15:00:00+01:00")
    assert [told["status"] for told in report["replies"]] == ["accepted"]
