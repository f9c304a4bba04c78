"""Every bit of HTML and CSS in a mail is known to the mail programs, by the data of caniemail.

Or it stands in allowed_features.toml, with what becomes of the mail where it is not known.
"""

import json
import re
import subprocess
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

from tests.fakes.chromium import MODULES
from tests.fakes.every_mail import kinds, mails
from tests.fakes.figures import Figure
from tests.fakes.node import OLDEST, newer_node
from tests.fakes.postgres import give_up

HERE = Path(__file__).parent
LIST: dict[str, Any] = tomllib.loads((HERE / "allowed_features.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Findings:
    """`flaws`: feature → the programs that lack it or part of it, with their notes; `unlisted`
    properties that the data does not know; all `declarations`, like "margin: 0"."""

    flaws: dict[str, dict[str, str]] = field(default_factory=dict)
    unlisted: frozenset[str] = frozenset()
    declarations: frozenset[str] = frozenset()


def look_up(pages: dict[str, str]) -> Findings:
    """What caniemail says of pages of HTML."""
    node = newer_node()
    if node is None or not (MODULES / "caniemail").is_dir():
        give_up(f"caniemail, or a Node {OLDEST} for it, is not installed here (see tests/browser/README.md)")
    asked = json.dumps({"clients": LIST["programs"], "mails": pages})
    command = [node, str(HERE / "features.mjs")]
    told = json.loads(subprocess.run(command, input=asked, capture_output=True, text=True, check=True).stdout)
    flaws: dict[str, dict[str, str]] = {}
    for flaw in told["flawed"]:
        flaws.setdefault(flaw["title"], {})[flaw["client"]] = f"{flaw['support']} {' '.join(flaw['notes'])}"
    return Findings(flaws, frozenset(told["unlisted"]), frozenset(told["declarations"]))


@cache
def found() -> Findings:
    return look_up({mail.name: mail.rendered.html for kind in kinds() for mail in mails(kind)})


def allows(feature: str, program: str) -> bool:
    entries = (entry for entry in LIST["allowed"] if entry["feature"] == feature)
    return any(fnmatch(program, pattern) for entry in entries for pattern in entry["programs"])


def test_what_a_program_does_not_know_has_a_fallback(figure: Figure) -> None:
    flaws = [
        (feature, program, note) for feature, all_ in found().flaws.items() for program, note in all_.items()
    ]
    figure("mails in 12 programs", "features with a fallback", len(found().flaws))
    figure("mails in 12 programs", "features without", sum(not allows(*flaw[:2]) for flaw in flaws))
    assert [flaw for flaw in flaws if not allows(*flaw[:2])] == []


def test_what_makes_a_flaw_harmless_is_true() -> None:
    harmful = [
        (entry["feature"], declaration)
        for entry in LIST["allowed"]
        for declaration in found().declarations
        if "never" in entry and re.search(entry["never"], declaration)
    ]
    assert harmful == []


def test_no_entry_of_the_list_is_idle() -> None:
    flaws = found().flaws
    idle = [
        (entry["feature"], pattern)
        for entry in LIST["allowed"]
        for pattern in entry["programs"]
        if not any(fnmatch(program, pattern) for program in flaws.get(entry["feature"], ()))
    ]
    assert idle == []
    names = [entry["feature"] for entry in LIST["allowed"]]
    assert sorted(names) == sorted(set(names))
    assert all(entry["fallback"].strip() for entry in LIST["allowed"])


def test_what_the_data_says_nothing_of_is_known_to_us() -> None:
    assert {entry["property"] for entry in LIST["unlisted"]} == found().unlisted


def test_what_is_not_known_would_be_seen() -> None:
    rules = "@media (prefers-color-scheme: dark) { .a { display: grid; float: left } } .b { made-up: 1 }"
    seen = look_up({"a": f'<style>{rules}</style><p style="position: fixed">x</p><video></video>'})
    assert {"display:grid", "position", "<video> element", "@media (prefers-color-scheme)"} <= set(seen.flaws)
    assert "outlook.windows" in seen.flaws["display:grid"]
    assert seen.unlisted == {"made-up"}
    assert {"display: grid", "position: fixed", "made-up: 1"} <= seen.declarations
