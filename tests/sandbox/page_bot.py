"""A tiny bot for the page's tests: a script of answers over the sandbox's Bot API, as any bot would give them."""

import asyncio
import json
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import httpx

from tests.drivers.sandbox_views import Json, as_object, as_objects, number

TOKEN = "2300229:demo"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>"
)
INVOICE = "Rechnung_2025-10-4711_Telekommunikationsdienstleistungen.pdf"
COMMANDS = {
    "": [("contracts", "Your contracts"), ("invoices", "Invoices and due dates"), ("help", "Help")],
    "de": [("vertraege", "Verträge ansehen"), ("rechnungen", "Rechnungen und Fälligkeiten"), ("hilfe", "Hilfe")],
}
CONTRACTS = (
    "<b>Ihre Verträge</b> · Muster GmbH\n"
    "<blockquote>Düsseldorf, Prinzenallee 11\n3 Verträge · 245,80 € netto im Monat</blockquote>\n"
    "Hamburg, Große Elbstraße 45: <i>2 Verträge</i>\n\nKündbar bis <tg-spoiler>31.12.2026</tg-spoiler>, "
    'mehr im <a href="https://t.me/eservice_demo_bot?start=vertrag">Vertrag</a> '
    "<code>V-2025-4711</code> oder mit /rechnungen."
)
TERMS = (
    "<blockquote expandable>Die Kündigungsfrist beträgt drei Monate zum Ende der Mindestvertragslaufzeit.\n"
    "Danach verlängert sich der Vertrag auf unbestimmte Zeit.\n"
    "Er ist dann mit einer Frist von einem Monat kündbar.\nEs gelten die Geschäftsbedingungen.</blockquote>"
)


def callback(label: str, data: str, **more: str) -> Json:
    """An inline button that asks the bot."""
    return {"text": label, "callback_data": data, **more}


CONTRACT_BUTTONS: list[list[Json]] = [
    [callback("📱 Mobil (2)", "edit"), callback("☎️ Sprache (1)", "toast")],
    [callback("Telefonanlagenanschlussvertrag Düsseldorf-Oberkassel", "alert")],
    [{"text": "Nummer kopieren", "copy_text": {"text": "V-2025-4711"}}, callback("Langsam", "slow")],
]


class PageBot:
    """Runs while it is entered; `answer_slowly` is the event the button "Langsam" waits for."""

    def __init__(self, url: str) -> None:
        self.answer_slowly = asyncio.Event()
        self.heard: list[str] = []
        self._http = httpx.AsyncClient(base_url=f"{url}/bot{TOKEN}/", timeout=40, trust_env=False)
        self._tasks: set[asyncio.Task[None]] = set()
        self._polling: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        for language, commands in COMMANDS.items():
            listed = [{"command": name, "description": words} for name, words in commands]
            await self.call("setMyCommands", {"commands": listed, "language_code": language})
        await self.call("setMyDescription", {"description": "Verträge und Rechnungen im Chat."})
        self._polling = asyncio.create_task(self._poll())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = [task for task in (self._polling, *self._tasks) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._http.aclose()

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """The bot fetches nothing inside the block, and goes on after it."""
        assert self._polling is not None
        self._polling.cancel()
        await asyncio.gather(self._polling, return_exceptions=True)
        yield
        self._polling = asyncio.create_task(self._poll())

    async def call(self, method: str, params: Json, file: tuple[str, str, bytes] | None = None) -> Json:
        """One Bot API call; `file` = (field, name, content)."""
        if file is None:
            response = await self._http.post(method, json=params)
        else:
            plain = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
            response = await self._http.post(method, data=plain, files={file[0]: (file[1], file[2])})
        found = as_object(response.json())
        assert found["ok"], f"{method}: {found}"
        result = found["result"]
        return as_object(result) if isinstance(result, dict) else {"result": result}

    async def say(self, chat: int, text: str, buttons: list[list[Json]] | None = None, **more: object) -> int:
        """A message with HTML and, perhaps, inline buttons; its id."""
        markup = {"reply_markup": {"inline_keyboard": buttons}} if buttons else {}
        sent = await self.call("sendMessage", {"chat_id": chat, "text": text, "parse_mode": "HTML", **markup, **more})
        return number(sent["message_id"])

    async def _poll(self) -> None:
        offset = 0
        while True:
            found = await self._http.post("getUpdates", json={"offset": offset, "timeout": 25})
            for update in as_objects(as_object(found.json())["result"]):
                offset = number(update["update_id"]) + 1
                task = asyncio.create_task(self._handle(update))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _handle(self, update: Json) -> None:
        if "callback_query" in update:
            await self._tapped(as_object(update["callback_query"]))
        elif "message" in update:
            message = as_object(update["message"])
            self.heard.append(str(message.get("text", "")))
            await self._answer(number(as_object(message["chat"])["id"]), message)

    async def _answer(self, chat: int, message: Json) -> None:
        text = str(message.get("text", ""))
        if text.startswith("/start "):
            await self._ask_for_pin(chat, text.removeprefix("/start "))
        elif text == "/vertraege":
            await self.say(chat, CONTRACTS, CONTRACT_BUTTONS)
        elif text == "/rechnungen":
            await self._send_invoice(chat)
        elif text == "Tasten":
            keyboard = {"keyboard": [[{"text": "Verträge"}, {"text": "Rechnungen"}]], "resize_keyboard": True}
            await self.say(chat, "Bitte wählen", reply_markup=keyboard)
        elif text == "Tippen":
            await self.call("sendChatAction", {"chat_id": chat, "action": "typing"})
        elif text == "Geheim":
            await self.call("deleteMessage", {"chat_id": chat, "message_id": message["message_id"]})
        elif text == "Bedingungen":
            await self.say(chat, TERMS)
        else:
            await self.say(chat, f"Sie schrieben: {text}")

    async def _ask_for_pin(self, chat: int, code: str) -> None:
        question = "Konto gefunden: <b>M••••• GmbH</b>\nSoll eine SMS-PIN an <code>+49 ••• •••••78</code> gehen?"
        buttons = [[callback("SMS-PIN senden", "toast", style="primary")], [callback("Abbrechen", "edit")]]
        await self.say(chat, f"{question}\nCode {code}", buttons)

    async def _send_invoice(self, chat: int) -> None:
        facts: Json = {
            "chat_id": chat,
            "caption": "<b>Rechnung 2025-10-4711</b>\nFällig am 24. November · 292,50 €",
            "parse_mode": "HTML",
        }
        await self.call("sendDocument", facts, ("document", INVOICE, PDF))
        await self.call(
            "sendPhoto", {"chat_id": chat, "caption": "GiroCode"}, ("photo", "girocode.png", checkerboard(120))
        )

    async def _tapped(self, query: Json) -> None:
        message = as_object(query["message"])
        chat, data = number(as_object(message["chat"])["id"]), str(query["data"])
        answer: Json = {"callback_query_id": query["id"]}
        if data == "slow":
            await self.answer_slowly.wait()
        if data == "toast":
            answer["text"] = "Die PIN ist unterwegs."
        if data == "alert":
            answer |= {"text": "Dieser Vertrag endet am 31.12.2026.", "show_alert": True}
        await self.call("answerCallbackQuery", answer)
        if data == "edit":
            changed = {"chat_id": chat, "message_id": message["message_id"], "text": "Mobil: zwei Verträge"}
            await self.call("editMessageText", changed)


def checkerboard(size: int) -> bytes:
    """A square PNG with a pattern that looks like a code."""
    rows = b"".join(
        b"\0" + bytes(255 * ((x // 8 * 5 + y // 8 * 3 + x // 8 * (y // 8)) % 3 % 2) for x in range(size))
        for y in range(size)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
