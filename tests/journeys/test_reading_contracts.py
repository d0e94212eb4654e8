"""Contracts: what there is, until when notice can be given, what it costs."""

from bot.chat.text import Name, Phone
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import Message, as_read
from tests.house import House
from tests.journeys.dates import end_of_month, euros, first, months, today
from tests.journeys.words import Words

SITES = ("Düsseldorf, Musterallee 24", "Hamburg, Am Musterhafen 3", "Köln, Beispielstraße 7")


async def listed(person: Person, words: Words) -> Message:
    """The list of all eight contracts."""
    await person.send("/vertraege")
    return await person.sees(words("contracts-heading", count=8), new=True)


async def test_from_the_list_to_a_card_and_back(home: House, words: Words) -> None:
    """Every contract under its site; the card has all that a customer asks for; back is the same list."""
    person = await home.connected(language=words.language)
    overview = await listed(person, words)
    text = as_read(overview.text)
    places = [text.index(site) for site in SITES]
    assert places == sorted(places)
    assert all(text.count(f"V-2300229-0{number}") == 1 for number in range(1, 9))
    assert len(overview.buttons) == 9
    await person.tap("V-2300229-01", on=overview)
    card = await person.sees("Business Glasfaser 500", new=True)
    assert card.id == overview.id
    for fact in (
        "V-2300229-01",
        words("contracts-number", number="", status="active", sent="").strip(),
        "Zentrale",
        words("contracts-site", site=Name(SITES[2])),
        words("contracts-notice", day=end_of_month(-14 + 36 - 3 - 1)),
        words("contracts-since", day=first(-14)),
        words("contracts-term", term=months(36), day=end_of_month(-14 + 36 - 1)),
        words("contracts-notice-period", period=months(3)),
        words("contracts-renewal", period=months(1)),
        words("contracts-price", net=euros("164.90"), gross=euros("196.23")),  # 129.00 + 6.90 + 29.00
        words("contracts-price-options", count=2, net=euros("35.90")),
        words("contracts-bandwidth", bandwidth="500/250 Mbit/s"),
        words("contracts-cost-centre", centre="1000"),
    ):
        assert as_read(fact) in as_read(card.text), f"{fact!r} is missing\n{card.readable()}"
    await person.tap(words.label("button-back"), on=card)
    assert (await person.sees(words("contracts-heading", count=8), new=True)).text == overview.text


async def test_only_a_date_that_binds_is_an_alarm(home: House, words: Words) -> None:
    """The one contract that has to be given notice this month stands out; three run by the month and say so."""
    person = await home.connected(language=words.language)
    overview = await listed(person, words)
    text = as_read(overview.text)
    assert text.count("⏰") == 1
    alarm = text.splitlines()[text.splitlines().index("📱 Business Mobile L · V-2300229-06") + 1]
    assert "⏰" in alarm
    by_the_month = words("choose-line-monthly", line="", name="", number="", period=months(1)).splitlines()[-1]
    assert text.count(by_the_month.strip()) == 3
    await person.tap("0171 3920010", on=overview)
    card = await person.sees("Business Mobile L", new=True)
    last_day = end_of_month(-20 + 24 - 3 - 1)
    left = (last_day - today()).days
    assert words("contracts-notice-near", day=last_day, days=left) in as_read(card.text)
    assert any("⏰" not in bold and str(last_day.year) in bold for bold in card.entity_texts("bold"))
    await person.tap(words.label("button-back"), on=card)
    await person.tap("0171 3920014")
    free = await person.sees("Bereitschaft", new=True)
    assert words("contracts-term-over", term=months(24), day=end_of_month(-40 + 24 - 1)) in as_read(free.text)
    assert words("contracts-notice", day=end_of_month()) in as_read(free.text)


async def test_a_contract_is_found_by_what_people_know(home: House, words: Words) -> None:
    """By number, phone number and place, with or without a command; what is not there is said above the list."""
    person = await home.connected(language=words.language)
    for wish, name in (
        ("V-2300229-04", "Business SIP-Trunk 8"),
        ("/vertraege V-2300229-02", "Büro Düsseldorf"),
        ("0221 4710200", "Cloud-Telefonanlage"),
        ("/contracts glasfaser", "Zentrale"),
    ):
        await person.send(wish)
        card = await person.sees(name, new=True)
        assert words.label("contracts-button-options") in card.labels
    await person.send("Vertrag Hamburg" if words.language == "de" else "contract Hamburg")
    found = await person.sees(words("choose-found", count=3, wish="Hamburg"), new=True)
    assert len(found.buttons) == 4
    await person.send("/vertraege Atlantis")
    await person.sees(words("choose-nothing", wish=Name("Atlantis")), new=True)
    await person.sees(words("contracts-heading", count=8), new=True)
    phone = words("contracts-phone", phone=Phone("+494066969100"))
    await person.send("V-2300229-04")
    assert phone in as_read((await person.sees(phone, new=True)).text)
