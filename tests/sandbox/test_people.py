"""Being a person: links, edits, deletions, languages, several bots, reset, and what cannot be done."""

import httpx
import pytest

from sandbox.app import Sandbox
from tests.drivers.sandbox import Person, SandboxClient, SandboxRefused, plain_http
from tests.drivers.sandbox_views import Json, as_object, as_objects
from tests.sandbox.conftest import TOKEN, RawBot

LINK = "https://t.me/eservice_demo_bot?start=abc-DEF_123"


async def last_message(bot: RawBot) -> Json:
    update = as_objects((await bot.answer("getUpdates", offset=-1))["result"])[0]
    return as_object(update["message"])


@pytest.mark.parametrize("url", [LINK, "t.me/eservice_demo_bot?start=abc-DEF_123", "tg://resolve?domain=eservice_demo_bot&start=abc-DEF_123"])  # fmt: skip # noqa: E501
async def test_a_deep_link_starts_with_its_parameter(bot: RawBot, client: SandboxClient, url: str) -> None:
    """Every form of the link sends /start and the code."""
    anna = await client.person("Anna", language="de")
    await anna.open_link(url)
    message = await last_message(bot)

    assert message["text"] == "/start abc-DEF_123"
    assert message["from"] == {"id": anna.id, "is_bot": False, "first_name": "Anna", "language_code": "de"}


async def test_telegram_may_lose_the_parameter(bot: RawBot, client: SandboxClient) -> None:
    """Then only /start arrives."""
    anna = await client.person("Anna")
    await anna.open_link(LINK, drop_parameter=True)

    assert (await last_message(bot))["text"] == "/start"


async def test_an_opened_link_waits_for_start(bot: RawBot, client: SandboxClient) -> None:
    """Opening alone sends nothing; the START button keeps the parameter until it is pressed."""
    anna = await client.person("Anna")
    await anna.open_link(LINK, press=False)
    opened = await anna.transcript()
    await anna.start()
    started = await anna.transcript()

    assert (opened.started, opened.start_parameter, len(opened.messages)) == (False, "abc-DEF_123", 0)
    assert (started.started, started.messages[0].text) == (True, "/start abc-DEF_123")
    assert started.start_parameter is None


@pytest.mark.parametrize("parameter", ["x" * 65, "a+b", "ä", "a%20b", ""])
async def test_a_start_parameter_has_its_alphabet(client: SandboxClient, parameter: str) -> None:
    """1-64 of A-Z a-z 0-9 _ - and nothing else."""
    anna = await client.person("Anna")

    with pytest.raises(SandboxRefused, match="START_PARAM_INVALID"):
        await anna.open_link(f"https://t.me/eservice_demo_bot?start={parameter}")


@pytest.mark.parametrize("url", ["https://example.com/?start=a", "https://t.me/", "https://t.me/nobody_bot?start=a"])
async def test_other_links_open_no_chat(client: SandboxClient, url: str) -> None:
    """A link that leads to no bot of the sandbox is refused."""
    anna = await client.person("Anna")

    with pytest.raises(SandboxRefused):
        await anna.open_link(url)


async def test_long_text_is_split_as_clients_do(bot: RawBot, anna: Person) -> None:
    """A pasted text of 5000 characters arrives as two messages."""
    await anna.paste("x" * 5000)

    assert [len(message.text) for message in (await anna.transcript()).messages[-2:]] == [4096, 904]


async def test_edits_and_reactions_reach_the_bot(bot: RawBot, anna: Person) -> None:
    """A corrected message arrives as edited_message with an edit date."""
    message = await anna.send("rechnung mai")
    await anna.edit(message, "rechnung märz")
    update = as_objects((await bot.answer("getUpdates", offset=-1))["result"])[0]
    edited = as_object(update["edited_message"])

    assert (edited["text"], edited["message_id"], "edit_date" in edited) == ("rechnung märz", message.id, True)


async def test_deleting_and_clearing_is_private(bot: RawBot, anna: Person) -> None:
    """The person's view loses the messages; the bot hears nothing."""
    message = await anna.send("a")
    await anna.delete(message)
    await anna.clear()
    after = await anna.transcript()

    assert after.messages == ()
    assert len(as_objects((await bot.answer("getUpdates"))["result"])) == 2


async def test_language_may_change_and_may_be_missing(bot: RawBot, client: SandboxClient) -> None:
    """What Telegram tells of the language is what the person has set, or nothing."""
    anna = await client.person("Anna", language=None)
    await anna.send("a")
    silent = as_object((await last_message(bot))["from"])
    await anna.speaks("en")
    await anna.send("b")

    assert "language_code" not in silent
    assert as_object((await last_message(bot))["from"])["language_code"] == "en"


async def test_a_blocked_bot_cannot_be_written_to(anna: Person) -> None:
    """The person has to unblock first; START does that."""
    await anna.block()
    with pytest.raises(SandboxRefused, match="unblock first"):
        await anna.send("a")
    await anna.start()

    assert not (await anna.transcript()).blocked


async def test_two_bots_have_two_chats(bot: RawBot, sandbox: Sandbox, client: SandboxClient, anna: Person) -> None:
    """Each bot sees only its own chat and its own updates: whoever wrote to one has not written to the other."""
    await client.request("POST", "/sim/bots", {"token": "77:other", "username": "other_bot"})
    other = RawBot(sandbox.url, "77:other")
    refusal = await other.refused("sendMessage", chat_id=anna.id, text="a")
    await client.request("POST", f"/sim/people/{anna.id}/chats/other_bot/send", {"text": "hallo"})
    await other.call("sendMessage", chat_id=anna.id, text="vom anderen")
    heard = [as_objects((await each.answer("getUpdates"))["result"]) for each in (bot, other)]
    await other.http.aclose()
    chats = as_objects((await client.request("GET", f"/sim/people/{anna.id}/chats"))["chats"])

    assert refusal == "Bad Request: chat not found"
    assert (await anna.transcript()).from_bot == []
    assert [chat["last_text"] for chat in chats] == ["/start", "vom anderen"]
    assert [[as_object(update["message"])["text"] for update in each] for each in heard] == [["/start"], ["hallo"]]


async def test_a_file_id_is_good_for_one_bot(
    bot: RawBot, sandbox: Sandbox, client: SandboxClient, anna: Person
) -> None:
    """What one bot was sent, another can neither send on, nor look up, nor download."""
    await client.request("POST", "/sim/bots", {"token": "77:other", "username": "other_bot"})
    await client.request("POST", f"/sim/people/{anna.id}/chats/other_bot/send", {"text": "hallo"})
    await anna.send_document("auftrag.pdf", b"%PDF-1.7", "application/pdf")
    given = as_object((await last_message(bot))["document"])["file_id"]
    path = (await bot.call("getFile", file_id=given))["file_path"]
    other = RawBot(sandbox.url, "77:other")
    refusals = [
        await other.refused("sendDocument", chat_id=anna.id, document=given),
        await other.refused("getFile", file_id=given),
    ]
    downloads = [await other.http.get(f"{sandbox.url}/file/bot{token}/{path}") for token in (TOKEN, "77:other")]
    await other.http.aclose()

    assert refusals == [
        "Bad Request: wrong file identifier/HTTP URL specified",
        "Bad Request: wrong file_id or the file is temporarily unavailable",
    ]
    assert [answer.status_code for answer in downloads] == [200, 404]


async def test_people_are_listed_and_removed(bot: RawBot, client: SandboxClient, anna: Person) -> None:
    """A removed person is unknown to bots; the next one gets another number."""
    bernd = await client.person("Bernd", last_name="Beispiel", username="bernd")
    await client.request("DELETE", f"/sim/people/{anna.id}")
    names = [person.name for person in await client.people()]

    assert names == ["Bernd"]
    assert bernd.id != anna.id
    assert await bot.refused("sendMessage", chat_id=anna.id, text="a") == "Bad Request: chat not found"
    with pytest.raises(SandboxRefused, match="no person"):
        await anna.transcript()


async def test_reset_empties_everything(bot: RawBot, client: SandboxClient, anna: Person) -> None:
    """People, calls, faults and switches are as in the beginning; versions go on."""
    await client.switch(validation=False)
    await client.fault("outage")
    before = await client.version()
    await client.reset()
    state = await client.request("GET", "/sim/state")

    assert await client.people() == []
    assert as_object(state["settings"])["validation"] is True
    assert (await bot.call("getMe"))["is_bot"] is True
    assert await client.version() > before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/sim/people", {}),
        ("GET", "/sim/people/1", None),
        ("GET", "/sim/version?after=abc", None),
        ("POST", "/sim/clock", {}),
        ("POST", "/sim/faults", {"on": "weather", "kind": "rain"}),
        ("POST", "/sim/faults", {"on": "telegram", "kind": "rain"}),
        ("PATCH", "/sim/settings", {"gravity": False}),
        ("POST", "/sim/bots", {"token": "x", "username": "y"}),
        ("GET", "/sim/updates?bot=nobody", None),
    ],
)
async def test_nonsense_is_refused_with_a_sentence(
    client: SandboxClient, method: str, path: str, body: Json | None
) -> None:
    """The simulation API says what is wrong."""
    with pytest.raises(SandboxRefused, match=r"\w+ \w+"):
        await client.request(method, path, body)


async def test_the_page_and_its_files_are_served(sandbox: Sandbox) -> None:
    """The page comes from its folder; nothing outside of it does."""
    async with httpx.AsyncClient(base_url=sandbox.url, transport=plain_http()) as http:
        outside = await http.get("/..%2fapp.py")
        absent = await http.get("/nothing.js")
        page = await http.get("/")

    assert (outside.status_code, absent.status_code) == (404, 404)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
