"""How Google is reached: directly or through a proxy, and only where its certificate is good."""

import ipaddress
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, NotConnected
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.google.connections import MOST_IDLE, Connections, Route
from service.google.refusals import GoogleError, Trouble
from tests.fakes.peer import Peer, Reply, served

GOOGLE = "https://www.googleapis.com"


@contextmanager
def opened(ca_file: Path | None = None) -> Iterator[Connections]:
    made = Connections(
        connect_seconds=5, read_seconds=7, clock=lambda: 0.0, ca_file=str(ca_file) if ca_file else None
    )
    try:
        yield made
    finally:
        made.close()


def use(connection: HTTPConnection) -> bytes:
    connection.request("GET", "/")
    with connection.getresponse() as answer:
        return answer.read()


def refusal(origin: str) -> GoogleError:
    with opened() as connections, pytest.raises(GoogleError) as raised:
        connections.take(origin)
    assert not raised.value.may_have_happened
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    return raised.value


class TestKeeping:
    def test_one_given_back_is_the_next_one_taken(self, peer: Peer) -> None:
        with opened() as connections:
            first = connections.take(peer.url)
            second = connections.take(peer.url)
            connections.give_back(peer.url, first)
            assert connections.take(peer.url) is first
            for connection in (first, second):
                connections.give_back(peer.url, connection)

    def test_one_on_which_something_has_come_is_not(self, peer: Peer) -> None:
        peer.replies(Reply(last=True))
        with opened() as connections:
            first = connections.take(peer.url)
            assert use(first) == b"{}"
            connections.give_back(peer.url, first)
            assert peer.has_closed(1)
            second = connections.take(peer.url)
            assert second is not first
            connections.give_back(peer.url, second)

    def test_one_that_stands_waits_as_long_as_answers_may_take(self, peer: Peer) -> None:
        with opened() as connections:
            connection = connections.take(peer.url)
            assert connection.sock.gettimeout() == 7
            connections.give_back(peer.url, connection)

    def test_not_more_are_kept_than_a_busy_process_needs(self, peer: Peer) -> None:
        with opened() as connections:
            taken = [connections.take(peer.url) for _ in range(MOST_IDLE + 3)]
            for connection in taken:
                connections.give_back(peer.url, connection)
            assert [each.sock for each in taken[MOST_IDLE:]] == [None] * 3
            assert None not in [each.sock for each in taken[:MOST_IDLE]]
        assert [each.sock for each in taken] == [None] * len(taken)

    def test_one_closed_in_the_midst_of_a_call_does_not_open_by_itself(self, peer: Peer) -> None:
        with opened() as connections:
            connection = connections.take(peer.url)
            connection.close()
            with pytest.raises(NotConnected):
                connection.request("GET", "/")
        assert peer.asked == []


class TestUnreached:
    @pytest.mark.parametrize(
        "origin",
        ["http://no-such-host.invalid", "http://127.0.0.1:9", "ftp://127.0.0.1", "https:", "http://x:y"],
    )
    def test_nobody_is_there(self, origin: str) -> None:
        error = refusal(origin)
        assert (error.trouble, error.permanent) == (Trouble.UNREACHABLE, False)

    def test_what_is_there_does_not_encrypt(self, peer: Peer) -> None:
        assert refusal(peer.url.replace("http", "https")).trouble is Trouble.UNREACHABLE
        assert peer.asked == []


class TestProxy:
    @pytest.fixture
    def route(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Route]:
        def routed(origin: str, **environment: str) -> Route:
            for name, value in environment.items():
                monkeypatch.setenv(name, value)
            with opened() as connections:
                return connections.route(origin)

        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)
        return routed

    def test_without_one_google_is_asked_directly(self, route: Callable[..., Route]) -> None:
        assert route(GOOGLE) == Route("www.googleapis.com", None, tls=True)
        assert route("http://emulator:4802") == Route("emulator", 4802, tls=False)

    @pytest.mark.parametrize("named", ["http://proxy:3128", "proxy:3128"])
    def test_what_is_encrypted_goes_through_a_tunnel(self, route: Callable[..., Route], named: str) -> None:
        tunnel = ("www.googleapis.com", None)
        assert route(GOOGLE, https_proxy=named) == Route("proxy", 3128, tls=True, tunnel=tunnel)

    def test_one_for_all(self, route: Callable[..., Route]) -> None:
        assert route(GOOGLE, all_proxy="http://proxy").host == "proxy"

    def test_what_is_not_is_asked_of_the_proxy(self, route: Callable[..., Route]) -> None:
        found = route("http://emulator:4802", http_proxy="http://me:p%40ss@proxy:3128")
        login = {"Proxy-Authorization": "Basic bWU6cEBzcw=="}
        assert found == Route("proxy", 3128, tls=False, prefix="http://emulator:4802", headers=login)

    @pytest.mark.parametrize("exempt", ["emulator", ".example.org,emulator", "*"])
    def test_what_is_exempt_is_asked_directly(self, route: Callable[..., Route], exempt: str) -> None:
        found = route("http://emulator:4802", http_proxy="http://proxy", no_proxy=exempt)
        assert found == Route("emulator", 4802, tls=False)

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
    def test_so_is_this_machine_always(self, route: Callable[..., Route], host: str) -> None:
        assert route(f"http://{host}:4802", http_proxy="http://proxy").prefix == ""

    def test_the_environment_is_read_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("https_proxy", "http://proxy")
        with opened() as connections:
            monkeypatch.delenv("https_proxy")
            assert connections.route(GOOGLE).host == "proxy"

    def test_a_proxy_that_refuses(self, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("https_proxy", peer.url.replace("//", "//me:p%40ss@"))
        peer.replies(Reply(b"", 407))
        assert refusal("https://calendar.invalid").trouble is Trouble.UNREACHABLE
        [asked] = peer.asked
        assert (asked.method, asked.path) == ("CONNECT", "calendar.invalid:443")
        assert asked.headers["proxy-authorization"] == "Basic bWU6cEBzcw=="


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key, and a certificate for this machine that it has signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "identity.pem"
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    private = key.private_bytes(pem, form, serialization.NoEncryption())
    path.write_bytes(private + certificate.public_bytes(pem))
    return path


@pytest.fixture
def encrypted(identity: Path) -> Iterator[Peer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity)
    with served(context) as peer:
        yield peer


class TestCertificates:
    def test_one_that_nobody_vouches_for_is_not_taken(self, encrypted: Peer) -> None:
        error = refusal(encrypted.url)
        assert (error.trouble, error.reason, encrypted.asked) == (Trouble.UNREACHABLE, "certificate", [])
        assert str(error).startswith("Google's certificate could not be verified")

    def test_unless_we_are_told_to_trust_it(self, encrypted: Peer, identity: Path) -> None:
        with opened(identity) as connections:
            connection = connections.take(encrypted.url)
            assert [use(connection), use(connection)] == [b"{}", b"{}"]
            connections.give_back(encrypted.url, connection)

    def test_nor_one_for_another_host(self, encrypted: Peer, identity: Path) -> None:
        with opened(identity) as connections, pytest.raises(GoogleError) as raised:
            connections.take(encrypted.url.replace("127.0.0.1", "localhost"))
        assert raised.value.reason == "certificate"
