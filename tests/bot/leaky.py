"""A process that handles secrets as carelessly as it can, with the log at DEBUG: `python -m tests.bot.leaky json`.

It meets the libraries that are known to leak (httpx, httpcore, python-telegram-bot, SQLAlchemy's driver, asyncio), over
a real HTTP server, and logs whatever they give it. The test reads everything the process wrote.
"""

import asyncio
import json
import logging
import sys
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import aiosqlite
import httpx
import structlog
import telegram

from bot import log as logs
from bot.settings import LogFormat, LogLevel

KNOWN = {
    "bot token": "123456789:AAcanaryTOKENcanaryTOKENcanaryTOKEN1",
    "short token": "2300229:canarydemo",
    "client secret": "canary+secret/with=signs&more",
    "vault key": "cAnArYkEyCaNaRyKeYcAnArYkEyCaNaRyKeYcAnArY0",
    "database password": "canarydbpassword",
}
BY_SHAPE = {
    "foreign bot token": "987654321:BBcanaryOTHERcanaryOTHERcanaryOTHER22",
    "access token": "AtCanary0-AtCanary1_AtCanary2-AtCanary3_AtC",
    "refresh token": "RtCanary0-RtCanary1_RtCanary2-RtCanary3_RtC",
    "activation code": "AcCanary0-AcCanary1_AcCanary2-AcCanary3_AcC",
    "bare activation code": "BcCanary0-BcCanary1_BcCanary2-BcCanary3_BcC",
    "start code": "sTcAnArY",
    "auth session": "as-canary-1",
    "code verifier": "cv.canary~2",
    "basic credentials": "Y2FuYXJ5OmNhbmFyeQ==",
    "cookie": "canarysession",
    "second cookie": "canarycsrf",
    "webhook secret": "canary-webhook-secret",
    "typed PIN": "482913",
    "spaced PIN": "73 19 46",
    "PIN in an exception": "591827",
    "step-up PIN": "60417283",
    "phone": "+4915112345678",
    "phone for people": "+49 (0)211 555 0178",
    "national phone": "0170 5550178",
    "encoded phone": "%2B4921155501",
    "bare phone": "4921155502789",
    "first name": "Kanarius",
    "last name": "Vogelsang",
    "message text": "Bitte kündigt den Vertrag",
    "address password": "canaryurlpassword",
}
CANARIES = KNOWN | BY_SHAPE
SURVIVES = "this line is still of use"


class _Server(BaseHTTPRequestHandler):
    """Answers everything with an error, a cookie and, for the Bot API, a rejected token."""

    def do_GET(self) -> None:
        body = b'{"ok":false,"error_code":404,"description":"Not Found"}'
        self.send_response(404)
        self.send_header("Set-Cookie", f"sid={CANARIES['cookie']}; csrf={CANARIES['second cookie']}; HttpOnly")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        logging.getLogger("http.server").debug(format, *args)


async def _http(address: str) -> None:
    log = logging.getLogger("careless")
    headers = {"Authorization": f"Basic {CANARIES['basic credentials']}", "Cookie": f"sid={CANARIES['cookie']}"}
    form = {"otp": CANARIES["typed PIN"], "auth_session": CANARIES["auth session"]}
    form |= {"activation_code": CANARIES["activation code"], "code_verifier": CANARIES["code verifier"]}
    async with httpx.AsyncClient(headers=headers) as client:
        url = f"{address}/bot{CANARIES['bot token']}/sendMessage?start={CANARIES['start code']}"
        answer = await client.post(url, data=form)
        log.debug("asked %r with %r and %s, got %r", answer.request, form, dict(headers), answer.headers.raw)
        log.info("raw headers: %s; body %s", answer.request.headers.raw, answer.request.content)
        try:
            answer.raise_for_status()
        except httpx.HTTPStatusError:
            log.exception("portal said no to %s", CANARIES["phone"])
        try:
            await client.get(
                f"http://canary:{CANARIES['address password']}@127.0.0.1:1/?to={CANARIES['encoded phone']}"
            )
        except httpx.ConnectError as error:
            log.error("%r for %s", error.request, error.request.url, exc_info=True)


async def _telegram(address: str) -> None:
    log = structlog.get_logger("careless.telegram")
    for token in (CANARIES["bot token"], CANARIES["foreign bot token"], CANARIES["short token"]):
        bot = telegram.Bot(token, base_url=f"{address}/bot")
        try:
            await bot.initialize()
        except telegram.error.InvalidToken as error:
            log.exception("cannot start", bot=bot, error=error)
        await bot.shutdown()
    person = {"id": 7, "is_bot": False, "first_name": CANARIES["first name"], "last_name": CANARIES["last name"]}
    texts = (
        CANARIES["typed PIN"],
        f"PIN {CANARIES['spaced PIN']}",
        f"/start {CANARIES['activation code']}",
        CANARIES["message text"],
        f'{CANARIES["phone for people"]} "{CANARIES["national phone"]}"',
    )
    for number, text in enumerate(texts):
        message = {"message_id": number, "date": 0, "chat": {"id": 7, "type": "private"}, "from": person, "text": text}
        body = {"update_id": number, "message": message}
        log.debug("update", update=telegram.Update.de_json(body, bot), body=body, raw=json.dumps(body).encode())
        logging.getLogger("telegram.ext.Application").debug("Processing update %s", telegram.Update.de_json(body, bot))
        log.info(f"webhook body: {json.dumps(body)}", twice=json.dumps(json.dumps(body)))


async def _driver() -> None:
    async with aiosqlite.connect(":memory:") as database:
        await database.execute("SELECT ?, ?", (CANARIES["refresh token"], f"start={CANARIES['start code']}"))


def _fields() -> None:
    log = structlog.get_logger("careless.fields")
    log.info(
        "fields",
        pin=CANARIES["step-up PIN"],
        phone=CANARIES["national phone"],
        headers={"X-Telegram-Bot-Api-Secret-Token": CANARIES["webhook secret"]},
        answer={"access_token": CANARIES["access token"], "refresh_token": CANARIES["refresh token"]},
        code=CANARIES["bare activation code"],
        nested=[{"deep": (CANARIES["bare phone"], CANARIES["phone"])}],
        kept=SURVIVES,
    )
    log.info(f"Bearer {CANARIES['access token']}, postgresql://bot:{CANARIES['database password']}@db/bot")
    log.warning(f"keys {CANARIES['vault key']}, secret {CANARIES['client secret']}", stack_info=True)


def _exceptions() -> None:
    log = logging.getLogger("careless.exceptions")
    try:
        try:
            raise ValueError(f"{CANARIES['PIN in an exception']} was wrong for {CANARIES['phone for people']}")
        except ValueError as first:
            first.add_note(f"token {CANARIES['refresh token']}")
            raise ExceptionGroup("several", [RuntimeError(f"/start {CANARIES['start code']}")]) from first
    except ExceptionGroup as error:
        log.critical("chained: %s", error.__cause__, exc_info=True)
    log.error("%s has %d arguments too few: %s", CANARIES["bot token"])
    warnings.warn(f"deprecated: {CANARIES['foreign bot token']}", stacklevel=1)
    thread = threading.Thread(target=lambda: json.loads(f"{{'pin': {CANARIES['typed PIN']}"))
    thread.start()
    thread.join()


async def main(form: LogFormat) -> None:
    """Leak in every way known, then end with an uncaught exception."""
    logs.configure(LogLevel.DEBUG, form, KNOWN.values())
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    await _http(address)
    await _telegram(address)
    await _driver()
    _fields()
    _exceptions()
    asyncio.get_running_loop().call_exception_handler({"message": f"lost: {CANARIES['access token']}", "future": KNOWN})
    server.shutdown()
    raise RuntimeError(f"uncaught: {CANARIES['bot token']} and PIN {CANARIES['typed PIN']}")


if __name__ == "__main__":
    asyncio.run(main(LogFormat(sys.argv[1])))
