"""What a fresh machine is told by the script behind `make demo`."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "venv.sh"


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def put(programs: Path, name: str, body: str) -> None:
    path = programs / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def make_venv(programs: Path, venv: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", SCRIPT, venv], env={"PATH": str(programs)}, capture_output=True, text=True, check=False
    )


def test_an_old_python_is_named_with_what_to_do(programs: Path, tmp_path: Path) -> None:
    put(programs, "python3", 'case "$1" in --version) echo Python 3.9.6;; *) exit 1;; esac')
    done = make_venv(programs, tmp_path / "venv")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer, and python3 here is: Python 3.9.6" in done.stderr


def test_no_python_at_all_is_one_line_too(programs: Path, tmp_path: Path) -> None:
    done = make_venv(programs, tmp_path / "venv")
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert done.stderr.count("\n") == 1


def test_debians_python_without_venv_is_told_which_package(programs: Path, tmp_path: Path) -> None:
    put(programs, "python3", f'case "$2" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"')
    done = make_venv(programs, tmp_path / "venv")
    assert done.returncode == 1
    assert "sudo apt-get install python3-venv" in done.stderr


def test_a_newer_python_beside_an_old_one_is_found(programs: Path, tmp_path: Path) -> None:
    put(programs, "python3", "exit 1")
    put(programs, "python3.12", f'exec {sys.executable} "$@"')
    assert make_venv(programs, tmp_path / "venv").returncode == 0
    assert (tmp_path / "venv" / "bin" / "python").exists()
