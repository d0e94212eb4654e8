"""Notices make room for conversations, and are not made to wait by what is long said."""

import asyncio

from notifications.pace import Limits, Pace

CHAT = 7


async def test_a_long_conversation_is_no_debt() -> None:
    """However many answers somebody was given a moment ago, a notice comes as soon as after the last two."""
    pace, loop = Pace(limits=Limits(overall=None, private=10.0)), asyncio.get_running_loop()
    for _ in range(100):
        pace.sent(CHAT)
    began = loop.time()
    await pace.turn(CHAT)
    assert 0.1 <= loop.time() - began < 5.0


async def test_one_chat_after_a_refusal_is_not_all_of_them() -> None:
    """Telegram refuses one chat as often as it likes: another one's turn comes at once."""
    pace, loop = Pace(), asyncio.get_running_loop()
    for _ in range(100):
        pace.refused(CHAT, 60)
    began = loop.time()
    await pace.turn(CHAT + 1)
    assert loop.time() - began < 5.0
