"""Field encryption: what a stolen database, backup or write-ahead log shows is noise.

AES-256-GCM with a random 96-bit nonce. The cell's place (table, primary key, column) and the key's id are authenticated
with it, so a ciphertext that is moved to another row, cut or replaced does not open: it never opens as something else.
Every use (encryption, blind index, PIN pepper, button MAC, webhook) has a key of its own, derived from the master key
by HKDF under its own label. Several master keys may be given, newest first: the first writes, all of them read, and
`needs_rotation` names the cells that are still under an older one.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
FORMAT = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12
TAG_BYTES = 16
HEADER_BYTES = len(FORMAT) + KEY_ID_BYTES + NONCE_BYTES
BLIND_INDEX_BYTES = 16
FEWEST_DISTINCT_BYTES = 12  # 32 random bytes have about 30 distinct ones; fewer than 12 is a key somebody typed

PrimaryKey = UUID | str | int


class Use(Enum):
    """What a derived key is for; the value is its HKDF label and must never change."""

    KEY_ID = b"eservice/v1/key-id"
    ENCRYPTION = b"eservice/v1/encryption"
    BLIND_INDEX = b"eservice/v1/blind-index"
    PIN_PEPPER = b"eservice/v1/pin-pepper"
    BUTTON_MAC = b"eservice/v1/button-mac"
    WEBHOOK = b"eservice/v1/webhook"
    INVITATION = b"eservice/v1/invitation"
    LOG_HASH = b"eservice/v1/log-hash"


class CannotOpen(Exception):
    """The ciphertext is not what was sealed for this cell, or its key is not among the keys given."""


class BadKey(ValueError):
    """A master key that must not be used; the message says why and never shows the key."""


def generate_key() -> str:
    """A new master key, as it is written into SECRET_KEYS."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).rstrip(b"=").decode()


def parse_keys(text: str) -> tuple[bytes, ...]:
    """Master keys from SECRET_KEYS: base64url, separated by commas or white space, newest first."""
    keys = tuple(_parse_key(word, place) for place, word in enumerate(text.replace(",", " ").split(), start=1))
    if not keys:
        raise BadKey("there is no key")
    if len(set(keys)) < len(keys):
        raise BadKey("two keys are equal")
    return keys


def _parse_key(word: str, place: int) -> bytes:
    try:
        key = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadKey(f"key {place} is not base64url") from None
    if len(key) < KEY_BYTES:
        raise BadKey(f"key {place} has {len(key)} bytes, {KEY_BYTES} are needed")
    if len(key) > KEY_BYTES:
        raise BadKey(f"key {place} has {len(key)} bytes, exactly {KEY_BYTES} are needed")
    if len(set(key)) < FEWEST_DISTINCT_BYTES:
        raise BadKey(f"key {place} is not random")
    return key


def derive(master: bytes, use: Use, length: int = KEY_BYTES) -> bytes:
    """The key for one use; knowing it tells nothing about the master key or the key for another use."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=use.value).derive(master)


def _framed(*parts: bytes) -> bytes:
    # each part carries its length, so ("a", "bc") and ("ab", "c") never read the same
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@dataclass(frozen=True, slots=True)
class _Keys:
    """Everything derived from one master key."""

    key_id: bytes
    cipher: AESGCM = field(repr=False)
    by_use: dict[Use, bytes] = field(repr=False)

    @classmethod
    def of(cls, master: bytes) -> "_Keys":
        # the encryption key encrypts and nothing else: no MAC can be asked for under it
        by_use: dict[Use, bytes] = {use: derive(master, use) for use in Use if use not in (Use.KEY_ID, Use.ENCRYPTION)}
        return cls(derive(master, Use.KEY_ID, KEY_ID_BYTES), AESGCM(derive(master, Use.ENCRYPTION)), by_use)


class Vault:
    """Seals and opens database cells, and makes the keyed hashes that lookups and buttons need."""

    __slots__ = ("_by_id", "_keys")

    def __init__(self, master_keys: Sequence[bytes]) -> None:
        """Keys as `parse_keys` returns them, newest first."""
        self._keys = tuple(_Keys.of(master) for master in master_keys)
        self._by_id = {keys.key_id: keys for keys in self._keys}
        if not self._keys:
            raise BadKey("there is no key")
        if len(self._by_id) < len(self._keys):
            raise BadKey("two keys are equal")

    def __repr__(self) -> str:
        return f"Vault(newest={self._keys[0].key_id.hex()}, keys={len(self._keys)})"

    def seal(self, table: str, pk: PrimaryKey, column: str, plaintext: bytes) -> bytes:
        """The ciphertext of one cell, under the newest key."""
        newest = self._keys[0]
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = newest.cipher.encrypt(nonce, plaintext, _place(table, pk, column, newest.key_id))
        return FORMAT + newest.key_id + nonce + sealed

    def open(self, table: str, pk: PrimaryKey, column: str, sealed: bytes) -> bytes:
        """The plaintext of one cell; `CannotOpen` when it was not sealed here, by one of our keys."""
        if len(sealed) < HEADER_BYTES + TAG_BYTES or not sealed.startswith(FORMAT):
            raise CannotOpen(f"{table}.{column}: not a sealed cell")
        keys = self._by_id.get(key_id_of(sealed))
        if keys is None:
            raise CannotOpen(f"{table}.{column}: sealed under key {key_id_of(sealed).hex()}, which is not given")
        nonce = sealed[HEADER_BYTES - NONCE_BYTES : HEADER_BYTES]
        try:
            return keys.cipher.decrypt(nonce, sealed[HEADER_BYTES:], _place(table, pk, column, keys.key_id))
        except InvalidTag:
            raise CannotOpen(f"{table}.{column}: changed, or sealed for another cell") from None

    def seal_text(self, table: str, pk: PrimaryKey, column: str, plaintext: str) -> bytes:
        """`seal` for text."""
        return self.seal(table, pk, column, plaintext.encode())

    def open_text(self, table: str, pk: PrimaryKey, column: str, sealed: bytes) -> str:
        """`open` for text."""
        return self.open(table, pk, column, sealed).decode()

    def needs_rotation(self, sealed: bytes) -> bool:
        """Whether the cell is still under an older key than the newest."""
        return key_id_of(sealed) != self._keys[0].key_id

    def blind_index(self, column: str, value: str) -> bytes:
        """What is stored beside a sealed value so that it can be looked up; shows equality and nothing else."""
        return _blind_index(self._keys[0], column, value)

    def blind_indexes(self, column: str, value: str) -> tuple[bytes, ...]:
        """Every form the value may have been indexed under, newest key first: what a lookup has to ask for."""
        return tuple(_blind_index(keys, column, value) for keys in self._keys)

    def mac(self, use: Use, *parts: bytes) -> bytes:
        """A 32-byte tag over the parts, under the newest key for this use."""
        return _mac(self._keys[0].by_use[use], parts)

    def mac_matches(self, use: Use, tag: bytes, *parts: bytes) -> bool:
        """Whether one of our keys made this tag over these parts; takes the same time for each wrong tag."""
        matches = [hmac.compare_digest(_mac(keys.by_use[use], parts), tag) for keys in self._keys]
        return any(matches)


def key_id_of(sealed: bytes) -> bytes:
    """The id of the key a cell was sealed under; a query may group by it to see how far a rotation is."""
    return sealed[len(FORMAT) : len(FORMAT) + KEY_ID_BYTES]


def _place(table: str, pk: PrimaryKey, column: str, key_id: bytes) -> bytes:
    before, behind = _column(table, column, key_id)
    row = str(pk).encode()
    return b"".join((before, len(row).to_bytes(4, "big"), row, behind))  # framed as the rest, without a detour


@lru_cache(maxsize=256)
def _column(table: str, column: str, key_id: bytes) -> tuple[bytes, bytes]:
    """What stands before and behind the row in each place of a column: thousands of cells are opened in a row."""
    return FORMAT + _framed(table.encode()), _framed(column.encode(), key_id)


def _mac(key: bytes, parts: Sequence[bytes]) -> bytes:
    return hmac.new(key, _framed(*parts), hashlib.sha256).digest()


def _blind_index(keys: _Keys, column: str, value: str) -> bytes:
    return _mac(keys.by_use[Use.BLIND_INDEX], (column.encode(), value.encode()))[:BLIND_INDEX_BYTES]
