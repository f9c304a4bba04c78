"""What a one-word answer means, however people happen to put it."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum


class Outcome(StrEnum):
    """Did it happen?"""

    HELD = "held"
    MOVED = "moved"
    LEADER_CANCELLED = "leader_cancelled"
    MEMBER_CANCELLED = "member_cancelled"
    NO_SHOW = "no_show"


class Answer3(StrEnum):
    """A one-word answer."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Talked(StrEnum):
    """Who talked more."""

    LEADER = "me"
    MEMBER = "them"
    EVEN = "even"


Answer = Outcome | Answer3 | Talked


def meanings(key: str) -> tuple[Answer, ...]:
    """What the words offered for an answer to the question `key` mean, in their order."""
    if key == "happened":
        return tuple(Outcome)
    return tuple(Talked) if key == "talked" else tuple(Answer3)


def understand(key: str, text: str, choices: Sequence[str] = ()) -> Answer | None:
    """The one-word answer in `text` to the question `key`; None where it says nothing plain.

    One of the question's own `choices` counts first, then what people say in any language
    known, then what begins with a choice. The choices themselves ("me / them / even"), left
    as they were, are no answer.
    """
    if text.count("/") > 1:
        return None
    offered = dict(zip(map(_plain, choices), meanings(key), strict=False))
    said = _plain(text)
    if said in offered:
        return offered[said]
    readers: dict[str, Callable[[str], Answer | None]] = {"happened": read_outcome, "talked": read_talked}
    found = readers.get(key, read_yes_no)(text)
    return found if found is not None else _begun_with(said, offered)


def _begun_with(said: str, offered: Mapping[str, Answer]) -> Answer | None:
    """The longest of the words offered that it begins with."""
    begun = [choice for choice in offered if choice and said.startswith(f"{choice} ")]
    return offered[max(begun, key=len)] if begun else None


def read_yes_no(text: str) -> Answer3 | None:
    """Yes, no or unsure; a sentence counts by how it begins ("Yes, she told me …")."""
    said = _LEAD_IN.sub("", _plain(text))
    if said in {"", "?"}:
        return Answer3.UNSURE if "?" in text else None
    for answer, pattern in ((Answer3.UNSURE, _UNSURE), (Answer3.NO, _NO), (Answer3.YES, _YES)):
        if pattern.match(said):
            return answer
    return None


def read_outcome(text: str) -> Outcome | None:
    """What became of a meeting. A bare "no" is None: it does not say whose doing it was."""
    said = _plain(text)
    if _UNSURE.match(said):
        return None
    if _YES.match(_LEAD_IN.sub("", said)) or _HELD.match(said):
        return Outcome.HELD
    for outcome, pattern in _OUTCOMES:
        if pattern.search(said):
            return outcome
    return None


def read_talked(text: str) -> Talked | None:
    """Who talked more; of two people named, the first ("me more than her")."""
    words = _plain(text).split()
    said = " ".join(words)
    if not words or len(words) > 8:
        return None
    if _EVEN.search(said):
        return Talked.EVEN
    first = next((word for word in words if word in _ME | _THEM), None)
    if first is None:
        return None
    turned = _LESS.search(said) is not None
    return Talked.LEADER if (first in _ME) != turned else Talked.MEMBER


def says_more(text: str, choices: Sequence[str] = ()) -> bool:
    """Whether an answer holds words beyond the plain ones and its choices': they are worth keeping."""
    offered = {word for choice in choices for word in _plain(choice).split()}
    return any(word not in _PLAIN_WORDS | offered for word in _plain(text).split())


def says_nothing(text: str) -> bool:
    """Whether an answer in words only says that there is nothing: kept, but never quoted back."""
    return _NOTHING.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    """Lower case, accents off, words and a lone question mark only, one space between."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.findall(r"[\w'/%]+|[👍✅✔✓]|^\?$", letters))


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _begins(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(phrases)})(?![\w'])")


_LEAD_IN = re.compile(
    r"(?:(?:well|hm+|oh|um|uh|ah|so|i think|i guess|i'd say|i would say|i believe|actually|honestly"
    r"|probably|eu acho|acho que|creo que|ich glaube|je crois)\s+)+(?=\S)"
)

_UNSURE = _begins(
    r"\?", "unsure", "not (?:so |quite |too |really |entirely |at all )?(?:sure|certain)", "i'm not sure",
    "i am not sure", "maybe", "perhaps", "possibly", "dunno", "(?:i )?(?:do not|don't|dont) (?:really )?know",
    "(?:it's |it is )?hard to (?:say|tell)", "(?:i )?(?:can't|cannot|can not|couldn't) (?:say|tell)",
    "(?:it's |it is )?too (?:early|soon)", "no idea", "no clue", "unclear", "kind of", "kinda", "sort of",
    "yes and no", "yes/no", "so so", "mixed", "50/50", "talvez", "nao sei", "nao tenho certeza", "no se",
    "no estoy segur[oa]", "quizas?", "tal vez", "vielleicht", "weiss nicht", "unsicher", "keine ahnung",
    "peut etre", "je ne sais pas", "forse", "non so", "misschien", "kanske",
)  # fmt: skip
_NOT = r"(?:n't|nt| not)"
_NO = _begins(
    "no", "nope", "nah", "n", "not", "never", "none", "nothing", "nada", "nein", "nao", "non", "nee", "nej",
    "nei", "nie", "neither", "hardly", "barely", "negative", "i forgot",
    rf"(?:i |it |he |she |they |we |that )?(?:did|do|does|was|were|is|are|has|have|had|could){_NOT}",
    "i don't think so", "don't", "please don't", "keep", "please keep", "false", "wrong",
)  # fmt: skip
_YES = _begins(
    "yes", "yess+", "yeah", "yea", "yep", "yup", "ya", "y", "aye", "sure", "definitely", "absolutely",
    "indeed", "of course", "certainly", "totally", "very much", "clearly", "ok", "okay", "true", "correct",
    "right", "exactly", "done", "kept", "si", "sim", "oui", "ja", "jawohl", "da", "tak", "hai", "claro",
    "(?:a |quite a )?(?:little|bit)", "somewhat", "a lot", "mostly", "partly", "think so", "so", "pause",
    "please pause", "please do", "(?:i|it|he|she|they|we|that) (?:really |sure |certainly )?(?:did|does|do)",
    "it (?:was|is|has)", "i have", "we have", "they have", "she has", "he has", "👍", "✅", "✔", "✓",
)  # fmt: skip

_HELD = _begins(
    "(?:it |we |i |the meeting )?(?:was |were )?(?:just |have |did |has )?"
    "(?:held|happened|happen|met|took place)",
)  # fmt: skip
_CANCEL = r"(?:cancel\w*|call(?:ed|ing)? (?:it |this )?off|scrapp?ed|abgesagt|annul\w*|cancelad[oa]|skipped)"
_OUTCOMES = (
    (
        Outcome.NO_SHOW,
        re.compile(
            r"\bno ?shows?\b|\bnobody\b|\bno ?one\b|\bstood me up\b|\bninguem\b|\bnadie\b|\bniemand\b"
            rf"|\b(?:did{_NOT}|never) (?:show|come|came|turn|join|appear|attend)"
            r"|\bnao apareceu\b|\bforgot\b|\bpersonne\b"
        ),
    ),
    (
        Outcome.MOVED,
        re.compile(
            r"\b(?:moved?|moving|rescheduled?|postponed?|pushed|shifted|delayed|adiad[oa]|adiamos"
            r"|remarcad[oa]|remarcamos|movid[oa]|aplazad[oa]|pospuest[oa]|verschoben|reportee?|deplacee?"
            r"|spostat[oa]|rinviat[oa]|brought forward|another (?:day|time))\b"
        ),
    ),
    (
        Outcome.LEADER_CANCELLED,
        re.compile(
            rf"\bi (?:\w+ ){{0,3}}?{_CANCEL}|{_CANCEL} by me\b|\beu cancelei\b|\bcancelei\b|\bcancele\b"
            rf"|\bich (?:\w+ ){{0,2}}?abgesagt\b|\bj'ai (?:\w+ ){{0,2}}?annul\w*|\bho (?:\w+ )?annul\w*"
        ),
    ),
    (
        Outcome.MEMBER_CANCELLED,
        re.compile(
            rf"\b(?!(?:i|we|it|was|is|got|been|meeting|had|to|not|and|then|just|be)\b)[\w']+ "
            rf"(?:(?:had to|has|have|have to|just|also|ha|hat|a|needed to|decided to) )*{_CANCEL}"
            rf"|{_CANCEL} by (?:him|her|them|the (?:other|member)|[a-z]+)\b|\bcancelou\b|\bcancelo\b"
        ),
    ),
)

_NOTHING = re.compile(
    r"(?:(?:no|not|nope|none|nothing|n/a|na|nil|nada|nichts|rien|niente|nein|nao)"
    r"(?: (?:nothing|none|really|much|at all|special|so far|yet|this time|that i know of|thanks|comes to mind"
    r"|i can think of|in particular|a thing|promises?|idea))*)?"
)

_EVEN = re.compile(
    r"\b(?:both|even|evenly|equal|equally|same|half|fifty|balanced?|neither|igual|iguais|gleich|beide"
    r"|ambos|ambas|os dois|los dos|les deux|entrambi|all of us|each)\b|\b50\s*%?\s*/?\s*50\b"
)
_ME = _words("me i myself mine i'd eu yo ich moi io mi je")
_THEM = _words("them they him her he she herself himself theirs hers ele ela el ella er sie ihn lui elle lei")
_LESS = re.compile(r"\b(?:listened|listen|listening|less|quiet)\b")

_PLAIN_WORDS = (
    _ME
    | _THEM
    | _words(
        """yes yeah yea yep yup ya y sure definitely absolutely indeed of course ok okay true correct
        right no nope nah n not yet really at all never si sim oui ja nein nao non unsure maybe perhaps
        dunno know don't do did it we that this didn't hard to say tell idea clue think so guess had
        has have cancel cancelled canceled cancelling called off moved move show showed up came come
        nobody one was is happened held met both equally even equal mostly mainly probably more most
        bit a little lot the same about half 50/50 50 fifty kept done please talked talking listened
        than and 👍 ✅ ✔ ✓ ?"""
    )
)
