"""What a person reads for a text key: the catalogue's words as they look in the chat."""

import html
import re
from zoneinfo import ZoneInfo

from bot.chat.text import Fact, Texts, say
from tests.drivers.sandbox_views import as_read


class Words:
    """One language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = Texts(language, ZoneInfo("Europe/Berlin"))

    def __call__(self, key: str, **facts: Fact) -> str:
        """The text without mark-up, as read."""
        return as_read(html.unescape(re.sub(r"<[^>]+>", "", self._texts.html(say(key, **facts)))))

    def label(self, key: str, **facts: Fact) -> str:
        """A button's label."""
        return self._texts.label(say(key, **facts))
