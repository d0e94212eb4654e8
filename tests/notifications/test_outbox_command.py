"""`python -m bot outbox`: what the operator sees of notices, and can do about them."""

from pathlib import Path
from uuid import UUID

from bot.outbox import listed, replayed, why
from bot.settings import HelpContact, Settings
from bot.values import Secret
from storage.engine import Database
from storage.migrate import migrate
from storage.vault import Vault, generate_key, parse_keys
from tests.house import MovableClock
from tests.notifications.outbox import NO_LIMITS, outbox
from tests.notifications.telegram import TOKEN, Telegram


async def test_dead_letters_are_listed_explained_and_replayed(
    tmp_path: Path, sim: Telegram, clock: MovableClock
) -> None:
    """Each with its class and none of its facts; replayed by its id it goes out, once."""
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
    database = Database(url)
    await migrate(database)
    async with outbox(database, Vault(parse_keys(key)), sim.url, TOKEN, clock, limits=NO_LIMITS) as box:
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
    await database.close()
    assert counts == "dead: 1"
    assert "dead (refused), 1 try" in letter
    assert letter == told
    assert "4711" not in letter
    assert (replied, after) == (["1 due again"], ["sent: 1"])
    assert sim.messages(chat) == ["invoice/4711-secret"]
