"""RSA keys of service accounts, and the tokens that are signed with them."""

import base64
import json
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


@cache
def private_key(number: int) -> rsa.RSAPrivateKey:  # noqa: ARG001 - the cache tells them apart
    """The n-th key of this process: making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def as_pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def claims_of(token: str) -> dict[str, Any]:
    """What a JWT says, not yet believed. Raises ValueError for what is none."""
    parts = token.split(".")
    if len(parts) != 3:
        raise ValueError("no JWT")
    claims = json.loads(_decoded(parts[1]))
    if not isinstance(claims, dict):
        raise ValueError("no claims")
    return claims


def is_signed_by(token: str, key: rsa.RSAPublicKey) -> bool:
    """Whether the JWT bears this key's RS256 signature."""
    signed, _, signature = token.rpartition(".")
    if json.loads(_decoded(signed.partition(".")[0])).get("alg") != "RS256":
        return False
    try:
        key.verify(_decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
