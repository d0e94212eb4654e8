"""Booking from the chat: few taps, one PIN, one order, and the truth about it."""

from uuid import UUID

from bot.chat.text import Name
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import as_read
from tests.house import MARTINA, MAX, PAULA, House
from tests.journeys.dates import euros
from tests.journeys.words import Words

LINE = "V-2300229-03"  # Lager Hamburg, no options yet
TRUNK = "V-2300229-04"  # four more voice channels
ROUTER = "Business-Router"


async def to_question(person: Person, words: Words, option: str = ROUTER, contract: str = LINE) -> None:
    """From the contract's options to the question whether to order."""
    await person.send(f"/optionen {contract}")
    await person.tap(option, on=await person.sees(words("options-bookable"), new=True))
    await person.tap(
        words.label("options-button-book"), on=await person.sees(words("options-term-unchanged"), new=True)
    )
    await person.sees(words("options-ask-book"), new=True)


async def give_pin(home: House, person: Person, number: str = MAX[1]) -> str:
    """Type the PIN of the next SMS; the SMS."""
    sms = await home.client.sms(number)
    await person.send(sms.pin)
    return sms.text


def state(words: Words, of: str, kind: str = "book", code: str = "") -> str:
    """The first line of a receipt."""
    return words("action-state", state=of, kind=kind, code=code)


async def test_four_taps_and_a_pin(home: House, words: Words) -> None:
    """Four taps and the PIN, whose SMS says what for; the receipt follows the order; the other admin is told."""
    person = await home.connected(language=words.language)
    colleague = await home.connected("Martina", language=words.language, who=MARTINA)
    await person.send("/optionen")
    await person.tap(LINE, on=await person.sees(words("options-heading"), new=True))
    await person.tap(ROUTER, on=await person.sees(words("options-bookable"), new=True))
    await person.tap(words.label("options-button-book"), on=await person.sees(ROUTER, new=True))
    question = as_read((await person.sees(words("options-ask-book"), new=True)).text)
    for fact in (
        words("options-total-month", net=euros("6.90"), tax=euros("1.31"), gross=euros("8.21")),
        words("options-total-once", net=euros("29.00"), tax=euros("5.51"), gross=euros("34.51")),
        words("options-term-unchanged"),
    ):
        assert fact in question, question
    await person.tap(words.label("options-button-consent"))
    sms = await give_pin(home, person)
    assert ROUTER in sms
    assert LINE in sms
    await person.sees(state(words, "accepted"), new=True)
    await person.sees(state(words, "done"), within=20, new=True)
    told = await colleague.sees(words("notice-changed", by=Name("Max"), undoes="no"))
    assert ROUTER in told.text
    ((_, external, at_portal),) = await home.orders()
    booked = await home.app.actions.get(UUID(external))
    assert (at_portal, booked.state if booked else None) == ("completed", "done")
    await person.send("/verlauf")
    history = await person.sees(words("actions-history"), new=True)
    assert ROUTER in history.text


async def test_bad_endings_at_the_pin(home: House, words: Words) -> None:
    """Wrong, too old, given up, locked: each is said, and in none of them anything is ordered."""
    person = await home.connected(language=words.language)
    await to_question(person, words)
    confirm = words.label("options-button-consent")
    await person.tap(confirm)
    pin = (await home.client.sms(MAX[1])).pin
    wrong = f"{(int(pin) + 1) % 10**8:08d}"
    await person.send(wrong)
    await person.sees(words("refusal-pin-wrong", attempts_left=4), new=True)
    await person.tap(words.label("pin-button-cancel"))
    await person.sees(words("action-dropped"), new=True)
    await person.send(pin)
    await person.does_not_see(state(words, "accepted"))

    await to_question(person, words)
    await person.tap(words.label("options-button-no"))
    await person.sees(words("action-dropped"), new=True)
    assert await home.orders() == []


async def test_another_quantity_and_an_end(home: House, words: Words) -> None:
    """More voice channels by a typed number; then the end of an option with its last day and what is lost."""
    person = await home.connected(language=words.language)
    await person.send(f"/optionen {TRUNK}")
    stock = await person.sees(words("options-booked"), new=True)
    await person.tap("Weitere Sprachkanäle", on=stock)
    await person.tap(words.label("options-button-resize"))
    await person.sees(words("options-how-many-now", count=4), new=True)
    await person.send("sechs")
    await person.sees(words("options-not-a-number"), new=True)
    await person.send("6")
    question = await person.sees(words("options-ask-resize"), new=True)
    total = words("options-total-month", net=euros("23.40"), tax=euros("4.45"), gross=euros("27.85"))
    assert total in as_read(question.text), question.text
    await person.tap(words.label("options-button-resize-yes"))
    await give_pin(home, person)
    await person.sees(state(words, "done", "resize"), within=20, new=True)

    await person.send(f"/optionen {TRUNK}")
    await person.tap("National-Flat", on=await person.sees(words("options-booked"), new=True))
    await person.tap(words.label("options-button-cancel"))
    await person.sees(words("options-ask-cancel"), new=True)
    await person.tap(words.label("options-button-cancel-yes"))
    await give_pin(home, person)
    await person.sees(state(words, "done", "cancel-option"), within=20, new=True)
    assert [at_portal for *_, at_portal in await home.orders()] == ["completed", "completed"]


async def test_changed_since_it_was_shown(home: House, words: Words) -> None:
    """Price or stock changed between question and yes: nothing is ordered, no PIN is asked, and it is shown anew."""
    person = await home.connected(language=words.language)
    await to_question(person, words)
    prices = [{"name": "Grundpreis", "kind": "recurring", "net": 7.9}]
    await home.operator("PATCH", "/offerings/opt-router", {"prices": prices})
    await person.tap(words.label("options-button-consent"))
    refusal = await person.sees(state(words, "refused"), new=True)
    assert words("action-why", code="priceChanged", names=Name("")) in as_read(refusal.text)
    await person.tap(words.label("action-button-look-again"), on=refusal)
    card = await person.sees(words("options-term-unchanged"), new=True)
    assert words("options-price", net=euros("7.90"), gross=euros("9.40")) in as_read(card.text)
    await person.tap(words.label("options-button-book"), on=card)
    await person.sees(words("options-ask-book"), new=True)
    await home.operator("PATCH", "/offerings/opt-router", {"sellable": False})
    await person.tap(words.label("options-button-consent"))
    refusal = await person.sees(state(words, "refused"), new=True)
    assert words("action-why", code="soldOut", names=Name("")) in as_read(refusal.text)
    assert await home.orders() == []


async def test_stopped_on_its_way(home: House, words: Words) -> None:
    """An order on its way is stopped with a PIN of its own; the receipt of the order says so by itself."""
    person = await home.connected(language=words.language)
    upgrade = "Bandbreiten-Upgrade 250"
    await to_question(person, words, upgrade)
    await person.tap(words.label("options-button-confirm"))
    await give_pin(home, person)
    receipt = await person.sees(state(words, "accepted"), new=True)
    ((order, _, _),) = await home.orders()
    await home.operator("PATCH", f"/product-orders/{order}", {"state": "held"})
    await person.tap(words.label("action-button-stop"), on=receipt)
    await person.sees(words("action-stop-ask"), new=True)
    await person.tap(words.label("action-button-stop-yes"))
    await give_pin(home, person)
    await person.sees(state(words, "done", "cancel-order"), within=20, new=True)
    await person.sees(state(words, "failed", code="orderCancelled"), within=20, new=True)


async def test_checked_first_and_declined(home: House, words: Words) -> None:
    """An order that is checked first and declined: the reason comes by itself."""
    person = await home.connected(language=words.language)
    await to_question(person, words, "Bandbreiten-Upgrade 250")
    await person.tap(words.label("options-button-confirm"))
    await give_pin(home, person)
    await person.sees(state(words, "accepted"), new=True)
    ((order, _, _),) = await home.orders()
    await home.operator("PATCH", f"/product-orders/{order}", {"state": "rejected", "note": "Zu weit vom Verteiler"})
    refusal = await person.sees(words("action-why", code="orderRejected", names=Name("")), within=20, new=True)
    assert state(words, "failed", code="orderRejected") in as_read(refusal.text)


async def test_who_may(home: House, words: Words) -> None:
    """A PBX admin sees options, and no button that books."""
    paula = await home.connected("Paula", language=words.language, who=PAULA)
    await paula.send(f"/optionen {LINE}")
    await paula.tap(ROUTER, on=await paula.sees(words("options-bookable"), new=True))
    card = await paula.sees(words("options-how"), new=True)
    assert words.label("options-button-book") not in card.readable()
