"""getUpdates: offsets confirm, polls are held, a second poller ends the first, kinds are chosen once and stick."""

import asyncio

import httpx

from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import Json, as_objects, number
from tests.sandbox.conftest import RawBot


async def updates(bot: RawBot, **params: object) -> list[Json]:
    return as_objects((await bot.answer("getUpdates", **params))["result"])


async def test_an_offset_confirms_what_is_before_it(bot: RawBot, anna: Person) -> None:
    """Updates come again until a higher offset confirms them; a negative offset keeps only the newest."""
    for text in ("a", "b", "c"):
        await anna.send(text)
    first = await updates(bot)
    again = await updates(bot, offset=number(first[1]["update_id"]), limit=2)
    newest = await updates(bot, offset=-1)

    assert [number(u["update_id"]) - number(first[0]["update_id"]) for u in first] == [0, 1, 2, 3]
    assert again == first[1:3]
    assert newest == first[3:]


async def test_a_message_is_received_when_its_update_is_confirmed(bot: RawBot, anna: Person) -> None:
    """Fetching alone confirms nothing; the offset of the next poll does, for what is before it."""
    await anna.send("eins")
    fetched = await updates(bot)
    before = await anna.transcript()
    await updates(bot, offset=number(fetched[1]["update_id"]))
    await bot.call("sendMessage", chat_id=anna.id, text="Antwort")
    after = await anna.transcript()

    assert [(m.text, m.received) for m in before.messages] == [("/start", False), ("eins", False)]
    assert [(m.text, m.received) for m in after.messages] == [("/start", True), ("eins", False), ("Antwort", None)]
    assert after.messages[0].version > before.messages[0].version


async def test_a_poll_is_held_until_something_happens(bot: RawBot, anna: Person) -> None:
    """A held poll answers as soon as the person writes."""
    start = await updates(bot)
    poll = asyncio.create_task(updates(bot, offset=number(start[-1]["update_id"]) + 1, timeout=20))
    await anna.client.bot_polls()
    await anna.send("endlich")

    found = await asyncio.wait_for(poll, 5)
    assert [update["message"]["text"] for update in found if isinstance(update["message"], dict)] == ["endlich"]


async def test_a_second_poller_ends_the_first(bot: RawBot, anna: Person) -> None:
    """The first of two pollers gets 409, the second one gets the updates."""
    start = await updates(bot)
    offset = number(start[-1]["update_id"]) + 1
    first = asyncio.create_task(bot.answer("getUpdates", offset=offset, timeout=20))
    await anna.client.bot_polls()
    second = asyncio.create_task(bot.answer("getUpdates", offset=offset, timeout=20))
    refused = await asyncio.wait_for(first, 5)
    await anna.send("hallo")
    taken = await asyncio.wait_for(second, 5)

    assert refused["error_code"] == 409
    assert str(refused["description"]).startswith("Conflict: terminated by other getUpdates request")
    assert len(as_objects(taken["result"])) == 1


async def test_a_poller_that_went_away_loses_nothing(bot: RawBot, anna: Person) -> None:
    """A poll whose client disappears confirms nothing and does not count as the first of two."""
    start = await updates(bot)
    offset = number(start[-1]["update_id"]) + 1
    async with httpx.AsyncClient(base_url=bot.http.base_url) as short_lived:
        poll = asyncio.create_task(short_lived.post("getUpdates", json={"offset": offset, "timeout": 20}))
        await anna.client.bot_polls()
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)
    await anna.send("hallo")

    assert len(await updates(bot, offset=offset, timeout=5)) == 1


async def test_allowed_updates_stick(bot: RawBot, anna: Person) -> None:
    """The kinds asked for once stay in force; reactions come only when asked for."""
    message = await anna.send("a")
    await anna.react(message, "👍")
    by_default = await updates(bot)
    await updates(bot, allowed_updates=["message_reaction"], offset=-1)
    await anna.send("b")
    await anna.react(message, None)
    asked_for = await updates(bot, offset=number(by_default[-1]["update_id"]) + 1)

    assert [set(update) - {"update_id"} for update in by_default] == [{"message"}, {"message"}]
    assert [set(update) - {"update_id"} for update in asked_for] == [{"message_reaction"}]


async def test_updates_are_kept_for_a_day(bot: RawBot, anna: Person) -> None:
    """What nobody fetched within 24 hours is gone."""
    await anna.client.advance(23 * 3600)
    kept = await updates(bot)
    await anna.client.advance(2 * 3600)

    assert len(kept) == 1
    assert await updates(bot, offset=number(kept[0]["update_id"])) == []


async def test_reset_goes_on_with_the_numbers(bot: RawBot, anna: Person) -> None:
    """After a reset a poller that keeps its offset misses nothing."""
    start = await updates(bot)
    await anna.client.reset()
    bernd = await anna.client.person("Bernd")
    await bernd.send("neu")

    found = await updates(bot, offset=number(start[-1]["update_id"]) + 1)
    assert len(found) == 1


async def test_block_and_unblock_are_told(bot: RawBot, anna: Person) -> None:
    """my_chat_member says that a person blocked or unblocked the bot."""
    await anna.block()
    await anna.unblock()
    changes = [update["my_chat_member"] for update in await updates(bot) if "my_chat_member" in update]

    assert [c["new_chat_member"]["status"] for c in changes if isinstance(c, dict)] == ["kicked", "member"]


async def test_webhook_questions_of_a_polling_bot(bot: RawBot, anna: Person) -> None:
    """Clients that ask about a webhook first are told that there is none; pending updates can be dropped."""
    info = await bot.call("getWebhookInfo")
    await bot.answer("deleteWebhook", drop_pending_updates=True)

    assert (info["url"], info["pending_update_count"]) == ("", 1)
    assert await updates(bot) == []
