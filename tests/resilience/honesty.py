"""What somebody was told of a booking, held against what the portal has."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from portal.server.access.tables import sms_log
from portal.server.running import PortalServer
from portal.server.tmf.tables import orders, product_prices, products
from storage.actions import State
from storage.engine import Database
from storage.tables import actions, inbox, notices
from tests.drivers.sandbox import NotSeen, Person, SandboxClient
from tests.drivers.sandbox_views import as_read
from tests.house import MAX
from tests.resilience.ledger import moved

PATIENCE = 60.0
LINE, ROUTER = "V-2300229-03", "Business-Router"
YES = ("Bestellt.", "Gebucht.")
NO = ("nichts geändert", "Geändert wurde noch nichts", "nicht geklappt", "nichts bestellt")
NOT_YET = ("📱", "🔢", "abgelaufen", "Verbindlich bestellen?")  # a question is open, and nothing was ordered
WAITING = frozenset({State.RUNNING, State.UNKNOWN, State.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Told:
    """How a booking ended: the portal's orders since it began, and whether the chat says the same."""

    orders: frozenset[str]
    is_true: bool
    said: str


async def to_question(person: Person) -> None:
    """The question whether to order stands in the chat."""
    await person.send(f"/optionen {LINE}")
    await person.tap(ROUTER, on=await person.sees("dazubuchen", 20, new=True), within=20)
    await person.tap("Buchen", on=await person.sees(ROUTER, 20, new=True), within=20)
    await person.sees("Verbindlich bestellen?", 20, new=True)


async def yes(person: Person, client: SandboxClient, database: Database) -> None:
    """Yes, and the PIN, should one come: none does once all is quiet, or the portal has to be asked."""
    await unread(client)
    await person.tap("bestellen", within=PATIENCE, answered=False)  # a process that dies may answer it too late
    while True:
        try:
            pin = (await client.sms(MAX[1], within=1)).pin
        except NotSeen:
            heard = await client.request("GET", "/sim/updates", bot=client.bot)
            _, state = await newest(database)
            if not heard["pending"] and (state is State.UNKNOWN or await quiet(database)):
                return
        else:
            await person.send(pin)
            return


async def unread(client: SandboxClient) -> None:
    """Look away from what came too late for the booking before."""
    while True:
        try:
            await client.sms(MAX[1], within=0)
        except NotSeen:
            return


async def ordered(portal: PortalServer) -> frozenset[str]:
    """The names of all orders that the portal has."""
    async with portal.context.database.reading() as connection:
        return frozenset((await connection.execute(select(orders.c.external_id))).scalars())


async def told(person: Person, since: int, portal: PortalServer, before: frozenset[str]) -> Told:
    """Everything said since then that still stands, and the orders that came."""
    chat = await person.transcript()
    said = [as_read(m.text) for m in chat.from_bot if m.version > since]  # the last is where the eye is
    made = await ordered(portal) - before
    last = said[-1] if said else ""
    says_yes = [text for text in said if any(word in text for word in YES)]
    says_no = [text for text in said if any(word in text for word in NO)]
    if made:
        is_true = bool(says_yes) and any(word in last for word in YES)
    else:
        is_true = not says_yes and (bool(says_no) or any(word in last for word in NOT_YET))
    return Told(made, is_true, " || ".join(said))


async def newest(database: Database) -> tuple[UUID, State]:
    """The change that was proposed last."""
    async with database.reading() as connection:
        row = (await connection.execute(select(actions).order_by(actions.c.created_at.desc()).limit(1))).one()
    return row.id, State(row.state)


async def quiet(database: Database) -> bool:
    """Whether every update is answered, everything told, and no change waits for the portal."""
    waiting = (
        select(func.count()).select_from(inbox).where(inbox.c.state.in_(["open", "running"])),
        select(func.count()).select_from(notices).where(notices.c.state.in_(["due", "running"])),
        select(func.count()).select_from(actions).where(actions.c.state.in_(WAITING)),
    )
    async with database.reading() as connection:
        return not any([(await connection.execute(each)).scalar_one() for each in waiting])


async def settled(database: Database, client: SandboxClient) -> None:
    """Until all is heard and it is quiet; looks again when the sandbox moves, and at least each second."""
    await client.updates_taken(PATIENCE)
    seen = 0
    while not await quiet(database):
        seen = await moved(client, seen)


async def free_again(portal: PortalServer) -> None:
    """What was booked is gone from the world, and the portal has forgotten how many PINs it sent."""
    booked = select(orders.c.product_id)
    async with portal.context.database.writing() as connection:
        await connection.execute(product_prices.delete().where(product_prices.c.product_id.in_(booked)))
        await connection.execute(products.delete().where(products.c.id.in_(booked)))
        await connection.execute(sms_log.delete())
