"""Activation links: one claim, no hit by chance, nothing spent by looking (SECURITY row T7, F13)."""

import asyncio
import secrets

import pytest
from sqlalchemy import select

from portal.server.access import links
from portal.server.access.tables import activation_links
from portal.server.keys import digest
from tests.portal.conftest import Portal, both_engines
from tests.proof import Proof

TARGET = "exactly 1 claim; 0 hits; DB holds no raw token (byte grep)"


@pytest.mark.proof("T7", target=TARGET)
@both_engines
async def test_two_hundred_claims_at_once(portal: Portal, proof: Proof) -> None:
    """Of two hundred people who ask for a PIN with one link at once, one gets it, and one SMS goes out."""
    claims = []
    rounds = proof.count(20, "rounds of 200 claims")
    for number in range(rounds):
        made = await portal.order(f"Firma {number}", phone=f"+49151{50000000 + number * 10000}")
        sessions = await asyncio.gather(*(portal.session(made["code"]) for _ in range(200)))
        answers = await asyncio.gather(*(portal.challenge(auth_session=s, otp_request="sms") for s in sessions))
        claims.append(sum(answer.json().get("otp_sent", False) for answer in answers))
        assert {answer.json()["error"] for answer in answers} == {"insufficient_authorization", "invalid_grant"}
    proof.record(figure=f"{max(claims)} claim of 200", passed=set(claims) == {1})

    assert claims == [1] * rounds == [1] * len(portal.sms.texts)


@pytest.mark.proof("T7", target=TARGET)
async def test_random_codes_never_hit(portal: Portal, proof: Proof) -> None:
    """Random codes open nothing, whatever else is in the table."""
    for number in range(5):
        await portal.order(f"Firma {number}")
    context, hits, batch = portal.server.context, 0, 500
    async with context.database.reading() as connection:
        for _ in range(proof.count(1_000_000, "random codes") // batch):
            codes = [secrets.token_urlsafe(32) for _ in range(batch)]
            query = select(activation_links.c.id).where(
                activation_links.c.code_hash.in_([digest(code) for code in codes])
            )
            hits += len((await connection.execute(query)).all())
            hits += await links.usable(connection, codes[0], context.now()) is not None
    over_http = [(await portal.open(secrets.token_urlsafe(32))).json()["error"] for _ in range(20)]
    proof.record(figure=f"{hits} hits", passed=hits == 0)

    assert hits == 0 and set(over_http) == {"invalid_grant"}


@pytest.mark.proof("T7", target=TARGET)
async def test_no_raw_code_in_the_database(portal: Portal, proof: Proof) -> None:
    """Neither before nor after its mail has gone out does a code stand in the database's files."""
    await portal.post.stop()
    waiting = (await portal.order())["code"]
    before = portal.stored()
    await portal.post.start()
    mailed = (await portal.post.mails.nth(1)).code
    after = portal.stored()
    found = sum(waiting.encode() in stored for stored in (before, after))
    proof.record(figure=f"{found} raw codes", passed=found == 0)

    assert mailed == waiting and found == 0


async def test_scanners_spend_nothing(portal: Portal) -> None:
    """Opening the links of a mail, as scanners do, changes nothing: the code connects afterwards."""
    code = (await portal.order())["code"]
    for method in ("GET", "HEAD", "OPTIONS"):
        for agent in ("Mozilla/5.0", "BarracudaCentral", "Microsoft Office"):
            page = await portal.http.request(method, f"/activate/{code}", headers={"User-Agent": agent})
            assert "set-cookie" not in page.headers
    page = await portal.http.get(f"/activate/{code}")
    tokens = await portal.connect(code)

    assert page.status_code == 200 and f"?start={code}" in page.text
    assert (
        page.headers["referrer-policy"] == "no-referrer"
        and "frame-ancestors" in page.headers["content-security-policy"]
    )
    assert (await portal.userinfo(tokens.access)).status_code == 200


async def test_activation_page_tells_no_code_from_another(portal: Portal) -> None:
    """A made-up code gets the very page of a real one; a mangled one is told so."""
    code, made_up = (await portal.order())["code"], "m" * 43
    real, invented = await portal.http.get(f"/activate/{code}"), await portal.http.get(f"/activate/{made_up}")

    assert real.text.replace(code, made_up) == invented.text
    assert (await portal.http.get(f"/activate/{code[:20]}")).status_code == 404


async def test_a_link_ends_after_a_day_even_mid_way(portal: Portal) -> None:
    """A session cannot outlive its link."""
    code = (await portal.order())["code"]
    session = await portal.session(code)
    portal.clock.pass_time(24 * 3600 + 1)
    answer = await portal.challenge(auth_session=session, otp_request="sms")

    assert answer.json()["error"] == "invalid_session" and portal.sms.texts == []


async def test_burning_kills_a_link_and_tells_its_account(portal: Portal) -> None:
    """A burned link connects nobody, also mid-way; every code gets the same answer, its account a mail."""
    made = await portal.order()
    session = await portal.session(made["code"])
    pin = await portal.pin(session)
    answers = [await portal.challenge(activation_code=code, burn="true") for code in (made["code"], "x" * 43)]
    told = await portal.post.mails.nth(2)

    assert {(answer.status_code, answer.text) for answer in answers} == {(202, '{"burn":"accepted"}')}
    assert (await portal.challenge(auth_session=session, otp=pin)).json()["error"] == "invalid_session"
    assert (await portal.open(made["code"])).json()["error"] == "invalid_grant"
    assert "gesperrt" in str(told.message["Subject"]) and len(portal.post.mails) == 2
