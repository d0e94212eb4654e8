"""What lists share: cutting into pages, the row that turns them, and whose account it is when there are several."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.chat.buttons import Payload
from bot.chat.context import Ctx
from bot.chat.screen import Button, Rows
from bot.chat.text import Name, Say, say

PER_PAGE = 8

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Window(Generic[T]):
    """One page of a list that is known as a whole."""

    items: tuple[T, ...]
    page: int
    pages: int


def window(items: Sequence[T], page: int, size: int = PER_PAGE) -> Window[T]:
    """The page, or the last one when the list has become shorter."""
    pages = max(1, -(-len(items) // size))
    page = min(max(page, 0), pages - 1)
    return Window(tuple(items[page * size : (page + 1) * size]), page, pages)


def pager(page: int, pages: int, turn: Callable[[int], Payload]) -> Rows:
    """‹ 2/7 ›, going round at both ends so that the buttons stay where the thumb is; nothing for a single page."""
    if pages <= 1:
        return ()
    return (
        (
            Button(say("list-back"), turn((page - 1) % pages)),
            Button(say("list-page", page=page + 1, pages=pages), turn(page)),
            Button(say("list-on"), turn((page + 1) % pages)),
        ),
    )


def whose(ctx: Ctx, account: str) -> tuple[Say, ...]:
    """The company, for people who are connected to more than one account."""
    if len(ctx.connections) < 2:
        return ()
    return (say("list-whose", company=Name(ctx.connection_of(account).account.customer_name)),)
