"""What is kept secret at rest: hashes of random codes, keyed hashes of PINs, sealed mails.

One installation secret, one derived key per use (HKDF labels); the newest secret writes, all of them read.
"""

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12


def new_code() -> str:
    """256 bits as 43 characters of [A-Za-z0-9_-]: fits a Telegram start parameter."""
    return secrets.token_urlsafe(32)


def new_pin(digits: int) -> str:
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def digest(code: str) -> str:
    """Of a random code of 256 bits a plain hash is enough."""
    return hashlib.sha256(code.encode()).hexdigest()


class Keys:
    """The installation's secrets, by use."""

    def __init__(self, secret_keys: tuple[str, ...]) -> None:
        self._pepper = _derive(secret_keys[0], "pin")
        self._seals = [AESGCM(_derive(key, "mail")) for key in secret_keys]

    def pin_hash(self, pin: str, challenge_id: str) -> str:
        """A million PINs are quickly tried: without the pepper the row tells nothing."""
        return hmac.new(self._pepper, f"{pin}|{challenge_id}".encode(), hashlib.sha256).hexdigest()

    def seal(self, text: str, place: str) -> str:
        """`place` names the row: a sealed text moved elsewhere does not open."""
        nonce = secrets.token_bytes(NONCE)
        return base64.b64encode(nonce + self._seals[0].encrypt(nonce, text.encode(), place.encode())).decode("ascii")

    def open(self, sealed: str, place: str) -> str:
        raw = base64.b64decode(sealed)
        for seal in self._seals:
            try:
                return seal.decrypt(raw[:NONCE], raw[NONCE:], place.encode()).decode()
            except InvalidTag:
                continue
        raise InvalidTag


def same(one: str, other: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def _derive(secret: str, use: str) -> bytes:
    return HKDF(SHA256(), 32, salt=b"eservice-portal", info=use.encode()).derive(secret.encode())
