"""The bot's address under attack: who is not Telegram gets nothing in, whatever is sent, and costs no database."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import orjson
import pytest
from sqlalchemy import event, func, select
from telegram import Bot

from bot.chat.webhook import SECRET_HEADER, Webhook, WebhookSecret
from bot.health import Health
from bot.metrics import Metrics
from bot.serving import Serving
from bot.values import Bind
from bot.web import LARGEST, application
from notifications.push import Receipt
from storage.engine import Database, DatabaseUnavailable
from storage.inbox import Inbox, Row
from storage.tables import inbox
from storage.vault import Vault, generate_key, parse_keys
from tests.databases import fresh_file
from tests.house import TOKEN
from tests.proof import Proof

JSON = "application/json"
AT_ONCE = 50


@dataclass
class Portal:
    """Takes pushes and says what the test wants said."""

    says: Receipt | Exception = Receipt.TAKEN
    taken: list[bytes] = field(default_factory=list)

    async def receive(self, headers: object, body: bytes) -> Receipt:
        """One push."""
        if isinstance(self.says, Exception):
            raise self.says
        self.taken.append(body)
        return self.says


@dataclass
class Stage:
    """The web on a real database, without the rest of the bot."""

    http: httpx.AsyncClient
    secret: str
    database: Database
    metrics: Metrics
    submitted: list[Row]
    portal: Portal

    async def send(self, body: bytes, secret: str | None = None, content_type: str = JSON) -> int:
        """One request as from Telegram; the status that it gets."""
        headers = {SECRET_HEADER: self.secret if secret is None else secret, "Content-Type": content_type}
        return (await self.http.post("/telegram", content=body, headers=headers)).status_code

    async def stored(self) -> int:
        """How many updates are in the inbox."""
        async with self.database.reading() as connection:
            return int((await connection.execute(select(func.count()).select_from(inbox))).scalar_one())


@asynccontextmanager
async def web(database: Database) -> AsyncIterator[Stage]:
    """Serving, for the length of a block."""
    vault, submitted, metrics, portal = Vault(parse_keys(generate_key())), list[Row](), Metrics(), Portal()
    secret, health = WebhookSecret(vault, TOKEN), Health(database, lambda: datetime.now(UTC))
    stores = (Inbox(database, vault, 2300229), submitted.append, lambda: submitted)
    webhook = Webhook(Bot(TOKEN), "https://bot.example", secret, *stores, lambda: datetime.now(UTC))
    serving = Serving(application(health, metrics, webhook, portal), Bind("127.0.0.1", 0))
    await serving.start()
    try:
        async with httpx.AsyncClient(base_url=serving.url, trust_env=False, timeout=30) as http:
            yield Stage(http, secret.text(), database, metrics, submitted, portal)
    finally:
        await serving.stop()
        await webhook.settle()
        await database.close()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The web on SQLite."""
    database = Database(await fresh_file(tmp_path))
    async with web(database) as running:
        yield running


def update(number: int, person: int = 1, text: str = "hallo") -> bytes:
    """An update as Telegram writes it."""
    chat = {"id": person, "type": "private"}
    message = {"message_id": number, "date": 0, "chat": chat, "from": {"id": person, "is_bot": False}, "text": text}
    return orjson.dumps({"update_id": number, "message": message})


def bad_request(stage: Stage, by: random.Random) -> tuple[bytes, str, str, set[int]]:
    """(body, secret, content type, the statuses that are right) of a request that must not get in."""
    good = update(by.randrange(2**40))
    spoilt = stage.secret[:-1] + ("A" if stage.secret[-1] != "A" else "E")
    place = by.randrange(len(good))
    match min(by.randrange(71) // 10, 7):  # few big ones: they take most of the time
        case 0:
            wrong = by.choice(["", spoilt, stage.secret + "A", stage.secret[:20], "=" * 43, "." * 43, "A" * 4000])
            return good, wrong, JSON, {401}
        case 1:
            return good, by.randbytes(32).hex()[:43], JSON, {401}
        case 2:
            return good, stage.secret, by.choice(["", "text/plain", "multipart/form-data", "application/jsonx"]), {415}
        case 3:
            return good[:place], stage.secret, JSON, {400}
        case 4:
            return by.randbytes(by.randrange(200)), stage.secret, JSON, {400}
        case 5:
            depth = by.choice([100, 1_000, 100_000])
            return b'{"update_id":1,"message":' + b"[" * depth + b"]" * depth + b"}", stage.secret, JSON, {400}
        case 6:
            number = by.choice([b"null", b"-1", b"1.5", b'"1"', b"true", b"9223372036854775808", b"[]", b"{}"])
            return b'{"update_id":' + number + b"}", stage.secret, JSON, {400}
        case _:
            return b'{"update_id":1,"x":"' + b"x" * LARGEST + b'"}', by.choice([stage.secret, "x"]), JSON, {413, 401}


@pytest.mark.timeout(300)
@pytest.mark.proof("T25", target="10,000 forged, garbled, deep and oversized requests: 0 taken (webhook)")
async def test_nothing_but_updates_of_telegram_gets_in(proof: Proof, stage: Stage) -> None:
    """Each is refused with its status and stores nothing; a good one between them gets in."""
    cases, surprises = proof.count(10_000, "cases"), list[tuple[int, bytes]]()

    async def one(case: tuple[bytes, str, str, set[int]]) -> None:
        body, secret, content_type, right = case
        status = await stage.send(body, secret, content_type)
        if status not in right:
            surprises.append((status, body[:100]))

    for _ in range(cases // AT_ONCE):
        await asyncio.gather(*(one(bad_request(stage, proof.random)) for _ in range(AT_ONCE)))
    assert await stage.send(update(7)) == 200

    taken = await stage.stored() - 1
    proof.record(
        figure=f"{cases} bad requests: {taken} taken, {len(surprises)} surprises", passed=not (taken or surprises)
    )
    assert surprises == []
    assert taken == 0


async def test_who_is_not_telegram_costs_no_database() -> None:
    """With a database that nobody can reach strangers get their 401; Telegram gets 503 and a time to come again."""
    async with web(Database("postgresql://nobody:x@127.0.0.1:1/nothing")) as stage:
        assert await stage.send(update(1), secret="x" * 43) == 401
        headers = {SECRET_HEADER: stage.secret}
        answer = await stage.http.post("/telegram", content=update(1), headers=headers | {"Content-Type": JSON})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        ready = await stage.http.get("/readyz")
        assert (ready.status_code, ready.json()["wrong"]["database"]) == (503, "does not answer")
        assert (await stage.http.get("/healthz")).status_code == 200
        assert "eservice_ready 0.0" in (await stage.http.get("/metrics")).text


async def test_many_at_once_share_a_commit(stage: Stage) -> None:
    """Sixty updates at once, some of them twice, are durable and handed on once each, in far fewer commits."""
    commits = list[None]()
    event.listen(stage.database._writer.sync_engine, "commit", lambda _: commits.append(None))
    numbers = [*range(1, 61), *range(1, 21)]
    statuses = await asyncio.gather(*(stage.send(update(number, person=number)) for number in numbers))

    assert set(statuses) == {200}
    assert await stage.stored() == 60
    assert sorted(row.update_id for row in stage.submitted) == list(range(1, 61))
    assert len(commits) < 40


async def test_rotated_keys_know_each_others_secret() -> None:
    """While keys are rotated, what an older process told Telegram is accepted; another bot's secret is not."""
    old, new = generate_key(), generate_key()
    before, after = (WebhookSecret(Vault(parse_keys(keys)), TOKEN) for keys in (old, f"{new},{old}"))
    other = WebhookSecret(Vault(parse_keys(old)), TOKEN + "x")

    assert after.matches(before.text())
    assert after.matches(after.text())
    assert not before.matches(after.text())
    assert not before.matches(other.text())


async def test_everything_else_is_not_there(stage: Stage) -> None:
    """Other paths and other methods are 404, and say nothing about themselves."""
    for method, path in (
        ("GET", "/"),
        ("GET", "/telegram"),
        ("POST", "/readyz"),
        ("GET", "/docs"),
        ("PUT", "/portal/events"),
    ):
        answer = await stage.http.request(method, path)
        assert (answer.status_code, answer.content) == (404, b"")
        assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("says", "status"),
    [
        (Receipt.TAKEN, 204),
        (Receipt.MALFORMED, 400),
        (Receipt.UNVERIFIED, 401),
        (Receipt.CONFLICT, 409),
        (Receipt.TOO_BIG, 413),
        (DatabaseUnavailable("gone"), 503),
    ],
)
async def test_what_the_portal_is_told(stage: Stage, says: Receipt | Exception, status: int) -> None:
    """Each outcome of a push has its status, also under the paths that TM Forum servers append."""
    stage.portal.says = says
    for path in ("/portal/events", "/portal/events/listener/customerBillCreateEvent"):
        answer = await stage.http.post(path, content=b'{"a": 1}', headers={"webhook-id": "1"})
        assert answer.status_code == status
    assert all(body == b'{"a": 1}' for body in stage.portal.taken)


async def test_a_push_that_is_too_big_is_not_read(stage: Stage) -> None:
    """Over 1 MiB, announced or not, is 413 and reaches nobody."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * (LARGEST // 10)

    for content in (b"x" * (LARGEST + 1), endless()):
        assert (await stage.http.post("/portal/events", content=content)).status_code == 413
    assert stage.portal.taken == []
