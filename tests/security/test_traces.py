"""After every flow there is, at LOG_LEVEL=DEBUG, no secret and nothing personal stands where it is not sealed (T11)."""

import asyncio
import base64
import re
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.server.access import grants
from portal.server.access import tables as access_tables
from portal.server.access.links import send_activation
from portal.server.running import PortalServer
from portal.server.settings import PortalSettings, Smtp, bot_client
from portal.server.world.seed import seed_demo
from sandbox.app import Sandbox
from sandbox.settings import BotAccount, SandboxSettings
from storage.vault import generate_key
from tests.drivers.sandbox import Person, SandboxClient
from tests.drivers.sandbox_views import Transcript
from tests.house import BERND, ERIKA, MAX, PAULA, PORTAL_SECRET, TOKEN, Who
from tests.proof import Proof
from tests.security.attacks import LOCKED, WRONG, YES, other
from tests.security.process import BotProcess
from tests.security.tapped_portal import COOKIE, LEAK, TappedPortal

NORA: Who = ("customer2300243", "+491713920050", "nora.nordmann@nordlicht.example")
FIRST, LAST = "Kanarius", "Vogelsang"
SECRET_NAMES = frozenset({"activation_code", "otp", "code_verifier", "refresh_token", "access_token", "auth_session"})
SECRET_NAMES |= {"code", "authorization_code", "token"}
PERSONAL_NAMES = frozenset({"customer_name_masked", "billNo", "phoneNumber", "number", "preferred_username"})
LEAST = 20
LONGEST_WAIT = 20.0


@dataclass
class Street:
    """Sandbox, portal behind a relay, and the bot as a process."""

    client: SandboxClient
    portal: PortalServer
    tap: TappedPortal
    bot: BotProcess
    key: str

    async def link(self, who: Who) -> str:
        """A fresh activation link, from the mail."""
        context = self.portal.context
        async with context.database.writing() as connection:
            await send_activation(context, connection, f"acc-{who[0]}", kind="activation")
        context.post.set()
        while True:
            mail = await self.client.mail(who[2], within=LONGEST_WAIT)
            found = [link for link in mail.links if "start=" in link]
            if found:
                return found[0]

    async def asked(self, who: Who, name: str) -> tuple[Person, str]:
        """Somebody who waits for the PIN, and the PIN."""
        person = await self.client.person(name, last_name=LAST, phone=who[1], mail=who[2])
        await person.open_link(await self.link(who))
        await person.tap(YES, within=LONGEST_WAIT)
        await person.sees("📱", LONGEST_WAIT, new=True)
        return person, (await self.client.sms(who[1])).pin

    async def until_reading(self, person: Person) -> None:
        """Ask for the contracts until they come: after an outage the bot spares the portal for a while."""
        async with asyncio.timeout(LONGEST_WAIT * 2):
            while True:
                await person.send("/vertraege")
                if "V-" in (await person.answer(LONGEST_WAIT * 2)).text:
                    return

    async def until_logged(self, words: str, times: int) -> None:
        """Look at the log until it has said so often enough."""
        async with asyncio.timeout(LONGEST_WAIT):
            while self.bot.log.read_text().count(words) < times:  # noqa: ASYNC110
                await asyncio.sleep(0.02)  # the pace of looking at a condition: a file tells nobody that it grew


@asynccontextmanager
async def street(folder: Path) -> AsyncIterator[Street]:
    """For the length of a block."""
    outside, inside = folder / "outside", folder / "bot"
    outside.mkdir()
    inside.mkdir()
    key = generate_key()
    for name, secret in {"token": TOKEN, "keys": key}.items():
        (outside / name).write_text(secret)
    async with (
        TappedPortal() as tap,
        Sandbox(SandboxSettings(bots=(BotAccount(TOKEN, "eservice_demo_bot"),))) as sandbox,
        SandboxClient(sandbox.url) as client,
    ):
        server = PortalServer(
            PortalSettings(
                secret_keys=("a-key-for-tests-0123456789",),
                clients=(bot_client("bot", PORTAL_SECRET),),
                bind="127.0.0.1:0",
                public_url=tap.url,
                database_url=f"sqlite+aiosqlite:///{outside / 'portal.db'}",
                smtp=Smtp("127.0.0.1", sandbox.smtp_port),
                sms_url=f"{sandbox.url}/sms",
                demo=True,
            )
        )
        await server.start()
        tap.target = server.url
        await seed_demo(server.context)
        environment = {
            "TELEGRAM_BOT_TOKEN_FILE": str(outside / "token"),
            "SECRET_KEYS_FILE": str(outside / "keys"),
            "TELEGRAM_API_URL": sandbox.url,
            "LOG_LEVEL": "DEBUG",
        }
        bot = BotProcess(inside, environment)
        settings = outside / "env"  # the .env itself is the one place where a secret may stand
        settings.write_text(f"PORTAL_URL={tap.url}\nPORTAL_CLIENT_ID=bot\nPORTAL_CLIENT_SECRET={PORTAL_SECRET}\n")
        (inside / ".env").symlink_to(settings)
        try:
            yield Street(client, server, tap, bot, key)
        finally:
            if bot.running is not None and bot.running.poll() is None:
                bot.end(signal.SIGKILL)
            await server.stop()


async def every_flow(street: Street) -> None:
    """Connecting with its bad endings, reading, booking, outages, bugs, a crash, a restart, and both ways to end."""
    max_ = await typed(street)
    await reading(max_)
    await booking(street, max_)
    paula = await tapped_on_keys(street)
    await locked(street)
    street.bot.look()
    await outages(street, max_)
    await faults(street, max_, paula)
    street.bot.end(signal.SIGKILL)
    street.bot.start(LOG_FORMAT="json")
    await reading(max_)
    await max_.send("/konto")
    account = await max_.sees("Max Muster", LONGEST_WAIT, new=True)
    await max_.tap("Muster GmbH", on=account, within=LONGEST_WAIT)
    await max_.tap("Ja, trennen", within=LONGEST_WAIT)
    await max_.sees("🔌", LONGEST_WAIT, new=True)
    async with street.portal.context.database.writing() as connection:
        now = street.portal.context.now()
        await grants.end(connection, now, "operator", access_tables.grants.c.ended_at.is_(None))
    await paula.send("/vertraege")
    await paula.sees("wurde dort beendet", LONGEST_WAIT, new=True)
    await street.client.updates_taken(LONGEST_WAIT)
    street.bot.look()


async def typed(street: Street) -> Person:
    """A wrong PIN, words, a new PIN, the right one."""
    person, pin = await street.asked(MAX, FIRST)
    await person.send(other(pin))
    await person.sees(WRONG, LONGEST_WAIT, new=True)
    await person.send("wie bitte?")
    await person.answer(LONGEST_WAIT)
    await person.tap("Neue PIN", within=LONGEST_WAIT)
    await person.sees("📱", LONGEST_WAIT, new=True)
    await person.send((await street.client.sms(MAX[1])).pin)
    await person.sees("✅", LONGEST_WAIT, new=True)
    return person


async def booking(street: Street, person: Person) -> None:
    """An option with its step-up: a wrong PIN, then the right one."""
    await person.send("/optionen V-2300229-03")
    bookable = await person.sees("dazubuchen", LONGEST_WAIT, new=True)
    await person.tap("Business-Router", on=bookable, within=LONGEST_WAIT)
    await person.tap("Buchen", on=await person.sees("Business-Router", LONGEST_WAIT, new=True), within=LONGEST_WAIT)
    await person.sees("Verbindlich bestellen?", LONGEST_WAIT, new=True)
    await person.tap("bestellen", within=LONGEST_WAIT)
    pin = (await street.client.sms(MAX[1])).pin
    await person.sees("📱", LONGEST_WAIT, new=True)
    await person.send(other(pin))
    await person.sees(WRONG, LONGEST_WAIT, new=True)
    await person.send(pin)
    await person.sees("Bestellt", LONGEST_WAIT, new=True)


async def tapped_on_keys(street: Street) -> Person:
    """On the keypad; the other portal admins are told."""
    person, pin = await street.asked(PAULA, "Paula")
    await person.tap("Tasten", within=LONGEST_WAIT)
    await person.sees("🔢", LONGEST_WAIT, new=True)
    for digit in pin:
        await person.tap(digit, within=LONGEST_WAIT)
    await person.sees("✅", LONGEST_WAIT)
    return person


async def locked(street: Street) -> None:
    """Five wrong PINs, then the offer of a new mail."""
    person, pin = await street.asked(ERIKA, "Dritte")
    for n in range(1, 6):
        await person.send(other(pin, n))
        await person.sees(LOCKED if n == 5 else WRONG, LONGEST_WAIT, new=True)
    await person.tap("Neue E-Mail", within=LONGEST_WAIT)
    await person.answer(LONGEST_WAIT)


async def reading(person: Person) -> None:
    """Contracts, one of them, invoices, one of them, its PDF, a search."""
    for command in ("/vertraege", "/optionen", "/dokumente", "/konto", "/rechnungen", "Vertrag V-2300229-05"):
        await person.send(command)
        await person.answer(LONGEST_WAIT)
    await person.send("/rechnungen")
    label = await person.until(lambda chat: _invoice_in(chat, person.acted_at), LONGEST_WAIT, "a list of invoices")
    await person.tap(label, within=LONGEST_WAIT)
    card = await person.sees(" vom ", LONGEST_WAIT, new=True)
    await person.tap("PDF", on=card, within=LONGEST_WAIT)
    await person.receives(".pdf", LONGEST_WAIT, new=True)


def _invoice_in(chat: Transcript, since: int) -> str | None:
    """A button of the newest list; one that lost its keyboard has none."""
    labels = (b.label for m in chat.from_bot if m.version > since for row in m.buttons for b in row)
    return next((label for label in labels if "€" in label and "PDF" not in label), None)


async def outages(street: Street, person: Person) -> None:
    """The portal answers garbage, errors, or nothing, to reading and to a PIN."""
    asked, pin = await street.asked(BERND, "Vierte")
    for kind in ("garbage", "error", "reset"):
        street.tap.outage = kind
        for words in ("/vertraege", "/rechnungen"):
            await person.send(words)
            await person.answer(LONGEST_WAIT)
        await asked.send(pin)
        await asked.answer(LONGEST_WAIT)
        street.tap.outage = ""


async def faults(street: Street, person: Person, other_person: Person) -> None:
    """Cells that do not open: tracebacks from within a handler, and from around it."""
    asked, pin = await street.asked(NORA, "Fünfte")
    await street.until_reading(person)
    was = street.bot.spoil("challenges", "secrets_sealed")
    await asked.send(pin)
    await street.until_logged("storage.vault.CannotOpen:", 1)
    street.bot.mend("challenges", "secrets_sealed", was)
    was = street.bot.spoil("connections", "account_sealed")
    await other_person.send(f"Geheimnis {LAST}")
    await street.until_logged("storage.vault.CannotOpen:", 2)
    street.bot.mend("connections", "account_sealed", was)
    await street.until_reading(other_person)


def canaries(street: Street, mails: list[str], pins: list[str]) -> dict[str, set[str]]:
    """What must be found nowhere, by kind."""
    found: dict[str, set[str]] = {
        "bot token": {TOKEN, TOKEN.partition(":")[2]},
        "client secret": {PORTAL_SECRET},
        "vault key": {street.key},
        "cookie": {COOKIE},
        "portal's error texts": {LEAK},
        "activation code from a mail": set(mails),
        "PIN": set(pins) | {other(pin, n) for pin in pins for n in range(6)},
        "Telegram name": {FIRST, LAST},
        "company": {"Muster GmbH", "Beispiel Logistik", "Max Muster", "Paula Pforte", "Erika Beispiel"},
        "phone": {
            spelt for who in (MAX, PAULA, ERIKA, BERND, NORA) for spelt in (who[1], who[1][3:], f"0{who[1][3:]}")
        },
        "address": {who[2] for who in (MAX, PAULA, ERIKA, BERND, NORA)},
        "what was typed": {"wie bitte?", "Geheimnis"},
    }
    for exchange in street.tap.seen:
        scheme, _, credentials = exchange.authorization.partition(" ")
        if credentials:
            found.setdefault(f"{scheme} credentials", set()).add(credentials)
        for name, value in exchange.facts():
            if len(value) >= (12 if name in SECRET_NAMES else 6) and name in SECRET_NAMES | PERSONAL_NAMES:
                found.setdefault(name, set()).add(value)
            elif name == "value" and re.fullmatch(r"[1-9][0-9]{2,}\.[0-9]{1,2}", value):
                euros, cents = value.split(".")
                german = f"{int(euros):,}".replace(",", ".") + f",{cents:0<2}"
                found.setdefault("amount", set()).update({f"{euros}.{cents:0<2}", german})
    return found


def hits(wanted: dict[str, set[str]], traces: Iterator[tuple[str, bytes]]) -> set[tuple[str, str]]:
    """(kind, place) of everything that was found, plain or in base64."""
    spelt = {kind: _spelt(values) for kind, values in wanted.items()}
    return {
        (kind, place)
        for place, content in traces
        for kind, words in spelt.items()
        if any(_stands_in(word, content) for word in words)
    }


def _spelt(values: set[str]) -> list[bytes]:
    plain = [value.encode() for value in values]
    return plain + [base64.b64encode(value).rstrip(b"=")[:-1] for value in plain if len(value) > 12]


def _stands_in(word: bytes, content: bytes) -> bool:
    """By itself, and not as a part of a longer number; to look for the plain bytes first takes a hundredth of it."""
    alone = rb"(?<![0-9.,])" + re.escape(word) + rb"(?![0-9])"
    return word in content and re.search(alone, content) is not None


@pytest.mark.timeout(240)
@pytest.mark.proof("T11", target="0 hits of >= 20 canaries in logs, DB, WAL, backup, tracebacks, environ, files")
async def test_no_canary_anywhere(tmp_path: Path, proof: Proof) -> None:
    """Every flow with a bot that runs as a process and logs all it can: none of it can be read anywhere afterwards."""
    async with street(tmp_path) as here:
        here.bot.start()
        await here.client.bot_polls(LONGEST_WAIT)
        await every_flow(here)
        mails = [link.rpartition("=")[2] for m in await here.client.all_mails() for link in m.links if "start=" in link]
        pins = [sms.pin for sms in await here.client.all_sms()]
        code = here.bot.end()
        wanted = canaries(here, mails, pins)
        found = hits(wanted, here.bot.traces())
        log = here.bot.log.read_text()
    count = sum(map(len, wanted.values()))
    proof.record(figure=f"{len(found)} hits of {count} canaries of {len(wanted)} kinds", passed=not found)
    assert found == set()
    assert code == 0 and len(wanted) >= LEAST and wanted.keys() >= {"access_token", "PIN", "billNo", "amount"}
    planted = " ".join(min(values) for values in wanted.values()).encode()
    assert {kind for kind, _ in hits(wanted, iter([("control", planted)]))} == wanted.keys()
    assert log.count("Traceback") >= 2 and "debug" in log and '"level": "debug"' in log
