"""Options: what is booked, what could be, and why something can not."""

from bot.chat.text import Name
from tests.drivers.sandbox_views import as_read
from tests.house import House
from tests.journeys.dates import end_of_month, euros, months
from tests.journeys.words import Words


async def test_booked_bookable_and_blocked(home: House, words: Words) -> None:
    """By contract: booked ones with quantity, price and end; bookable ones with all prices; others with the reason."""
    person = await home.connected(language=words.language)
    await person.send("/optionen V-2300229-05")
    cloud = as_read((await person.sees("V-2300229-05", new=True)).text)
    best, smart, menu = Name("Arbeitsplatz Best"), Name("Arbeitsplatz Smart"), Name("Automatische Vermittlung")
    assert words("options-line-booked", name=best, count=2, net=euros("25.80")) in cloud
    assert words("options-line-booked", name=smart, count=6, net=euros("47.40")) in cloud
    assert words("options-line-ending", name=menu, count=1, net=euros("10.50"), day=end_of_month()) in cloud
    for name, net in (("Global-Flat", "29.90"), ("National-Flat", "12.90"), ("Gesprächsaufzeichnung", "9.90")):
        assert words("options-line-monthly", name=Name(name), net=euros(net)) in cloud
    assert cloud.index(words("options-booked")) < cloud.index(words("options-bookable")) < cloud.index("Global-Flat")
    assert words("options-blocked") not in cloud

    await person.send("/optionen V-2300229-04")
    trunk = await person.sees("V-2300229-04", new=True)
    flat, other = Name("Global-Flat"), Name("National-Flat")
    assert words("options-line-blocked", name=flat, why="excluded", others=other) in as_read(trunk.text)
    await person.tap("Global-Flat", on=trunk)
    await person.sees(words("options-how-blocked", why="excluded", others=other), new=True)

    await person.send("/optionen V-2300229-03")
    line = as_read((await person.sees("V-2300229-03", new=True)).text)
    router = Name("Business-Router")
    assert words("options-line-blocked", name=Name("LTE-Guard"), why="needs", others=router) in line
    assert words("options-line-both", name=router, net=euros("6.90"), once=euros("29.00")) in line


async def test_what_an_option_would_mean(home: House, words: Words) -> None:
    """Price net and gross, one-off fee, own term, whether it is looked into first; back leads where one came from."""
    person = await home.connected(language=words.language)
    await person.send("/optionen")
    choice = await person.sees(words("options-heading"), new=True)
    await person.tap("V-2300229-02", on=choice)
    stock = await person.sees("V-2300229-02", new=True)
    await person.tap("Bandbreiten-Upgrade 250", on=stock)
    card = await person.sees("Bandbreiten-Upgrade 250", new=True)
    for fact in (
        words("options-price", net=euros("10.00"), gross=euros("11.90")),
        words("options-price-once", net=euros("25.00"), gross=euros("29.75")),
        words("options-term", term=months(1)),
        words("options-notice-period", period=months(1)),
        words("options-term-unchanged"),
        words("options-feasibility"),
        words("options-notice-period", period=months(1)),
    ):
        assert fact in as_read(card.text), f"{fact!r} is missing\n{card.readable()}"
    await person.tap(words.label("button-back"), on=card)
    await person.tap(words.label("button-back"), on=await person.sees(words("options-bookable"), new=True))
    back = await person.sees(words("options-heading"), new=True)
    assert (back.id, back.text) == (choice.id, choice.text)
