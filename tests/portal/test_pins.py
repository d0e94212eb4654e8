"""PINs of the reference portal: life, tries, replay, limits (SECURITY R1.1-R1.12; rows T3 and T4)."""

import asyncio
import logging
from dataclasses import replace

import pytest

from portal.server.settings import PortalSettings
from tests.portal.conftest import BOT, Portal, both_engines
from tests.portal.doubles import MovableClock
from tests.proof import Proof

SECOND_PHONE = "+4915228895456"
RIGHT, LATE, WRONG, DEAD = "ok", "otp_expired", "invalid_otp", "invalid_session"


async def outcome(portal: Portal, session: str, pin: str) -> str:
    answer = await portal.challenge(auth_session=session, otp=pin)
    return RIGHT if answer.status_code == 200 else str(answer.json()["error"])


def other(pin: str, by: int = 1) -> str:
    return f"{(int(pin) + by) % 10**6:06d}"


@both_engines
async def test_five_wrong_tries_end_session_and_link(portal: Portal) -> None:
    """Each wrong PIN counts down; the fifth kills session, PIN and activation link."""
    made = await portal.order()
    session = await portal.session(made["code"])
    pin = await portal.pin(session)
    left = [(await portal.challenge(auth_session=session, otp=other(pin, n))).json() for n in range(1, 6)]

    assert [body.get("attempts_left") for body in left] == [4, 3, 2, 1, None]
    assert left[4]["error"] == DEAD and left[0]["auth_session"] == session
    assert await outcome(portal, session, pin) == DEAD
    assert (await portal.open(made["code"])).json()["error"] == "invalid_grant"
    assert "gesperrt" in str((await portal.post.mails.nth(2)).message["Subject"])


async def test_a_new_pin_brings_no_new_tries(portal: Portal) -> None:
    """Asking again gives another PIN, not another five guesses."""
    made = await portal.order()
    session = await portal.session(made["code"])
    pin = await portal.pin(session)
    for n in range(1, 5):
        await portal.challenge(auth_session=session, otp=other(pin, n))
    await portal.pin(session)

    assert await outcome(portal, session, pin if pin != portal.sms.texts[1].pin else other(pin)) == DEAD


@pytest.mark.proof("T3", target="accepted <= configured life, 0 accepted after; clock jump changes nothing")
async def test_pin_life(portal: Portal, proof: Proof) -> None:
    """A PIN lives five minutes and not a second more, whatever the wall clock does, restarts included."""
    life = portal.server.settings.pin_lifetime
    ages = [0, life // 2, life - 2, life + 1, 2 * life]
    ages += [proof.random.randint(1, life - 2) for _ in range(proof.count(60, "random ages within", least=3))]
    ages += [proof.random.randint(life + 1, 600) for _ in range(proof.count(60, "random ages after", least=3))]
    accepted_late = refused_in_time = 0
    for number, age in enumerate(ages):
        made = await portal.order(f"Firma {number}", phone=f"+49151{20000000 + number * 10000}")
        session = await portal.session(made["code"])
        pin = await portal.pin(session)
        portal.clock.pass_time(age)
        jump = proof.random.choice([-86400, -3600, 0, 3600])
        portal.clock.set_wall(jump)
        if proof.random.random() < 0.3:
            await portal.restart()
        right = await outcome(portal, session, pin) == RIGHT
        portal.clock.set_wall(-jump)
        accepted_late += right and age > life
        refused_in_time += not right and age < life
    proof.record(
        figure=f"{accepted_late} accepted after {life} s, {refused_in_time} refused before, of {len(ages)}",
        passed=accepted_late == refused_in_time == 0,
    )

    assert (accepted_late, refused_in_time) == (0, 0)


async def test_another_machine_with_its_clock_back_refuses(portal: Portal) -> None:
    """Where monotonic readings cannot be compared, a wall clock before the PIN's own time kills the PIN."""
    made = await portal.order()
    session = await portal.session(made["code"])
    pin = await portal.pin(session)
    portal.clock.boot = "second boot"
    portal.clock.set_wall(-3600)

    assert await outcome(portal, session, pin) == LATE


@pytest.mark.proof("T4", target="0 accepted of all cells; 100 parallel submits of one right PIN -> exactly 1 success")
async def test_replay_matrix(portal: Portal, proof: Proof) -> None:
    """A PIN works in its own session only: not again, not for another account, session, client or after a resend."""
    accepted: list[str] = []
    for number in range(proof.count(20, "rounds")):
        mine = await portal.order(f"Eine {number}", phone=f"+49151{30000000 + number * 10000}")
        other_account = await portal.order(f"Andere {number}", phone=f"+49151{40000000 + number * 10000}")
        foreign, unclaimed = await portal.session(other_account["code"]), await portal.session(mine["code"])
        foreign_pin, session = await portal.pin(foreign), await portal.session(mine["code"])
        old = await portal.pin(session)
        new = await portal.pin(session)
        cells = {
            "after resend": (session, old, old != new),
            "other session of the account": (unclaimed, new, True),
            "other account": (foreign, new, new != foreign_pin),
            "other account's here": (session, foreign_pin, new != foreign_pin),
        }
        for cell, (where, pin, possible) in cells.items():
            if possible and await outcome(portal, where, pin) == RIGHT:
                accepted.append(cell)
        stranger = await portal.http.post("/oauth2/challenge", data={"auth_session": session, "otp": new})
        if stranger.status_code == 200:
            accepted.append("no client")
        if await outcome(portal, session, new) != RIGHT:
            accepted.append("the right one was refused")
        if await outcome(portal, session, new) == RIGHT:
            accepted.append("replay")
    proof.record(figure=f"{len(accepted)} cells accepted", passed=not accepted)

    assert accepted == []


@pytest.mark.proof("T4", target="0 accepted of all cells; 100 parallel submits of one right PIN -> exactly 1 success")
@both_engines
async def test_hundred_right_pins_at_once(portal: Portal, proof: Proof) -> None:
    """Of a hundred parallel right PINs exactly one succeeds."""
    made = await portal.order()
    session = await portal.session(made["code"])
    pin = await portal.pin(session)
    answers = await asyncio.gather(*(outcome(portal, session, pin) for _ in range(100)))
    proof.record(figure=f"{answers.count(RIGHT)} of 100 accepted", passed=answers.count(RIGHT) == 1)

    assert answers.count(RIGHT) == 1 and answers.count(LATE) == 99


@both_engines
async def test_hundred_guesses_at_once_get_five_tries(portal: Portal) -> None:
    """Of a hundred parallel wrong PINs five are looked at."""
    made = await portal.order()
    session = await portal.session(made["code"])
    pin = await portal.pin(session)
    answers = await asyncio.gather(*(outcome(portal, session, other(pin, n)) for n in range(1, 101)))

    assert answers.count(WRONG) == 4 and answers.count(DEAD) == 96


async def test_one_pin_in_flight_per_number(portal: Portal) -> None:
    """A PIN for somebody else behind the same number ends the one before."""
    one, two = await portal.order(), await portal.order("Zweite AG")
    first, second = await portal.session(one["code"]), await portal.session(two["code"])
    old, new = await portal.pin(first), await portal.pin(second)

    assert await outcome(portal, first, old) == LATE
    assert await outcome(portal, second, new) == RIGHT


@both_engines
async def test_three_per_number_in_ten_minutes(portal: Portal) -> None:
    """The fourth SMS to a number within ten minutes is refused with the seconds to wait, and then goes out."""
    made = await portal.order()
    session = await portal.session(made["code"])
    for _ in range(3):
        await portal.pin(session)
    refused = await portal.challenge(auth_session=session, otp_request="sms")
    portal.clock.pass_time(int(refused.headers["Retry-After"]))

    assert refused.status_code == 429 and refused.json()["error"] == "otp_rate_limited"
    assert 590 <= int(refused.headers["Retry-After"]) <= 600
    assert len(await portal.pin(session)) == 6


async def test_five_per_session_and_ten_per_day(portal: Portal) -> None:
    """A session gets five PINs at most, a number ten a day, also over several sessions."""
    sent = 0
    for company in ("Eine AG", "Zwei AG", "Drei AG"):
        session = await portal.session((await portal.order(company))["code"])
        for _ in range(6):
            portal.clock.pass_time(301)
            sent += (await portal.challenge(auth_session=session, otp_request="sms")).json().get("otp_sent", False)

    assert sent == 10 == len(portal.sms.texts)


async def test_many_wrong_pins_slow_down_and_stop_for_the_day(portal: Portal) -> None:
    """After each five wrong PINs in a row the next SMS waits longer; after 25 a day no PIN is looked at."""
    waits: list[int] = []
    username = (await portal.order())["username"]
    for _ in range(5):
        session = await portal.session(await portal.new_code(username))
        while (asked := await portal.challenge(auth_session=session, otp_request="sms")).status_code == 429:
            waits.append(int(asked.headers["Retry-After"]))
            portal.clock.pass_time(waits[-1])
        pin = portal.sms.texts[-1].pin
        for n in range(1, 6):
            await portal.challenge(auth_session=session, otp=other(pin, n))
    session = await portal.session(await portal.new_code(username))
    delayed = await portal.challenge(auth_session=session, otp_request="sms")
    portal.clock.pass_time(int(delayed.headers["Retry-After"]))
    stopped = await portal.challenge(auth_session=session, otp_request="sms")

    assert waits[:3] == [30, 60, 120] and 470 <= int(delayed.headers["Retry-After"]) <= 480
    assert stopped.status_code == 429 and int(stopped.headers["Retry-After"]) > 80_000


async def test_right_pin_ends_the_row_of_wrong_ones(portal: Portal) -> None:
    """A right PIN forgets the delay, so that typing errors of a month do not add up."""
    made = await portal.order()
    session = await portal.session(made["code"])
    pin = await portal.pin(session)
    for n in range(1, 5):
        await portal.challenge(auth_session=session, otp=other(pin, n))

    assert await outcome(portal, session, pin) == RIGHT
    assert len(await portal.pin(await portal.session(await portal.new_code(made["username"])))) == 6


class TestBrake:
    """The budget of wrong PINs over all accounts."""

    @pytest.fixture
    def portal_settings(self, portal_settings: PortalSettings) -> PortalSettings:
        return replace(portal_settings, failure_budget=7)

    async def test_spraying_trips_the_brake(self, portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
        """Wrong PINs over many accounts stop PINs for everybody until ten minutes are over, and raise an alarm."""
        one = await portal.session((await portal.order())["code"])
        two = await portal.session((await portal.order("Zweite AG", phone=SECOND_PHONE))["code"])
        pins = {one: await portal.pin(one), two: await portal.pin(two)}
        for session in (one, two):
            for n in range(1, 5):
                await portal.challenge(auth_session=session, otp=other(pins[session], n))
        refused = await portal.challenge(auth_session=two, otp=pins[two])
        with caplog.at_level(logging.ERROR):
            await portal.challenge(auth_session=two, otp=pins[two])
        portal.clock.pass_time(int(refused.headers["Retry-After"]))

        assert refused.status_code == 429 and "PIN brake" in caplog.text
        assert len(await portal.pin(two)) == 6


async def test_no_pin_at_rest(portal: Portal) -> None:
    """The database holds no PIN, session, authorization code or token as it went over the wire."""
    made = await portal.order()
    session = await portal.session(made["code"])
    pin = await portal.pin(session)
    tokens = await portal.connect((await portal.order("Zweite AG", phone=SECOND_PHONE))["code"])
    stored = portal.stored()

    assert pin.encode() not in stored
    for secret in (session, made["code"], tokens.access, tokens.refresh, BOT[1]):
        assert secret.encode() not in stored


def test_movable_clock_moves_both_or_one() -> None:
    """The tests' own clock: passing time moves both, setting moves the wall only."""
    clock = MovableClock()
    wall, tick = clock(), clock.monotonic()
    clock.pass_time(100)
    clock.set_wall(-3600)

    assert -3501 < (clock() - wall).total_seconds() < -3499
    assert 100 <= clock.monotonic() - tick < 101
