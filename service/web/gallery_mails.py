"""Sample mails that follow their templates while these are edited."""

import traceback
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from jinja2 import TemplateSyntaxError

from service.domain.letters import Kind
from service.languages import LANGUAGES, translations
from service.mail.render import Rendered, forget_templates, render
from service.mail.samples import sample
from service.playbooks import load_playbook
from service.templates import templates_folder

_EDITED = ("email", "playbook", "locale")


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a mail cannot be shown; `where` is the file and line, as far as they are known."""

    what: str
    where: str


def languages() -> dict[str, str]:
    """The languages that mails can be written in, each by its own name."""
    playbooks = templates_folder() / "playbook"
    return {tag: name for tag, name in LANGUAGES.items() if (playbooks / f"{tag}.toml").is_file()}


def sample_mail(kind: Kind, language: str, *, pages: bool = True) -> Rendered:
    """A sample of a kind, with or without links to pages; raises whatever its templates do."""
    letter, frame = sample(kind, load_playbook(language), language, pages=pages)
    return render(kind, letter, frame)


class Mails:
    """The samples as the templates have them now."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stamp = ""
        self._known: dict[tuple[Kind, str, bool], Rendered | Broken] = {}

    def stamp(self) -> str:
        """Another one after each edit."""
        files = (path for part in _EDITED for path in (templates_folder() / part).rglob("*.*"))
        return str(hash(tuple(sorted((str(path), path.stat().st_mtime_ns) for path in files))))

    def get(self, kind: Kind, language: str, *, pages: bool = True) -> Rendered | Broken:
        """The mail, or why there is none."""
        with self._lock:
            self._follow()
            key = (kind, language, pages)
            if key not in self._known:
                self._known[key] = _made(*key)
            return self._known[key]

    def _follow(self) -> None:
        stamp = self.stamp()
        if stamp != self._stamp:
            forget_templates()
            load_playbook.cache_clear()
            translations.cache_clear()
            self._known.clear()
            self._stamp = stamp


def _made(kind: Kind, language: str, pages: bool) -> Rendered | Broken:
    try:
        return sample_mail(kind, language, pages=pages)
    except Exception as error:  # noqa: BLE001 - half an edit may fail in any way; the next one mends it
        return Broken(f"{type(error).__name__}: {error}", _where(error))


def _where(error: Exception) -> str:
    """The last of our templates that the error came through."""
    if isinstance(error, TemplateSyntaxError) and error.filename:
        return f"{_short(error.filename)}, line {error.lineno}"
    ours = [one for one in traceback.extract_tb(error.__traceback__) if _is_template(one.filename)]
    return f"{_short(ours[-1].filename)}, line {ours[-1].lineno}" if ours else ""


def _is_template(path: str) -> bool:
    return Path(path).is_relative_to(templates_folder())


def _short(path: str) -> str:
    return str(Path(path).relative_to(templates_folder())) if _is_template(path) else path
