"""Unmodified python-telegram-bot and aiogram against the sandbox: polling, talking, tapping, up- and download."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiogram
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from sandbox.app import Sandbox
from tests.drivers.sandbox import SandboxClient
from tests.sandbox.conftest import TOKEN

PDF = b"%PDF-1.7 invoice"


async def _ptb_start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Rechnung", callback_data="pdf")]])
    await update.message.reply_html("<b>Guten Tag</b>", reply_markup=keyboard)


async def _ptb_tap(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query
    await query.answer("kommt")
    await query.edit_message_text("Hier ist sie")
    sent = await context.bot.send_document(query.from_user.id, PDF, filename="Rechnung.pdf", caption="Ihre Rechnung")
    assert sent.document
    stored = await context.bot.get_file(sent.document.file_id)
    content = bytes(await stored.download_as_bytearray())
    await context.bot.send_document(query.from_user.id, sent.document.file_id, caption=f"{len(content)} Bytes")


@asynccontextmanager
async def _ptb_bot(url: str) -> AsyncIterator[None]:
    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot")
    application = builder.job_queue(None).build()
    application.add_handler(CommandHandler("start", _ptb_start))
    application.add_handler(CallbackQueryHandler(_ptb_tap))
    async with application:
        await application.start()
        assert application.updater
        await application.updater.start_polling(timeout=5)
        yield
        await application.updater.stop()
        await application.stop()


async def _aiogram_start(message: aiogram.types.Message) -> None:
    button = aiogram.types.InlineKeyboardButton(text="Rechnung", callback_data="pdf")
    await message.answer(
        "<b>Guten Tag</b>",
        parse_mode="HTML",
        reply_markup=aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]]),
    )


async def _aiogram_tap(query: aiogram.types.CallbackQuery, bot: aiogram.Bot) -> None:
    await query.answer("kommt")
    assert isinstance(query.message, aiogram.types.Message)
    await query.message.edit_text("Hier ist sie")
    file = aiogram.types.BufferedInputFile(PDF, "Rechnung.pdf")
    sent = await bot.send_document(query.from_user.id, file, caption="Ihre Rechnung")
    assert sent.document
    content = await bot.download(sent.document.file_id)
    assert content
    await bot.send_document(query.from_user.id, sent.document.file_id, caption=f"{len(content.read())} Bytes")


@asynccontextmanager
async def _aiogram_bot(url: str) -> AsyncIterator[None]:
    bot = aiogram.Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    dispatcher = aiogram.Dispatcher()
    dispatcher.message.register(_aiogram_start, CommandStart())
    dispatcher.callback_query.register(_aiogram_tap)
    polling = asyncio.create_task(dispatcher.start_polling(bot, polling_timeout=5, handle_signals=False))
    yield
    await dispatcher.stop_polling()
    await polling
    await bot.session.close()


async def _conversation(client: SandboxClient) -> None:
    await client.bot_polls()
    anna = await client.person("Anna")
    await anna.send("/start")
    greeting = await anna.sees("Guten Tag")
    tapped = await anna.tap("Rechnung")
    edited = await anna.sees("Hier ist sie")
    document = await anna.receives("Rechnung.pdf")
    again = await anna.sees(f"{len(PDF)} Bytes")

    assert greeting.entity_texts("bold") == ["Guten Tag"]
    assert tapped.popup and tapped.popup.text == "kommt"
    assert edited.id == greeting.id and edited.labels == []
    assert await anna.download(document) == PDF
    assert again.document and again.document.url == document.url
    assert [call.readable() for call in await client.calls() if call.status != 200] == []


async def test_python_telegram_bot_holds_a_whole_conversation(sandbox: Sandbox, client: SandboxClient) -> None:
    """Polling, HTML, inline buttons, edits, uploads, downloads and file ids work with python-telegram-bot unchanged."""
    async with _ptb_bot(sandbox.url):
        await _conversation(client)


async def test_aiogram_holds_a_whole_conversation(sandbox: Sandbox, client: SandboxClient) -> None:
    """The same conversation works with aiogram unchanged."""
    async with _aiogram_bot(sandbox.url):
        await _conversation(client)


async def test_python_telegram_bot_reads_every_kind_of_answer(sandbox: Sandbox, client: SandboxClient) -> None:
    """Commands, descriptions, menu buttons, chats and reactions come back as python-telegram-bot's own types."""
    anna = await client.person("Anna")
    message = await anna.send("/start")
    async with telegram.Bot(TOKEN, base_url=f"{sandbox.url}/bot", base_file_url=f"{sandbox.url}/file/bot") as bot:
        await bot.set_my_commands([("hilfe", "Hilfe")], language_code="de")
        await bot.set_my_description("e:service im Chat")
        await bot.set_chat_menu_button(menu_button=telegram.MenuButtonCommands())
        await bot.set_message_reaction(anna.id, message.id, "👍")
        await bot.pin_chat_message(anna.id, message.id)
        await bot.send_chat_action(anna.id, "typing")
        me, chat = bot.bot, await bot.get_chat(anna.id)
        commands = await bot.get_my_commands(language_code="de")
    seen = await anna.transcript()

    assert me.username == "eservice_demo_bot"
    assert chat.pinned_message and chat.pinned_message.message_id == message.id
    assert [(c.command, c.description) for c in commands] == [("hilfe", "Hilfe")]
    assert seen.commands == {"hilfe": "Hilfe"}
    assert seen.description == "e:service im Chat"
    assert (seen.menu_button, seen.action, seen.pinned) == ("commands", "typing", (message.id,))
    assert seen.messages[0].reactions == ("👍",)
