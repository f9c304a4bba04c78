"""`visavis check` with push: whether what was asked for really happens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from service.clock import utc_now
from service.jobs.push import gmail_address
from service.storage import channels, cursors
from service.storage.channels import Channel
from tests.fakes.cli import House
from tests.fakes.google_house import ADA, BEN, LAB, GoogleHouse, google_house

TOPIC = "projects/one-on-one-lab/topics/visavis"
WEEK = timedelta(days=7)
AT = "https://lab.example.org"


@pytest.fixture
def lab(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleHouse]:
    """Ada and Ben, connected, with push on."""
    with google_house(house) as made:
        monkeypatch.setattr("webbrowser.open", made.browse)
        made.google.now = datetime.now(UTC)
        made.client()
        for address in (ADA, BEN):
            made.add(address)
            made.google.accounts.will_consent(address)
            made.ok("connect", address)
        made.set(GOOGLE_PUSH="true", SERVICE_BASE_URL=AT)
        yield made


@pytest.fixture
def mailbox(lab: GoogleHouse) -> GoogleHouse:
    """Likewise its mailbox, and no calendars."""
    lab.set(GOOGLE_PUSH="false", GOOGLE_PUBSUB_TOPIC=TOPIC, MAIL_MAILBOX=f"gmail:{LAB}")
    lab.google.accounts.will_consent(LAB)
    lab.ok("connect", LAB, "--mailbox")
    return lab


def told(lab: GoogleHouse) -> list[str]:
    """What is said of push."""
    done = lab.run("check")
    lines = [*done.out.splitlines(), *done.lines]
    return [line for line in lines if line[6:].startswith(("push", "Pub/Sub"))]


def open_channel(lab: GoogleHouse, leader_id: int, heard_at: datetime | None) -> None:
    with lab.wired() as house, house.database.begin() as tx:
        channels.put(tx, Channel(f"of {leader_id}", leader_id, "r", utc_now() + WEEK, heard_at), "token")


def test_without_push_nothing_is_said_of_it(lab: GoogleHouse) -> None:
    lab.set(GOOGLE_PUSH="false")
    assert told(lab) == []


def test_before_the_worker_asked_none_tells(lab: GoogleHouse) -> None:
    assert told(lab) == ["ok    push: 0 of 2 calendars tell of changes by themselves"]


def test_those_that_were_heard_are_counted(lab: GoogleHouse) -> None:
    open_channel(lab, 1, utc_now())
    open_channel(lab, 2, None)
    assert told(lab) == ["ok    push: 1 of 2 calendars tell of changes by themselves"]


def test_where_no_message_comes_in_somebody_has_to_look(lab: GoogleHouse) -> None:
    for leader_id in (1, 2):
        open_channel(lab, leader_id, None)
    (line,) = told(lab)
    assert line.startswith("LOOK  push: asked 2 calendars to tell of changes, and no message came in; ")
    assert line.endswith(f"check that Google can reach {AT}")


def test_a_mailbox_is_asked_for_real(mailbox: GoogleHouse) -> None:
    with mailbox.wired() as house:
        address = gmail_address(AT, house.settings.secret_keys)
    assert told(mailbox) == [
        f"ok    Pub/Sub: a subscription of the type push has to post to {address}",
        f"ok    push: {LAB} tells of replies by itself",
    ]
    assert mailbox.google.gmail.office.watches.watching[LAB].topic == TOPIC
    with mailbox.wired() as house, house.database.read() as tx:
        assert cursors.watched_until(tx, LAB) is None  # the worker asks in its own time


def test_a_topic_that_refuses_is_named(mailbox: GoogleHouse) -> None:
    mailbox.google.faults.refuse("gmail.users.watch", 403, "forbidden")
    assert told(mailbox)[-1].startswith(
        f"LOOK  push: {LAB} does not tell of replies. Gmail cannot publish to the topic (HTTP 403, forbidden)"
    )
