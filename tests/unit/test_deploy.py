"""The deploy files say only what the program can do."""

import re
from pathlib import Path

import pytest

from service.cli import make_parser
from service.settings import keys, load_settings

ROOT = Path(__file__).parents[2]
FILES = sorted(path for path in (ROOT / "deploy").rglob("*") if path.is_file() and path.name != "secret_key")
VARIABLES = {f"VISAVIS_{section}_{key}".upper() for section, key in keys()}


def text(name: str) -> str:
    return (ROOT / "deploy" / name).read_text(encoding="utf-8")


def assignments(commented: bool) -> dict[str, str]:
    mark = "#?" if commented else ""
    return dict(re.findall(rf"^{mark}(VISAVIS_\w+)=(.*)$", text("env.example"), re.MULTILINE))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_variable_named_is_a_setting(path: Path) -> None:
    named = set(re.findall(r"VISAVIS_[A-Z_]+", path.read_text(encoding="utf-8")))
    assert {name if name in VARIABLES else name.removesuffix("_FILE") for name in named} <= VARIABLES


def test_every_command_named_exists() -> None:
    named = {
        word
        for path in FILES
        for word in re.findall(r"(?:bin/|exec |[\"`])visavis ([a-z]+)", path.read_text(encoding="utf-8"))
    }
    assert named == {"init", "migrate", "run", "check"}
    for word in named:
        assert make_parser().parse_args([word])


def test_the_example_names_every_setting() -> None:
    assert set(assignments(commented=True)) == VARIABLES


def test_the_example_with_a_key_is_all_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    key = {"VISAVIS_SERVICE_SECRET_KEY": "k" * 32}
    settings = load_settings(None, assignments(commented=False) | key)
    assert settings == load_settings(None, assignments(commented=True) | key)


def test_the_image_serves_where_it_says() -> None:
    (listen,) = re.findall(r"^ENV VISAVIS_SERVICE_LISTEN=0\.0\.0\.0:(\d+)$", text("Dockerfile"), re.MULTILINE)
    assert f"EXPOSE {listen}\n" in text("Dockerfile")
    assert f"http://127.0.0.1:{listen}/health" in text("Dockerfile")
    assert f":{listen}:{listen}" in text("compose.yaml")


def test_the_image_takes_only_files_that_are_there() -> None:
    taken = re.findall(r"^COPY (.*) \S+$", text("Dockerfile"), re.MULTILINE)
    for name in " ".join(taken).split():
        assert (ROOT / name).exists()
        assert f"!{name}\n" in (ROOT / ".dockerignore").read_text(encoding="utf-8")
