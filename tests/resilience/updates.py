"""Random updates: of every type that the published Bot API specification knows, and real ones with something wrong.

Where the specification is not there, a small one written down here stands in for it.
"""

import copy
from collections.abc import Callable
from random import Random

from sandbox.botapi.spec import Field, Shape, Specification
from tests.house import SPECIFICATION

Json = dict[str, object]

DEEP = 4  # optional fields of anything below this are left out
ODD_TEXTS = (
    *("", " ", "\x00", "\u202egnp.exe", "🧑‍👩‍👧‍👦" * 40, "ı" * 4096, "A" * 70_000, "%s%n{0}", "<b>&amp;</i>", "']);--"),
    *("/start", "/start " + "A" * 43, "/START@eservice_demo_bot x", "/", "//", "/ä", "123456", "١٢٣٤٥٦", "\ud7ff", "!"),
    *("rechnung 99/9999", "rechnung märz", "verträge", "/rechnungen 2026-13", "-1", "/konto " * 9),
    "https://t.me/eservice_demo_bot?start=" + "B" * 43,
)
ODD_NUMBERS = (0, -1, 2**31, 2**63 - 1, -(2**63), 2**64 - 1, 1.5e308)
ODD_VALUES: tuple[object, ...] = (*ODD_NUMBERS, None, True, "", "x" * 5000, "7", [], [None], {}, {"id": None}, [[]])
SMALL = {
    "Update": "message:Message edited_message:Message channel_post:Message edited_channel_post:Message"
    " callback_query:CallbackQuery my_chat_member:ChatMemberUpdated chat_member:ChatMemberUpdated poll:Poll",
    "Message": "message_id!:Integer date!:Integer chat!:Chat from:User sender_chat:Chat text:String caption:String"
    " entities:MessageEntity[] contact:Contact location:Location reply_to_message:Message via_bot:User poll:Poll",
    "Chat": "id!:Integer type!:String title:String username:String is_forum:True",
    "User": "id!:Integer is_bot!:Boolean first_name!:String last_name:String username:String language_code:String",
    "MessageEntity": "type!:String offset!:Integer length!:Integer url:String user:User",
    "CallbackQuery": "id!:String from!:User message:Message chat_instance!:String data:String game_short_name:String",
    "ChatMemberUpdated": "chat!:Chat from!:User date!:Integer old_chat_member!:Member new_chat_member!:Member",
    "Member": "status!:String user!:User",
    "Contact": "phone_number!:String first_name!:String user_id:Integer",
    "Location": "latitude!:Float longitude!:Float",
    "Poll": "id!:String question!:String total_voter_count!:Integer is_closed!:Boolean type!:String",
}


def shapes() -> dict[str, Shape]:
    """Every type of the Bot API."""
    specification = Specification.load(SPECIFICATION)
    if specification is not None:
        return specification.types
    return {name: Shape({f.name: f for f in map(_small, words.split())}, ()) for name, words in SMALL.items()}


def _small(word: str) -> Field:
    name, _, kind = word.partition(":")
    types = (f"Array of {kind[:-2]}",) if kind.endswith("[]") else (kind,)
    return Field(name.rstrip("!"), types, name.endswith("!"), None, None, None, None, frozenset())


class Generator:
    """Makes updates; everything that happens by chance comes from `random`."""

    def __init__(self, random: Random, people: tuple[int, ...]) -> None:
        self._random = random
        self._people = people
        self._types = shapes()
        self._kinds = [name for name in self._types["Update"].fields if name != "update_id"]
        self._simple: dict[str, Callable[[], object]] = {
            "Integer": lambda: random.choice((random.randrange(2**31), random.randrange(-(2**52), 2**52), *people)),
            "Float": lambda: random.uniform(-1e9, 1e9),
            "Boolean": lambda: random.random() < 0.5,
            "True": lambda: True,
            "String": lambda: random.choice(ODD_TEXTS),
            "InputFile": lambda: "file",
        }

    def any_kind(self, number: int) -> Json:
        """An update as the specification allows it, of any kind."""
        kind = self._random.choice(self._kinds)
        return {"update_id": number, kind: self._value(self._types["Update"].fields[kind].types[0], 0)}

    def typed(self, number: int, person: int, text: str) -> Json:
        """Somebody writes to the bot in private."""
        return {"update_id": number, "message": self._message(person) | {"text": text}}

    def tapped(self, number: int, person: int, message_id: int, data: str) -> Json:
        """Somebody taps a button, or a client pretends that somebody did."""
        query = {"id": str(number), "from": self._user(person), "chat_instance": "1", "data": data}
        return {"update_id": number, "callback_query": query | {"message": self._message(person, message_id)}}

    def damaged(self, update: Json) -> Json:
        """The same update with one to three things wrong inside; its number stays, or Telegram would be broken."""
        broken = copy.deepcopy(update)
        for _ in range(self._random.randrange(1, 4)):
            self._damage(broken)
        return broken | {"update_id": update["update_id"]}

    def odd_text(self) -> str:
        """Words nobody expects."""
        return self._random.choice(ODD_TEXTS)

    def _message(self, person: int, message_id: int | None = None) -> Json:
        number = self._random.randrange(1, 5000) if message_id is None else message_id
        chat = {"id": person, "type": "private", "first_name": "Max"}
        return {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": self._user(person)}

    def _user(self, person: int) -> Json:
        language = self._random.choice(("de", "en", "tr", "pt-br", "", "x" * 40))
        return {"id": person, "is_bot": False, "first_name": self.odd_text() or "Max", "language_code": language}

    def _damage(self, inside: Json) -> None:
        while inside:
            name = self._random.choice(list(inside))
            below = inside[name]
            if isinstance(below, dict) and below and self._random.random() < 0.8:
                inside = below
                continue
            if self._random.random() < 0.3:
                del inside[name]
            else:
                inside[name] = copy.deepcopy(self._random.choice((*ODD_VALUES, self.odd_text())))
            return

    def _value(self, kind: str, depth: int) -> object:
        if kind.startswith("Array of "):
            inner = kind.removeprefix("Array of ")
            return [self._value(inner, depth + 1) for _ in range(self._random.randrange(0, 3))] if depth < DEEP else []
        simple = self._simple.get(kind)
        if simple is not None:
            return simple()
        shape = self._types[kind]
        if shape.subtypes:
            return self._value(self._random.choice(shape.subtypes), depth)
        chance = 0.15 if depth < DEEP else 0.0
        return {
            field.name: self._field(field, depth + 1)
            for field in shape.fields.values()
            if field.required or self._random.random() < chance
        }

    def _field(self, field: Field, depth: int) -> object:
        if field.constant is not None:
            return field.constant
        if field.one_of:
            return self._random.choice(sorted(field.one_of))
        if field.name == "type" and field.types == ("String",):
            return self._random.choice(("private", "group", "supergroup", "channel", "url", "text_link"))
        if depth > 3 * DEEP:
            return {}
        return self._value(self._random.choice(field.types), depth)
