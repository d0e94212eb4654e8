"""What Telegram finds in plain text by itself: commands, mentions, hashtags, links, mail addresses, phone numbers.

A name or a number that a customer typed becomes clickable this way too, which is why tests read these entities.
"""

import re
from bisect import bisect_right

from .entity import Entity, utf16_length

COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc "
    "cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga "
    "gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo "
    "jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr "
    "ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re "
    "ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr "
    "tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
GENERIC = (
    "com net org info biz edu gov mil int name pro mobi jobs tel travel asia cat app dev page cloud online shop site "
    "store tech xyz blog wiki news live world group gmbh email digital agency berlin hamburg koeln bayern saarland "
    "wien swiss business company consulting services solutions network systems software support ventures capital"
)
TOP_LEVEL = "|".join(sorted((COUNTRIES + " " + GENERIC).split(), key=len, reverse=True))
LABEL = r"[^\W_](?:[\w-]{0,62}[^\W_])?"

EMAIL = re.compile(rf"(?<![\w.@+-])[\w.+-]{{1,64}}@(?:{LABEL}\.)+[a-zA-Z]{{2,8}}(?![\w@])")
URL = re.compile(
    rf"(?<![\w.@/:-])(?:(?:https?|tg|ton)://(?:[^\s/?#<>\"@]*@)?(?:[\w-]+(?:\.[\w-]+)+|tg|resolve)"
    rf"|(?:{LABEL}\.)+(?:{TOP_LEVEL})(?![\w-]))(?::\d{{1,5}})?(?:[/?#][^\s<>\"«»“”]*)?",
    re.IGNORECASE,
)
COMMAND = re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>])")
MENTION = re.compile(r"(?<![\w@])@[a-zA-Z0-9_]{4,32}(?![\w@])")
HASHTAG = re.compile(r"(?<![\w·#])#(?=[\w·]*[^\W\d])[\w·]{1,256}(?![\w·#])")
CASHTAG = re.compile(r"(?<![$\w])\$[A-Z]{1,8}(?![$\w])")
PHONE = re.compile(r"(?<![\w+/.-])(?:\+|00)[1-9][\d \-/()]{6,20}\d(?!\w)")

# In order of right: who comes first keeps the stretch.
FINDERS = (
    ("url", URL), ("email", EMAIL), ("bot_command", COMMAND), ("mention", MENTION), ("hashtag", HASHTAG),
    ("cashtag", CASHTAG), ("phone_number", PHONE),
)  # fmt: skip
WORTH_LOOKING = re.compile(r"[/@#$+.]|00")


def _spans(text: str) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for kind, pattern in FINDERS:
        for match in pattern.finditer(text):
            begin, end = match.span()
            if kind == "url":
                end = begin + len(match.group(0).rstrip(".,;:!?)]}'"))
            if kind == "url" and "@" in text[end : end + 1]:
                continue
            if all(end <= other_begin or begin >= other_end for _, other_begin, other_end in found):
                found.append((kind, begin, end))
    return found


def _utf16_offsets(text: str) -> list[int]:
    """Positions of the characters that take two units, to turn an index into an offset."""
    return [index for index, char in enumerate(text) if char > "\uffff"]


def detect(text: str, taken: list[Entity]) -> list[Entity]:
    """The entities of plain text that do not collide with links and code that are already there."""
    if not WORTH_LOOKING.search(text):
        return []
    wide = [] if text.isascii() else _utf16_offsets(text)
    blocked = [each for each in taken if each.type in {"pre", "code", "text_link", "text_mention"}]
    result = []
    for kind, begin, end in _spans(text):
        offset = begin + bisect_right(wide, begin - 1)
        length = utf16_length(text[begin:end])
        if all(offset + length <= other.offset or offset >= other.end for other in blocked):
            result.append(Entity(kind, offset, length))
    return result
