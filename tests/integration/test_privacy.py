"""What only the leader may read is nowhere else: no command, no log, no byte of the database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.cli import House, inline, reply, weekly
from tests.fakes.ics import calendar, served

MARTA = "marta@example.org"
ANA = "ana@example.org"
SECRETS = {2: "Waterfall-7 went well", 3: "Her sabbatical surprised me", 4: "Fewer anecdotes", 9: "A mentor"}


def database(house: House) -> bytes:
    """Every byte that the database keeps."""
    return b"".join(path.read_bytes() for path in sorted(house.folder.glob("visavis.db*")) if path.is_file())


@pytest.fixture
def marta(house: House) -> House:
    """Marta, who has reflected; beside her one-on-one stands an event that is none."""
    doctor = weekly("doctor-42@x", "20261103T140000", "nurse@example.net", title="Biopsy results")
    doctor = doctor.replace("ATTENDEE", "X-GUEST")
    house.calendar("leader.ics", calendar(weekly("ana@x", "20261102T140000", ANA), doctor))
    house.add(MARTA, "--member", f"Ana <{ANA}>")
    house.tick("2026-11-02T07:00:00+01:00", "2026-11-02T14:45:00+01:00")
    form = house.mail("reflection")
    house.drop(reply(form, MARTA, inline(form, {1: "yes", **SECRETS}, top="Between us: she may leave.")))
    house.tick("2026-11-02T15:00:00+01:00")
    return house


def everything_said(house: House) -> Iterator[str]:
    """What every command says, and logs."""
    now = ("--now", "2026-11-02T15:15:00+01:00")
    for argv in (
        ("tick", *now),
        ("tick", *now, "--json"),
        ("check",),
        ("meetings",),
        ("meetings", "--json"),
        ("plan", *now),
        ("plan", *now, "--json"),
        ("leaders", "list"),
        ("leaders", "list", "--json"),
        ("explain", MARTA, "ana@x", *now),
        ("export", MARTA, *now),
        ("digest", MARTA, "--month", "2026-11", *now),
    ):
        done = house.run(*argv)
        yield done.out + done.err


def test_no_command_says_a_word_of_a_reflection(marta: House) -> None:
    said = "\n".join(everything_said(marta))
    for words in (*SECRETS.values(), "she may leave"):
        assert words not in said


def test_no_byte_of_a_reflection_is_readable_in_the_database(marta: House) -> None:
    raw = database(marta)
    for words in (*SECRETS.values(), "she may leave", "Waterfall", "sabbatical"):
        assert words.encode() not in raw
        assert words.encode("utf-16-le") not in raw


def test_the_leaders_own_export_has_their_words(marta: House) -> None:
    marta.ok("export", MARTA, "--now", "2026-11-02T15:15:00+01:00")
    (attachment,) = marta.mail("export").message.iter_attachments()
    assert "Fewer anecdotes" in attachment.get_content().decode()


def test_an_event_that_is_no_one_on_one_leaves_nothing_to_read(marta: House) -> None:
    raw = database(marta)
    for words in (b"Biopsy", b"doctor-42", b"nurse@example.net"):
        assert words not in raw


def test_an_event_decided_to_be_none_leaves_only_a_hash(house: House) -> None:
    lunch = weekly("lunch-17@x", "20261104T120000", "cy@example.org", title="Quiet lunch")
    house.calendar("leader.ics", calendar(lunch))
    house.add(MARTA, "--member", "Cy <cy@example.org>")
    house.tick("2026-11-02T07:00:00+01:00", "2026-11-02T10:00:00+01:00")
    ask = house.mail("confirm")
    assert b"Quiet lunch" not in database(house)
    house.drop(reply(ask, MARTA, inline(ask, {1: "no"})))
    house.tick("2026-11-02T10:15:00+01:00")
    assert b"lunch-17" not in database(house)
    assert b"Quiet lunch" not in database(house)


def test_a_secret_calendar_address_is_nowhere_in_clear(house: House) -> None:
    with served(calendar(weekly("ana@x", "20261102T140000", ANA))) as site:
        secret = site.url.partition("/secret-")[2].partition("/")[0]
        house.add(MARTA, calendar=site.url)
        said = [house.run("tick", "--now", "2026-11-02T07:00:00+01:00", "--json")]
        site.status = 503
        said += [house.run("tick", "--now", "2026-11-02T09:00:00+01:00", "--json")]
        said += [house.run("check"), house.run("leaders", "list"), house.run("leaders", "list", "--json")]
        said += [house.run("explain", MARTA, "ana@x")]
    assert said[1].code == 1
    assert all(secret not in done.out + done.err for done in said)
    assert secret.encode() not in database(house)


def test_subjects_carry_nothing_sensitive(marta: House) -> None:
    for mail in marta.mails():
        assert not any(words in mail.subject for words in SECRETS.values())


def test_logs_carry_no_whole_address(house: House) -> None:
    house.calendar("leader.ics", b"nonsense")
    house.add(MARTA)
    house.drop(b"\0", "noise")
    logged = [line for line in house.process("tick", "--json").lines if " service." in line]
    assert logged
    assert not any(MARTA in line for line in logged)


def test_erase_leaves_no_byte_of_anybody(marta: House) -> None:
    assert ANA.encode() in database(marta)
    marta.ok("erase", MARTA)
    raw = database(marta)
    for words in (MARTA.encode(), ANA.encode(), b"Marta"):
        assert words not in raw


def test_what_lies_on_the_disk_is_the_owners_alone(marta: House) -> None:
    def open_to_others(path: Path) -> bool:
        return bool(path.stat().st_mode & 0o077)

    for name in ("visavis.toml", "mail/outbox", "mail/inbox", "visavis.db"):
        assert not open_to_others(marta.folder / name), name
