import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.accounts.doors import Doors
from service.accounts.keyring import Access, calendar_id, is_own, scopes_for
from service.accounts.scopes import EVENTS, GMAIL_MODIFY, OWN_EVENTS, mailbox_scopes
from service.accounts.trial import address_of_mailbox, look_at_calendar
from service.domain.grants import Grant, Way, leader_holder, mailbox_holder
from service.errors import AccessLostError, CalendarError, MailboxError, SecretError
from service.google.refusals import GoogleError, Trouble
from tests.fakes.google.server import FakeGoogle

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ADA, BEN, LAB = "ada@example.org", "ben@example.org", "lab@example.org"
ADA_HOLDER, BEN_HOLDER, LAB_HOLDER = leader_holder(1), leader_holder(2), mailbox_holder(LAB)


@dataclass
class Store:
    """Grants as another process may change them; `loads` counts the looks into it."""

    grants: dict[str, Grant] = field(default_factory=dict)
    loads: int = 0

    def load(self, holder: str) -> Grant | None:
        self.loads += 1
        return self.grants.get(holder)

    def save(self, grant: Grant) -> None:
        self.grants[grant.holder] = grant


@dataclass
class Lab:
    """A fake Google with people in it, a store, and the doors of one process."""

    google: FakeGoogle
    folder: Path
    store: Store = field(default_factory=Store)
    opened: list[Doors] = field(default_factory=list)

    def doors(
        self, *, service_account: Path | None = None, delegation: bool = False, token_uri: str | None = None
    ) -> Doors:
        made = Doors(
            load=self.store.load,
            save=self.store.save,
            service_account=service_account,
            delegation=delegation,
            endpoint=self.google.url,
            token_uri=self.google.token_uri if token_uri is None else token_uri,
        )
        self.opened.append(made)
        return made

    def service_account(self, *delegated: str) -> Path:
        path = self.folder / "service-account.json"
        path.write_text(json.dumps(self.google.accounts.service_account(delegated=delegated).info()))
        return path

    def consent(self, holder: str, address: str, *scopes: str) -> Grant:
        """A consent that `visavis connect` has stored."""
        given = self.google.accounts.grant(address, self.google.accounts.client(), *scopes)
        names = ("client_id", "client_secret", "refresh_token", "token_uri")
        secret = json.dumps({name: given.info()[name] for name in names})
        grant = Grant(holder, Way.OAUTH, secret, scopes, granted_at=NOW)
        self.store.save(grant)
        return grant


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with FakeGoogle() as google:
        for address in (ADA, BEN, LAB):
            google.user(address)
        lab = Lab(google, tmp_path)
        yield lab
        for doors in lab.opened:
            doors.close()


def tokens(lab: Lab) -> int:
    return lab.google.count("oauth.token")


# --- which way in -----------------------------------------------------------------------


def test_a_leaders_own_consent_goes_before_the_service_account(lab: Lab) -> None:
    lab.consent(ADA_HOLDER, ADA, OWN_EVENTS)
    doors = lab.doors(service_account=lab.service_account(OWN_EVENTS), delegation=True)
    access = doors.keyring.calendar(ADA_HOLDER, ADA)
    assert (access.way, access.scopes, access.quota_user) == (Way.OAUTH, (OWN_EVENTS,), None)
    assert look_at_calendar(doors, ADA_HOLDER, access, "primary").name == ADA


def test_under_delegation_the_service_account_speaks_for_each_leader(lab: Lab) -> None:
    doors = lab.doors(service_account=lab.service_account(OWN_EVENTS), delegation=True)
    for holder, address in ((ADA_HOLDER, ADA), (BEN_HOLDER, BEN)):
        access = doors.keyring.calendar(holder, address)
        assert (access.way, access.scopes) == (Way.DELEGATION, (OWN_EVENTS,))
        assert look_at_calendar(doors, holder, access, "primary").name == address
    assert [call.user for call in lab.google.calls if call.method == "calendar.events.list"] == [ADA, BEN]


def test_a_calendar_shared_with_the_service_account_is_read_in_its_own_name(lab: Lab) -> None:
    account = lab.google.accounts.service_account()
    (lab.folder / "key.json").write_text(json.dumps(account.info()))
    lab.google.calendar.share(ADA, account.email, "reader")
    doors = lab.doors(service_account=lab.folder / "key.json")
    access = doors.keyring.calendar(ADA_HOLDER, ADA)
    assert (access.way, access.scopes) == (Way.SHARED, (EVENTS,))
    assert look_at_calendar(doors, ADA_HOLDER, access, ADA).has_details
    assert lab.google.calls[-1].user == account.email


def test_a_leaders_stored_way_goes_before_the_settings(lab: Lab) -> None:
    doors = lab.doors(service_account=lab.service_account(OWN_EVENTS), delegation=True)
    lab.store.save(Grant(BEN_HOLDER, Way.SHARED, None, (EVENTS,), granted_at=NOW))
    assert doors.keyring.calendar(ADA_HOLDER, ADA).way is Way.DELEGATION
    assert doors.keyring.calendar(BEN_HOLDER, BEN).way is Way.SHARED


def test_who_has_no_way_in_is_told_the_next_step(lab: Lab) -> None:
    with pytest.raises(AccessLostError, match=f"not connected yet; run `visavis connect {ADA}`"):
        lab.doors().keyring.calendar(ADA_HOLDER, ADA)
    with pytest.raises(MailboxError, match=f"run `visavis connect {LAB} --mailbox`") as caught:
        lab.doors().keyring.mailbox(LAB_HOLDER, LAB)
    assert not caught.value.permanent  # mails wait for it


def test_a_mailbox_is_used_by_its_own_consent_or_by_delegation(lab: Lab) -> None:
    delegated = lab.doors(service_account=lab.service_account(GMAIL_MODIFY), delegation=True)
    access = delegated.keyring.mailbox(LAB_HOLDER, LAB)
    assert (access.way, access.scopes) == (Way.DELEGATION, mailbox_scopes())
    assert address_of_mailbox(delegated, LAB_HOLDER, access) == LAB
    lab.consent(LAB_HOLDER, LAB, GMAIL_MODIFY)
    consented = lab.doors()
    access = consented.keyring.mailbox(LAB_HOLDER, LAB)
    assert (access.way, access.quota_user) == (Way.OAUTH, None)
    assert address_of_mailbox(consented, LAB_HOLDER, access) == LAB


def test_calendars_shared_with_the_service_account_give_it_no_mailbox(lab: Lab) -> None:
    doors = lab.doors(service_account=lab.service_account())
    with pytest.raises(MailboxError, match="not connected yet"):
        doors.keyring.mailbox(LAB_HOLDER, LAB)


@pytest.mark.parametrize(
    ("asked", "way", "meant"),
    [
        ("", Way.OAUTH, "primary"),
        ("", Way.SHARED, ADA),
        ("", Way.DELEGATION, ADA),
        ("team@group.calendar.google.com", Way.SHARED, "team@group.calendar.google.com"),
    ],
)
def test_which_calendar_is_meant(asked: str, way: Way, meant: str) -> None:
    assert calendar_id(asked, way, ADA) == meant


@pytest.mark.parametrize("asked", ["", "primary", ADA, "Ada@Example.org"])
def test_ones_own_calendar_takes_the_narrowest_permission(asked: str) -> None:
    assert is_own(asked, ADA)
    assert scopes_for(Way.OAUTH, asked, ADA) == scopes_for(Way.DELEGATION, asked, ADA) == (OWN_EVENTS,)
    assert scopes_for(Way.OAUTH, asked, ADA, wide=True) == (EVENTS,)


def test_what_others_share_takes_a_wider_one() -> None:
    team = "team@group.calendar.google.com"
    assert scopes_for(Way.OAUTH, team, ADA) == scopes_for(Way.DELEGATION, team, ADA) == (EVENTS,)
    assert scopes_for(Way.SHARED, "", ADA) == (EVENTS,)


# --- whose quota ------------------------------------------------------------------------


def test_each_leader_is_a_user_of_their_own_to_google(lab: Lab) -> None:
    doors = lab.doors(service_account=lab.service_account(OWN_EVENTS), delegation=True)
    ada, ben = (doors.keyring.calendar(*who) for who in ((ADA_HOLDER, ADA), (BEN_HOLDER, BEN)))
    look_at_calendar(doors, ADA_HOLDER, ada, "primary")
    assert lab.google.calls[-1].quota_user == ada.quota_user
    assert ada.quota_user is not None
    assert ben.quota_user is not None
    assert ada.quota_user != ben.quota_user
    assert "ada" not in ada.quota_user
    assert len(ada.quota_user) <= 40
    again = lab.doors(service_account=lab.folder / "service-account.json", delegation=True)
    assert again.keyring.calendar(ADA_HOLDER, ADA.upper()).quota_user == ada.quota_user


# --- once for a process -----------------------------------------------------------------


def test_a_holder_is_looked_up_once_and_fetches_one_token(lab: Lab) -> None:
    lab.consent(ADA_HOLDER, ADA, OWN_EVENTS)
    doors = lab.doors()
    for _ in range(3):
        look_at_calendar(doors, ADA_HOLDER, doors.keyring.calendar(ADA_HOLDER, ADA), "primary")
    assert (lab.store.loads, tokens(lab)) == (1, 1)
    lab.consent(LAB_HOLDER, LAB, GMAIL_MODIFY)
    assert doors.keyring.mailbox(LAB_HOLDER, LAB) is doors.keyring.mailbox(LAB_HOLDER, LAB)
    assert lab.store.loads == 2


def test_one_token_of_the_service_account_does_for_all_who_share_with_it(lab: Lab) -> None:
    doors = lab.doors(service_account=lab.service_account())
    ada, ben = (doors.keyring.calendar(*who) for who in ((ADA_HOLDER, ADA), (BEN_HOLDER, BEN)))
    assert ada.credentials is ben.credentials
    assert ada.quota_user != ben.quota_user


def test_a_private_key_is_parsed_once(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    doors = lab.doors(service_account=lab.service_account(OWN_EVENTS), delegation=True)
    doors.keyring.calendar(ADA_HOLDER, ADA)
    monkeypatch.setattr("service.accounts.credentials.service_credentials", None)
    assert doors.keyring.calendar(BEN_HOLDER, BEN).way is Way.DELEGATION


# --- what changes while a process runs --------------------------------------------------


def works(doors: Doors, access: Access) -> bool:
    try:
        return look_at_calendar(doors, ADA_HOLDER, access, "primary").name == ADA
    except GoogleError as error:
        if error.trouble is not Trouble.GRANT_DEAD:
            raise
        return False


def test_a_consent_given_again_elsewhere_is_used_at_once(lab: Lab) -> None:
    first = lab.consent(ADA_HOLDER, ADA, OWN_EVENTS)
    doors = lab.doors()
    access = doors.keyring.calendar(ADA_HOLDER, ADA)
    assert works(doors, access)
    lab.google.accounts.revoke(ADA)
    assert not works(doors, access)
    assert lab.consent(ADA_HOLDER, ADA, OWN_EVENTS).secret != first.secret
    assert works(doors, access)


def test_a_refusal_for_good_costs_one_look_into_the_store_and_no_second_try(lab: Lab) -> None:
    lab.consent(ADA_HOLDER, ADA, OWN_EVENTS)
    doors = lab.doors()
    access = doors.keyring.calendar(ADA_HOLDER, ADA)
    lab.google.accounts.revoke(ADA)
    before = lab.store.loads, tokens(lab)
    assert not works(doors, access)
    assert (lab.store.loads, tokens(lab)) == (before[0] + 1, before[1] + 1)


@pytest.mark.parametrize("by_then", ["erased", "shared"])
def test_where_no_consent_is_stored_any_more_the_refusal_stands(lab: Lab, by_then: str) -> None:
    grant = lab.consent(ADA_HOLDER, ADA, OWN_EVENTS)
    doors = lab.doors()
    access = doors.keyring.calendar(ADA_HOLDER, ADA)
    lab.google.accounts.revoke(ADA)
    lab.store.grants.clear()
    if by_then == "shared":
        lab.store.save(replace(grant, way=Way.SHARED, secret=None))
    assert not works(doors, access)


@pytest.mark.parametrize(("stated", "is_set"), [("http://127.0.0.1:9/token", True), ("", False)])
def test_the_settings_token_address_goes_before_the_grants(lab: Lab, stated: str, is_set: bool) -> None:
    grant = lab.consent(ADA_HOLDER, ADA, OWN_EVENTS)
    secret = json.loads(grant.secret or "")
    secret["token_uri"] = stated or secret["token_uri"]
    lab.store.save(replace(grant, secret=json.dumps(secret)))
    doors = lab.doors(token_uri=lab.google.token_uri if is_set else "")
    assert works(doors, doors.keyring.calendar(ADA_HOLDER, ADA))


def test_what_was_forgotten_is_looked_up_anew(lab: Lab) -> None:
    doors = lab.doors(service_account=lab.service_account())
    assert doors.keyring.calendar(ADA_HOLDER, ADA).way is Way.SHARED
    lab.consent(ADA_HOLDER, ADA, OWN_EVENTS)
    assert doors.keyring.calendar(ADA_HOLDER, ADA).way is Way.SHARED
    ben = doors.keyring.calendar(BEN_HOLDER, BEN)
    doors.keyring.forget(ADA_HOLDER)
    assert doors.keyring.calendar(BEN_HOLDER, BEN) is ben
    assert doors.keyring.calendar(ADA_HOLDER, ADA).way is Way.OAUTH


class Endpoint:
    """A token endpoint that gives a new refresh token with every access token."""

    status, headers = 200, {"content-type": "application/json"}

    def __init__(self) -> None:
        self.given = 0
        self.asked: list[str] = []

    @property
    def data(self) -> bytes:
        told = {"access_token": "ya29.x", "expires_in": 3599, "refresh_token": f"1//new-{self.given}"}
        return json.dumps(told).encode()

    def __call__(self, *_: Any, body: bytes, **__: Any) -> "Endpoint":
        self.given += 1
        self.asked.append(body.decode())
        return self


def test_a_refresh_token_that_google_replaced_is_kept(lab: Lab) -> None:
    first = lab.consent(ADA_HOLDER, ADA, OWN_EVENTS)
    credentials, endpoint = lab.doors().keyring.calendar(ADA_HOLDER, ADA).credentials, Endpoint()
    credentials.refresh(endpoint)
    credentials.refresh(endpoint)
    kept = lab.store.grants[ADA_HOLDER]
    assert json.loads(kept.secret or "")["refresh_token"] == "1//new-2"
    assert "new-1" in endpoint.asked[1]
    assert replace(kept, secret=first.secret) == first


def test_a_newer_consent_is_never_overwritten_by_a_replaced_token(lab: Lab) -> None:
    lab.consent(ADA_HOLDER, ADA, OWN_EVENTS)
    credentials = lab.doors().keyring.calendar(ADA_HOLDER, ADA).credentials
    newer = lab.consent(ADA_HOLDER, ADA, OWN_EVENTS)
    credentials.refresh(Endpoint())
    assert lab.store.grants[ADA_HOLDER] == newer


def test_a_replaced_token_of_one_who_was_erased_meanwhile_is_let_go(lab: Lab) -> None:
    lab.consent(ADA_HOLDER, ADA, OWN_EVENTS)
    credentials = lab.doors().keyring.calendar(ADA_HOLDER, ADA).credentials
    lab.store.grants.clear()
    credentials.refresh(Endpoint())
    assert (credentials.token, lab.store.grants) == ("ya29.x", {})


# --- what is wrong here, not there ------------------------------------------------------


def test_a_key_that_cannot_be_read_is_the_calendars_trouble_and_passes(lab: Lab) -> None:
    doors = lab.doors(service_account=lab.folder / "gone.json", delegation=True)
    with pytest.raises(CalendarError, match=r"\[google\] service_account: .* cannot be read") as caught:
        doors.keyring.calendar(ADA_HOLDER, ADA)
    assert not isinstance(caught.value, AccessLostError)
    assert not caught.value.permanent
    with pytest.raises(MailboxError, match="cannot be read"):
        doors.keyring.mailbox(LAB_HOLDER, LAB)


def test_a_private_key_that_is_none_is_told(lab: Lab) -> None:
    path = lab.service_account()
    path.write_text(json.dumps(json.loads(path.read_text()) | {"private_key": "none"}))
    with pytest.raises(CalendarError, match="the private key in it cannot be used"):
        lab.doors(service_account=path).keyring.calendar(ADA_HOLDER, ADA)


@pytest.mark.parametrize("secret", [None, "", "{}", "[]", '{"client_id": "x"}'])
def test_a_stored_grant_that_is_damaged_asks_for_a_new_one(lab: Lab, secret: str | None) -> None:
    lab.store.save(replace(lab.consent(ADA_HOLDER, ADA, OWN_EVENTS), secret=secret))
    with pytest.raises(CalendarError, match="connect it again"):
        lab.doors().keyring.calendar(ADA_HOLDER, ADA)


def test_a_store_whose_key_is_gone_is_the_holders_trouble_too(lab: Lab) -> None:
    def fail(_: str) -> None:
        raise SecretError("fits none of the keys")

    doors = Doors(load=fail, save=lab.store.save)
    with pytest.raises(CalendarError, match="fits none of the keys"):
        doors.keyring.calendar(ADA_HOLDER, ADA)
    with pytest.raises(MailboxError, match="fits none of the keys"):
        doors.keyring.mailbox(LAB_HOLDER, LAB)
