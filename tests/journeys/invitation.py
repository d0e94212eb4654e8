"""The way to an invitation and into it, as inviter and invited walk it."""

from bot.chat.text import Name
from tests.drivers.sandbox import Person
from tests.drivers.sandbox_views import Message
from tests.house import MAX, House, Who
from tests.journeys.words import Words

COMPANY = Name("Muster GmbH")


async def chosen(person: Person, words: Words) -> Message:
    """From the notifications to the choice of what is shared."""
    await person.send("/benachrichtigungen")
    await person.tap(words.label("notify-button-invite"), on=await person.sees(words("notify-title"), new=True))
    await person.tap(words.label("inviting-button-new"), on=await person.sees(words("inviting-title")))
    return await person.sees(words("inviting-choose"))


async def confirmed(home: House, person: Person, words: Words, who: Who = MAX) -> str:
    """On with what is chosen, through the PIN: the link."""
    await person.tap(words.label("inviting-button-go-on"))
    await person.tap(words.label("inviting-button-yes"), on=await person.sees(words("inviting-then")))
    await person.sees("📱", new=True)
    await person.send((await home.client.sms(who[1])).pin)
    await person.tap(words.label("inviting-button-link"), on=await person.sees("👥", new=True))
    copied = words.label("inviting-button-copy")
    shown = await person.until(
        lambda chat: next((m for m in reversed(chat.messages) if copied in m.labels), None), what="the link"
    )
    link = shown.button(copied).copy
    assert link is not None and link in shown.text
    return link


async def invitation(home: House, person: Person, words: Words, who: Who = MAX) -> str:
    """The usual: new invoices of all sites. The link."""
    await chosen(person, words)
    return await confirmed(home, person, words, who)


async def colleague(home: House, words: Words, name: str = "Steffi") -> Person:
    """Somebody with a Telegram account and nothing else."""
    person = await home.client.person(name, language=words.language)
    await person.start()
    await person.sees(words("connect-how"))
    return person


async def accepted(person: Person, link: str, words: Words) -> Message:
    """Opened, read, and yes."""
    await person.open_link(link)
    await person.tap(words.label("invited-button-yes"))
    return await person.sees(words("invited-done", company=COMPANY))
