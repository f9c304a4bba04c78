"""Every sentence that people read, collected out of templates and code, and the catalogs of their
translations. `python -m tests.catalog` (or `make catalog`) brings the catalogs up to date: what is new
is left empty there for the translators, what is gone is dropped.
"""

import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from service.languages import DEFAULT, LANGUAGES

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "templates" / "locale"
WORDED = ("templates/email", "templates/web", "service")
TRANSLATED = [language for language in LANGUAGES if language != DEFAULT]
# What Babel would write into the header: placeholders, and times that change by themselves.
NOISE = (
    "Project-Id",
    "Report",
    "POT-Creation",
    "PO-Revision",
    "Last-Translator",
    "Language-Team",
    "Generated",
)


def messages() -> Catalog:
    """Every message there is, with the files it stands in, by the mapping of pyproject.toml."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    found = Catalog(charset="utf-8")
    for name, _line, message, comments, context in sorted(_extracted(mappings), key=lambda row: row[:2]):
        found.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return found


def _extracted(mappings: list[dict[str, Any]]) -> Iterator[tuple[str, int, Any, list[str], str | None]]:
    methods: list[tuple[str, str]] = []
    options: dict[str, dict[str, Any]] = {}
    for mapping in mappings:
        patterns = mapping["pattern"] if isinstance(mapping["pattern"], list) else [mapping["pattern"]]
        methods += [(pattern, mapping["method"]) for pattern in patterns]
        rest = {key: value for key, value in mapping.items() if key not in {"method", "pattern"}}
        options |= dict.fromkeys(patterns, rest)
    return extract_from_dir(
        ROOT, methods, options, DEFAULT_KEYWORDS, directory_filter=_is_worded, strip_comment_tags=True
    )


def _is_worded(folder: Any) -> bool:
    name = Path(str(folder)).relative_to(ROOT).as_posix()
    return name in {"templates", "."} or name.startswith(WORDED)


def path_of(language: str) -> Path:
    """Where a language's translations lie."""
    return LOCALES / language.replace("-", "_") / "LC_MESSAGES" / "visavis.po"


def catalog_of(language: str) -> Catalog:
    """The translations of a language."""
    locale = language.replace("-", "_")
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=locale, charset="utf-8")
    with path.open("rb") as source:
        return read_po(source, locale=locale)


def written(language: str, catalog: Catalog) -> str:
    """A catalog as it is kept: sorted by file, one line a message, a header that says what matters."""
    catalog.header_comment = f"# {Locale.parse(language, sep='-').english_name} translations for Vis-à-vis."
    catalog.fuzzy = False
    target = BytesIO()
    write_po(target, catalog, width=0, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    lines = target.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(f'"{noise}' for noise in NOISE)))


def translated(catalog: Catalog) -> list[Message]:
    """The messages, without the header."""
    return [message for message in catalog if message.id]


def update() -> None:
    """Write each language's catalog anew, with every translation that still has its message."""
    template = messages()
    for language in TRANSLATED:
        catalog = catalog_of(language)
        catalog.update(template, no_fuzzy_matching=True)
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        path_of(language).write_text(written(language, catalog), encoding="utf-8")
        missing = sum(not any(forms(message.string)) for message in translated(catalog))
        print(f"{language}: {len(translated(catalog))} messages, {missing} to be translated")  # noqa: T201


def forms(text: str | tuple[str | None, ...] | list[str] | None) -> list[str]:
    """A message's text, or its forms of one and many."""
    return [text or ""] if isinstance(text, str) or text is None else [one or "" for one in text]


if __name__ == "__main__":
    update()
