"""The doctor, at a real portal, a real database and the sandbox's Telegram: it says what is well and what to mend."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from telegram import Bot

from bot import doctor
from bot.doctor import State
from bot.settings import HelpContact, MailSettings, Settings, TelegramMode, load
from bot.values import MailServer, Secret
from portal.server.running import PortalServer
from portal.server.settings import PortalSettings, bot_client
from sandbox.app import Sandbox
from sandbox.settings import BotAccount, SandboxSettings
from storage.engine import Database
from storage.migrate import migrate
from tests.drivers.sandbox import SandboxClient

TOKEN = "2300229:demo"
CLIENT = ("eservice-bot", "bot-secret-of-the-tests")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    """Telegram, with one bot."""
    async with Sandbox(SandboxSettings(bots=(BotAccount(TOKEN, "eservice_demo_bot"),))) as running:
        yield running


@pytest.fixture
async def portal(tmp_path: Path) -> AsyncIterator[PortalServer]:
    """The reference portal, which knows the bot."""
    keys = ("0123456789abcdef0123456789abcdefXYZ",)
    database = f"sqlite+aiosqlite:///{tmp_path}/portal.db"
    settings = PortalSettings(keys, (bot_client(*CLIENT),), "127.0.0.1:0", "", database)
    server = PortalServer(settings)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def settings(telegram: Sandbox, portal: PortalServer, tmp_path: Path) -> Settings:
    """Settings under which the bot can run."""
    environment = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram.url,
        "PORTAL_URL": portal.url,
        "PORTAL_CLIENT_ID": CLIENT[0],
        "PORTAL_CLIENT_SECRET": CLIENT[1],
        "HELP_PHONE": "0800 0002300",
    }
    return load(environment, tmp_path)


async def test_all_is_well(settings: Settings, tmp_path: Path) -> None:
    """With everything in place no finding asks for anything."""
    findings = await doctor.examine(settings, tmp_path, now)

    assert {finding.what: finding.state for finding in findings} == {
        "telegram": State.OK,
        "portal": State.OK,
        "database": State.OK,
        "clock": State.OK,
        "keys": State.OK,
        "help": State.OK,
    }
    assert "@eservice_demo_bot" in str(findings[0])


async def test_a_token_telegram_does_not_know(settings: Settings) -> None:
    """The advice names the setting and shows nothing of the token."""
    wrong = replace(settings, telegram_bot_token=Secret("2300229:canarytoken"))
    (finding,) = await doctor.telegram(wrong)

    assert finding.state is State.MEND
    assert "TELEGRAM_BOT_TOKEN" in finding.says
    assert "canarytoken" not in str(finding)


async def until_refused(bot: Bot) -> None:
    """Hold until Telegram has found nobody at the webhook's address."""
    while (await bot.get_webhook_info()).last_error_message is None:
        pass


async def test_a_webhook_is_looked_at(settings: Settings, telegram: Sandbox) -> None:
    """Polling with a webhook set, an address that Telegram does not have yet, one that it can't reach, a good one."""
    telegram.app.world.switches.webhook_loopback = True
    bot = Bot(TOKEN, base_url=f"{telegram.url}/bot", base_file_url=f"{telegram.url}/file/bot")
    nowhere = "http://127.0.0.1:1"
    called = replace(settings, telegram_mode=TelegramMode.WEBHOOK, public_url=nowhere)
    async with bot:
        (_, unset) = await doctor.telegram(called)
        await bot.set_webhook(f"{nowhere}/telegram")
        (_, polls), (_, well) = await doctor.telegram(settings), await doctor.telegram(called)
        async with SandboxClient(telegram.url) as client:
            await (await client.person("Anna")).send("hallo")
            await until_refused(bot)
        (_, fails) = await doctor.telegram(called)
        await bot.delete_webhook()
    (away,), (there,) = await doctor.address(called), await doctor.address(replace(called, public_url=telegram.url))

    assert [each.state for each in (unset, polls, well, fails)] == [State.HINT, State.HINT, State.OK, State.MEND]
    assert "Connection refused" in fails.says
    assert (away.state, there.state) == (State.HINT, State.OK)


async def test_nobody_at_the_addresses(settings: Settings) -> None:
    """A closed port is told as such for Telegram and the portal, and the clock can't be compared."""
    nowhere = replace(settings, telegram_api_url="http://127.0.0.1:1", portal_url="http://127.0.0.1:1")
    found = [*await doctor.telegram(nowhere), *await doctor.portal(nowhere), *await doctor.clock_skew(nowhere, now)]

    assert [finding.state for finding in found] == [State.MEND, State.MEND, State.HINT]
    assert all("does not answer" in finding.says for finding in found[:2])


async def test_credentials_the_portal_does_not_accept(settings: Settings) -> None:
    """A wrong client secret is found out without a customer."""
    wrong = replace(settings, portal_client_secret=Secret("another-secret-0815"))
    (finding,) = await doctor.portal(wrong)

    assert finding.state is State.MEND
    assert "PORTAL_CLIENT_SECRET" in finding.says


async def test_an_address_that_is_no_portal(settings: Settings, telegram: Sandbox) -> None:
    """A server that is not an e:service portal is told from one that is down."""
    (finding,) = await doctor.portal(replace(settings, portal_url=telegram.url))

    assert finding.state is State.MEND
    assert "PORTAL_URL" in finding.says


async def test_a_clock_that_is_off(settings: Settings) -> None:
    """Two minutes are too many; the advice says how to set the clock."""
    (finding,) = await doctor.clock_skew(settings, lambda: now() + timedelta(minutes=2))

    assert finding.state is State.MEND
    assert "timedatectl" in finding.says


async def test_a_database_with_the_schema(settings: Settings) -> None:
    """After a first start the schema is the one of this release, in a file for its owner only."""
    database = Database(settings.database_url.reveal())
    await migrate(database)
    await database.close()
    (finding,) = await doctor.database(settings)

    assert finding.state is State.OK
    assert (settings.var / "bot.db").stat().st_mode & 0o777 == 0o600


async def test_a_database_that_is_newer(settings: Settings) -> None:
    """After a downgrade the operator is told to update the bot, not left with a broken schema."""
    database = Database(settings.database_url.reveal())
    await migrate(database)
    await database.close()
    with closing(sqlite3.connect(settings.var / "bot.db")) as file, file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    (finding,) = await doctor.database(settings)

    assert finding.state is State.MEND
    assert "newer" in finding.says


async def test_a_database_that_can_not_be_opened(settings: Settings) -> None:
    """A file that is no database, or a server that is not there, gets a sentence without the password."""
    (settings.var / "bot.db").write_bytes(b"no database" * 100)
    absent = replace(settings, database_url=Secret("postgresql://bot:canarypassword@127.0.0.1:1/bot"))
    found = [*await doctor.database(settings), *await doctor.database(absent)]

    assert [finding.state for finding in found] == [State.MEND, State.MEND]
    assert "canarypassword" not in "".join(map(str, found))


async def test_a_database_that_can_not_be_made(settings: Settings) -> None:
    """A path that leads through a file is told before the first start stumbles over it."""
    (settings.var / "file").write_text("no folder")
    wrong = replace(settings, database_url=Secret(f"sqlite:///{settings.var}/file/bot.db"))
    (finding,) = await doctor.database(wrong)

    assert finding.state is State.MEND
    assert "can't be made" in finding.says


async def test_files_others_may_read(settings: Settings, tmp_path: Path) -> None:
    """Keys and .env that everybody may read are told with the command that mends it."""
    (tmp_path / ".env").write_text("")
    for path in (tmp_path / ".env", settings.var / "secret_keys"):
        path.chmod(0o644)
    found = [finding for finding in await doctor.keys(settings, tmp_path) if finding.state is State.MEND]

    assert [finding.says.rpartition(" ")[2] for finding in found] == [
        str(settings.var / "secret_keys"),
        str(tmp_path / ".env"),
    ]


async def test_a_mail_server(settings: Settings, telegram: Sandbox) -> None:
    """Without one there is nothing to say; one that lets the bot in is well, one that does not is to be mended."""
    there = MailServer("127.0.0.1", telegram.smtp_port, is_tls=False, is_near=True)
    no_one = replace(there, port=1)
    no_tls = replace(there, is_near=False)
    found = [
        *await doctor.mail(settings),
        *[
            f
            for s in (there, no_one, no_tls)
            for f in await doctor.mail(replace(settings, mail=MailSettings(s, "a@b.de")))
        ],
    ]

    assert [finding.state for finding in found] == [State.OK, State.MEND, State.MEND]


async def test_nobody_to_call(settings: Settings) -> None:
    """Without a contact /hilfe ends nowhere: a hint, no obstacle."""
    (finding,) = await doctor.contact(replace(settings, help_contact=HelpContact()))

    assert finding.state is State.HINT
