"""What a test reads from the sandbox: messages, chats, popups, SMS, mails and calls as frozen facts."""

import re
from dataclasses import dataclass
from typing import Self

Json = dict[str, object]
_UNSEEN = str.maketrans({0x2060: None, 0x2068: None, 0x2069: None, 0x00A0: " ", 0x202F: " "})


def as_read(text: str) -> str:
    """Text as a person reads it: without joiners and isolates, and every blank a blank."""
    return text.translate(_UNSEEN)


def as_object(value: object) -> Json:
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, got {value!r}")
    return value


def as_objects(value: object) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list, got {value!r}")
    return [as_object(each) for each in value]


def number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"expected an integer, got {value!r}")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Entity:
    type: str
    offset: int
    length: int
    url: str | None


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    kind: str
    data: str | None
    url: str | None
    copy: str | None
    style: str | None
    spinning: bool

    @classmethod
    def read(cls, raw: Json) -> Self:
        return cls(
            label=str(raw["label"]),
            kind=str(raw["kind"]),
            data=_text_or_none(raw["data"]),
            url=_text_or_none(raw["url"]),
            copy=_text_or_none(raw["copy"]),
            style=_text_or_none(raw["style"]),
            spinning=bool(raw["spinning"]),
        )


@dataclass(frozen=True, slots=True)
class File:
    """A document or a photo that can be downloaded."""

    url: str
    name: str
    mime_type: str
    size: int
    file_id: str

    @classmethod
    def read(cls, raw: object) -> Self | None:
        if raw is None:
            return None
        body = as_object(raw)
        name, mime_type = str(body.get("name", "photo")), str(body.get("mime_type", "image/*"))
        return cls(str(body["url"]), name, mime_type, number(body["size"]), str(body["file_id"]))


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    version: int
    kind: str
    mine: bool
    sender: str
    text: str
    html: str
    entities: tuple[Entity, ...]
    buttons: tuple[tuple[Button, ...], ...]
    document: File | None
    photo: File | None
    edited: bool
    reply_to: int | None
    pinned: bool
    silent: bool
    protected: bool
    reactions: tuple[str, ...]
    received: bool | None

    @classmethod
    def read(cls, raw: Json) -> Self:
        rows = raw["buttons"] if isinstance(raw["buttons"], list) else []
        return cls(
            id=number(raw["message_id"]),
            version=number(raw["version"]),
            kind=str(raw["kind"]),
            mine=bool(raw["mine"]),
            sender=str(as_object(raw["from"])["name"]),
            text=str(raw["text"]),
            html=str(raw["html"]),
            entities=tuple(
                Entity(str(e["type"]), number(e["offset"]), number(e["length"]), _text_or_none(e.get("url")))
                for e in as_objects(raw["entities"])
            ),
            buttons=tuple(tuple(Button.read(each) for each in as_objects(row)) for row in rows),
            document=File.read(raw["document"]),
            photo=File.read(raw["photo"]),
            edited=raw["edited"] is not None,
            reply_to=number(raw["reply_to"]) if raw["reply_to"] is not None else None,
            pinned=bool(raw["pinned"]),
            silent=bool(raw["silent"]),
            protected=bool(raw["protected"]),
            reactions=tuple(str(each["emoji"]) for each in as_objects(raw["reactions"])),
            received=raw["received"] if isinstance(raw["received"], bool) else None,
        )

    @property
    def labels(self) -> list[str]:
        """Every button, row by row."""
        return [button.label for row in self.buttons for button in row]

    def button(self, label: str) -> Button:
        """An exact label, else the first that contains the text."""
        every = [button for row in self.buttons for button in row]
        found = [b for b in every if as_read(b.label) == label] or [b for b in every if label in as_read(b.label)]
        if not found:
            raise AssertionError(f"no button {label!r} among {self.labels}")
        return found[0]

    def place(self, label: str) -> tuple[int, int] | None:
        """Row and column of the button: an exact label wins, else the one that contains the text."""
        wanted = as_read(label)
        every = [(r, c, as_read(b.label)) for r, row in enumerate(self.buttons) for c, b in enumerate(row)]
        exact = [(r, c) for r, c, shown in every if shown == wanted]
        containing = [(r, c) for r, c, shown in every if wanted in shown]
        return exact[0] if exact else containing[0] if len(containing) == 1 else None

    def entity_texts(self, kind: str) -> list[str]:
        """The words that an entity of this kind covers."""
        units = self.text.encode("utf-16-le")
        chosen = [each for each in self.entities if each.type == kind]
        return [units[e.offset * 2 : (e.offset + e.length) * 2].decode("utf-16-le") for e in chosen]

    def readable(self) -> str:
        attached = "".join(f" [{f.name} {f.size} B]" for f in (self.document, self.photo) if f)
        keyboard = "".join("\n      " + " ".join(f"[{b.label}]" for b in row) for row in self.buttons)
        marks = ("*" if self.edited else "") + ("!" if self.pinned else "")
        indented = self.text.replace("\n", "\n      ")
        return f"{self.id:>4}{marks} {self.sender}:{attached} {indented}{keyboard}"


@dataclass(frozen=True, slots=True)
class Popup:
    version: int
    label: str
    text: str
    is_alert: bool
    url: str | None

    @classmethod
    def read(cls, raw: Json) -> Self:
        label, text = str(raw["label"]), str(raw["text"])
        return cls(number(raw["version"]), label, text, bool(raw["show_alert"]), _text_or_none(raw["url"]))


@dataclass(frozen=True, slots=True)
class Tapped:
    """What a tap did: a callback (with the bot's answer, when it came), or a link or text handed to the person."""

    kind: str
    message_id: int | None
    popup: Popup | None
    url: str | None
    copied: str | None

    @classmethod
    def read(cls, raw: Json) -> Self:
        answer, message_id = raw.get("answer"), raw.get("message_id")
        return cls(
            kind=str(raw["kind"]),
            message_id=number(message_id) if message_id is not None else None,
            popup=Popup.read(as_object(answer)) if answer else None,
            url=_text_or_none(raw.get("url")),
            copied=_text_or_none(raw.get("copied")),
        )


@dataclass(frozen=True, slots=True)
class Transcript:
    """A chat as its person sees it."""

    version: int
    title: str
    started: bool
    blocked: bool
    messages: tuple[Message, ...]
    deleted: tuple[Json, ...]
    keyboard: tuple[str, ...] | None
    action: str | None
    pinned: tuple[int, ...]
    commands: dict[str, str]
    menu_button: str
    popups: tuple[Popup, ...]
    description: str
    start_parameter: str | None

    @classmethod
    def read(cls, raw: Json, before: dict[int, tuple[Json, Message]]) -> Self:
        """From what the sandbox says; `before`: the messages as they were read last, most of which are as they were."""
        keyboard, action, start = raw["keyboard"], raw["action"], raw["start_button"]
        rows = as_object(keyboard)["buttons"] if keyboard else None
        labels = [str(each["label"]) for row in (rows if isinstance(rows, list) else []) for each in as_objects(row)]
        pinned = raw["pinned"] if isinstance(raw["pinned"], list) else []
        return cls(
            version=number(raw["version"]),
            title=str(raw["title"]),
            started=bool(raw["started"]),
            blocked=bool(raw["blocked"]),
            messages=tuple(_unchanged_or_read(each, before) for each in as_objects(raw["messages"])),
            deleted=tuple(as_objects(raw["deleted"])),
            keyboard=tuple(labels) if keyboard else None,
            action=str(as_object(action)["name"]) if action else None,
            pinned=tuple(number(each) for each in pinned),
            commands={str(each["command"]): str(each["description"]) for each in as_objects(raw["commands"])},
            menu_button=str(as_object(raw["menu_button"])["type"]),
            popups=tuple(Popup.read(each) for each in as_objects(raw["popups"])),
            description=str(as_object(raw["bot"])["description"]),
            start_parameter=_text_or_none(as_object(start)["parameter"]) if start else None,
        )

    @property
    def from_bot(self) -> list[Message]:
        return [message for message in self.messages if not message.mine]

    @property
    def last(self) -> Message:
        """The newest message of the bot."""
        if not self.from_bot:
            raise AssertionError(f"the bot has said nothing\n{self.readable()}")
        return self.from_bot[-1]

    def message(self, message_id: int) -> Message | None:
        return next((each for each in self.messages if each.id == message_id), None)

    def contains(self, text: str) -> bool:
        return any(as_read(text) in as_read(message.text) for message in self.from_bot)

    @property
    def deleted_ids(self) -> set[int]:
        return {number(each["message_id"]) for each in self.deleted}

    def readable(self) -> str:
        lines = [f"--- {self.title}{' (blocked)' if self.blocked else ''}"]
        lines += [message.readable() for message in self.messages] or ["     (empty)"]
        lines += [f"     popup on [{p.label}]: {p.text}" for p in self.popups[-3:] if p.text]
        lines += [f"     menu: {self.keyboard}"] if self.keyboard else []
        return "\n".join([*lines, "---"])


def _unchanged_or_read(raw: Json, before: dict[int, tuple[Json, Message]]) -> Message:
    key = number(raw["message_id"])
    known, message = before.get(key) or (None, None)
    if message is None or known != raw:
        message = Message.read(raw)
        before[key] = (raw, message)
    return message


@dataclass(frozen=True, slots=True)
class Sms:
    version: int
    to: str
    text: str
    codes: tuple[str, ...]

    @classmethod
    def read(cls, raw: Json) -> Self:
        codes = raw["codes"] if isinstance(raw["codes"], list) else []
        return cls(number(raw["version"]), str(raw["to"]), str(raw["text"]), tuple(str(each) for each in codes))

    @property
    def pin(self) -> str:
        """The digits: six to connect, eight to step up."""
        found = [code for code in self.codes if len(code) in {6, 8}]
        if len(found) != 1:
            raise AssertionError(f"no single PIN in {self.text!r}")
        return found[0]


@dataclass(frozen=True, slots=True)
class Mail:
    version: int
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None
    links: tuple[str, ...]
    attachments: tuple[str, ...]
    files: tuple[str, ...]  # where to download them

    @classmethod
    def read(cls, raw: Json) -> Self:
        to = raw["to"] if isinstance(raw["to"], list) else []
        return cls(
            version=number(raw["version"]),
            sender=str(raw["from"]),
            to=tuple(str(each) for each in to),
            subject=str(raw["subject"]),
            text=str(raw["text"]),
            html=_text_or_none(raw["html"]),
            links=tuple(str(each["url"]) for each in as_objects(raw["links"])),
            attachments=tuple(str(each["name"]) for each in as_objects(raw["attachments"])),
            files=tuple(str(each["url"]) for each in as_objects(raw["attachments"])),
        )

    def link(self, containing: str = "t.me/") -> str:
        """The first link that contains the text."""
        found = [link for link in self.links if containing in link]
        if not found:
            raise AssertionError(f"no link with {containing!r} among {self.links}")
        return found[0]

    @property
    def start_code(self) -> str:
        """The code in the activation link."""
        found = re.search(r"[?&]start=([A-Za-z0-9_-]+)", self.link("start="))
        if found is None:
            raise AssertionError(f"no start code in {self.links}")
        return found[1]


@dataclass(frozen=True, slots=True)
class Call:
    """A Bot API call as the server saw it."""

    version: int
    method: str
    params: Json
    files: tuple[Json, ...]
    status: int | None
    answer: Json
    fault: str | None
    at: float

    @classmethod
    def read(cls, raw: Json) -> Self:
        status, answer = raw["status"], raw["answer"]
        return cls(
            version=number(raw["version"]),
            method=str(raw["method"]),
            params=as_object(raw["params"]),
            files=tuple(as_objects(raw["files"])),
            status=number(status) if status is not None else None,
            answer=as_object(answer) if answer is not None else {},
            fault=_text_or_none(raw["fault"]),
            at=float(str(raw["at"])),
        )

    def readable(self) -> str:
        return f"{self.method} -> {self.status} {self.answer.get('description', '')} {self.fault or ''}".rstrip()
