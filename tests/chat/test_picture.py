"""The picture of a call's way: always a small PNG, whatever the names are."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.chat.drawing import WIDTH
from bot.chat.picture import MOST_CARDS, Card, Tone, drawn
from tests.proof import examples

LARGEST = 100_000  # bytes
HOSTILE = (
    "",
    "😀👨‍👩‍👧‍👦",
    "‮gnirts lived",
    "北京 مرحبا שלום",
    "\x00\x07\n\t\r",
    "a" + "\u0301" * 500,
    "W" * 5000,
    "<b>&amp;</b>",
    "\ud800",
)


def opened(picture: bytes) -> Image.Image:
    """The picture, wholly read."""
    image = Image.open(io.BytesIO(picture))
    image.load()
    return image


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_cut_and_drawn(text: str) -> None:
    """In every place where somebody's words may stand."""
    image = opened(drawn(text, text, [Card(depth, Tone.RINGS, text, text, text) for depth in range(9)], text))
    assert (image.format, image.width) == ("PNG", WIDTH)


@given(st.lists(st.builds(Card, st.integers(0, 30), st.sampled_from(Tone), st.text(), st.text(), st.text())), st.text())
@settings(max_examples=examples(1000, least=30))
def test_every_way_becomes_a_small_picture(cards: list[Card], text: str) -> None:
    """As many cards as there may be, and what Telegram takes as a photo."""
    picture = drawn(text, text, cards, text)
    image = opened(picture)
    assert len(picture) < LARGEST
    assert image.width + image.height < 10_000 and image.height < 20 * image.width


def test_umlauts_have_shapes() -> None:
    """Letters that look alike without their dots are drawn differently: the font has them."""
    drawings = {drawn(name, "", [Card(0, Tone.RINGS, name)], "") for name in ("Muller", "Müller", "Mu ller")}
    assert len(drawings) == 3


def test_what_is_too_much_is_said() -> None:
    """More cards than fit are announced under the last one."""
    card = Card(0, Tone.RINGS, "21 Zentrale")
    full, over = (opened(drawn("", "", [card] * count, "more")) for count in (MOST_CARDS, MOST_CARDS + 5))
    assert full.height < over.height < full.height + 60
