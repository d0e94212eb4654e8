"""`python -m portal.server` as its operator uses it: order, import, and what it says when something is wrong."""

import asyncio
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from portal.server.access.tables import accounts, customers
from portal.server.database import Database
from portal.server.settings import SettingsError, from_environment
from tests.portal.conftest import Portal
from tests.portal.doubles import MailServer

ROOT = Path(__file__).resolve().parents[2]
NINA = ["--company", "Neu GmbH", "--admin", "Nina Neu", "--mail", "nina@neu.example", "--phone", "+4915228817386"]


async def run(folder: Path, *words: str, **settings: str) -> tuple[int, str]:
    """The command's exit code and everything it said."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)} | {f"PORTAL_SERVER_{k}": v for k, v in settings.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "portal.server", *words, cwd=folder, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def count(database: str) -> tuple[int, int]:
    opened = Database(f"sqlite+aiosqlite:///{database}")
    async with opened.reading() as connection:
        numbers = [
            (await connection.execute(select(func.count()).select_from(t))).scalar_one() for t in (customers, accounts)
        ]
    await opened.close()
    return numbers[0], numbers[1]


async def execute(folder: Path, statement: str) -> None:
    opened = Database(f"sqlite+aiosqlite:///{folder / 'var' / 'portal.db'}")
    async with opened.writing() as connection:
        await connection.execute(text(statement))
    await opened.close()


async def test_order_sends_its_mail_by_itself(tmp_path: Path) -> None:
    """One command makes customer, account and contract, the activation mail arrives; secrets lie in private files."""
    post = MailServer()
    await post.start()
    code, said = await run(tmp_path, "order", *NINA, SMTP_HOST="127.0.0.1", SMTP_PORT=str(post.port))
    mail = await post.mails.nth(1)
    await post.stop()

    assert code == 0 and "customer2300300" in said and "activation code" not in said
    assert mail.to == "nina@neu.example" and "customer2300300" in mail.part("plain")
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "var").glob("portal*")} == {0o600}


async def test_a_running_portal_sends_what_another_process_ordered(portal: Portal, tmp_path: Path) -> None:
    """An order made beside a running portal, without a mail server of its own, is mailed by the portal."""
    key = tmp_path / "key"
    key.write_text(portal.server.settings.secret_keys[0])
    portal.clock.set_wall((datetime.now(UTC) - portal.clock()).total_seconds())
    database = portal.server.settings.database_url
    code, said = await run(tmp_path, "order", *NINA, DATABASE_URL=database, SECRET_KEYS_FILE=str(key))
    mail = await portal.post.mails.nth(1)

    assert code == 0, said
    assert mail.to == "nina@neu.example"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["order", *NINA[:-1], "0152"], "phone"),
        (["order", *NINA, "--offering", "off-none"], "off-none"),
        (["import", "bad.json"], "line 3"),
    ],
)
async def test_what_cannot_be_changes_nothing(tmp_path: Path, words: list[str], reason: str) -> None:
    """A wrong number, an unknown offering, a bad file: the reason in a line, no trace, nothing written."""
    (tmp_path / "bad.json").write_text('{"world": 1,\n "customers": [\n  {"id": 5}]}')
    code, said = await run(tmp_path, *words)

    assert code == 1 and "nothing was changed" in said and reason in said and "Traceback" not in said
    assert await count(str(tmp_path / "var" / "portal.db")) == (0, 0)


async def test_what_cannot_be_served_is_a_sentence(tmp_path: Path) -> None:
    """A port that somebody else has, and a database that can't be opened: one line each, no trace."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = await run(tmp_path, BIND=f"127.0.0.1:{taken.getsockname()[1]}")
    (tmp_path / "file").write_text("no folder")
    lost = await run(tmp_path, BIND="127.0.0.1:0", DATABASE_URL=f"sqlite:///{tmp_path}/file/portal.db")

    assert busy[0] == 1 and busy[1].count("\n") == 1 and "set PORTAL_SERVER_BIND" in busy[1]
    assert lost[0] == 1 and lost[1].count("\n") == 1 and "the database can't be used" in lost[1]


async def test_wrong_settings_are_told_at_once(tmp_path: Path) -> None:
    """All mistakes in one go, each with the variable's name."""
    code, said = await run(tmp_path, BIND="nowhere", PIN_LIFETIME="9999", SMS_URL="ftp://x", SECRET_KEYS="short")

    assert code == 2
    for name in ("BIND", "PIN_LIFETIME", "SMS_URL", "SECRET_KEYS"):
        assert f"PORTAL_SERVER_{name}: " in said


def test_settings_from_files_and_addresses(tmp_path: Path) -> None:
    """Secrets come from NAME_FILE, plain database addresses get their driver, generated secrets stay the same."""
    secret = tmp_path / "sms"
    secret.write_text("Bearer abc\n")
    environment = {
        "PORTAL_SERVER_SMS_AUTHORIZATION_FILE": str(secret),
        "PORTAL_SERVER_DATABASE_URL": "postgresql://portal@db/portal",
        "PORTAL_SERVER_PUBLIC_URL": "https://portal.example/",
    }
    once, again = from_environment(environment, var=tmp_path), from_environment(environment, var=tmp_path)

    assert once.sms_authorization == "Bearer abc" and once.public_url == "https://portal.example"
    assert once.database_url == "postgresql+asyncpg://portal@db/portal"
    assert once.secret_keys == again.secret_keys and once.clients == again.clients
    assert once.clients[0].secret not in repr(once)
    with pytest.raises(SettingsError):
        from_environment({"PORTAL_SERVER_SMTP_PASSWORD_FILE": "/none", "PORTAL_SERVER_SMTP_HOST": "h"}, var=tmp_path)


async def test_a_database_from_before_gets_what_it_lacks(tmp_path: Path) -> None:
    """Columns that came later are added empty; where that is not enough one line says what to do, and no trace."""
    said = [await run(tmp_path, "order", *NINA)]
    for statement in ("ALTER TABLE accounts DROP COLUMN totp_step", "DROP TABLE step_up_uses"):
        await execute(tmp_path, statement)
    said.append(await run(tmp_path, "order", *NINA))
    await execute(tmp_path, "ALTER TABLE customers DROP COLUMN locale")
    said.append(await run(tmp_path))

    assert [code for code, _ in said] == [0, 0, 1]
    assert "customers.locale is missing: please start with an empty database" in said[2][1]
    assert "Traceback" not in said[2][1]
