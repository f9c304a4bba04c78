"""A finished mail as this or that mail program would show it, and what an inbox shows of it."""

import re
from enum import StrEnum
from html import escape, unescape

_STYLES = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
_TAGS = re.compile(r"<[^>]+>")
_PREHEADER = re.compile(r"<(\w+)[^>]*class=\"[^\"]*preheader[^>]*>(.*?)</\1>", re.DOTALL)
_DARK = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_LIGHT = re.compile(r"\(\s*prefers-color-scheme\s*:\s*light\s*\)")
_BOTH = re.compile(r"\blight dark\b")
_ON, _OFF = "(min-width: 0)", "(max-width: 0)"
# What mail programs take for nothing: it keeps the words behind the preheader out of the inbox's row.
_FILLING = re.compile(r"[\u034f\u200b-\u200d\u00ad\u2007\ufeff\s]+")

_TEXT = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; padding: 16px; background: #ffffff; color: #2a231d; }}
pre {{ margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 15px/1.6 ui-monospace, monospace; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #25201c; color: #efe8df; }} }}
</style></head>
<body><pre>{text}</pre></body></html>
"""


class Scheme(StrEnum):
    """Light or dark."""

    LIGHT = "light"
    DARK = "dark"


def preheader(html: str) -> str:
    """The words that an inbox shows behind the subject; "" where the mail has none of its own."""
    found = _PREHEADER.search(html)
    return _FILLING.sub(" ", unescape(_TAGS.sub("", found[2]))).strip() if found else ""


def in_scheme(html: str, scheme: Scheme) -> str:
    """As it looks where the reader's system is light, or dark, whatever this one is."""
    dark = scheme is Scheme.DARK
    html = _DARK.sub(_ON if dark else _OFF, html)
    html = _LIGHT.sub(_OFF if dark else _ON, html)
    return _BOTH.sub(scheme, html)


def without_styles(html: str) -> str:
    """As a mail program shows it that takes every `<style>` out."""
    return _STYLES.sub("", html)


def in_new_tabs(html: str) -> str:
    """With links that do not put a page in the mail's place."""
    return html.replace("<head>", '<head><base target="_blank">', 1)


def text_page(text: str, title: str, language: str) -> str:
    """The text part, as a document."""
    return _TEXT.format(text=escape(text), title=escape(title), language=language)
