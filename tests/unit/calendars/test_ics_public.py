"""An address that a visitor typed must not make this machine speak to its neighbours."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import requests

from service.calendars import ics_public
from service.calendars.ics import IcsCalendar
from service.calendars.ics_public import NotPublicError, is_public, public_session
from service.domain.events import Window
from service.errors import CalendarError
from tests.fakes.ics import Site, served

DAY = Window(datetime(2026, 7, 13, tzinfo=UTC), datetime(2026, 7, 14, tzinfo=UTC))


@pytest.fixture
def site() -> Iterator[Site]:
    with served(b"") as site:
        yield site


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_the_whole_nets_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "0.0.0.0", "100.64.0.1", "224.0.0.1"),  # noqa: S104
        "169.254.169.254",  # where clouds tell a machine its secrets
        *("::1", "::", "fe80::1%eth0", "fd00::1"),
        *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"),  # wrapped into another address
    ],
)
def test_a_network_of_somebodys_own_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("https://127.0.0.1/a.ics", "https://localhost/a.ics", "https://[::1]/a.ics", "webcal://10.0.0.1/a"),
        *("https://2130706433/", "https://0x7f000001/", "https://127.1/"),  # the same in other figures
        "https://user:secret@127.0.0.1/",
        "http://example.org/a.ics",  # its secret would travel in the clear
    ],
)
def test_such_an_address_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(CalendarError) as refused:
        IcsCalendar(url, default_zone=ZoneInfo("UTC"), public_only=True).read(DAY)
    assert "cannot be reached from everywhere" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_path_is_never_taken_for_a_file() -> None:
    with pytest.raises(CalendarError):
        IcsCalendar("/etc/passwd", default_zone=ZoneInfo("UTC"), public_only=True).read(DAY)


def test_whether_somebody_listens_there_makes_no_difference(site: Site) -> None:
    def told(port: str) -> str:
        with pytest.raises(CalendarError) as refused:
            IcsCalendar(f"https://127.0.0.1:{port}/", default_zone=ZoneInfo("UTC"), public_only=True).read(
                DAY
            )
        return str(refused.value)

    assert told(site.url.split(":")[2].split("/")[0]) == told("1")
    assert site.asked == []


def test_nobody_is_sent_on_to_a_neighbour(site: Site) -> None:
    """The first address counts as public here, the one it sends us on to does not."""
    site.status, site.location = 302, "http://127.0.0.1:1/inside"
    with public_session() as session:
        session.mount("http://", requests.adapters.HTTPAdapter())  # as if it had been public
        session.mount("http://127.0.0.1:1/", ics_public.PublicOnly())
        with pytest.raises(NotPublicError):
            session.get(site.url)
    assert len(site.asked) == 1


def test_a_name_that_turns_round_after_it_was_looked_up_gets_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ics_public, "_addresses", lambda _: {"8.8.8.8"})  # what it said a moment ago
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with public_session() as session, pytest.raises(requests.ConnectionError):
            session.get(f"https://127.0.0.1:{port}/", timeout=5)
        reached, _ = listener.accept()
        with reached:
            reached.settimeout(5)
            assert reached.recv(1) == b""
