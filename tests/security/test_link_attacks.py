"""No attack on an activation link connects a stranger, and every try that reaches the portal is told to the owner."""

import asyncio

import pytest

from tests.house import MAX, House
from tests.proof import FULL, Proof
from tests.security.attacks import ATTACKS, MAIL, NOTHING, SMS, Attack, Stage
from tests.security.forger import Forger

ALARM = "Aktivierungslink"  # in the subject of each mail that warns
IN_TIME = 10.0
CASES = [
    pytest.param(engine, attack, id=f"{attack.run.__name__}-{engine}")
    for attack in ATTACKS
    for engine in ("sqlite", "postgresql")
    if engine == "sqlite" or attack.races or FULL
]


@pytest.mark.proof("T9", target="0 of >= 12 scripted attacks bind; every try notifies owner <= 10 s")
@pytest.mark.parametrize(("database_url", "attack"), CASES, indirect=["database_url"])
async def test_attack(home: House, forger: Forger, attack: Attack, proof: Proof) -> None:
    """Afterwards nobody is connected but the owner, and the owner knows."""
    owner, thief = await home.person("Max"), await home.client.person("Thea")
    for person in (owner, thief):
        await person.start()
        await person.answer()
    stage = Stage(home, forger, owner, thief, await home.mail_link())
    mails = max((mail.version for mail in await home.client.all_mails()), default=0)
    await attack.run(stage)
    seconds = await told_after(home, attack.told, mails)
    await forger.digested()

    bound = {person for person in (owner.id, thief.id) if await home.app.connections.of_person(person)} - stage.mine
    grants = await home.live_grants()
    name = attack.run.__name__
    proof.record(
        figure=f"{name}: {len(bound)} bound, {attack.told} after {seconds:.1f} s",
        passed=not bound and seconds <= IN_TIME,
    )
    assert bound == set() and grants == len(stage.mine)
    assert seconds <= IN_TIME


async def told_after(home: House, by: str, mails: int) -> float:
    """How long after the attack the owner knew; an attack that was refused at once sent nothing at all."""
    clock = asyncio.get_running_loop()
    begun = clock.time()
    if by == NOTHING:
        warned = [mail for mail in await home.client.all_mails(MAX[2], after=mails) if ALARM in mail.subject]
        assert warned == [] and await home.client.all_sms() == []
        return 0.0
    if by == SMS:
        assert "niemals weiter" in (await home.client.all_sms(MAX[1], wait=IN_TIME))[0].text
        return clock.time() - begun
    assert by == MAIL
    while clock.time() - begun < IN_TIME:
        found = await home.client.all_mails(MAX[2], after=mails, wait=IN_TIME)
        if any(ALARM in mail.subject for mail in found):
            break
        mails = max((mail.version for mail in found), default=mails)
    return clock.time() - begun
