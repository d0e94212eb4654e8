"""What a person chose for themselves: the language, and the account their screens show."""

from datetime import datetime
from uuid import UUID

from storage.chats import Chats
from storage.people import People, Person

LANGUAGES = ("de", "en")


class Preferences:
    """Choices of people."""

    def __init__(self, people: People, chats: Chats) -> None:
        self._people = people
        self._chats = chats

    async def choose_language(self, person_id: int, language: str, now: datetime) -> None:
        """Remember the language the person chose; it wins over the portal's and Telegram's."""
        await self._people.remember(person_id, now, language_chosen=language)

    async def look_at(self, person_id: int, connection_id: UUID | None) -> None:
        """Show this account from now on."""
        await self._people.look_at(person_id, connection_id)

    async def heard_from(self, person: Person, language_telegram: str | None, now: datetime) -> None:
        """Note a new person, a changed Telegram language, or that the bot is no longer blocked."""
        if person.is_new or person.is_blocked or person.language_telegram != language_telegram:
            await self._people.remember(person.id, now, language_telegram=language_telegram)
        if person.is_blocked:
            await self.back(person.id, now)

    async def blocked(self, person_id: int, now: datetime) -> None:
        """The person blocked the bot."""
        await self._people.remember(person_id, now, blocked_at=now)
        await self._chats.blocked(person_id, now)

    async def back(self, person_id: int, now: datetime) -> None:
        """They unblocked it, or write again: what was held for them may go."""
        await self._chats.back(person_id, now)

    async def connected(self, person_id: int, connection_id: UUID, locale: str, now: datetime) -> None:
        """A new account is looked at, and its language is known."""
        await self._people.remember(person_id, now, connection_id=connection_id, language_portal=locale)


def language_of(person: Person, language_telegram: str | None) -> str:
    """The choice, then the portal's language, then Telegram's; German when none is spoken here."""
    for wish in (person.language_chosen, person.language_portal, language_telegram, person.language_telegram):
        language = (wish or "").lower()[:2]
        if language in LANGUAGES:
            return language
        if language:
            return "en"
    return "de"
