"""What an error of Telegram says about one attempt to send."""

import pytest
from telegram.error import Conflict, InvalidToken, TelegramError, TimedOut

from bot.chat.sender import fate_of
from notifications.reasons import Reason
from notifications.sender import Fate


@pytest.mark.parametrize("error", [InvalidToken(), Conflict("terminated by other getUpdates request")])
def test_what_was_not_even_looked_at_is_tried_again(error: TelegramError) -> None:
    """A token that is wrong for a while, or a Bot API server that is just starting, costs no notice."""
    assert (fate_of(error).fate, fate_of(error).reason) == (Fate.NOT_SENT, Reason.TELEGRAM)


def test_what_nobody_knows_of_is_unknown() -> None:
    """It may have arrived."""
    assert fate_of(TimedOut()).fate is Fate.UNKNOWN
