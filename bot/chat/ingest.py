"""Updates become rows before Telegram hears that we have them: what polling and the webhook share."""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.chat.incoming import ids_of
from bot.chat.transport import Update
from storage.engine import DatabaseUnavailable
from storage.inbox import Received, Row

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
LONGEST_STORING = 2.0  # seconds; then people hear that the database takes its time
NUMBERS = 2**63  # what both databases take for an integer

Store = Callable[[Sequence[Received]], Awaitable[list[Row]]]

log = structlog.get_logger(__name__)


def number_of(update: Update) -> int | None:
    """The number of an update, if it is one."""
    found = update.get("update_id")
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < NUMBERS else None


def received(update: Update) -> Received | None:
    """What goes into the inbox; one unusable update must not keep the others out."""
    number = number_of(update)
    if number is None:
        log.error("an update without a number")
        return None
    body: dict[str, object] = dict(update)
    person_id, chat_id = ids_of(body)
    if not all(-NUMBERS <= each < NUMBERS for each in (person_id, chat_id)):
        person_id = chat_id = 0
    return Received(number, person_id, chat_id, body)


async def stored(updates: Sequence[Received], store: Store) -> list[Row]:
    """What is new, stored; one that can't be stored must not keep the others out for ever."""
    try:
        return await store(updates)
    except DatabaseUnavailable:
        raise
    except Exception:
        if len(updates) > 1:
            return [row for each in updates for row in await stored([each], store)]
        log.exception("update not storable", updates=[each.update_id for each in updates])
        return []


class Excused:
    """Tells people whose updates can't be stored that their answer will be late, once for each update."""

    def __init__(self, excuse: Callable[[Update], Awaitable[None]] | None) -> None:
        self._excuse = excuse
        self._numbers: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def over(self) -> None:
        """Things are stored again."""
        self._numbers.clear()

    async def tell(self, update: Update) -> None:
        """Say it, unless this update was excused before."""
        number = number_of(update)
        if number is None or number in self._numbers:
            return
        self._numbers.add(number)
        if self._excuse is not None:
            await self._excuse(update)
