"""Whether the receiving server vouches for a mail's sender (RFC 8601, RFC 7489).

Anybody can write an Authentication-Results header into a mail. Only the topmost one with the
receiver's own name counts: a receiver puts its headers above all that came with the mail.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses

_NO_VERDICT = frozenset({"none", "temperror", "permerror"})

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_VALUE = rf'(?:{_QUOTED}(?:@[^\s"]+)?|[^\s"]+)'
_NAME = re.compile(rf"\s*({_VALUE})(?:\s+(\d+))?\s*")
_METHOD = re.compile(r"\s*([\w-]+)\s*(?:/\s*(\d+)\s*)?=\s*([\w-]+)(?=\s|$)")
_PROPERTY = re.compile(rf"\s+([\w-]+(?:\s*\.\s*[\w.-]+)?)\s*=\s*({_VALUE})")
_CUT = re.compile(rf"{_QUOTED}|;|[^;\"]+")
_OUTSIDE = re.compile(rf'{_QUOTED}|\(|[^"()]+')
_IN_COMMENT = re.compile(r"\\.|[()]|[^\\()]+")
_ADDRESS = re.compile(r"(?:ipv6:)?[0-9a-f]*:[0-9a-f:.]*|[\d.]+")  # Gmail's inner hops name nothing else
_BY = re.compile(r"\bby\s+([^\s;]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Result:
    """One method's verdict: `dkim`, `pass`, and what it is about (`header.d` → example.com)."""

    method: str
    verdict: str
    properties: tuple[tuple[str, str], ...]

    def domains(self, name: str) -> set[str]:
        """The domains that the properties of this name hold, of an address the part behind its @."""
        return {_domain(value) for found, value in self.properties if found == name}


def vouched(message: Message, receiver: str | None) -> bool | None:
    """True where `receiver` (the name it stamps with) found that the mail comes from its From domain.

    DMARC decides; where it has no verdict, a DKIM signature or SPF in line with the From domain
    does. False where it found otherwise, or nothing; None where nobody vouches for anything.
    """
    if receiver is None:
        return None
    domain = _from_domain(message)
    results = _stamped(message, receiver.lower())
    if domain is None or results is None:
        return False
    verdicts = [one for one in results if one.method == "dmarc" and one.verdict not in _NO_VERDICT]
    if verdicts:
        return all(one.verdict == "pass" and one.domains("header.from") == {domain} for one in verdicts)
    return any(one.verdict == "pass" and _in_line(one, domain) for one in results)


def _in_line(result: _Result, domain: str) -> bool:
    """Whether a signature's or envelope's domain is the From domain, or one above it.

    DMARC would also take a domain below; but where names are handed out to anybody
    (somebody.example.co), that one may be a stranger's, and no list of those is at hand.
    """
    if result.method == "dkim":
        found = result.domains("header.d") or result.domains("header.i")
    else:
        found = result.domains("smtp.mailfrom") if result.method == "spf" else set()
    return bool(found) and all(one == domain or ("." in one and domain.endswith(f".{one}")) for one in found)


def _from_domain(message: Message) -> str | None:
    """The domain of the one address in From; None where there are none or several."""
    addresses = [address for _, address in getaddresses(_values(message, "from"))]
    return _domain(addresses[0]) or None if len(addresses) == 1 and "@" in addresses[0] else None


def _stamped(message: Message, receiver: str) -> list[_Result] | None:
    """What the topmost header with the receiver's name says; None where it is missing or unreadable.

    Below a hop that is not the receiver's own nothing is its own: that was there before.
    """
    for name, value in _headers(message):
        if name == "received" and not _is_own_hop(value, receiver):
            return None
        if name == "authentication-results":
            stamp, *pieces = _pieces(value)
            named = _NAME.fullmatch(stamp)
            if named is None:
                return None
            if _unquoted(named[1]).lower() == receiver:
                return _results(pieces) if named[2] in {None, "1"} else None
    return None


def _is_own_hop(received: str, receiver: str) -> bool:
    """Whether a Received line was written by the receiver: by its name, a neighbour's or a bare address."""
    by = _BY.search(_without_comments(received))
    host = by[1].strip("[].").lower() if by else ""
    home = receiver.split(".", 1)[1] if receiver.count(".") > 1 else receiver
    return host == receiver or f".{host}".endswith(f".{home}") or _ADDRESS.fullmatch(host) is not None


def _results(pieces: list[str]) -> list[_Result] | None:
    """The methods' verdicts; None if any piece cannot be read, as it might have said no."""
    results = [_result(piece) for piece in pieces if piece.strip().lower() not in {"", "none"}]
    return None if None in results else [one for one in results if one is not None]


def _result(piece: str) -> _Result | None:
    method = _METHOD.match(piece)
    rest = piece[method.end() :].rstrip() if method else ""
    if method is None or method[2] not in {None, "1"} or _PROPERTY.sub("", rest):
        return None
    named = ((name.replace(" ", "").lower(), _unquoted(value)) for name, value in _PROPERTY.findall(rest))
    return _Result(method[1].lower(), method[3].lower(), tuple(named))


def _pieces(value: str) -> list[str]:
    """The value without comments, cut at the semicolons outside quotes."""
    piece, pieces = "", []
    for part in _CUT.findall(_without_comments(value)):
        if part == ";":
            pieces.append(piece)
            piece = ""
        else:
            piece += part
    return [*pieces, piece]


def _without_comments(value: str) -> str:
    """A space for each comment, which may nest; "" where a comment or a quote has no end."""
    kept, depth, at = [], 0, 0
    while at < len(value):
        found = (_IN_COMMENT if depth else _OUTSIDE).match(value, at)
        if found is None:
            return ""
        at = found.end()
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        kept.append(found[0] if depth == 0 and found[0] != ")" else " ")
    return "".join(kept) if depth == 0 else ""


def _unquoted(value: str) -> str:
    return re.sub(_QUOTED, lambda quoted: re.sub(r"\\(.)", r"\1", quoted[0][1:-1]), value)


def _domain(value: str) -> str:
    """The domain of an address or a bare one, as it stands in the DNS."""
    name = value.rpartition("@")[2].strip().rstrip(".").lower()
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def _values(message: Message, name: str) -> list[str]:
    return [value for found, value in _headers(message) if found == name]


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    """Every header from the top, name in lower case, value on one line."""
    for name, value in message.raw_items():
        yield name.lower(), " ".join(str(value).split())
