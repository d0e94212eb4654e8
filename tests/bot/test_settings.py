"""Settings: what the environment says becomes one frozen object, and every mistake is told at once."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.environment import EXAMPLE, BadSettings
from bot.settings import HelpContact, LogFormat, Policy, Settings, TelegramMode, load
from bot.values import Bind, Secret, bind
from storage.vault import generate_key

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "123456789:AAFakeTokenOfTheRightLengthForTelegram1"
GOOD = {
    "TELEGRAM_BOT_TOKEN": TOKEN,
    "PORTAL_URL": "https://eservice.test/",
    "PORTAL_CLIENT_ID": "chat",
    "PORTAL_CLIENT_SECRET": "vSx3Jq81LmTzPa0d",
}


def mistakes(environment: dict[str, str], folder: Path) -> dict[str, str]:
    with pytest.raises(BadSettings) as refused:
        load(environment, folder)
    return {mistake.name: mistake.reason for mistake in refused.value.mistakes}


def test_four_settings_are_enough(tmp_path: Path) -> None:
    """Everything else has a default that works on one machine."""
    settings = load(GOOD, tmp_path)

    assert settings.telegram_bot_token.reveal() == TOKEN
    assert settings.portal_url == "https://eservice.test"
    assert settings.database_url.reveal() == f"sqlite:///{tmp_path}/var/bot.db"
    assert settings.telegram_mode is TelegramMode.POLLING
    assert settings.policy is Policy.STANDARD
    assert settings.listens_on is None
    assert settings.public_url is None
    assert settings.help_contact == HelpContact()


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    """Nobody mends one setting only to meet the next mistake; each is found in .env.example by its line."""
    environment = {
        "TELEGRAM_BOT_TOKEN": "hunter2hunter2",
        "PORTAL_URL": "http://eservice.test",
        "PORTAL_CLIENT_SECRET": "changeme",
        "TELEGRAM_MODE": "webhook",
        "DATABASE_URL": "mysql://x:hunter2@y/z",
        "HTTP_BIND": "8080",
        "POLICY": "lax",
        "LOG_LEVEL": "LOUD",
        "SECRET_KEYS": "hunter2",
    }
    with pytest.raises(BadSettings) as refused:
        load(environment, tmp_path)

    named = {mistake.name for mistake in refused.value.mistakes}
    assert named == set(environment) - {"TELEGRAM_MODE"} | {"PORTAL_CLIENT_ID", "PUBLIC_URL"}
    example = EXAMPLE.read_text().splitlines()
    for mistake in refused.value.mistakes:
        line = int(str(mistake).rpartition(":")[2].rstrip(")"))
        assert example[line - 1].lstrip("#").startswith(f"{mistake.name}=")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8080", "https://localhost", "https://bot.example.com:8080", "http://bot.example.com"],
)
def test_telegram_must_reach_a_webhook(address: str, tmp_path: Path) -> None:
    """Telegram itself needs a public https address on one of its ports; a Bot API server of one's own does not."""
    called = GOOD | {"TELEGRAM_MODE": "webhook", "PUBLIC_URL": address}
    assert set(mistakes(called, tmp_path)) == {"PUBLIC_URL"}

    good = load(called | {"PUBLIC_URL": "https://bot.example.com:8443/"}, tmp_path)
    assert (good.telegram_mode, good.public_url) == (TelegramMode.WEBHOOK, "https://bot.example.com:8443")
    assert good.listens_on == Bind("127.0.0.1", 8080)
    if "127.0.0.1" in address:
        own = load(called | {"TELEGRAM_API_URL": "http://127.0.0.1:8081", "HTTP_BIND": "[::1]:9"}, tmp_path)
        assert (own.public_url, own.listens_on) == (address, Bind("::1", 9))


def test_the_example_explains_every_setting(tmp_path: Path) -> None:
    """A copied .env.example lacks exactly what has no default, and what it shows as optional works."""
    (tmp_path / ".env").write_text(EXAMPLE.read_text())
    assert set(mistakes({}, tmp_path)) == set(GOOD)

    optional = [
        line[1:] for line in EXAMPLE.read_text().splitlines() if line.startswith("#") and "=" in line.split()[0]
    ]
    (tmp_path / ".env").write_text("\n".join(line for line in optional if not line.startswith("SECRET_KEYS")))
    settings = load(GOOD | {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.db"}, tmp_path)

    assert len(optional) == 15
    assert settings.help_contact.hours == "Mo–Fr 8–18 Uhr"
    assert settings.help_contact.hours_en == "Mon–Fri 8 am – 6 pm"


def test_the_environment_wins_over_the_file_and_empty_is_unset(tmp_path: Path) -> None:
    """`.env` fills what the environment leaves open; `NAME=` leaves it open."""
    (tmp_path / ".env").write_text("PORTAL_CLIENT_ID=from-file\nLOG_FORMAT=json\nPOLICY=strict\n")
    settings = load(GOOD | {"POLICY": "", "PORTAL_CLIENT_ID": "from-environment"}, tmp_path)

    assert settings.portal_client_id == "from-environment"
    assert settings.log_format is LogFormat.JSON
    assert settings.policy is Policy.STRICT


def test_the_file_is_never_exported(tmp_path: Path) -> None:
    """What stands in `.env` does not reach the process environment, where every child and /proc would see it."""
    (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in GOOD.items()))
    before = dict(os.environ)

    assert load({}, tmp_path).portal_client_id == "chat"
    assert dict(os.environ) == before


def test_a_dollar_in_a_secret_is_a_dollar(tmp_path: Path) -> None:
    """Values of `.env` are taken as they are, without variables being put in."""
    secret = "a${PATH}b$HOMEc1234567"
    (tmp_path / ".env").write_text(f"PORTAL_CLIENT_SECRET='{secret}'\n")

    settings = load({name: value for name, value in GOOD.items() if name != "PORTAL_CLIENT_SECRET"}, tmp_path)

    assert settings.portal_client_secret.reveal() == secret


def test_every_secret_may_come_from_a_file(tmp_path: Path) -> None:
    """NAME_FILE is read for secrets, its last line end does not belong to the value."""
    values = GOOD | {"SECRET_KEYS": generate_key(), "DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}
    environment = {"PORTAL_URL": GOOD["PORTAL_URL"], "PORTAL_CLIENT_ID": "chat"}
    for name in ("TELEGRAM_BOT_TOKEN", "PORTAL_CLIENT_SECRET", "SECRET_KEYS", "DATABASE_URL"):
        (tmp_path / name).write_text(values[name] + "\n")
        environment[f"{name}_FILE"] = str(tmp_path / name)
    settings = load(environment, tmp_path)

    assert settings.telegram_bot_token.reveal() == TOKEN
    assert settings.secret_keys.reveal() == values["SECRET_KEYS"]
    assert settings.database_url.reveal() == values["DATABASE_URL"]
    assert not (tmp_path / "var" / "secret_keys").exists()


def test_a_secret_file_that_does_not_help_is_a_mistake(tmp_path: Path) -> None:
    """A missing file, an empty file, and a secret given twice are told apart."""
    (tmp_path / "empty").write_text("\n")
    environment = GOOD | {"PORTAL_CLIENT_SECRET_FILE": "/nowhere", "SECRET_KEYS_FILE": str(tmp_path / "empty")}
    del environment["TELEGRAM_BOT_TOKEN"]
    environment["TELEGRAM_BOT_TOKEN_FILE"] = str(tmp_path / "absent")
    found = mistakes(environment, tmp_path)

    assert "FileNotFoundError" in found["TELEGRAM_BOT_TOKEN"]
    assert "both set" in found["PORTAL_CLIENT_SECRET"]
    assert "is empty" in found["SECRET_KEYS"]


def test_a_misspelt_name_in_the_file_is_told(tmp_path: Path) -> None:
    """A name that only looks like a setting would be ignored in silence; names of other programs are left alone."""
    (tmp_path / ".env").write_text("LOG_LEVL=DEBUG\nPOSTGRES_PASSWORD=x\n")

    assert mistakes(GOOD, tmp_path) == {"LOG_LEVL": "is not a setting; LOG_LEVEL is"}


def test_keys_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    """Without SECRET_KEYS a key is made under var/, readable by its owner only, and found again at the next start."""
    first = load(GOOD, tmp_path)
    path = tmp_path / "var" / "secret_keys"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["secret_keys"]
    assert load(GOOD, tmp_path).vault_keys == first.vault_keys


def test_processes_that_start_together_agree_on_the_keys(tmp_path: Path) -> None:
    """Of several processes that find no key file, one makes it and all read the same."""
    code = (
        "import sys; from pathlib import Path; from bot import keyfile;"
        "print(keyfile.read_or_make(Path(sys.argv[1]), database=None))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "var")]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    keys = {process.communicate()[0] for process in started}

    assert len(keys) == 1


def test_a_key_file_others_may_read_is_refused(tmp_path: Path) -> None:
    """The mistake says how to mend it."""
    load(GOOD, tmp_path)
    path = tmp_path / "var" / "secret_keys"
    path.chmod(0o644)

    assert f"chmod 600 {path}" in mistakes(GOOD, tmp_path)["SECRET_KEYS"]


def test_a_lost_key_file_is_not_replaced_under_a_living_database(tmp_path: Path) -> None:
    """A new key could not open what the old one sealed, so the start is refused instead."""
    load(GOOD, tmp_path)
    (tmp_path / "var" / "bot.db").write_bytes(b"rows")
    (tmp_path / "var" / "secret_keys").unlink()

    assert "put the key file back" in mistakes(GOOD, tmp_path)["SECRET_KEYS"]
    assert not (tmp_path / "var" / "secret_keys").exists()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PORTAL_URL", "http://eservice.test", "https"),
        ("PORTAL_URL", "ftp://eservice.test", "http(s)"),
        ("PORTAL_URL", "https://user:pass@eservice.test", "no user"),
        ("PORTAL_URL", "https://eservice.test:port", "not an address"),
        ("PORTAL_URL", "http://localhost.evil.test", "https"),
        ("TELEGRAM_API_URL", "http://api.telegram.org", "https"),
        ("PUBLIC_URL", "bot.example.com", "http(s)"),
        ("TELEGRAM_BOT_TOKEN", "123:short", "too short"),
        ("PORTAL_CLIENT_SECRET", "short", "too short"),
        ("PORTAL_CLIENT_SECRET", "aaaaaaaaaaaaaaaaaaaa", "too plain"),
        ("PORTAL_CLIENT_SECRET", TOKEN, "equal to another secret"),
        ("PORTAL_CLIENT_ID", "a:b", "letters"),
        ("SECRET_KEYS", "A" * 43, "not random"),
        ("DATABASE_URL", "sqlite://", "name a file"),
        ("DATABASE_URL", "sqlite:///:memory:", "name a file"),
        ("DATABASE_URL", "postgresql:///bot", "name a host"),
        ("HTTP_BIND", "127.0.0.1:70000", "host:port"),
    ],
)
def test_a_bad_value_is_refused(name: str, value: str, reason: str, tmp_path: Path) -> None:
    """Insecure addresses, weak secrets and unusable values are refused with the reason."""
    found = mistakes(GOOD | {name: value}, tmp_path)

    assert list(found) == [name]
    assert reason in found[name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_URL", "http://127.0.0.1:8000"),
        ("PORTAL_URL", "http://[::1]:8000"),
        ("PORTAL_URL", "https://eservice.test/portal"),
        ("TELEGRAM_API_URL", "http://telegram-bot-api:8081"),
        ("PUBLIC_URL", "https://bot.example.com"),
        ("DATABASE_URL", "postgresql://bot:x@db/bot"),
        ("DATABASE_URL", "sqlite:////srv/bot.db"),
        ("TELEGRAM_MODE", "POLLING"),
    ],
)
def test_a_good_value_is_taken(name: str, value: str, tmp_path: Path) -> None:
    """Plain http is for this machine and a container network; everything else is https."""
    assert load(GOOD | {name: value}, tmp_path)


def test_a_token_of_another_bot_api_server_may_be_short(tmp_path: Path) -> None:
    """The sandbox's tokens are short; Telegram's are not."""
    environment = GOOD | {"TELEGRAM_API_URL": "http://localhost:1", "TELEGRAM_BOT_TOKEN": "2300229:demo"}

    assert load(environment, tmp_path).telegram_bot_token.reveal() == "2300229:demo"


def test_a_mail_server_may_be_named(tmp_path: Path) -> None:
    """Unset it is none; its password is a secret, and a mail needs somebody whom it comes from."""
    assert load(GOOD, tmp_path).mail is None
    url = "smtp://bot:p%40ss-canary@mail.example.com"
    found = load(GOOD | {"SMTP_URL": url, "MAIL_FROM": "e:service <chat@example.com>"}, tmp_path)

    assert found.mail is not None
    server = found.mail.server
    assert (server.host, server.port, server.is_tls, server.is_near) == ("mail.example.com", 587, False, False)
    assert "p@ss-canary" in found.secrets()
    assert "canary" not in repr(found)
    assert found.mail.sender == '"e:service" <chat@example.com>'
    assert set(mistakes(GOOD | {"SMTP_URL": url}, tmp_path)) == {"MAIL_FROM"}
    for wrong in ("http://mail.example.com", "smtp://", "smtp://bot@mail.example.com", "smtp://h:x", "smtp://h/path"):
        assert set(mistakes(GOOD | {"SMTP_URL": wrong, "MAIL_FROM": "a@b.de"}, tmp_path)) == {"SMTP_URL"}
    for wrong in ("chat", "a@b.de\nBcc: c@d.de", "a@b.de, c@d.de"):
        assert set(mistakes(GOOD | {"SMTP_URL": url, "MAIL_FROM": wrong}, tmp_path)) == {"MAIL_FROM"}


def test_settings_do_not_show_their_secrets(tmp_path: Path) -> None:
    """Neither repr nor str of the settings contains a secret, so a log line or traceback can't either."""
    settings = load(GOOD | {"DATABASE_URL": "postgresql://bot:s3cr3tpassw0rd@db/bot"}, tmp_path)
    shown = f"{settings!r} {settings}"

    assert len(settings.secrets()) == 4
    assert [secret for secret in settings.secrets() if secret in shown] == []


def test_a_secret_is_equal_by_value() -> None:
    """Settings can be compared, for instance after a reload."""
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")


@given(st.ip_addresses().map(str) | st.just("localhost"), st.integers(0, 65_535))
def test_an_address_to_listen_on_reads_as_it_writes(host: str, port: int) -> None:
    """IPv4, IPv6 and names survive being written and read."""
    assert bind(str(Bind(host, port))) == Bind(host, port)


def test_settings_can_be_made_without_an_environment() -> None:
    """The demo and the tests build settings directly; only what has no default must be given."""
    settings = Settings(Secret("2300229:demo"), "http://127.0.0.1:1", "chat", Secret("x"), Secret(generate_key()))

    assert len(settings.vault_keys) == 1
