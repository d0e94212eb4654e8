"""Everything the sandbox knows: people, bots, chats, files, pending updates, open callbacks."""

import secrets

from .calls import CallRecord
from .chats import CallbackQuery, Chat, Message
from .clock import Clock
from .faults import Faults
from .files import FileStore
from .people import Bot, Person
from .settings import BotAccount, SandboxSettings, Switches
from .updates import UpdateQueue
from .versions import Versions
from .webhook import Webhook

FIRST_PERSON = 1001
CALLBACKS_KEPT = 2_000


class World:
    def __init__(self, settings: SandboxSettings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.switches = Switches.of(settings)
        self.clock = clock or Clock()
        self.versions = Versions()
        self.files = FileStore()
        self.faults = Faults()
        self.calls = CallRecord(settings.record_size, self.versions)
        self.people: dict[int, Person] = {}
        self.bots: dict[int, Bot] = {}
        self.queues: dict[int, UpdateQueue] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.chats: dict[tuple[int, int], Chat] = {}
        self.callbacks: dict[str, CallbackQuery] = {}
        self._next_person = FIRST_PERSON
        for account in settings.bots:
            self.add_bot(account)

    # --- who is there -----------------------------------------------------------------------------------------

    def add_bot(self, account: BotAccount) -> Bot:
        bot_id = int(account.token.partition(":")[0])
        bot = Bot(bot_id, account.token, account.username, account.first_name)
        self.bots[bot_id] = bot
        queue = self.queues[bot_id] = UpdateQueue(bot, self.clock, self.versions)
        self.webhooks[bot_id] = Webhook(queue, self.clock, self.settings.webhook_retry_seconds)
        self.versions.touch("settings", "people")
        return bot

    def bot_by_token(self, token: str) -> Bot | None:
        number = token.partition(":")[0]
        bot = self.bots.get(int(number)) if number.isdigit() else None
        return bot if bot and secrets.compare_digest(bot.token, token) else None

    def bot_by_username(self, username: str) -> Bot | None:
        wanted = username.lower()
        return next((bot for bot in self.bots.values() if bot.username.lower() == wanted), None)

    def next_person_id(self) -> int:
        while self._next_person in self.people:
            self._next_person += 1
        return self._next_person

    def add_person(self, person: Person) -> Person:
        self.people[person.id] = person
        self.versions.touch("people")
        return person

    def remove_person(self, person_id: int) -> None:
        del self.people[person_id]
        for key in [key for key in self.chats if key[1] == person_id]:
            del self.chats[key]
        self.versions.touch("people")

    # --- chats ------------------------------------------------------------------------------------------------

    def private_chat(self, bot: Bot, person: Person) -> Chat:
        """The chat of the two, made when somebody looks at it first."""
        chat = self.chats.get((bot.id, person.id))
        if chat is None:
            key = f"{person.id}:{bot.username}"
            chat = Chat(person.id, "private", key, bot_ids={bot.id}, members={person.id})
            self.chats[bot.id, person.id] = chat
        return chat

    def add_message(self, bot: Bot, chat: Chat, message: Message) -> Message:
        chat.messages[message.message_id] = message
        if len(chat.messages) > self.settings.history_size:
            del chat.messages[next(iter(chat.messages))]
        message.version = self.touch(chat)
        return message

    def next_message_id(self, bot: Bot) -> int:
        number = bot.next_message_id
        bot.next_message_id += 1
        return number

    def open_callback(self, query: CallbackQuery) -> None:
        """Taps are remembered for a while: only the newest can still be answered."""
        self.callbacks[query.id] = query
        if len(self.callbacks) > CALLBACKS_KEPT:
            del self.callbacks[next(iter(self.callbacks))]

    def touch(self, chat: Chat) -> int:
        return self.versions.touch(chat.resource)

    # --- the end ----------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Back to the start, but versions and update ids go on: pollers and readers do not notice."""
        self.people.clear()
        for chat in self.chats.values():
            self.versions.touch(chat.resource)
        self.chats.clear()
        self.callbacks.clear()
        self.files.clear()
        self.faults.clear()
        self.calls.clear()
        self._next_person = FIRST_PERSON
        self.clock.offset = 0.0
        for bot in self.bots.values():
            bot.forget_settings()
            self.queues[bot.id].clear()
        fresh = Switches.of(self.settings)
        for name in Switches.__slots__:
            setattr(self.switches, name, getattr(fresh, name))
        self.versions.touch("people", "calls", "settings", "sms", "mails")
