"""What a title says: whether it is a one-on-one, and with whom."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import recognition_words as words
from service.domain.people import Person

_ACCENTS = re.compile("[\u0300-\u036f]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\uff0d]")
_QUOTES = re.compile("[\u2018\u2019\u02bc`´]")
_COLONS = re.compile("[\ua789\u2236\ufe55]")
_NAME_SPLIT = re.compile(r"[\s._+-]+")
_JOINING = re.compile(
    r"with|w|mit|con|com|avec|med|met|and|und|e|y|et|en|og|och|x|vs|per|pro|z|s|с|и|"
    r"meeting|call|talk|the|a|le|la|el|il|o|os|um|uma|さん|と"
)
_SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PROPER_NAME = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*\.?")


def plain(text: str) -> str:
    """Lower case, one form of dash, quote and colon, Latin accents folded."""
    folded = unicodedata.normalize("NFD", _unified(text).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", folded))


def _unified(text: str) -> str:
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    return _COLONS.sub(":", _QUOTES.sub("'", text))


@dataclass(frozen=True, slots=True)
class Title:
    """A title made plain, and what it says. `negative` is the word that names another purpose."""

    original: str
    text: str
    strong: bool
    weak: bool
    negative: str | None

    @property
    def forced(self) -> bool | None:
        """The leader's own mark: #1on1 or #not1on1."""
        if words.FORCED_NO.search(self.text):
            return False
        return True if words.FORCED_YES.search(self.text) else None


def read_title(original: str) -> Title:
    """Read a title once, for all the questions asked of it."""
    text = plain(original)
    negative = words.NEGATIVE.search(text)
    return Title(
        original=original,
        text=text,
        strong=bool(_strong_spans(text)),
        weak=words.WEAK.search(text) is not None,
        negative=negative[0] if negative else None,
    )


def _strong_spans(text: str) -> list[tuple[int, int]]:
    """Where it says one-on-one; "Sprint 1-1" counts sprints and "1:1 mapping" maps tables."""
    return [
        found.span()
        for found in words.STRONG.finditer(text)
        if not words.NUMBERING_BEFORE.search(text[: found.start()])
        and not words.TECHNICAL_AFTER.match(text[found.end() :])
    ]


def name_words(person: Person) -> list[str]:
    """The words of a name, made plain, "Okafor, Ben" turned round; of the address where there is none."""
    last, comma, first = person.name.partition(",")
    label = f"{first} {last}" if comma else person.name
    label = label or person.email.partition("@")[0]
    return [word for word in _NAME_SPLIT.split(plain(label)) if len(word) > 1 and not word.isdigit()]


def mentions(text: str, name: str) -> int:
    """How often a plain title has a plain name as a word of its own; a genitive s is allowed.

    Scripts that do not part words by spaces are searched as they stand.
    """
    if _SPACELESS.search(name):
        return text.count(name)
    return len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)|(?<!\w){re.escape(name)}(?='?s(?!\w))", text))


def names_person(text: str, person: Person) -> bool:
    """Whether the title has the first, the full, or a long last name."""
    parts = name_words(person)
    candidates = parts[:1] + [" ".join(parts)] + [part for part in parts[-1:] if len(part) > 3]
    return any(mentions(text, name) for name in candidates if name)


def names_both(text: str, leader: Person, other: Person) -> bool:
    """Whether both are named; two people of one first name need it twice."""
    if not (names_person(text, leader) and names_person(text, other)):
        return False
    one, two = name_words(leader)[:1], name_words(other)[:1]
    return one != two or mentions(text, one[0]) > 1


def named_on_roster(title: Title, leader: Person, roster: Sequence[Person]) -> list[Person]:
    """The members a title names: by full name if any, else by first name.

    A first name says nothing if another last name follows ("Ben Smith"), or if the leader
    bears it too and it stands there only once.
    """
    text = title.text
    full = [one for one in roster if len(name_words(one)) > 1 and mentions(text, " ".join(name_words(one)))]
    return full or [one for one in roster if _first_name_says(title, one, leader)]


def _first_name_says(title: Title, person: Person, leader: Person) -> bool:
    first, own = name_words(person)[:1], name_words(leader)[:1]
    if not first or mentions(title.text, first[0]) < (2 if first == own else 1):
        return False
    follower = re.search(rf"(?<!\w){re.escape(first[0])} ([^\W\d_]{{2,}})", plain(title.original))
    return follower is None or not _is_other_name(title, follower[1], [person, leader])


def _is_other_name(title: Title, word: str, people: Sequence[Person]) -> bool:
    """Whether a word beside a first name is a last name none of `people` bears."""
    strangers = [one for one in leftover_words(title, people) if one[0].isupper()]
    meant = any(plain(one) == word for one in strangers)
    return meant and not words.WEAK.fullmatch(word) and not words.NEGATIVE.fullmatch(word)


def leftover_words(title: Title, people: Sequence[Person]) -> list[str]:
    """The words of the title, as written, that neither join, nor say one-on-one, nor name `people`."""
    known = {word for person in people for word in name_words(person)}
    shown = _unified(title.original)
    if len(shown.casefold()) == len(shown) and len(title.text) == len(shown):
        for start, end in reversed(_strong_spans(title.text)):
            shown = f"{shown[:start]} {shown[end:]}"
    shown = re.sub(r"#\w+", " ", shown)
    return [word for word in _PROPER_NAME.findall(shown) if not _is_known(plain(word).rstrip("."), known)]


def _is_known(word: str, known: set[str]) -> bool:
    return word in known or all(part in known for part in word.split("-")) or bool(_JOINING.fullmatch(word))


def stranger_named(title: Title, leader: Person) -> str:
    """A name that a strong title leaves, such as Kim in "1:1 with Kim"; "" where it leaves none."""
    rest = [word for word in leftover_words(title, [leader]) if not words.WEAK.search(plain(word))]
    proper = all(word[0].isupper() or word[0].lower() == word[0].upper() for word in rest)
    return " ".join(rest) if title.strong and proper and 1 <= len(rest) <= 3 else ""


def only_names(title: Title, people: Sequence[Person]) -> bool:
    """Whether the title is nothing but the names of `people`, as in "Ben" or "Ben <> Ada"."""
    return bool(title.text.strip()) and not leftover_words(title, people) and not re.search(r"\d", title.text)
