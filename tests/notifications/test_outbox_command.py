"""`python -m bot outbox`: what the operator sees of notices, and can do about them."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from bot.outbox import listed, replayed, why
from bot.settings import HelpContact, Settings
from bot.values import Secret
from storage.engine import Database
from storage.events import Event
from storage.mailboxes import Mailboxes
from storage.mails import Mails
from storage.migrate import migrate
from storage.notices import Planned
from storage.subscriptions import Subscription
from storage.vault import Vault, generate_key, parse_keys
from tests.house import MovableClock
from tests.notifications.outbox import NO_LIMITS, Outbox, outbox
from tests.notifications.telegram import TOKEN, Telegram


async def test_dead_letters_are_listed_explained_and_replayed(
    tmp_path: Path, sim: Telegram, clock: MovableClock
) -> None:
    """Each with its class and none of its facts; replayed by its id it goes out, once. What may have arrived goes again
    only by its id."""
    url, key = f"sqlite:///{tmp_path / 'cli.db'}", generate_key()
    settings = Settings(
        telegram_bot_token=Secret(TOKEN),
        portal_url="http://127.0.0.1:1",
        portal_client_id="bot",
        portal_client_secret=Secret("secret"),
        secret_keys=Secret(key),
        database_url=Secret(url),
        help_contact=HelpContact("0800", "a@b.example", "", ""),
        var=tmp_path,
    )
    database, vault = Database(url), Vault(parse_keys(key))
    await migrate(database)
    async with outbox(database, vault, sim.url, TOKEN, clock, limits=NO_LIMITS) as box:
        (chat,) = sim.people(1)
        await box.subscribe(chat, await box.connect())
        sim.refuses(chat, 400, "Bad Request: can't parse entities: Unsupported start tag")
        await box.happen("4711-secret")
        await box.work()
        counts, letter = await listed(settings)
        (told,) = await why(settings, chat)
        sim.mend()
        replied = await replayed(settings, UUID(letter.split()[0]), clock())
        await box.deliverer.run_once()
        after = await listed(settings)
        unsure = await lost(box, clock)
        (_, maybe) = await listed(settings)
        nothing = await replayed(settings, None, clock())
        once_more = await replayed(settings, UUID(maybe.split()[0]), clock())
        await box.deliverer.run_once()
        await given_up(database, vault, clock())
        (_, mails, mail) = await listed(settings)
    await database.close()
    assert counts == "notices: 1 dead"
    assert "dead (refused), 1 try" in letter
    assert letter == told
    assert "4711" not in letter
    assert (replied, after) == (["1 due again"], ["notices: 1 sent"])
    assert sim.messages(chat) == ["invoice/4711-secret", f"invoice/{unsure}"]
    assert "unknown (lost-answer), 2 tries" in maybe
    assert (nothing, once_more) == (["0 due again"], ["1 due again"])
    assert mails == "mails: 1 dead"
    assert "mail " in mail and "r…@firma.de" in mail and "dead (refused), 1 try" in mail


async def lost(box: Outbox, clock: MovableClock) -> int:
    """A notice of which nobody knows whether it arrived."""
    box.sender.is_broken = True
    await box.happen(4712)
    for _ in range(2):
        await box.work()
        clock.advance(timedelta(hours=1))
    box.sender.is_broken = False
    return 4712


async def given_up(database: Database, vault: Vault, now: datetime) -> None:
    """A mail that the mail server refused."""
    boxes, mails, subscription = Mailboxes(database, vault), Mails(database, vault), uuid4()
    code = await boxes.code(await boxes.ask(subscription, 7, "rechnung@firma.de", "123456", 1, now, now), 7)
    assert code is not None
    await boxes.confirm(code, now)
    planned = [Planned(Subscription(subscription, 7, 0, 7, uuid4(), b"{}", "on", "", 1, now), "due", None, now)]
    async with database.writing() as connection:
        await mails.plan_within(connection, Event(uuid4(), "k", "invoice", (), {}, now), planned, now)
    (mail,) = await mails.claim(now, 1)
    await mails.settle(mail, "dead", now, "refused")
