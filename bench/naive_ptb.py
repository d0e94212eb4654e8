"""A naive bot on stock python-telegram-bot: one database read, one portal call, one message; nothing is durable.

Its text and keyboard are ready-made, so it does not even have to write them.
"""

import os
from pathlib import Path

import aiosqlite
import httpx
import orjson
from telegram import InlineKeyboardMarkup, Update
from telegram.ext import Application, CommandHandler, ContextTypes

from bench.naive import READ, Task


class Bot:
    """The handler and what it needs."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._database: aiosqlite.Connection | None = None
        self._portal = httpx.AsyncClient()

    async def start(self, _: object) -> None:
        self._database = await aiosqlite.connect(self._task.database)

    async def contracts(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """/vertraege"""
        person, chat = update.effective_user, update.effective_chat
        if person is None or chat is None or self._database is None:
            return
        async with self._database.execute(READ, (person.id,)) as cursor:
            row = await cursor.fetchone()
        if row is None:
            return
        answer = await self._portal.get(self._task.products, headers={"Authorization": f"Bearer {row[1]}"})
        answer.raise_for_status()
        answer.json()
        await context.bot.send_message(
            chat.id,
            self._task.text,
            parse_mode="HTML",
            reply_markup=InlineKeyboardMarkup.de_json(orjson.loads(self._task.keyboard), context.bot),
        )


def main() -> None:
    """Run until told to stop."""
    task = Task.read(Path(os.environ["BENCH_TASK"]))
    bot = Bot(task)
    application = (
        Application.builder()
        .token(task.token)
        .base_url(f"{task.telegram}/bot")
        .concurrent_updates(256)
        .post_init(bot.start)
        .build()
    )
    application.add_handler(CommandHandler("vertraege", bot.contracts))
    application.run_polling()


if __name__ == "__main__":
    main()
