"""`visavis connect`: every way in, against a Google that consents, refuses, and has admins."""

import json
import os
import pty
import signal
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import IO

import pytest
import requests

from service.accounts.scopes import EVENTS, GMAIL_MODIFY, GMAIL_READ, GMAIL_SEND, OWN_EVENTS
from service.clock import utc_now
from service.domain.grants import Way
from service.jobs.passes import run_pass
from tests.fakes.cli import PROGRAM, ROOT, Done, House, quiet_far_from_now
from tests.fakes.google_house import ADA, BEN, LAB, GoogleHouse, google_house

LEADER, MAILBOX = "leader:1", f"mailbox:{LAB}"


@pytest.fixture
def lab(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleHouse]:
    with google_house(house) as made:
        monkeypatch.setattr("webbrowser.open", made.browse)
        yield made


def refused(done: Done, code: int = 1) -> str:
    """The one line that says why."""
    assert (done.code, len(done.lines)) == (code, 1), done
    assert "Traceback" not in done.err
    return done.lines[0].removeprefix("visavis: ")


# --- by a leader's consent --------------------------------------------------------------


def test_a_leader_is_told_to_connect_when_added(lab: GoogleHouse) -> None:
    lab.client()
    assert lab.add().err.startswith(f"Note: {ADA}: The calendar is not connected yet; run `visavis connect")


def test_a_consent_in_the_browser_gives_the_narrowest_access(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    done = lab.ok("connect", ADA)
    assert done.out.endswith(f"{ADA} is connected; the next pass reads the calendar.\n")
    grant = lab.grant(LEADER)
    assert grant is not None
    assert (grant.way, grant.scopes, grant.ends_at) == (Way.OAUTH, (OWN_EVENTS,), None)
    assert (lab.asked("scope"), lab.asked("login_hint")) == (OWN_EVENTS, ADA)
    assert lab.asked("redirect_uri").startswith("http://127.0.0.1:")
    assert lab.house.ok("tick", "--json").json["calendars"] == {"read": 1, "failed": []}


def test_what_had_stopped_goes_on(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    lab.run("tick")
    assert lab.leader().error is not None
    lab.ok("connect", ADA)
    row = lab.leader()
    assert (row.error, row.reconnect_since, row.next_due_at) == (None, None, None)
    assert row.connected_at is not None


def test_the_secret_is_sealed_in_the_database(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    lab.ok("connect", ADA)
    token = lab.google.accounts.grants[0].refresh_token
    kept = b"".join(path.read_bytes() for path in lab.house.folder.glob("visavis.db*") if path.is_file())
    assert token.encode() not in kept
    assert lab.grant(LEADER) is not None
    lab.ok("rekey")
    assert token in str(getattr(lab.grant(LEADER), "secret", ""))


def test_what_was_allowed_is_shown_to_the_leader_without_its_secret(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    assert lab.ok("export", ADA, "--now", "2026-11-02T09:00:00+00:00").json["access"] is None
    lab.ok("connect", ADA)
    exported = lab.ok("export", ADA, "--now", "2026-11-02T10:00:00+00:00")
    access = exported.json["access"]
    assert (access["way"], access["scopes"]) == ("oauth", [OWN_EVENTS])
    assert access["since"].startswith(f"{utc_now():%Y-%m-}")
    assert lab.google.accounts.grants[0].refresh_token not in exported.out


def test_another_calendar_takes_the_wider_permission_by_itself(lab: GoogleHouse) -> None:
    lab.client()
    lab.google.calendar.share(BEN, ADA)
    lab.add(ADA, f"google:{BEN}")
    lab.ok("connect", ADA)
    assert lab.asked("scope") == EVENTS


def test_the_wider_permission_may_be_asked_for(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    lab.ok("connect", ADA, "--wide")
    assert lab.asked("scope") == EVENTS


def test_a_refusal_stores_nothing(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    lab.google.accounts.will_refuse(ADA)
    assert "declined at Google; nothing was stored" in refused(lab.run("connect", ADA))
    assert lab.grant(LEADER) is None


def test_another_accounts_consent_is_noticed(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    lab.google.accounts.will_consent(BEN)
    line = refused(lab.run("connect", ADA))
    assert line.startswith(f"The consent came from {BEN}, not from {ADA}: sign in as {ADA}")
    assert lab.grant(LEADER) is None


def test_another_account_than_the_one_named_is_told_by_that_name(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    line = refused(lab.run("connect", ADA, "--account", BEN.upper()))
    assert line.startswith(f"The consent came from {ADA}, not from {BEN}: sign in as {BEN}")


def test_what_passes_is_not_promised_to_be_tried_again(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    lab.google.faults.refuse("calendar.events.list", 503, "backendError", retry_after=60)
    line = refused(lab.run("connect", ADA))
    assert line.startswith("Google has trouble of its own; nothing was stored, connect again (HTTP 503")
    assert lab.grant(LEADER) is None


@pytest.mark.parametrize("by", ["alias", "flag"])
def test_a_google_account_of_another_name_is_fine_where_that_is_known(lab: GoogleHouse, by: str) -> None:
    lab.client()
    lab.google.accounts.will_consent(BEN)
    lab.add(ADA, "google", *(("--alias", BEN) if by == "alias" else ()))
    lab.ok("connect", ADA, *(("--account", BEN) if by == "flag" else ()))
    assert lab.asked("login_hint") == (BEN if by == "flag" else ADA)


def test_an_app_in_testing_is_named_with_the_day_its_grants_end(lab: GoogleHouse) -> None:
    lab.client(testing=True)
    lab.add()
    done = lab.ok("connect", ADA)
    ends = lab.google.now + timedelta(days=7)
    assert "since the app is in “Testing”: in the Google Cloud console" in done.err
    assert "press “Publish app”; then connect again" in done.err
    grant = lab.grant(LEADER)
    assert grant is not None
    assert grant.ends_at is not None
    assert abs((grant.ends_at - grant.granted_at) - (ends - lab.google.now)) < timedelta(minutes=1)


def test_without_a_browser_the_address_is_shown_and_the_answer_can_be_pasted(
    lab: GoogleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.client()
    lab.add()
    monkeypatch.setattr("webbrowser.open", None)

    def waited(_: object, state: str, seconds: float, typed: object, _mistyped: object) -> dict[str, str]:
        assert (typed, seconds) == (None, 600)  # nobody sits at a test's terminal
        return {"state": state, "error": "access_denied"}

    monkeypatch.setattr("service.accounts.loopback.Loopback.wait", waited)
    monkeypatch.setattr("sys.stdin", StringIO())
    done = lab.run("connect", ADA, "--no-browser")
    assert f"{lab.google.url}/o/oauth2/auth?" in done.out
    assert "paste that here" in done.out


def test_nobody_is_waited_for_for_ever(lab: GoogleHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.client()
    lab.add()
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    monkeypatch.setattr("service.accounts.loopback.Loopback.wait", lambda *_: None)
    assert refused(lab.run("connect", ADA)) == "No consent came within 10 minutes; run it again."


def test_a_browser_that_returns_only_when_closed_is_answered_all_the_same(
    lab: GoogleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.client()
    lab.add()
    monkeypatch.setattr("webbrowser.open", lambda address: requests.get(address, timeout=30).ok)
    assert "is connected" in lab.ok("connect", ADA).out


def test_where_there_is_no_browser_pasting_is_told_unasked(
    lab: GoogleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.client()
    lab.add()
    asked = threading.Event()

    def waited(*_: object) -> None:
        assert asked.wait(30)

    monkeypatch.setattr("webbrowser.open", lambda _: False)
    monkeypatch.setattr("service.accounts.loopback.Loopback.wait", waited)
    monkeypatch.setattr(
        "service.commands.connect.say", lambda words: asked.set() if "paste" in words else None
    )
    assert "No consent came" in refused(lab.run("connect", ADA))


def test_a_client_for_web_pages_gives_a_link_to_send(lab: GoogleHouse) -> None:
    lab.client(kind="web", redirect="http://127.0.0.1:8080/c/back")
    lab.add()
    done = lab.ok("connect", ADA)
    assert done.out.startswith(f"Send this link to {ADA}; it works for 60 days, while `visavis run` is on:")
    assert "http://127.0.0.1:8080/c/" in done.out
    assert "works on this machine alone" in done.err
    lab.set(SERVICE_BASE_URL="https://lab.example.org")
    done = lab.ok("connect", ADA)
    assert ("https://lab.example.org/c/" in done.out, done.err) == (True, "")
    assert lab.opened == []


# --- by the service account -------------------------------------------------------------


def test_the_admins_delegation_needs_no_consent(lab: GoogleHouse) -> None:
    lab.service_account(OWN_EVENTS, delegation=True)
    lab.add()
    lab.ok("connect", ADA)
    grant = lab.grant(LEADER)
    assert grant is not None
    assert (grant.way, grant.secret, grant.scopes) == (Way.DELEGATION, None, (OWN_EVENTS,))
    assert lab.opened == []


def test_a_missing_delegation_is_told_with_what_the_admin_has_to_enter(lab: GoogleHouse) -> None:
    account = lab.service_account(delegation=True)
    lab.add()
    line = refused(lab.run("connect", ADA))
    assert f"The service account may not act for {ADA} yet: in the Admin console" in line
    assert f"add the client ID {account.client_id} with the scope {OWN_EVENTS}" in line
    assert lab.grant(LEADER) is None


def test_an_address_outside_the_domain_is_told(lab: GoogleHouse) -> None:
    lab.service_account(OWN_EVENTS, delegation=True)
    lab.add("zoe@example.com")
    assert "Google knows no account zoe@example.com in the domain" in refused(
        lab.run("connect", "zoe@example.com")
    )


def test_a_shared_calendar_is_read_once_it_is_shared(lab: GoogleHouse) -> None:
    account = lab.service_account()
    lab.add()
    line = refused(lab.run("connect", ADA))
    assert f"share it with {account.email} and choose “See all event details”" in line
    lab.google.calendar.share(ADA, account.email, "reader")
    lab.ok("connect", ADA)
    assert getattr(lab.grant(LEADER), "way", None) is Way.SHARED


def test_a_calendar_shared_as_free_and_busy_alone_is_not_enough(lab: GoogleHouse) -> None:
    account = lab.service_account()
    lab.google.calendar.share(ADA, account.email, "freeBusyReader")
    lab.add()
    line = refused(lab.run("connect", ADA))
    assert line.startswith("Only free and busy times can be seen: share it with")


def test_one_leader_may_share_where_others_are_delegated(lab: GoogleHouse) -> None:
    account = lab.service_account(OWN_EVENTS, delegation=True)
    lab.google.calendar.share(BEN, account.email, "reader")
    lab.add(BEN)
    lab.ok("connect", BEN, "--way", "shared")
    assert getattr(lab.grant(LEADER), "way", None) is Way.SHARED
    assert lab.house.ok("tick", "--json").json["calendars"] == {"read": 1, "failed": []}


def test_a_leader_who_consented_may_change_to_the_service_account(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    lab.ok("connect", ADA)
    lab.service_account(OWN_EVENTS, delegation=True)
    lab.ok("connect", ADA)
    assert getattr(lab.grant(LEADER), "way", None) is Way.DELEGATION


def test_an_api_that_is_not_enabled_is_told(lab: GoogleHouse) -> None:
    lab.service_account(OWN_EVENTS, delegation=True)
    lab.add()
    lab.google.faults.refuse("calendar.events.list", 403, "accessNotConfigured")
    assert "enable it in the Google Cloud console" in refused(lab.run("connect", ADA))


# --- a mailbox --------------------------------------------------------------------------


@pytest.fixture
def mail(lab: GoogleHouse) -> GoogleHouse:
    lab.set(MAIL_MAILBOX=f"gmail:{LAB}")
    lab.client()
    lab.google.accounts.will_consent(LAB)
    return lab


@pytest.mark.parametrize(
    ("flags", "scopes"),
    [((), {GMAIL_MODIFY}), (("--plain",), {GMAIL_SEND, GMAIL_READ}), (("--send-only",), {GMAIL_SEND})],
)
def test_a_mailbox_is_connected_with_as_much_as_is_wanted(
    mail: GoogleHouse, flags: tuple[str, ...], scopes: set[str]
) -> None:
    done = mail.ok("connect", LAB.upper(), "--mailbox", *flags)
    assert f"{LAB} is connected" in done.out
    grant = mail.grant(MAILBOX)
    assert grant is not None
    assert set(grant.scopes) == scopes


def test_mails_that_waited_for_the_mailbox_leave_in_the_next_pass(mail: GoogleHouse) -> None:
    mail.add(ADA, "google", "--quiet-hours", quiet_far_from_now())
    mail.ok("connect", LAB, "--mailbox")
    mail.google.accounts.will_consent(ADA)
    mail.ok("connect", ADA)
    mail.google.accounts.revoke(LAB)
    start = utc_now()
    for minutes in (0, 3):
        (tried,) = mail.run("tick", "--now", f"{start + timedelta(minutes=minutes)}", "--json").json["emails"]
        assert (tried["kind"], tried["status"]) == ("welcome", "deferred")
    mail.google.accounts.will_consent(LAB)
    mail.ok("connect", LAB, "--mailbox")
    after = f"{start + timedelta(minutes=4)}"
    (sent,) = mail.ok("tick", "--now", after, "--json").json["emails"]
    assert (sent["kind"], sent["status"]) == ("welcome", "sent")


def test_an_unticked_box_is_named(mail: GoogleHouse) -> None:
    mail.google.accounts.will_consent(LAB, [GMAIL_SEND])
    assert "missing: gmail.readonly" in refused(mail.run("connect", LAB, "--mailbox", "--plain"))
    assert mail.grant(MAILBOX) is None


def test_another_mailboxs_consent_is_noticed(mail: GoogleHouse) -> None:
    mail.google.accounts.will_consent(BEN)
    line = refused(mail.run("connect", LAB, "--mailbox"))
    assert line == f"The consent came from {BEN}: sign in as {LAB} and connect again."
    assert mail.grant(MAILBOX) is None


@pytest.mark.parametrize("flags", [(), ("--send-only",)])
def test_a_mailbox_may_be_delegated(lab: GoogleHouse, flags: tuple[str, ...]) -> None:
    scope = GMAIL_SEND if flags else GMAIL_MODIFY
    lab.set(MAIL_MAILBOX=f"gmail:{LAB}")
    account = lab.service_account(delegation=True)
    line = refused(lab.run("connect", LAB, "--mailbox", *flags))
    assert f"add the client ID {account.client_id} with the scope {scope}" in line
    lab.google.accounts.delegate(account, scope)
    lab.ok("connect", LAB, "--mailbox", *flags)
    assert getattr(lab.grant(MAILBOX), "scopes", None) == (scope,)


# --- wrong use --------------------------------------------------------------------------


def test_a_mailbox_that_is_not_ours_is_told(mail: GoogleHouse) -> None:
    assert "name it in [mail] mailbox" in refused(mail.run("connect", BEN, "--mailbox"), 2)


def test_a_mailbox_that_is_taken_for_a_leader_is_told(mail: GoogleHouse) -> None:
    line = refused(mail.run("connect", LAB), 2)
    assert line == f"{LAB} is a mailbox, and no leader's address: add --mailbox."
    mail.add(LAB)
    assert f"{LAB} is connected; the next pass reads the calendar" in mail.ok("connect", LAB).out


def test_a_mailbox_needs_a_client_for_this_machine(mail: GoogleHouse) -> None:
    mail.client(kind="web", redirect="http://127.0.0.1:8080/c/back")
    line = refused(mail.run("connect", LAB, "--mailbox"), 2)
    assert "set VISAVIS_GOOGLE_CLIENT_FILE to the file of a client of the type “Desktop app”" in line


def test_a_calendar_file_has_nothing_to_connect(lab: GoogleHouse) -> None:
    lab.client()
    lab.house.calendar("a.ics", b"")
    lab.house.run("leaders", "add", ADA, "--name", "A", "--timezone", "UTC", "--calendar", "ics:a.ics")
    assert "there is nothing to connect" in refused(lab.run("connect", ADA), 2)


def test_without_any_of_googles_files_the_next_step_is_told(lab: GoogleHouse) -> None:
    lab.add()
    assert "neither [google] client_file nor [google] service_account is set" in refused(
        lab.run("connect", ADA), 2
    )


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("nobody@example.org",), "No leader has the address nobody@example.org"),
        ((ADA, "--way", "delegation"), "[google] service_account is not set"),
        ((ADA, "--way", "magic"), "--way"),
        ((LAB, "--mailbox", "--way", "shared"), "is no mailbox of ours"),
        (("lab", "--mailbox"), "is no e-mail address"),
        ((LAB, "--mailbox", "--plain", "--send-only"), "--plain"),
        ((ADA, "--plain"), "--plain and --send-only are for a mailbox; add --mailbox."),
        ((ADA, "--send-only"), "add --mailbox"),
        ((LAB, "--mailbox", "--wide"), "--wide and --account are for a leader's calendar"),
        ((LAB, "--mailbox", "--account", BEN), "leave them out with --mailbox"),
    ],
)
def test_wrong_use_is_one_line(lab: GoogleHouse, argv: tuple[str, ...], told: str) -> None:
    lab.client()
    lab.add()
    assert told in refused(lab.run("connect", *argv), 2)


def test_a_file_that_is_none_of_googles_is_named(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    lab.write("client.json", {"type": "service_account"})
    assert "it belongs to [google] service_account" in refused(lab.run("connect", ADA), 2)
    assert json.loads((lab.house.folder / "client.json").read_text()) == {"type": "service_account"}


# --- while the worker runs --------------------------------------------------------------


def test_a_running_worker_takes_the_new_way_in_at_its_next_pass(lab: GoogleHouse) -> None:
    lab.service_account()
    lab.add()
    now = utc_now()
    with lab.wired() as worker:
        first = run_pass(worker.office, now, worker.pool)
        assert [failure.permanent for failure in first.failures] == [True]
        lab.client()
        lab.ok("connect", ADA, "--way", "oauth")
        second = run_pass(worker.office, now + timedelta(minutes=1), worker.pool)
    assert (second.calendars_read, second.failures) == (1, [])


def test_a_running_worker_goes_on_with_a_consent_that_was_given_again(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    lab.ok("connect", ADA)
    now = utc_now()
    with lab.wired() as worker:
        assert run_pass(worker.office, now, worker.pool).failures == []
        lab.google.accounts.revoke(ADA)
        later = now + timedelta(hours=20)
        assert len(run_pass(worker.office, later, worker.pool).failures) == 1
        lab.ok("connect", ADA)
        again = run_pass(worker.office, later + timedelta(minutes=1), worker.pool)
    assert again.failures == []


# --- at a terminal ----------------------------------------------------------------------


@pytest.mark.slow
def test_ctrl_c_is_one_line(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    process = lab.house.start("connect", ADA, "--no-browser")
    assert process.stdout is not None
    until_told(process.stdout, "paste that here")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err, out) == (130, "visavis: stopped.\n", "")


@pytest.mark.slow
def test_the_address_that_a_far_browser_ended_at_can_be_pasted(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    ours, theirs = pty.openpty()
    command = [*PROGRAM, "connect", ADA, "--no-browser"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **lab.house.environ}
    with (
        subprocess.Popen(
            command, cwd=lab.house.folder, env=environ, stdin=theirs, stdout=subprocess.PIPE, text=True
        ) as process,
        os.fdopen(ours, "w") as keys,
    ):
        assert process.stdout is not None
        told = until_told(process.stdout, "paste that here")
        (asked,) = [line for line in told if line.startswith(lab.google.url)]
        ended_at = requests.get(asked, allow_redirects=False, timeout=30).headers["Location"]
        print(ended_at, file=keys, flush=True)
        assert f"{ADA} is connected" in process.stdout.read()
    os.close(theirs)
    assert process.returncode == 0


def until_told(stream: IO[str], words: str) -> list[str]:
    """The lines up to the one with these words."""
    lines: list[str] = []
    while not lines or words not in lines[-1]:
        line = stream.readline()
        assert line, f"it ended without {words!r}: {lines}"
        lines.append(line.strip())
    return lines
