"""`visavis check` with Google: every key, grant, calendar and mailbox, and what to do about each."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.accounts.scopes import GMAIL_MODIFY, OWN_EVENTS
from service.clock import utc_now
from service.storage import grants, usage
from service.storage.usage import Used
from tests.fakes.cli import House
from tests.fakes.google_house import ADA, BEN, LAB, GoogleHouse, google_house


@pytest.fixture
def lab(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleHouse]:
    with google_house(house) as made:
        monkeypatch.setattr("webbrowser.open", made.browse)
        made.google.now = datetime.now(UTC)
        yield made


def looks(lab: GoogleHouse) -> list[str]:
    """What needs a look."""
    done = lab.run("check")
    assert done.code == (1 if done.err else 0)
    assert "Traceback" not in done.err
    return [line.removeprefix("LOOK  ") for line in done.lines]


def fine(lab: GoogleHouse) -> list[str]:
    """What is well, where all of it is."""
    done = lab.ok("check")
    return [line.removeprefix("ok    ") for line in done.out.splitlines()]


@pytest.fixture
def ada(lab: GoogleHouse) -> GoogleHouse:
    """Ada, connected by her own consent."""
    lab.client()
    lab.add()
    lab.ok("connect", ADA)
    return lab


# --- the two files ----------------------------------------------------------------------


def test_both_files_are_read_and_named(lab: GoogleHouse) -> None:
    lab.client()
    account = lab.service_account(OWN_EVENTS, delegation=True)
    lab.add()
    found = fine(lab)
    assert "OAuth client: for `visavis connect` on this machine" in found
    assert f"service account: {account.email} acts for the domain's people" in found


def test_a_file_in_the_others_place_is_told(lab: GoogleHouse) -> None:
    account = lab.google.accounts.service_account()
    lab.write("client.json", account.info())
    lab.set(GOOGLE_CLIENT_FILE="client.json", GOOGLE_SERVICE_ACCOUNT="gone.json")
    lab.add()
    found = looks(lab)
    assert "it belongs to [google] service_account" in found[0]
    assert "gone.json cannot be read" in found[1]
    assert found[2] == f"{ADA}: {found[1]}"  # and so is her calendar not


def test_a_web_client_must_know_our_page(lab: GoogleHouse) -> None:
    lab.client(kind="web", redirect="https://elsewhere.example.org/c/back")
    lab.add()
    assert "add http://127.0.0.1:8080/c/back to the client's authorised redirect URIs" in looks(lab)[0]
    lab.client(kind="web", redirect="http://127.0.0.1:8080/c/back")
    assert looks(lab) == [f"{ADA}: The calendar is not connected yet; run `visavis connect {ADA}`."]


def test_a_web_client_needs_https_but_on_this_machine(lab: GoogleHouse) -> None:
    lab.client(kind="web", redirect="http://127.0.0.1:8080/c/back")
    lab.add()
    lab.set(SERVICE_BASE_URL="http://lab.example.org")
    assert "Google sends leaders back to https:// addresses alone" in looks(lab)[0]
    lab.set(SERVICE_BASE_URL="https://lab.example.org")
    assert "add https://lab.example.org/c/back to the client's" in looks(lab)[0]


# --- leaders ----------------------------------------------------------------------------


def test_a_connected_leader_is_fine_with_their_calls(ada: GoogleHouse) -> None:
    assert fine(ada)[-1].startswith(f"{ADA}: calendar read, 0 events around today; active")
    assert fine(ada)[-1].endswith("; calls: 1 today")


def test_calls_are_told_for_today_and_on_average(ada: GoogleHouse) -> None:
    today = utc_now().date()
    with ada.wired() as house, house.database.begin() as tx:
        for back, calls in ((0, 20), (1, 30), (4, 50), (9, 7000)):
            usage.add(tx, today - timedelta(days=back), [Used("leader:1", calls, calls, 1)])
    assert fine(ada)[-1].endswith("; calls: 20 today, 20 a day over 5 days")


def test_a_leader_who_is_not_connected_is_told_how(lab: GoogleHouse) -> None:
    lab.client()
    lab.add()
    assert looks(lab) == [f"{ADA}: The calendar is not connected yet; run `visavis connect {ADA}`."]


def test_a_grant_that_was_taken_back(ada: GoogleHouse) -> None:
    ada.google.accounts.revoke(ADA)
    assert looks(ada) == [f"{ADA}: Google accepts the permission no more: run `visavis connect {ADA}`."]


def test_the_calls_stand_behind_what_to_do_too(ada: GoogleHouse) -> None:
    fine(ada)
    ada.google.accounts.revoke(ADA)
    (told,) = looks(ada)
    assert told.endswith(f"run `visavis connect {ADA}`; calls: 1 today")


def test_a_permission_that_does_not_reach_the_calendar(ada: GoogleHouse) -> None:
    ada.google.faults.refuse("calendar.events.list", 403, "insufficientPermissions", times=2)
    (told,) = looks(ada)
    run = f"run `visavis connect {ADA} --wide`, and leave every box ticked."
    assert told == f"{ADA}: The permission does not reach that far: {run}"


def test_a_calendar_that_is_shared_no_more(lab: GoogleHouse) -> None:
    account = lab.service_account()
    lab.google.calendar.share(ADA, account.email, "reader")
    lab.add()
    assert fine(lab)[-1].startswith(f"{ADA}: calendar read")
    lab.google.calendar.lose(ADA, account.email)
    (told,) = looks(lab)
    assert told.startswith(f"{ADA}: The calendar is not shared with the service account yet: share it with")
    assert account.email in told


def test_a_delegation_that_lacks_the_scope(lab: GoogleHouse) -> None:
    account = lab.service_account(GMAIL_MODIFY, delegation=True)
    lab.add()
    (told,) = looks(lab)
    assert f"add the client ID {account.client_id} with the scope {OWN_EVENTS}" in told


def test_an_app_in_testing_is_told_while_it_works(lab: GoogleHouse) -> None:
    lab.client(testing=True)
    lab.add()
    lab.ok("connect", ADA)
    (told,) = looks(lab)
    ends = utc_now() + timedelta(days=7)
    assert told.startswith(f"{ADA}: the permission ends on {ends.day} {ends:%B %Y}, since the app is in")


def test_an_app_in_testing_is_still_told_once_its_consent_has_ended(ada: GoogleHouse) -> None:
    grant = ada.grant("leader:1")
    assert grant is not None
    week = replace(grant, granted_at=utc_now() - timedelta(days=8), ends_at=utc_now() - timedelta(days=1))
    with ada.wired() as house, house.database.begin() as tx:
        grants.put(tx, week, 1)
    ada.google.accounts.revoke(ADA)
    dead, why = looks(ada)
    assert dead.startswith(f"{ADA}: Google accepts the permission no more")
    assert why.startswith(f"{ADA}: the permission ended on ")
    assert why.endswith("press “Publish app”; then connect again")


def test_an_api_that_is_off_is_told_as_such(ada: GoogleHouse) -> None:
    ada.google.faults.refuse("calendar.events.list", 403, "accessNotConfigured", times=2)
    assert "The API is not switched on; enable it in the Google Cloud console" in looks(ada)[0]


def test_a_quota_that_is_used_up_is_told_as_such(ada: GoogleHouse) -> None:
    ada.google.faults.refuse("calendar.events.list", 403, "quotaExceeded")
    assert "Google's quota of this project is used up" in looks(ada)[0]


def test_many_leaders_are_told_in_their_order(lab: GoogleHouse) -> None:
    lab.service_account(OWN_EVENTS, delegation=True)
    addresses = [f"leader{number}@example.org" for number in range(24)]
    for address in addresses:
        lab.google.user(address)
    lines = ["email,name,timezone,calendar", *(f"{each},L,Europe/Berlin,google" for each in addresses)]
    (lab.house.folder / "leaders.csv").write_text("\n".join(lines))
    lab.ok("leaders", "import", "leaders.csv")
    lab.google.faults.slow("calendar.events.list", 0.05, user=addresses[0])
    found = [line.partition(":")[0] for line in fine(lab)]
    assert found[-24:] == addresses


# --- mailboxes --------------------------------------------------------------------------


@pytest.fixture
def mail(lab: GoogleHouse) -> GoogleHouse:
    """A mailbox of Gmail's, not connected yet; and no leader."""
    lab.set(MAIL_MAILBOX=f"gmail:{LAB}")
    lab.client()
    lab.google.accounts.will_consent(LAB)
    return lab


def mailbox(lab: GoogleHouse) -> str:
    """The line about the mailbox, good or not."""
    done = lab.run("check")
    (line,) = [line for line in (*done.out.splitlines(), *done.lines) if f"mailbox {LAB}: " in line]
    return line


def test_a_mailbox_that_is_not_connected(mail: GoogleHouse) -> None:
    told = f"LOOK  mailbox {LAB}: The mailbox is not connected yet; run `visavis connect {LAB} --mailbox`."
    assert mailbox(mail) == told


def test_a_mailbox_is_asked_whose_it_is(mail: GoogleHouse) -> None:
    mail.ok("connect", LAB, "--mailbox")
    assert mailbox(mail).startswith(f"ok    mailbox {LAB}: sends by way of drafts, and is read")
    assert mail.google.calls[-1].method == "gmail.users.getProfile"


def test_an_account_without_gmail_is_told_as_such(mail: GoogleHouse) -> None:
    mail.ok("connect", LAB, "--mailbox")
    mail.google.faults.refuse("gmail.users.getProfile", 400, "failedPrecondition")
    assert "Gmail is not in use for this account; ask the domain's administrator" in mailbox(mail)


def test_an_account_without_a_calendar_is_told_as_such(ada: GoogleHouse) -> None:
    ada.google.faults.refuse("calendar.events.list", 403, "notACalendarUser", times=2)
    assert "Google Calendar is not in use for this account" in looks(ada)[0]


def test_a_mailbox_without_drafts_says_what_that_means(mail: GoogleHouse) -> None:
    mail.ok("connect", LAB, "--mailbox", "--plain")
    assert "after a crash it may stay unknown whether a mail has left" in mailbox(mail)
    assert mailbox(mail).startswith("ok")


def test_a_mailbox_that_only_sends_needs_a_look(mail: GoogleHouse) -> None:
    mail.ok("connect", LAB, "--mailbox", "--send-only")
    told = (
        f"LOOK  mailbox {LAB}: replies stay unread; run `visavis connect {LAB} --mailbox` without --send-only"
    )
    assert mailbox(mail) == told


def test_a_changed_password_ends_the_mailboxs_grant(mail: GoogleHouse) -> None:
    mail.ok("connect", LAB, "--mailbox")
    mail.google.accounts.change_password(LAB)
    told = f"Google accepts the permission no more: run `visavis connect {LAB} --mailbox`."
    assert mailbox(mail) == f"LOOK  mailbox {LAB}: {told}"


def test_a_mailbox_under_another_name_than_its_own(lab: GoogleHouse) -> None:
    lab.client()
    lab.google.accounts.will_consent(BEN)
    lab.set(MAIL_MAILBOX=f"gmail:{BEN}")
    lab.ok("connect", BEN, "--mailbox")
    with lab.wired() as house, house.database.begin() as tx:
        grant = grants.of(tx, f"mailbox:{BEN}")
        assert grant is not None
        grants.put(tx, replace(grant, holder=f"mailbox:{LAB}"))
    lab.set(MAIL_MAILBOX=f"gmail:{LAB}")
    assert (
        f"the consent came from {BEN}; run `visavis connect {LAB} --mailbox`, signed in as {LAB}"
        in mailbox(lab)
    )


def test_a_mailboxs_units_are_told(mail: GoogleHouse) -> None:
    mail.ok("connect", LAB, "--mailbox")
    with mail.wired() as house, house.database.begin() as tx:
        usage.add(tx, utc_now().date(), [Used(f"mailbox:{LAB}", 12, 640)])
    assert mailbox(mail).endswith("; quota units: 640 today")


def test_every_mailbox_of_a_pool_is_told(mail: GoogleHouse) -> None:
    mail.set(MAIL_MAILBOX=f"gmail:{LAB},{BEN}")
    mail.ok("connect", LAB, "--mailbox")
    done = mail.run("check")
    assert f"ok    mailbox {LAB}: " in done.out
    assert f"LOOK  mailbox {BEN}: " in done.err


def test_more_leaders_than_the_mailboxes_can_carry_are_told(mail: GoogleHouse) -> None:
    mail.set(MAIL_LEADERS_PER_MAILBOX="1")
    mail.ok("connect", LAB, "--mailbox")
    mail.service_account(OWN_EVENTS, delegation=True)
    mail.add()
    assert looks(mail) == []
    mail.add(BEN)
    told = "mailboxes: 2 leaders are more than 1 mailbox of 1 can carry; name another one in [mail] mailbox"
    assert looks(mail) == [told]
