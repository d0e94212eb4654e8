"""Who rings: a line or a number, now or later, as text and as a picture."""

import io
from datetime import timedelta
from zoneinfo import ZoneInfo

from PIL import Image

from bot.chat.text import Fact, Name, Phone
from portal.bodies import RuleChange
from portal.models import DivertWhen
from services.diverting import Wish
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import Message, as_read
from tests.house import BERND, House
from tests.journeys.words import Words

SWITCHBOARD, MAX_AT_DESK, RANGE = Name("21 Zentrale"), Name("22 Max Muster"), Name("Köln 0221 4710 200–299")
MOBILE = Name("Max mobil")
LARGEST = 100_000  # bytes


def line(words: Words, kind: str, name: Name, depth: int = 0, when: str = "start", **facts: Fact) -> str:
    """A line of the way."""
    where: dict[str, Fact] = {"kind": kind, "name": name, "depth": depth, "when": when}
    plain: dict[str, Fact] = {"seconds": 0, "rings": "yes", "has_name": "yes", "number": None}
    return words("ringing-line", **{**where, **plain, "source": "none", "until": None, "who": None, **facts})


async def answered(person: Person, words: Words, about: Name | Phone, *lines: str) -> Message:
    """The newest answer is about this line and says all of that."""
    answer = await person.sees(words("ringing-heading", line=about), new=True)
    for one in lines:
        assert one in as_read(answer.text), f"{one!r} is missing\n{answer.readable()}"
    return answer


async def drawn(person: Person, place: int) -> None:
    """There is a small picture among the messages."""
    picture = (await person.transcript()).messages[place].photo
    assert picture is not None
    content = await person.download(picture)
    assert Image.open(io.BytesIO(content)).format == "PNG"
    assert len(content) < LARGEST


async def test_now_by_taps_and_typed(home: House, words: Words) -> None:
    """Each stop with its reason; a number of the range that is nobody's extension; what is not here is said."""
    person = await home.connected(language=words.language)
    await person.send("/werklingelt")
    choice = await person.sees(words("ringing-choose"), new=True)
    await person.tap("21 Zentrale", on=choice)
    way = (
        line(words, "extension", SWITCHBOARD),
        line(words, "voicemail", Name("Mailbox"), 1, "busy"),
        line(words, "extension", MAX_AT_DESK, 1, "noAnswer", seconds=20),
        words("ringing-group", group=Name("Zentrale"), others=1, names=Name("23 Paula Pforte")),
        words("ringing-now"),
    )
    answer = await answered(person, words, SWITCHBOARD, *way)
    assert answer.id == choice.id
    assert words("ringing-planned") not in as_read(answer.text)
    await person.tap(words.label("ringing-button-picture"), on=answer)
    await person.answer()
    await drawn(person, -1)
    await person.send("0221 4710250")
    await answered(person, words, Phone("+492214710250"), line(words, "range", RANGE))
    await drawn(person, -2)
    await person.send("0221 4710226")
    service, on_call = Name("26 Service"), Phone("+491713920014")
    diverted = line(words, "outside", Name("Bereitschaft"), 1, "unconditional", number=on_call)
    await answered(person, words, service, line(words, "extension", service, rings="no"), diverted)
    await person.send("/werklingelt 99")
    await person.sees(words("ringing-unknown"), new=True)
    await person.send("zentrale")
    answer = await answered(person, words, SWITCHBOARD, *way)
    await person.tap(words.label("button-back"), on=answer)
    await person.tap(words.label("diversions-button-who-rings"))
    await answered(person, words, SWITCHBOARD, *way)


async def test_later_as_it_is_planned(home: House) -> None:
    """A diversion with an end: now it rings at the mobile, and why; after the end as before; typed and by button."""
    person, words = await home.connected(), Words("de")
    zone = ZoneInfo("Europe/Berlin")
    ends = (home.clock().astimezone(zone) + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    (by,) = await home.app.connections.of_person(person.id)
    wish = Wish("ext-22", {DivertWhen.ALWAYS: RuleChange(active=True, target="tel:+491713920010")})
    until: dict[str, object] = {"until": ends.isoformat()}
    action = await home.app.diverting.propose(by, person.id, [wish], summary="Test", shown=until)
    await home.app.acting.confirm(action, person.id, 1)
    number = Phone("+491713920010")
    diverted = line(words, "outside", MOBILE, 1, "unconditional", number=number, source="until", until=ends)
    await person.send("wer klingelt bei 22?")
    answer = await answered(person, words, MAX_AT_DESK, line(words, "extension", MAX_AT_DESK, rings="no"), diverted)
    await person.tap(words.label("ringing-button-tomorrow"), on=answer)
    rings = line(words, "extension", MAX_AT_DESK)
    tomorrow = await answered(person, words, MAX_AT_DESK, rings, words("ringing-planned"))
    await person.tap(words.label("ringing-button-now"), on=tomorrow)
    await answered(person, words, MAX_AT_DESK, diverted)
    noon = (home.clock().astimezone(zone) + timedelta(days=5)).replace(hour=12, minute=0, second=0, microsecond=0)
    at_noon = words("ringing-at", weekday=noon.weekday(), at=noon)
    await person.send(f"{noon.day}.{noon.month}. 12:00")
    await answered(person, words, MAX_AT_DESK, rings, at_noon)
    await person.send("gestern")
    await person.sees(words("ringing-unreadable"), new=True)
    await person.send(f"21 {noon.day}.{noon.month}. 12:00")
    await answered(person, words, SWITCHBOARD, at_noon)


async def test_accounting_is_told_that_it_may_not(home: House) -> None:
    """Who may not see telephones is refused in words, and nothing is drawn."""
    person = await home.connected("Bernd", who=BERND)
    await person.send("/whorings 21")
    await person.sees(Words("de")("refusal-not-entitled"), new=True)
