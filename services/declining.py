"""What a person does not want to be told of what other people do.

Whoever is entitled hears of the orders and the changed diversions of others, also without having asked; it can be
switched off like any other kind, or with everything else. That is each reader's own choice for their own chat: nobody
can switch it off for somebody else. Told all the same, as security, is whatever could be fraud that is seen too late:

    a diversion to a number outside that nobody had approved, the approval of a number and its end, all calls of a main
    number going elsewhere; connections; invitations

So what can be declined is what needed no PIN: calls that go to colleagues, the voicemail or an approved number, or
home again. And what somebody did themself is always answered, as is a switch that failed.
"""

from services.subscribing import OFF
from services.subscriptions import STANDARD, EventKind, from_json, is_chosen
from storage.connections import Connection
from storage.subscriptions import Subscriptions


class Declining:
    """Asks what a person chose in their private chat."""

    def __init__(self, rows: Subscriptions) -> None:
        self._rows = rows

    async def has(self, kind: EventKind, reader: Connection) -> bool:
        """Whether this reader declined a kind. Whoever never chose anything did not; of security nobody can."""
        if kind not in STANDARD:
            return False
        found = await self._rows.of(reader.person_id, reader.account.customer_id)
        wish = from_json(found.wish) if found is not None else None
        if found is None or wish is None or wish.bounds is not None:
            return False
        return found.state == OFF or not is_chosen(kind, wish)
