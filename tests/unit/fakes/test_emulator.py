from pathlib import Path

import pytest

from tests.fakes import emulator


def test_it_is_waited_for_until_it_answers_or_ends() -> None:
    answers = iter([False, False, True])
    assert emulator.wait(lambda: next(answers), lambda: False)
    assert not emulator.wait(lambda: False, lambda: True)
    assert not emulator.wait(lambda: False, lambda: False, patience=0.0)


def test_where_nobody_listens_nobody_answers() -> None:
    assert not emulator.answers(f"http://127.0.0.1:{emulator.free_port()}")


def test_it_runs_for_a_test_and_is_gone_after_it(tmp_path: Path) -> None:
    with emulator.running(tmp_path, {}) as running:
        assert emulator.answers(running.url)
        assert running.process.poll() is None
    assert running.process.poll() is not None
    assert not emulator.answers(running.url)


@pytest.fixture
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(emulator, "PROGRAM", tmp_path / "index.js")
    return tmp_path


def test_where_it_is_not_installed_its_tests_are_skipped_with_the_command(
    nothing_installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with (
        pytest.raises(pytest.skip.Exception, match="npm install --prefix tests/emulator"),
        emulator.running(nothing_installed, {}),
    ):
        pass


def test_in_ci_they_fail_instead(nothing_installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with (
        pytest.raises(pytest.fail.Exception, match="not installed"),
        emulator.running(nothing_installed, {}),
    ):
        pass


def test_an_emulator_that_does_not_start_shows_what_it_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "index.js"
    broken.write_text("console.error('no such port'); process.exit(3)")
    if not emulator.PROGRAM.exists():
        pytest.skip("Node comes with the emulator, which is not installed here")
    monkeypatch.setattr(emulator, "PROGRAM", broken)
    with (
        pytest.raises(emulator.NotStartedError, match="no such port"),
        emulator.running(tmp_path, {}),
    ):
        pass
