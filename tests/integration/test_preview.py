"""`visavis preview`: one mail, all of them, their words."""

import signal
import socket

import requests

from tests.fakes.cli import House


def test_the_gallery_needs_no_settings_and_closes_kindly(house: House) -> None:
    (house.folder / "visavis.toml").unlink()
    with house.start("preview", "--no-browser", "--language", "en") as process:
        assert process.stdout is not None
        address = next(word for word in process.stdout.readline().split() if word.startswith("http"))
        page = requests.get(address, timeout=30)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert "<iframe" in page.text
    assert process.returncode == 0


def test_a_port_in_use_is_one_line(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = house.run("preview", "--no-browser", "--port", str(taken.getsockname()[1]))
    assert (done.code, len(done.lines)) == (2, 1)


def test_a_language_that_there_is_not_is_named(house: House) -> None:
    done = house.run("preview", "prep", "--language", "xx")
    assert (done.code, done.out) == (2, "")
    assert "xx" in done.err


def test_the_words_are_written_into_a_file(house: House) -> None:
    done = house.ok("preview", "--words", "here/words.html")
    assert done.out.rstrip().endswith("here/words.html")
    assert "Your one-on-one with Ana Silva" in (house.folder / "here/words.html").read_text(encoding="utf-8")
