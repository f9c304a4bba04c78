"""What goes over the wire, seen by a real server on this machine."""

import gzip
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import httplib2
import pytest

from service import __version__
from service.google.connections import IDLE_SECONDS
from service.google.pace import VirtualPace
from service.google.refusals import GoogleError, Trouble
from service.google.transport import Transport
from tests.fakes.peer import CUT, Asked, Peer, Reply

SECRET = "secret-7c1f"


def get(transport: Transport, peer: Peer) -> bytes:
    return transport.http(None).request(f"{peer.url}/calendars?syncToken={SECRET}")[1]


def trouble(transport: Transport, url: str, method: str = "POST") -> GoogleError:
    """The error of a call that gets no answer; nothing in it tells of the address."""
    with pytest.raises(GoogleError) as raised:
        transport.http(None).request(f"{url}/send?key={SECRET}", method, body='{"a": 1}')
    assert SECRET not in repr(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    return raised.value


class TestCall:
    def test_it_arrives_as_the_client_library_made_it(self, transport: Transport, peer: Peer) -> None:
        headers = {"accept": "application/json", "content-type": "application/json", "user-agent": "(gzip)"}
        transport.http(None).request(f"{peer.url}/a%2Fb?x=1&y=%40", "POST", '{"ä": 1}', headers)
        [asked] = peer.asked
        assert (asked.method, asked.path, asked.body.decode()) == ("POST", "/a%2Fb?x=1&y=%40", '{"ä": 1}')
        assert (asked.headers["accept"], asked.headers["content-type"]) == ("application/json",) * 2

    def test_it_says_who_asks_and_that_answers_may_be_packed(self, transport: Transport, peer: Peer) -> None:
        get(transport, peer)
        assert peer.asked[0].headers["user-agent"] == f"visavis/{__version__} (gzip)"

    def test_the_headers_given_stay_as_they_were(self, transport: Transport, peer: Peer) -> None:
        headers = {"accept": "*/*"}
        transport.http(None).request(peer.url + "/", headers=headers)
        assert headers == {"accept": "*/*"}

    def test_the_answer_is_one_that_the_client_library_reads(self, transport: Transport, peer: Peer) -> None:
        peer.replies(Reply(b'{"x": 1}', 404, {"X-Of-Google": "A b"}))
        answer, content = transport.http(None).request(peer.url + "/")
        assert isinstance(answer, httplib2.Response)
        assert (answer.status, answer.reason, content) == (404, "Not Found", b'{"x": 1}')
        assert answer["x-of-google"] == "A b"

    def test_a_packed_answer(self, transport: Transport, peer: Peer) -> None:
        peer.replies(Reply(gzip.compress(b'{"a": 1}'), headers={"Content-Encoding": "gzip"}))
        assert get(transport, peer) == b'{"a": 1}'

    @pytest.mark.parametrize("pieces", [1, 3, 40])
    def test_one_of_unknown_length(self, transport: Transport, peer: Peer, pieces: int) -> None:
        whole = bytes(range(256)) * 200
        peer.replies(Reply(gzip.compress(whole), headers={"Content-Encoding": "gzip"}, pieces=pieces))
        assert (get(transport, peer), get(transport, peer)) == (whole, whole)
        assert [asked.connection for asked in peer.asked] == [1, 1]

    def test_a_large_answer(self, transport: Transport, peer: Peer) -> None:
        peer.replies(Reply(b"x" * 3_000_000))
        assert len(get(transport, peer)) == 3_000_000

    def test_a_redirect_is_not_followed(self, transport: Transport, peer: Peer) -> None:
        peer.replies(Reply(b"", 307, {"Location": peer.url + "/elsewhere"}))
        answer, _ = transport.http(None).request(peer.url + "/", "POST", "{}")
        assert (answer.status, len(peer.asked)) == (307, 1)

    def test_no_cookie_is_kept(self, transport: Transport, peer: Peer) -> None:
        peer.replies(Reply(headers={"Set-Cookie": "sid=1; Path=/"}))
        get(transport, peer)
        get(transport, peer)
        assert "cookie" not in peer.asked[1].headers


class TestOnce:
    """httplib2 sends a POST again when the peer closes without an answer; here it goes out once."""

    def test_httplib2_sends_it_again(self, peer: Peer) -> None:
        peer.replies(CUT)
        with pytest.raises((OSError, httplib2.HttpLib2Error)):
            httplib2.Http(timeout=5).request(peer.url + "/send", "POST", body="{}")
        assert len(peer.asked) == 2

    def test_we_do_not(self, transport: Transport, peer: Peer) -> None:
        peer.replies(CUT)
        error = trouble(transport, peer.url)
        assert len(peer.asked) == 1
        assert (error.trouble, error.may_have_happened, error.permanent) == (Trouble.NO_ANSWER, True, False)

    def test_where_nobody_listens_it_was_not_sent(self, transport: Transport) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        error = trouble(transport, f"http://127.0.0.1:{port}")
        assert (error.trouble, error.may_have_happened, error.permanent) == (
            Trouble.UNREACHABLE,
            False,
            False,
        )

    def test_nor_over_a_connection_that_was_used_before(self, transport: Transport, peer: Peer) -> None:
        peer.replies(Reply(), CUT)
        get(transport, peer)
        assert trouble(transport, peer.url).may_have_happened
        assert [asked.connection for asked in peer.asked] == [1, 1]

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
    def test_whatever_the_method(self, transport: Transport, peer: Peer, method: str) -> None:
        peer.replies(CUT)
        trouble(transport, peer.url, method)
        assert len(peer.asked) == 1

    @pytest.mark.parametrize("pieces", [0, 1, 3])
    def test_nor_when_the_answer_breaks_off(self, transport: Transport, peer: Peer, pieces: int) -> None:
        peer.replies(Reply(b'{"id": "1', missing=5, pieces=pieces))
        error = trouble(transport, peer.url)
        assert (error.trouble, error.may_have_happened, len(peer.asked)) == (Trouble.NO_ANSWER, True, 1)

    @pytest.mark.parametrize("cut", [0, 1, 12])
    def test_nor_when_the_packed_answer_is_broken(self, transport: Transport, peer: Peer, cut: int) -> None:
        packed = gzip.compress(b'{"id": "1"}')
        peer.replies(Reply(packed[:-cut] if cut else b"not packed", headers={"Content-Encoding": "gzip"}))
        error = trouble(transport, peer.url)
        assert (error.trouble, error.may_have_happened, len(peer.asked)) == (Trouble.NO_ANSWER, True, 1)


class TestTime:
    def test_no_answer_in_time(self, peer: Peer) -> None:
        late = threading.Event()
        peer.answer = lambda _: Reply() if late.wait(10) else CUT
        with Transport(read_seconds=0.05) as transport:
            error = trouble(transport, peer.url)
            late.set()
        assert (error.trouble, error.may_have_happened) == (Trouble.NO_ANSWER, True)
        assert str(error) == "Google did not answer in time; it is tried again."

    def test_a_connection_that_timed_out_is_not_used_again(self, peer: Peer) -> None:
        late = threading.Event()

        def answer(asked: Asked) -> Reply:
            if asked.connection == 1:
                late.wait(10)
            return Reply(str(asked.connection).encode())

        peer.answer = answer
        with Transport(read_seconds=0.5) as transport:
            trouble(transport, peer.url)
            late.set()
            assert get(transport, peer) == b"2"

    def test_an_answer_that_drips(self, peer: Peer) -> None:
        """No single wait is long, and yet it would never end."""
        peer.replies(Reply(drip=300), Reply(b"whole"))
        pace = VirtualPace()

        def later() -> float:
            pace.sleep(1)  # with each look at the clock
            return pace.now()

        with Transport(read_seconds=5, whole_seconds=10, clock=later) as transport:
            error = trouble(transport, peer.url)
            assert (error.trouble, error.may_have_happened) == (Trouble.NO_ANSWER, True)
            assert get(transport, peer) == b"whole"
        assert 0 < peer.dripped < 300
        assert [asked.connection for asked in peer.asked] == [1, 2]

    def test_an_answer_without_end(self, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("service.google.transport.MOST_BYTES", 1000)
        peer.replies(Reply(b"x" * 1001), Reply(b"x" * 1000))
        with Transport() as transport:
            assert trouble(transport, peer.url).reason == "tooLarge"
            assert len(get(transport, peer)) == 1000


class TestConnections:
    def test_they_are_kept(self, transport: Transport, peer: Peer) -> None:
        for _ in range(3):
            get(transport, peer)
        assert [asked.connection for asked in peer.asked] == [1, 1, 1]

    def test_after_a_refusal_too(self, transport: Transport, peer: Peer) -> None:
        peer.replies(Reply(b'{"error": {}}', 503), Reply())
        get(transport, peer)
        get(transport, peer)
        assert [asked.connection for asked in peer.asked] == [1, 1]

    def test_one_that_google_closed_meanwhile_costs_nothing(self, transport: Transport, peer: Peer) -> None:
        peer.replies(Reply(last=True), Reply(b"2"))
        get(transport, peer)
        assert peer.has_closed(1)
        assert get(transport, peer) == b"2"

    def test_32_threads_work_side_by_side(self, transport: Transport, peer: Peer) -> None:
        together = threading.Barrier(32)

        def answer(asked: Asked) -> Reply:
            together.wait(20)  # nobody is answered before all 32 have asked
            return Reply(asked.path.encode())

        def ask(number: int) -> bytes:
            return transport.http(None).request(f"{peer.url}/{number}")[1]

        peer.answer = answer
        with ThreadPoolExecutor(32) as pool:
            for _ in range(2):
                assert list(pool.map(ask, range(32))) == [b"/%d" % number for number in range(32)]
        assert len({asked.connection for asked in peer.asked}) == 32

    def test_one_that_google_wants_closed_is_not_used_again(self, transport: Transport, peer: Peer) -> None:
        peer.replies(Reply(headers={"Connection": "close"}), Reply())
        assert [get(transport, peer), get(transport, peer)] == [b"{}", b"{}"]
        assert [asked.connection for asked in peer.asked] == [1, 2]

    def test_one_that_was_silent_for_long_is_not_trusted(self, peer: Peer) -> None:
        pace = VirtualPace()
        with Transport(clock=pace.now) as transport:
            for pause in (IDLE_SECONDS, IDLE_SECONDS + 1, 0):
                get(transport, peer)
                pace.sleep(pause)
            get(transport, peer)
            assert peer.has_closed(1)
        assert [asked.connection for asked in peer.asked] == [1, 1, 2, 2]

    def test_none_is_left_open(self, peer: Peer) -> None:
        with Transport() as transport:
            get(transport, peer)
        assert peer.has_closed(1)


def test_a_proxy_is_asked_for_the_whole_address(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", peer.url.replace("//", "//me:p%40ss@"))
    with Transport() as transport:
        transport.http(None).request("http://calendar.invalid/a?b=1", headers={"accept": "*/*"})
    [asked] = peer.asked
    assert (asked.path, asked.headers["host"]) == ("http://calendar.invalid/a?b=1", "calendar.invalid")
    assert (asked.headers["accept"], asked.headers["proxy-authorization"]) == ("*/*", "Basic bWU6cEBzcw==")
