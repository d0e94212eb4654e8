"""Documents and photos: uploads, file ids, downloads, sizes."""

import struct
import zlib

import httpx

from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import Json, as_object, as_objects
from tests.sandbox.conftest import TOKEN, RawBot

PDF = b"%PDF-1.7 " + bytes(range(256)) * 40


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(b"".join(b"\0" + b"\xff" * width * 3 for _ in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def upload(bot: RawBot, method: str, field: str, content: bytes, **data: object) -> httpx.Response:
    files = {field: ("Rechnung März.pdf", content, "application/pdf")}
    return await bot.http.post(method, data={name: str(value) for name, value in data.items()}, files=files)


def result(response: httpx.Response) -> Json:
    return as_object(as_object(response.json())["result"])


async def test_a_document_arrives_whole(bot: RawBot, anna: Person) -> None:
    """Name, type, size and bytes are what was uploaded, for the person and through getFile."""
    sent = result(await upload(bot, "sendDocument", "document", PDF, chat_id=anna.id, caption="Ihre Rechnung"))
    document = as_object(sent["document"])
    stored = await bot.call("getFile", file_id=document["file_id"])
    path = str(bot.http.base_url).replace(f"/bot{TOKEN}/", f"/file/bot{TOKEN}/") + str(stored["file_path"])
    downloaded = await bot.http.get(path)
    seen = await anna.receives("Rechnung")

    assert (seen.name, seen.mime_type, seen.size) == ("Rechnung März.pdf", "application/pdf", len(PDF))
    assert await anna.download(seen) == PDF
    assert downloaded.content == PDF


async def test_a_file_id_sends_again_without_an_upload(bot: RawBot, anna: Person) -> None:
    """The second message shows the same file; a document's id is no photo."""
    sent = result(await upload(bot, "sendDocument", "document", PDF, chat_id=anna.id))
    file_id = as_object(sent["document"])["file_id"]
    again = await bot.call("sendDocument", chat_id=anna.id, document=file_id)
    as_photo = await bot.refused("sendPhoto", chat_id=anna.id, photo=file_id)

    assert as_object(again["document"])["file_id"] == file_id
    assert as_photo == "Bad Request: can't use file of type Document as Photo"


async def test_a_photo_has_sizes_and_nothing_else_is_one(bot: RawBot, anna: Person) -> None:
    """A picture becomes a photo with its dimensions; other bytes are refused."""
    sent = result(await upload(bot, "sendPhoto", "photo", png(120, 80), chat_id=anna.id))
    refused = await upload(bot, "sendPhoto", "photo", PDF, chat_id=anna.id)
    sizes = as_objects(sent["photo"])

    assert [(size["width"], size["height"]) for size in sizes] == [(90, 60), (120, 80)]
    assert refused.json()["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    assert (await anna.last()).photo is not None


async def test_media_edit_replaces_the_file(bot: RawBot, anna: Person) -> None:
    """attach:// names the part; the caption comes with it."""
    sent = result(await upload(bot, "sendDocument", "document", PDF, chat_id=anna.id, caption="alt"))
    media = '{"type":"document","media":"attach://fresh","caption":"<b>neu</b>","parse_mode":"HTML"}'
    changed = await upload(
        bot, "editMessageMedia", "fresh", b"%PDF neu", chat_id=anna.id, message_id=sent["message_id"], media=media
    )
    seen = await anna.last()

    assert changed.status_code == 200
    assert seen.document and await anna.download(seen.document) == b"%PDF neu"
    assert (seen.html, seen.edited) == ("<b>neu</b>", True)


async def test_caption_limits_and_edits(bot: RawBot, anna: Person) -> None:
    """1024 characters are a caption; one more is refused; a document's text cannot be edited."""
    sent = result(await upload(bot, "sendDocument", "document", PDF, chat_id=anna.id, caption="x" * 1024))
    long = await upload(bot, "sendDocument", "document", PDF, chat_id=anna.id, caption="x" * 1025)
    text = await bot.refused("editMessageText", chat_id=anna.id, message_id=sent["message_id"], text="a")
    await bot.call("editMessageCaption", chat_id=anna.id, message_id=sent["message_id"], caption="kurz")

    assert long.json()["description"] == "Bad Request: message caption is too long"
    assert text == "Bad Request: there is no text in the message to edit"
    assert (await anna.last()).text == "kurz"


async def test_sizes_are_telegrams(bot: RawBot, anna: Person) -> None:
    """50 MB go up, more is 413; over 20 MB do not come down through getFile; nothing is not a file."""
    big = result(await upload(bot, "sendDocument", "document", bytes(21 * 1024 * 1024), chat_id=anna.id))
    too_big = await upload(bot, "sendDocument", "document", bytes(51 * 1024 * 1024), chat_id=anna.id)
    empty = await upload(bot, "sendDocument", "document", b"", chat_id=anna.id)
    down = await bot.refused("getFile", file_id=as_object(big["document"])["file_id"])

    assert (too_big.status_code, too_big.json()["description"]) == (413, "Request Entity Too Large")
    assert empty.json()["description"] == "Bad Request: file must be non-empty"
    assert down == "Bad Request: file is too big"


async def test_a_person_sends_a_document(bot: RawBot, anna: Person) -> None:
    """What a person sends reaches the bot with a file id that can be fetched."""
    await anna.send_document("auftrag.pdf", PDF)
    update = as_objects((await bot.answer("getUpdates", offset=-1))["result"])[0]
    document = as_object(as_object(update["message"])["document"])
    stored = await bot.call("getFile", file_id=document["file_id"])

    assert (document["file_name"], document["file_size"]) == ("auftrag.pdf", len(PDF))
    assert stored["file_size"] == len(PDF)
