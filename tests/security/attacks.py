"""Scripted attacks on activation links (T9, private-chat rows), told by the one who makes them.

The attacker knows more than any real one: every script may read the PIN from the owner's phone. What must stop them is
where a PIN has to be given, and by whom.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import update

from portal.server.access.tables import activation_links
from sandbox.json_values import JsonObject
from tests.drivers.sandbox import Person
from tests.house import MAX, House
from tests.security.forger import BOT_ID, GROUP, Forger, user

SMS, MAIL, NOTHING = "sms", "mail", "nothing"
YES, NO = "Ja, PIN senden", "Nein"
WRONG, LOCKED, DEAD_LINK = "stimmt nicht", "ist jetzt gesperrt", "gilt nicht:"
ANONYMOUS_ADMIN, FAKE_CHANNEL, TELEGRAM = 1087968824, 136817688, 777000


@dataclass
class Stage:
    """The owner of an account with a fresh link, and somebody else who has that link too."""

    home: House
    forger: Forger
    owner: Person
    thief: Person
    link: str
    mine: set[int] = field(default_factory=set)  # whom the attack may leave connected: the owner, if anybody

    @property
    def code(self) -> str:
        """The activation code in the link."""
        return self.link.rpartition("=")[2]

    async def asked(self, person: Person) -> None:
        """The link is opened, and whose account it is can be read."""
        await person.open_link(self.link)
        await person.sees("nicht selbst bekommen", new=True)

    async def pin_for(self, person: Person) -> str:
        """The link is opened, a PIN wanted, and the owner's phone read."""
        await self.asked(person)
        await person.tap(YES)
        pin = (await self.home.client.sms(MAX[1])).pin
        await person.sees("📱", new=True)
        await self.forger.digested()
        return pin

    async def data_of(self, person: Person, label: str) -> tuple[str, int]:
        """Callback data and message of the newest button with this label."""
        chat = await person.transcript()
        for message in reversed(chat.from_bot):
            for button in (b for row in message.buttons for b in row):
                if label in button.label and button.data:
                    return button.data, message.id
        raise AssertionError(f"no button {label!r}\n{chat.readable()}")


@dataclass(frozen=True, slots=True)
class Attack:
    """`told`: how the owner learns of it. NOTHING: refused before the portal was asked for anything.

    `races`: which of two is first is for the database to say, so it is tried on both engines.
    """

    run: Callable[[Stage], Awaitable[None]]
    told: str
    races: bool = False


def other(pin: str, by: int = 1) -> str:
    """A PIN that is surely not this one."""
    return f"{(int(pin) + by) % 10 ** len(pin):0{len(pin)}d}"


async def attackers_link_victims_telegram(stage: Stage) -> None:
    """The victim opens a stranger's link and says yes: the PIN goes to the stranger, whose own chat has no question."""
    await stage.asked(stage.thief)
    await stage.thief.tap(YES)
    pin = (await stage.home.client.sms(MAX[1])).pin
    await stage.owner.send(pin)
    await stage.thief.send(other(pin))
    await stage.thief.sees(WRONG, new=True)


async def leaked_link_without_the_phone(stage: Stage) -> None:
    """A stranger opens the link, has a PIN sent and guesses once."""
    pin = await stage.pin_for(stage.thief)
    await stage.thief.send(other(pin))
    await stage.thief.sees(WRONG, new=True)


async def leaked_link_and_guessing(stage: Stage) -> None:
    """Five guesses lock the link; after that the right PIN is worthless."""
    pin = await stage.pin_for(stage.thief)
    for n in range(1, 6):
        await stage.thief.send(other(pin, n))
        await stage.thief.sees(LOCKED if n == 5 else WRONG, new=True)
    await stage.thief.send(pin)
    await stage.thief.answer()


async def second_chat_while_the_owner_connects(stage: Stage) -> None:
    """The owner waits for the PIN when a stranger wants one for the same link: refused, and the owner goes on."""
    pin = await stage.pin_for(stage.owner)
    await stage.asked(stage.thief)
    await stage.thief.tap(YES)
    await stage.thief.sees(DEAD_LINK, new=True)
    await stage.thief.send(pin)
    await stage.thief.answer()
    await stage.owner.send(pin)
    await stage.owner.sees("✅", new=True)
    stage.mine = {stage.owner.id}


async def two_chats_race(stage: Stage) -> None:
    """Both want a PIN at the same moment: one has it, and the other one's PIN screen never comes."""
    await asyncio.gather(stage.asked(stage.owner), stage.asked(stage.thief))
    await asyncio.gather(stage.owner.tap(YES), stage.thief.tap(YES))
    pin = (await stage.home.client.sms(MAX[1])).pin
    await stage.forger.digested()
    assert len(await stage.home.client.all_sms()) == 1
    winner, loser = stage.owner, stage.thief
    if not (await stage.owner.transcript()).contains("📱"):
        winner, loser = loser, winner
    await loser.send(pin)
    await loser.answer()
    assert not await stage.home.app.connections.of_person(loser.id)
    await winner.send(other(pin))
    await winner.sees(WRONG, new=True)


async def group_link(stage: Stage) -> None:
    """The link is posted in a group; a stranger who reads along is late."""
    await in_a_group(stage, text=f"Schau mal: {stage.link}")


async def group_command(stage: Stage) -> None:
    """The same as a command addressed to the bot, the form a bot sees even in privacy mode."""
    await in_a_group(stage, text=f"/start@eservice_demo_bot {stage.code}")


async def group_caption(stage: Stage) -> None:
    """The same under a photo."""
    await in_a_group(stage, text=None, fields={"caption": stage.link, "photo": []})


async def group_hidden_link(stage: Stage) -> None:
    """The same behind other words."""
    entity: JsonObject = {"type": "text_link", "offset": 0, "length": 4, "url": stage.link}
    await in_a_group(stage, text="hier", fields={"entities": [entity]})


async def group_second_link(stage: Stage) -> None:
    """The same after another link."""
    await in_a_group(stage, text=f"t.me/eservice_demo_bot?start={'x' * 43} oder {stage.link}")


async def group_edit(stage: Stage) -> None:
    """The same, edited into a message later."""
    await in_a_group(stage, text=stage.link, edited=True)


async def group_anonymous_admin(stage: Stage) -> None:
    """The same, posted by a group's anonymous admin."""
    sender: JsonObject = {"id": GROUP, "type": "supergroup", "title": "Kegelclub"}
    await in_a_group(stage, text=stage.link, sender=ANONYMOUS_ADMIN, fields={"sender_chat": sender})


async def in_a_group(
    stage: Stage, text: str | None, *, sender: int | None = None, edited: bool = False, fields: JsonObject | None = None
) -> None:
    """Posted, burned, and tried all the same."""
    stage.forger.message(sender or stage.owner.id, text, chat=GROUP, edited=edited, fields=fields)
    await stage.forger.digested()
    await stage.thief.open_link(stage.link)
    await stage.thief.sees(DEAD_LINK, new=True)


async def pin_in_a_group(stage: Stage) -> None:
    """The owner, and the stranger, write the right PIN into a group: it connects no one there."""
    pin = await stage.pin_for(stage.thief)
    for sender in (stage.thief.id, stage.owner.id):
        stage.forger.message(sender, pin, chat=GROUP)
        stage.forger.message(sender, f"/start@eservice_demo_bot {pin}", chat=GROUP)
    await stage.forger.digested()


async def forwarded_start(stage: Stage) -> None:
    """/start CODE, forwarded: by whomever it was written, it is not executed."""
    for origin in forward_origins(stage.owner.id, stage.thief.id):
        stage.forger.message(stage.thief.id, f"/start {stage.code}", fields={"forward_origin": origin})
    await stage.forger.digested()
    await stage.thief.sees("Weitergeleitete")


async def forwarded_link(stage: Stage) -> None:
    """A message with the link, forwarded, and one sent through somebody else's inline bot."""
    for origin in forward_origins(stage.owner.id, stage.thief.id):
        stage.forger.message(stage.thief.id, f"Hier ist er: {stage.link}", fields={"forward_origin": origin})
    stage.forger.message(stage.thief.id, f"/start {stage.code}", fields={"via_bot": user(4711, is_bot=True)})
    await stage.forger.digested()
    await stage.thief.sees("Weitergeleitete")


def forward_origins(*people: int) -> list[JsonObject]:
    """Each way in which Telegram names where a forwarded message came from."""
    channel: JsonObject = {"id": -1001, "type": "channel", "title": "Kanal"}
    return [
        *({"type": "user", "date": 1, "sender_user": user(person)} for person in people),
        {"type": "hidden_user", "date": 1, "sender_user_name": "Max"},
        {"type": "channel", "date": 1, "chat": channel, "message_id": 1},
        {"type": "chat", "date": 1, "sender_chat": channel},
    ]


async def pending_link(stage: Stage) -> None:
    """A link that was opened and not confirmed is completed by no message, of nobody."""
    await stage.asked(stage.thief)
    for text in ("ja", "yes", "✅", "123456", "/menue", stage.code[:40]):
        await stage.thief.send(text)
        await stage.thief.answer()
        await stage.owner.send(text)
        await stage.owner.answer()


async def edited_pin(stage: Stage) -> None:
    """With the PIN question open, an older message is edited into the right PIN."""
    typed = await stage.thief.send("hallo")
    await stage.thief.answer()
    pin = await stage.pin_for(stage.thief)
    await stage.thief.edit(typed, pin)
    stage.forger.message(stage.thief.id, pin, edited=True)
    await stage.forger.digested()


async def edited_start(stage: Stage) -> None:
    """A harmless message becomes /start CODE by an edit."""
    typed = await stage.thief.send("hallo")
    await stage.thief.answer()
    await stage.thief.edit(typed, f"/start {stage.code}")
    await stage.forger.digested()
    await stage.thief.does_not_see("nicht selbst bekommen")


async def same_name(stage: Stage) -> None:
    """The stranger takes the owner's name and user name while the owner is asked for the PIN."""
    pin = await stage.pin_for(stage.owner)
    renamed: JsonObject = {"first_name": stage.owner.name, "username": "max_muster", "language_code": "de"}
    await stage.home.client.request("PATCH", f"/sim/people/{stage.thief.id}", renamed)
    await stage.thief.send(pin)
    await stage.thief.answer()


async def pin_from_another_chat(stage: Stage) -> None:
    """The right PIN from another person, and in the name of the asked one from another person's chat."""
    pin = await stage.pin_for(stage.owner)
    stage.forger.message(stage.thief.id, pin)
    stage.forger.message(stage.thief.id, pin, chat=stage.owner.id)
    stage.forger.message(stage.owner.id, pin, chat=stage.thief.id)
    await stage.forger.digested()


async def replayed_button(stage: Stage) -> None:
    """Somebody else's "yes", under its own message, another one, and in the other one's chat."""
    await stage.asked(stage.owner)
    data, message = await stage.data_of(stage.owner, YES)
    for chat in (stage.thief.id, stage.owner.id, GROUP):
        stage.forger.tap(stage.thief.id, data, message=message, chat=chat)
    stage.forger.tap(stage.owner.id, data, message=message + 1)
    stage.forger.tap(stage.owner.id, data, message=message, chat=GROUP)
    await stage.forger.digested()


async def made_up_button(stage: Stage) -> None:
    """Callback data written by hand that names the acting verbs, with the owner's own challenge."""
    await stage.asked(stage.owner)
    data, message = await stage.data_of(stage.owner, YES)
    payload = await stage.home.app.buttons.press(data[1:], stage.owner.id, stage.owner.id, message, 1, now())
    assert payload is not None
    challenge = str(payload[2])
    for person in (stage.thief.id, stage.owner.id):
        for verb in (f"pin:{challenge}", f"no:{challenge}", f"mail:{stage.code[:20]}", "pin", f"pin:{challenge}:x"):
            stage.forger.tap(person, f"connect:{verb}", message=message)
    await stage.forger.digested()


async def old_screen(stage: Stage) -> None:
    """A "yes" that was declined, and one of a screen that a newer one replaced."""
    await stage.asked(stage.thief)
    first, message = await stage.data_of(stage.thief, YES)
    await stage.thief.tap(NO)
    await stage.thief.sees("nichts wurde verbunden", new=True)
    stage.forger.tap(stage.thief.id, first, message=message)
    await stage.forger.digested()


async def nobodies(stage: Stage) -> None:
    """Senders that stand for no one in particular: the link, and then the right PIN."""
    pin = await stage.pin_for(stage.owner)
    channel: JsonObject = {"id": -1001, "type": "channel", "title": "Kanal"}
    for text in (f"/start {stage.code}", stage.link, pin):
        for sender in (ANONYMOUS_ADMIN, FAKE_CHANNEL, TELEGRAM):
            stage.forger.message(sender, text)
            stage.forger.message(sender, text, chat=stage.owner.id)
        stage.forger.message(stage.owner.id, text, fields={"sender_chat": channel})
        stage.forger.message(stage.owner.id, text, is_bot=True)
        stage.forger.message(BOT_ID, text, chat=stage.owner.id)
    await stage.forger.digested()


async def start_variants(stage: Stage) -> None:
    """/start to another bot, and codes with something attached."""
    wrong = (
        f"/start@another_bot {stage.code}",
        f"/start@eservice_demo_botx {stage.code}",
        f"/start{stage.code}",
        f"/start_{stage.code}",
        f"/start {stage.code}@eservice_demo_bot",
        f"/start {stage.code[:-1]}",
        f"/start {stage.code}x",
        f"/start {stage.code.swapcase()}",
        f"https://t.me/eservice_demo_bot?start={stage.code[:-1]}%00",
    )
    for text in wrong:
        stage.forger.message(stage.thief.id, text)
    await stage.forger.digested()
    await stage.thief.does_not_see("nicht selbst bekommen")


async def reuse_after_success(stage: Stage) -> None:
    """The owner has connected; the link is opened once more."""
    pin = await stage.pin_for(stage.owner)
    await stage.owner.send(pin)
    await stage.owner.sees("✅", new=True)
    stage.mine = {stage.owner.id}
    await stage.thief.open_link(stage.link)
    await stage.thief.sees(DEAD_LINK, new=True)


async def reuse_after_decline(stage: Stage) -> None:
    """The owner said no to the link; a stranger who has it still needs the phone."""
    await stage.asked(stage.owner)
    await stage.owner.tap(NO)
    await stage.owner.sees("nichts wurde verbunden", new=True)
    pin = await stage.pin_for(stage.thief)
    await stage.owner.send(pin)
    await stage.owner.answer()


async def reuse_after_expiry(stage: Stage) -> None:
    """A link of yesterday."""
    async with stage.home.portal.context.database.writing() as connection:
        await connection.execute(update(activation_links).values(expires_at=now()))
    await stage.thief.open_link(stage.link)
    await stage.thief.sees(DEAD_LINK, new=True)


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


ATTACKS = (
    Attack(attackers_link_victims_telegram, SMS),
    Attack(leaked_link_without_the_phone, SMS),
    Attack(leaked_link_and_guessing, MAIL, races=True),
    Attack(second_chat_while_the_owner_connects, MAIL, races=True),
    Attack(two_chats_race, MAIL, races=True),
    Attack(group_link, MAIL),
    Attack(group_command, MAIL),
    Attack(group_caption, MAIL),
    Attack(group_hidden_link, MAIL),
    Attack(group_second_link, MAIL),
    Attack(group_edit, MAIL),
    Attack(group_anonymous_admin, MAIL),
    Attack(pin_in_a_group, SMS),
    Attack(forwarded_start, NOTHING),
    Attack(forwarded_link, NOTHING),
    Attack(pending_link, NOTHING),
    Attack(edited_pin, SMS),
    Attack(edited_start, NOTHING),
    Attack(same_name, SMS),
    Attack(pin_from_another_chat, SMS),
    Attack(replayed_button, NOTHING, races=True),
    Attack(made_up_button, NOTHING),
    Attack(old_screen, NOTHING, races=True),
    Attack(nobodies, SMS),
    Attack(start_variants, NOTHING),
    Attack(reuse_after_success, MAIL, races=True),
    Attack(reuse_after_decline, SMS),
    Attack(reuse_after_expiry, MAIL),
)
