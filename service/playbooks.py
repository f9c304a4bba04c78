"""Where playbooks come from: the ones shipped, or an operator's own file."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from service.domain.playbook import Playbook
from service.domain.playbook_text import parse_playbook
from service.errors import UsageError
from service.languages import best_language
from service.templates import templates_folder


@cache
def load_playbook(language: str, own: Path | None = None) -> Playbook:
    """The playbook shipped in `language`, or the operator's `own`; read once a process.

    An own playbook is written in one language and serves every leader: those of another one
    read its words among mails that otherwise speak theirs. Where it has no [answers], those
    shipped in its language are offered, else the English ones.
    Raises `UsageError` where there is none, or where it is broken.
    """
    if own is None:
        path = templates_folder() / "playbook" / f"{language}.toml"
        return parse_playbook(_text_of(path), path.name)
    playbook = parse_playbook(_text_of(own), str(own))
    if playbook.answers:
        return playbook
    shipped = load_playbook(best_language([playbook.language]))
    return replace(playbook, answers=shipped.answers)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UsageError(f"{path}: there is no such playbook; give the path of a TOML file") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: not UTF-8 text; save the playbook as UTF-8") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); expected a TOML file") from error
