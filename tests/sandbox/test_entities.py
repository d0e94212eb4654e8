"""Formatted text: what Telegram's HTML becomes, what it refuses and in which words, what Telegram finds by itself."""

from itertools import pairwise

import pytest
from hypothesis import given, strategies

from sandbox.entities.detect import detect
from sandbox.entities.entity import Entity
from sandbox.entities.formatted import FormattedText, finished, parse
from sandbox.entities.html import ParseFailure, escape, parse_html
from sandbox.entities.render import render


def shown(source: str) -> tuple[str, list[tuple[str, str]]]:
    """The text, and each entity with the words that it covers."""
    text = finished(*parse(source, "HTML"))
    units = text.text.encode("utf-16-le")
    return text.text, [(e.type, units[e.offset * 2 : e.end * 2].decode("utf-16-le")) for e in text.entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b><strong>b</strong>", "ab", [("bold", "a"), ("bold", "b")]),
        ("<i>a</i> <em>b</em>", "a b", [("italic", "a"), ("italic", "b")]),
        ("<u>a</u> <ins>b</ins>", "a b", [("underline", "a"), ("underline", "b")]),
        ("<s>a</s><strike>b</strike><del>c</del>", "abc", [("strikethrough", x) for x in "abc"]),
        ("<tg-spoiler>a</tg-spoiler> <span class='tg-spoiler'>b</span>", "a b", [("spoiler", "a"), ("spoiler", "b")]),
        ("<code>a</code>", "a", [("code", "a")]),
        ('<pre><code class="language-py">a</code></pre>', "a", [("pre", "a")]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", "a")]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", "a")]),
        ('<a href="https://x.example/">a</a>', "a", [("text_link", "a")]),
        ("<a href='javascript:alert(1)'>a</a>", "a", []),
        ("<a href='tg://user?id=42'>a</a>", "a", [("text_mention", "a")]),
        ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', "👍", [("custom_emoji", "👍")]),
        ("<b>a<i>b</i></b>", "ab", [("bold", "ab"), ("italic", "b")]),
        ("<b>a <code>x</code> b</b>", "a x b", [("bold", "a "), ("code", "x"), ("bold", " b")]),
        ("<B>a</b>", "a", [("bold", "a")]),
        ("😀<b>ä</b>", "😀ä", [("bold", "ä")]),
        ("a &lt; b &amp; c &gt; d &quot;&#33;&#x1F600;", 'a < b & c > d "!😀', []),
        ("&nbsp; &auml;", "&nbsp; &auml;", []),
        ("  <b> a</b> \n", "a", [("bold", "a")]),
        ("<b></b>a", "a", []),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[tuple[str, str]]) -> None:
    """Every tag that Telegram knows becomes its entity over the right words, and nothing else does."""
    assert shown(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("<script>a</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("ä<p>", 'Unsupported start tag "p" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b>unclosed", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>test</b></i>", 'Unmatched end tag at byte offset 10, expected "</i>", found "</b>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("a<b", "Unclosed start tag at byte offset 1"),
        ("<a href='x", 'Unclosed start tag "a" at byte offset 0'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span class='x'>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href>a</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ('<tg-emoji emoji-id="x">a</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_bad_html_is_refused_in_telegrams_words(source: str, sentence: str) -> None:
    """What Telegram cannot parse is refused with its sentence and its byte offset."""
    with pytest.raises(ParseFailure) as refusal:
        parse_html(source)

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start and /hilfe@demo_bot", ["bot_command:/start", "bot_command:/hilfe@demo_bot"]),
        ("a/b 1/2 </x", []),
        ("@muster_gmbh writes", ["mention:@muster_gmbh"]),
        ("@abc a@b", []),
        ("max@muster.de", ["email:max@muster.de"]),
        ("see https://muster.de/a?b=1, t.me/bot.", ["url:https://muster.de/a?b=1", "url:t.me/bot"]),
        ("Muster.de and muster.gmbh.", ["url:Muster.de", "url:muster.gmbh"]),
        ("z. B. GmbH & Co. KG, Nr.12", []),
        ("#rechnung #12 $EUR", ["hashtag:#rechnung", "cashtag:$EUR"]),
        ("call +49 211 1234567 now", ["phone_number:+49 211 1234567"]),
        ("V-2025-4711 31.12.2026 1.234,56 €", []),
    ],
)  # fmt: skip
def test_telegram_finds_these_by_itself(text: str, entities: list[str]) -> None:
    """Commands, mentions, links, addresses and numbers in plain text are found; look-alikes are not."""
    found = sorted(detect(text, []), key=lambda each: each.offset)

    assert [f"{each.type}:{text[each.offset : each.end]}" for each in found] == entities


def test_nothing_is_found_inside_code_and_links() -> None:
    """A name in <code> stays just a name."""
    assert shown("<code>/start @muster_gmbh</code> <a href='https://a.de'>b.de</a>")[1] == [
        ("code", "/start @muster_gmbh"),
        ("text_link", "b.de"),
    ]


def test_more_than_a_hundred_entities_are_dropped() -> None:
    """The first hundred entities stay, the text stays whole."""
    text, entities = shown("".join(f"<b>{n}</b> " for n in range(120)))

    assert len(entities) == 100
    assert entities[-1] == ("bold", "99")
    assert text.endswith("119")


@given(strategies.text())
def test_escaped_text_comes_through_unchanged(text: str) -> None:
    """Whatever is escaped parses to exactly itself, without an entity from mark-up."""
    parsed, entities = parse_html(escape(text).replace("&#x27;", "'"))

    assert (parsed, entities) == (text, [])


@given(strategies.text(alphabet="ab<>&\"'😀 ", max_size=40), strategies.lists(strategies.integers(0, 40), max_size=6))
def test_rendering_escapes_everything_and_nests(text: str, cuts: list[int]) -> None:
    """Overlapping entities give HTML whose words are the text and which has no mark-up of the text's own."""
    length = len(text.encode("utf-16-le")) // 2
    pairs = [sorted((a % (length + 1), b % (length + 1))) for a, b in pairwise(cuts)]
    kinds = ["bold", "italic", "text_link", "spoiler", "code"]
    entities = [Entity(kinds[n % 5], a, b - a, url="https://x.de/?a=1&b=2") for n, (a, b) in enumerate(pairs) if a < b]

    source = render(text, tuple(entities))

    plain = source.replace('<span class="spoiler">', "<s>").replace("</span>", "</s>")
    try:
        parsed, _ = parse_html(plain)
    except ParseFailure as failure:
        raise AssertionError(source) from failure
    surrogates_kept = all(not 0xD800 <= ord(char) < 0xE000 for char in parsed)
    assert surrogates_kept
    if "😀" not in text:
        assert parsed == text.replace("&#x27;", "'")


def test_whitespace_alone_is_nothing() -> None:
    """A text of blanks is empty after trimming."""
    assert finished(" \n\t ", []) == FormattedText("")
