"""The same naive bot on aiogram: one database read, one portal call, one message; nothing is durable."""

import asyncio
import os
from pathlib import Path

import aiohttp
import aiosqlite
import orjson
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.types import InlineKeyboardMarkup, Message

from bench.naive import READ, Task


async def main() -> None:
    """Run until told to stop."""
    task = Task.read(Path(os.environ["BENCH_TASK"]))
    bot = Bot(task.token, session=AiohttpSession(api=TelegramAPIServer.from_base(task.telegram)))
    dispatcher = Dispatcher()
    async with aiosqlite.connect(task.database) as database, aiohttp.ClientSession() as portal:

        async def contracts(message: Message) -> None:
            """/vertraege"""
            if message.from_user is None:
                return
            async with database.execute(READ, (message.from_user.id,)) as cursor:
                row = await cursor.fetchone()
            if row is None:
                return
            async with portal.get(task.products, headers={"Authorization": f"Bearer {row[1]}"}) as answer:
                answer.raise_for_status()
                await answer.json()
            await bot.send_message(
                message.chat.id,
                task.text,
                parse_mode="HTML",
                reply_markup=InlineKeyboardMarkup.model_validate(orjson.loads(task.keyboard)),
            )

        dispatcher.message.register(contracts, Command("vertraege"))
        await dispatcher.start_polling(bot, tasks_concurrency_limit=256)


if __name__ == "__main__":
    asyncio.run(main())
