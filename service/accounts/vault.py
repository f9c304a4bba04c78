"""Encryption at rest: what is sealed here can be read only with the operator's key.

Every purpose has keys of its own, derived from the same secret, so that a sealed promise
can never be opened as a calendar address.
"""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.errors import SecretError

_NO_KEY_FITS = (
    "a stored secret fits none of the keys in [service] secret_key; "
    "put the key it was sealed with back, after the newest one, separated by a comma"
)


class Vault:
    """Seals and opens short texts.

    `keys` are secrets of any length, newest first: the newest seals, each one opens.
    To rotate: put a new key in front, `reseal` what is stored, then drop the last key.
    One instance may be shared between threads.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise SecretError("there is no secret key; run `visavis init`, or set [service] secret_key")
        self._keys = tuple(keys)
        self._fernets: dict[str, MultiFernet] = {}

    def seal(self, text: str, purpose: str) -> str:
        """`text` as an ASCII token that only `open` with the same purpose reads."""
        return self._fernet(purpose).encrypt(_to_bytes(text)).decode("ascii")

    def open(self, token: str, purpose: str) -> str:
        """What `seal` was given; `SecretError` where no key fits or the token was altered."""
        try:
            return _to_text(self._fernet(purpose).decrypt(_to_bytes(token)))
        except InvalidToken as error:
            raise SecretError(_NO_KEY_FITS) from error

    def reseal(self, token: str, purpose: str) -> str:
        """The same secret under the newest key; `SecretError` as with `open`."""
        try:
            return self._fernet(purpose).rotate(_to_bytes(token)).decode("ascii")
        except InvalidToken as error:
            raise SecretError(_NO_KEY_FITS) from error

    def _fernet(self, purpose: str) -> MultiFernet:
        # Deriving costs far more than sealing, so each purpose derives once.
        if purpose not in self._fernets:
            keys = (base64.urlsafe_b64encode(_derive(key, purpose)) for key in self._keys)
            self._fernets[purpose] = MultiFernet([Fernet(key) for key in keys])
        return self._fernets[purpose]


def _derive(secret: str, purpose: str) -> bytes:
    info = f"visavis/1/seal/{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())


def _to_bytes(text: str) -> bytes:
    # Mail can hold halves of characters that plain UTF-8 refuses; they must not cost a reply.
    return text.encode("utf-8", "surrogatepass")


def _to_text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")
