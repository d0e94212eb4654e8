"""Somebody who reads in the chat: one act, one screen."""

from dataclasses import dataclass

from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import File, Message, Transcript

INVISIBLE = str.maketrans("", "", "\u2060\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Page:
    """A screen as it is read: the text without what nobody sees, and the labels of its buttons row by row."""

    message: Message

    @property
    def text(self) -> str:
        """What stands there."""
        return self.message.text.translate(INVISIBLE).replace("\xa0", " ")

    @property
    def lines(self) -> list[str]:
        """The text line by line."""
        return self.text.splitlines()

    @property
    def rows(self) -> list[list[str]]:
        """The labels."""
        return [[button.label for button in row] for row in self.message.buttons]

    @property
    def labels(self) -> list[str]:
        """All labels."""
        return [label for row in self.rows for label in row]

    def label(self, part: str) -> str:
        """The first label with this in it."""
        return next(label for label in self.labels if part in label)


@dataclass(frozen=True, slots=True)
class Reader:
    """A person and what they do."""

    person: Person

    async def say(self, text: str) -> Page:
        """Type something; the new message that answers it."""
        before = (await self.person.transcript()).version
        typed = await self.person.send(text)
        return await self._screen(typed.id + 1, before)

    async def tap(self, label: str, page: Page) -> Page:
        """Tap a button; the same message as it is then."""
        before = (await self.person.transcript()).version
        await self.person.tap(label, on=page.message)
        return await self._screen(page.message.id, before)

    async def receive(self, label: str, page: Page) -> File:
        """Tap a button that sends a file."""
        before = (await self.person.transcript()).version
        await self.person.tap(label, on=page.message)

        def sent(chat: Transcript) -> File | None:
            return next((m.document for m in chat.from_bot if m.document and m.version > before), None)

        return await self.person.until(sent, what="a file")

    async def look(self, label: str, page: Page) -> Message:
        """Tap a button that sends a picture: the message with it."""
        before = (await self.person.transcript()).version
        await self.person.tap(label, on=page.message)

        def sent(chat: Transcript) -> Message | None:
            return next((m for m in chat.from_bot if m.photo and m.version > before), None)

        return await self.person.until(sent, what="a picture")

    async def _screen(self, message_id: int, before: int) -> Page:
        """The message with buttons that was written or edited since then."""

        def shown(chat: Transcript) -> Message | None:
            found = [m for m in chat.from_bot if m.id >= message_id and m.version > before and m.buttons]
            return found[-1] if found else None

        return Page(await self.person.until(shown, what="a screen"))
