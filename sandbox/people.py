"""The inhabitants: people with a phone and a mailbox, and bot accounts with what they have set about themselves."""

from dataclasses import dataclass, field

from .json_values import JsonObject


@dataclass(slots=True)
class Person:
    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "de"
    phone: str | None = None
    mail: str | None = None
    deactivated: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def wire_user(self) -> JsonObject:
        """The User object a bot gets."""
        user: JsonObject = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.last_name:
            user["last_name"] = self.last_name
        if self.username:
            user["username"] = self.username
        if self.language_code:
            user["language_code"] = self.language_code
        return user

    def wire_chat(self) -> JsonObject:
        chat: JsonObject = {"id": self.id, "first_name": self.first_name, "type": "private"}
        if self.last_name:
            chat["last_name"] = self.last_name
        if self.username:
            chat["username"] = self.username
        return chat

    def sim(self) -> JsonObject:
        """The person as the simulation API shows it."""
        return {
            "id": self.id,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
            "phone": self.phone,
            "mail": self.mail,
            "deactivated": self.deactivated,
        }


@dataclass(slots=True)
class Bot:
    id: int
    token: str
    username: str
    first_name: str
    next_message_id: int = 1
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[JsonObject]] = field(default_factory=dict)
    menu_buttons: dict[int | None, JsonObject] = field(default_factory=dict)

    def wire_user(self) -> JsonObject:
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.names.get("", self.first_name),
            "username": self.username,
        }

    def localised(self, texts: dict[str, str], language: str | None, fallback: str = "") -> str:
        """The text for a language, else the one for everybody."""
        return texts.get(language or "", "") or texts.get("", "") or fallback

    def commands_for(self, chat_id: int, language: str | None) -> list[JsonObject]:
        """The first list that exists, as Telegram chooses it in a private chat."""
        for scope in (f"chat:{chat_id}", "all_private_chats", "default"):
            for code in (language or "", ""):
                if found := self.commands.get((scope, code)):
                    return found
        return []

    def menu_button_for(self, chat_id: int) -> JsonObject:
        return self.menu_buttons.get(chat_id) or self.menu_buttons.get(None) or {"type": "commands"}

    def forget_settings(self) -> None:
        for texts in (self.names, self.descriptions, self.short_descriptions):
            texts.clear()
        self.commands.clear()
        self.menu_buttons.clear()
