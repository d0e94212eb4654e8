"""Button payloads: a typed dataclass per verb, packed into Telegram's 64 bytes.

Looking is stateless (`feature:verb:field:...`): such a button works under a message of last month, and is authorised
by who taps. A payload class with `acts = True` becomes a server row under a random id instead: single use, bound to
person, chat and message, 15 minutes. An id of the portal that doesn't fit is stored and travels under a short name.
"""

import dataclasses
import re
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Protocol, TypeVar, get_type_hints
from uuid import UUID

from services.errors import Gone
from storage.buttons import ActButton, Buttons, new_id

LIMIT = 64  # bytes of callback_data, one of which is STAYS
ACT = "!"
STAYS = "+"  # in front of the data of a button whose message stays: what it opens is a new message
NAMED = "~"
_HINTS: dict[str, dict[str, object]] = {}
_FITS = re.compile(r"[A-Za-z0-9_.-]*", re.ASCII)


class Payload(Protocol):
    """What every payload dataclass has. `acts`: pressing it changes something; `pops`: the handler answers by popup."""

    feature: ClassVar[str]
    verb: ClassVar[str]
    acts: ClassVar[bool]
    pops: ClassVar[bool]
    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[object]]]


class Look:
    """To inherit from: a stateless button."""

    __slots__ = ()
    feature: ClassVar[str]
    verb: ClassVar[str]
    acts: ClassVar[bool] = False
    pops: ClassVar[bool] = False


class Act(Look):
    """To inherit from: a button that acts."""

    __slots__ = ()
    acts: ClassVar[bool] = True


L = TypeVar("L", bound=Look)


class BadPayload(Exception):
    """Callback data that no button of ours carries."""


class Packer:
    """Packs the payloads of one screen; acting ones are gathered and stored in one go before the screen is sent."""

    def __init__(self, store: Buttons, *, stays: bool = False) -> None:
        self._store = store
        self._front = STAYS if stays else ""
        self.acting: list[ActButton] = []

    async def pack(self, payload: Payload) -> str:
        """Callback data of at most 64 bytes."""
        return self._front + await self._packed(payload)

    async def _packed(self, payload: Payload) -> str:
        values = values_of(payload)
        if payload.acts:
            button = ActButton(new_id(), [payload.feature, payload.verb, *values])
            self.acting.append(button)
            return ACT + button.id
        words = [str(v) for v in values]
        data = ":".join((payload.feature, payload.verb, *words))
        if len(data.encode()) < LIMIT and all(_FITS.fullmatch(word) for word in words):
            return data
        named = [word if _fits(word) else await self._store.name(word) for word in words]
        data = ":".join((payload.feature, payload.verb, *named))
        if len(data.encode()) >= LIMIT:
            raise BadPayload(f"{payload.feature}:{payload.verb} does not fit into {LIMIT} bytes")
        return data

    async def store(self, person_id: int, chat_id: int, now: datetime) -> None:
        """Write the acting buttons down."""
        if self.acting:
            await self._store.add(self.acting, person_id, chat_id, now)

    async def bind(self, message_id: int) -> None:
        """Bind them to the message that carries them."""
        if self.acting:
            await self._store.bind([button.id for button in self.acting], message_id)


def unpack(data: str) -> tuple[str, str, list[str]]:
    """(feature, verb, fields) of a stateless button, short names among the fields."""
    feature, _, rest = data.partition(":")
    verb, *words = rest.split(":")
    return feature, verb, words


async def resolved(words: Sequence[str], store: Buttons) -> list[object]:
    """The fields, short names looked up."""
    found: list[object] = []
    for word in words:
        target = await store.named(word) if word.startswith(NAMED) else word
        if target is None:
            raise BadPayload(word)
        found.append(target)
    return found


def has_fields(kind: type[Look], words: Sequence[object]) -> bool:
    """Whether a payload of this kind has so many fields."""
    fields = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
    return len(fields) == len(words)


def build(kind: type[L], words: Sequence[object]) -> L:
    """The payload from its fields; anything that doesn't fit the types is refused."""
    hints = _hints(kind)
    names: list[str] = [f.name for f in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else []
    if len(names) != len(words):
        raise BadPayload(kind.__name__)
    try:
        return kind(**{name: _typed(hints[name], word) for name, word in zip(names, words, strict=True)})
    except ValueError:
        raise BadPayload(kind.__name__) from None


def id_of(written: str) -> UUID:
    """A row's id as buttons carry it; what is none (callback data can be made up) is gone."""
    try:
        return UUID(written)
    except ValueError:
        raise Gone from None


def values_of(payload: Payload) -> list[object]:
    """The fields in order."""
    return [getattr(payload, f.name) for f in dataclasses.fields(payload)]


def _hints(kind: type[Look]) -> dict[str, object]:
    """Read once: that takes longer than all the rest of a button."""
    name = f"{kind.__module__}.{kind.__qualname__}"
    if name not in _HINTS:
        _HINTS[name] = get_type_hints(kind)
    return _HINTS[name]


def _fits(word: str) -> bool:
    return len(word) <= 21 and _FITS.fullmatch(word) is not None


def _typed(hint: object, word: object) -> object:
    if hint is int:
        text = str(word)
        if not re.fullmatch(r"-?[0-9]{1,18}", text, re.ASCII):
            raise ValueError(text)
        return int(text)
    return str(word)
