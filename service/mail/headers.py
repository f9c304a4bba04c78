"""Header values as people read them."""

from email.header import decode_header


def decoded(value: str) -> str:
    """A header value with its encoded words (RFC 2047) made plain, broken ones as they are."""
    try:
        pieces = decode_header(value)
    except (ValueError, LookupError):
        return value
    return "".join(piece if isinstance(piece, str) else _text(piece, charset) for piece, charset in pieces)


def _text(piece: bytes, charset: str | None) -> str:
    try:
        return piece.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return piece.decode("utf-8", "replace")
