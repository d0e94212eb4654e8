"""The HTTP transport under python-telegram-bot, on the same wire as the portal's.

python-telegram-bot's stock transport cannot say whether a failed request reached Telegram, and its pool costs the
square of what is in flight. Here every failure is one of two `TelegramError`s, so that a sender can decide about a
second try:

* `SurelyNotSent`: nobody can have read the request, or Telegram itself said that it could not serve it. Repeat freely.
* `OutcomeUnknown`: the request may have been carried out and its answer is lost. Do not repeat blindly.

Everything else that python-telegram-bot raises (`RetryAfter`, `Forbidden`, `BadRequest`, `ChatMigrated`, ...) is
Telegram's own answer and stays as it is. Addresses, and with them the bot token, appear in no message.

Uploads of open files (`InputFile(handle, read_file_handle=False)`) are streamed; the handle stays the caller's.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlencode

import orjson
from telegram import Bot
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from portal.upload import Part, Upload
from portal.wire import MIB, Body, Lost, NotSent, Observer, Reply, Wire

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Update = dict[str, Json]

READ = 10.0
UPLOAD = 60.0
LONGEST = 120.0
CAP = 20 * MIB  # what getFile serves at most


# What Telegram counts as messages (its limits are for them).
MESSAGES = frozenset({"sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup", "copyMessage", "forwardMessage"})


class TelegramBot(Bot):
    """python-telegram-bot's Bot, and a shorter way for what is done with every answer."""

    _sending: Callable[[int], None] | None = None

    def before_each_message(self, listener: Callable[[int], None]) -> None:
        """Have somebody told of each message that is about to go out: the chat's id."""
        self._sending = listener

    async def _do_post(self, endpoint: str, data: dict[str, Any], **options: Any) -> Any:
        # the one way of all methods; `_` because it is not meant for callers
        if self._sending is not None and endpoint in MESSAGES and isinstance(chat_id := data.get("chat_id"), int):
            self._sending(chat_id)
        return await super()._do_post(endpoint, data, **options)

    async def call(self, method: str, **parameters: Json) -> object:
        """Call a method; its result as Telegram wrote it, errors as python-telegram-bot's.

        An object for each button there, and for each field of the message back, would cost more than the rest of the
        request.
        """
        # the protected half of `do_api_request`, which is meant for methods that `Bot` does not have
        return await self._do_post(method, parameters)


def message_id_of(result: object) -> int:
    """The id of the message that a call has sent."""
    found = result.get("message_id") if isinstance(result, dict) else None
    if not isinstance(found, int):
        raise OutcomeUnknown("an answer without the message")
    return found


class SurelyNotSent(NetworkError):
    """Telegram has not done it: repeating is safe."""


class OutcomeUnknown(TimedOut):
    """Telegram may have done it: the answer is lost."""


class TelegramRequest(BaseRequest):
    """A `BaseRequest` on `portal.wire`; connect and pool time-outs of single calls are the wire's business."""

    def __init__(
        self,
        *,
        connections: int = 512,
        read: float = READ,
        upload: float = UPLOAD,
        observer: Observer | None = None,
    ) -> None:
        self._connections = connections
        self._observer = observer
        self.wire = self._new_wire()
        self._read = read
        self._upload = upload

    @property
    def read_timeout(self) -> float | None:
        """Seconds for an answer."""
        return self._read

    async def initialize(self) -> None:
        """Be ready, also after a shutdown; connections are made when they are needed."""
        if self.wire.closed:
            self.wire = self._new_wire()

    async def shutdown(self) -> None:
        """Close all connections."""
        await self.wire.aclose()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request; see `BaseRequest.do_request`."""
        files = request_data is not None and request_data.contains_files
        within = _seconds(read_timeout, self._read) + (_seconds(write_timeout, self._upload) if files else 0.0)
        headers = {"User-Agent": self.USER_AGENT}
        body = _body(request_data, headers)
        try:
            reply = await self.wire.call(method, url, within=within, headers=headers, body=body, cap=CAP)
        except NotSent as failure:
            raise SurelyNotSent(f"not sent: {failure}") from None
        except Lost as failure:
            raise OutcomeUnknown(f"outcome unknown: {failure}") from None
        _check(method, reply)
        return reply.status, reply.body

    def _new_wire(self) -> Wire:
        return Wire(connections=self._connections, idle=30.0, observer=self._observer)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Json]:
        """Telegram's answer; an unreadable one is not logged (it may be anybody's) and leaves the outcome unknown."""
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise OutcomeUnknown("unreadable answer") from None
        if not isinstance(answer, dict):
            raise OutcomeUnknown("unreadable answer")
        return answer

    async def get_updates_raw(
        self, bot_url: str, *, offset: int, timeout: int, limit: int, allowed_updates: Sequence[str]
    ) -> list[Update]:
        """Long-poll for updates as Telegram wrote them; `bot_url` is the address of the bot, token included."""
        query = urlencode(
            {
                "offset": offset,
                "timeout": timeout,
                "limit": limit,
                "allowed_updates": orjson.dumps(list(allowed_updates)).decode(),
            }
        )
        updates = await self.post(f"{bot_url}/getUpdates?{query}", read_timeout=timeout + self._read)
        if not isinstance(updates, list):
            raise TelegramError("getUpdates did not answer with a list")
        return updates


def base_url(api_url: str) -> str:
    """What `Bot(base_url=...)` wants, for a Bot API server's address with or without a slash at its end."""
    return f"{api_url.rstrip('/')}/bot"


def base_file_url(api_url: str) -> str:
    """What `Bot(base_file_url=...)` wants."""
    return f"{api_url.rstrip('/')}/file/bot"


def _seconds(asked: object, default: float) -> float:
    """python-telegram-bot passes a number, None for "no limit", or a marker for "the default"."""
    if isinstance(asked, int | float):
        return float(asked)
    return LONGEST if asked is None else default


def _check(method: str, reply: Reply) -> None:
    """Tell apart what python-telegram-bot would make one `NetworkError`, or a `KeyError`, of."""
    if reply.status >= 500:
        # Telegram's own "I could not" is JSON; the page of a gateway says nothing about what stands behind it.
        if b'"ok"' in reply.body[:64]:
            raise SurelyNotSent(f"Telegram could not serve it ({reply.status})")
        raise OutcomeUnknown(f"a gateway answered ({reply.status})")
    if method == "POST" and reply.status < 300 and b'"result"' not in reply.body:
        raise OutcomeUnknown("unreadable answer")


def _body(data: RequestData | None, headers: dict[str, str]) -> Body | None:
    if data is None:
        return None
    if not data.contains_files:
        headers["Content-Type"] = "application/json"
        return orjson.dumps(data.parameters)
    files = data.multipart_data.items()
    return Upload(
        fields=data.json_parameters,
        parts=tuple(Part(field, name, mime_type, content) for field, (name, content, mime_type) in files),
    )
