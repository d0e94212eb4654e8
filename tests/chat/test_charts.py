"""The pictures of costs: small, whole, and they show what they say."""

import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from bot.chat.charts import CHEAPER, DEARER, PARTS, Bar, Column, Part, bars, columns
from bot.chat.drawing import WIDTH
from tests.chat.test_picture import HOSTILE, LARGEST
from tests.proof import examples

AMOUNTS = st.decimals("-999999999", "999999999", places=2)


def opened(picture: bytes) -> Image.Image:
    """The picture, wholly read, in plain colours."""
    assert len(picture) < LARGEST
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    assert image.width == WIDTH and image.height < 2000
    return image


def painted(image: Image.Image, colour: str) -> list[tuple[int, int]]:
    """Where a colour is."""
    wanted, pixels = ImageColor.getrgb(colour), image.load()
    assert pixels is not None
    return [(x, y) for x in range(image.width) for y in range(image.height) if pixels[x, y] == wanted]


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.lists(AMOUNTS, min_size=12, max_size=12), max_size=6), st.sets(st.integers(0, 11)))
def test_whatever_it_cost_is_drawn(amounts: list[list[Decimal]], gaps: set[int]) -> None:
    """Nothing, very much, less than nothing, with and without gaps."""
    months = [Column("Mär", "2026", None if place in gaps else "1.234.567") for place in range(12)]
    opened(columns("Kosten", "netto", months, [Part("Ort", "1,00 €", part) for part in amounts]))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_cut_and_drawn(text: str) -> None:
    """In every place where somebody's words may stand."""
    part = Part(text, text, [Decimal(1)] * 12)
    opened(columns(text, text, [Column(text, text, text)] * 12, [part, part]))
    opened(bars(text, text, [Bar(text, text, Decimal(1))]))


def test_columns_are_as_high_as_the_costs() -> None:
    """Twice as much is twice as high, stacked parts stand on each other, a gap has no column."""
    months = [Column("Jan", "", "1"), Column("Feb", "", "2"), Column("Mär", "", None)]
    parts = [
        Part("a", "", [Decimal(50), Decimal(100), Decimal(0)]),
        Part("b", "", [Decimal(0), Decimal(100), Decimal(0)]),
    ]
    image = opened(columns("", "", months, parts))
    plot = [(x, y) for x, y in painted(image, PARTS[0]) if y < 560]
    third = WIDTH / 3
    heights = [len({y for x, y in plot if third * n <= x < third * (n + 1)}) for n in range(3)]
    above = {y for _, y in painted(image, PARTS[1]) if y < 560}

    assert abs(heights[1] - 2 * heights[0]) <= 4
    assert heights[2] == 0
    assert max(above) < min(y for x, y in plot)


def test_dearer_goes_right_and_cheaper_left() -> None:
    """From one line in the middle."""
    image = opened(bars("", "", [Bar("Neu", "+10", Decimal(10)), Bar("Alt", "-10", Decimal(-10))]))
    right, left = (sorted(x for x, _ in painted(image, colour)) for colour in (DEARER, CHEAPER))

    assert right[len(right) // 2] > WIDTH / 2 > left[len(left) // 2]
