"""Step-up: the challenge for named requests, its PIN by SMS or from an app, and the token that it buys."""

import base64
import json
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from portal.server.access.numbers import sms_summary
from portal.server.access.step_up import ACR
from portal.server.access.tables import sms_log
from tests.portal.conftest import BOT, Portal, both_engines
from tests.portal.orders import add, cancel, send
from tests.portal.step_up import Wish, ask, step_up, typed
from tests.portal.tmf import BERND, BILL, ERIKA, INVENTORY, MAX, ORDER, SERVICE, Json, Person, conform, connected

VERIFIER = "v" * 43
WISH = Wish(ORDER, b'{"externalId":"1"}')
OTHER = Wish(ORDER, b'{"externalId":"2"}', summary="Router kündigen")


async def enrolled(portal: Portal, username: str) -> TOTP:
    """The account's authenticator app."""
    answer = await portal.http.post(f"/operator/accounts/{username}/totp", headers=portal.operator)
    assert answer.status_code == 201, answer.text
    asked = parse_qs(urlsplit(answer.json()["uri"]).query)
    assert (asked["issuer"], asked["digits"], asked["period"]) == (["e:service"], ["6"], ["30"])
    return TOTP(base64.b32decode(asked["secret"][0]), 6, SHA1(), 30)  # noqa: S303 - what the apps speak


def shown(portal: Portal, app: TOTP, steps: int = 0) -> str:
    """What the app shows now, or some steps away."""
    return app.generate(int(portal.clock().timestamp()) + steps * 30).decode()


async def waiting(portal: Portal, person: Person, method: str = "sms") -> str:
    """A step-up's session that waits for a PIN."""
    session = str((await ask(portal, person.session, WISH)).json()["auth_session"])
    if method == "totp":
        assert (await portal.challenge(auth_session=session, otp_request="totp")).json()["otp_sent"]
    return session


@both_engines
async def test_from_the_demand_to_the_token(portal: Portal) -> None:
    """Nothing is sent before a PIN is asked for; the SMS says what for; the token is bound and cannot be renewed."""
    max_ = await connected(portal, MAX)
    sent = len(portal.sms.texts)
    begun = (await ask(portal, max_.session, WISH, OTHER, connection_label="Max M.")).json()
    assert len(portal.sms.texts) == sent
    assert begun["error"] == "insufficient_authorization" and begun["auth_session"] != max_.session
    assert (begun["otp_methods"], begun["phone_number_masked"]) == (["sms"], "+49 ••• ••••10")

    pin = await portal.pin(begun["auth_session"])
    text = portal.sms.texts[-1].text
    token = await typed(portal, begun["auth_session"], pin, VERIFIER)

    assert f'{pin} ist Ihre PIN für "DDoS-Schutz buchen, 29,00 EUR im Monat" + 1 weitere (Max M)' in text
    assert {"refresh_token", "auth_session"} & set(token) == set()
    assert (token["acr"], token["expires_in"], token["scope"]) == (ACR, 300, "orders:write")
    assert token["authorization_details"] == [WISH.entry, OTHER.entry]
    assert abs(token["auth_time"] - portal.clock().timestamp()) < 60


async def test_the_summary_in_an_sms_is_no_link_and_no_command() -> None:
    """Letters, digits and the marks of an amount or a date stay; what makes a link or turns the text round does not."""
    assert sms_summary("Umleitung 22 – ab 01.02.2027, 18:00 → +49 171 3920010") == (
        "Umleitung 22 - ab 01.02.2027, 18:00 +49 171 3920010"
    )
    assert sms_summary("Café 5,00 € netto") == "Café 5,00 € netto"
    assert sms_summary("see evil.example/x \u202e\n“now”") == "see evil example/x now"


@pytest.mark.parametrize("digits", [6, 8])
async def test_the_summary_in_an_sms_is_no_second_pin(digits: int) -> None:
    """As many digits as a PIN has stand in two groups, wherever they are; longer and shorter runs stay as they are."""
    run = "12345678"[:digits]
    for summary in (run, f"PIN {run}!", f"V-{run}-03", f"+49 221 {run}", f"{run},00 EUR", f"x{run}y"):
        assert run not in sms_summary(summary), summary
        assert f"{run[: digits // 2]} {run[digits // 2 :]}" in sms_summary(summary)
    assert sms_summary("V-2300229-03 +491713920010 01.02.2027") == "V-2300229-03 +491713920010 01.02.2027"


async def test_a_step_up_takes_eight_digits(portal: Portal) -> None:
    """`tx_code` says how many: eight by SMS, six from an app, six to connect; an SMS holds one such number."""
    max_ = await connected(portal, MAX)
    connecting = portal.sms.texts[-1].pin
    await enrolled(portal, MAX)
    wish = replace(WISH, summary="Umleitung auf +49 221 12345678")
    begun = (await ask(portal, max_.session, wish)).json()
    by_sms = (await portal.challenge(auth_session=begun["auth_session"], otp_request="sms")).json()
    text = portal.sms.texts[-1]
    by_app = (await portal.challenge(auth_session=begun["auth_session"], otp_request="totp")).json()

    assert [asked["tx_code"]["length"] for asked in (begun, by_sms, by_app)] == [8, 8, 6]
    assert (len(connecting), len(text.pin)) == (6, 8)
    assert re.findall(r"(?<!\d)(?:\d{6}|\d{8})(?!\d)", text.text, re.ASCII) == [text.pin]


@both_engines
async def test_connecting_leaves_the_pins_of_a_booking(portal: Portal) -> None:
    """Three SMS in ten minutes for each purpose, ten a day for both together."""
    max_ = await connected(portal, MAX)

    async def sent(session: str) -> int:
        return (await portal.challenge(auth_session=session, otp_request="sms")).status_code

    link = await portal.session(await portal.new_code(MAX))
    booking = await waiting(portal, max_)
    assert [await sent(link) for _ in range(3)] == [400, 400, 429]
    assert [await sent(booking) for _ in range(4)] == [400, 400, 400, 429]
    portal.clock.pass_time(601)
    again = [await sent(await waiting(portal, max_)) for _ in range(5)]
    assert again == [400, 400, 400, 429, 429]
    portal.clock.pass_time(601)
    max_ = await connected(portal, MAX)
    assert [await sent(await waiting(portal, max_)) for _ in range(2)] == [429, 429]  # one to connect was the tenth


async def test_an_sms_of_unknown_purpose_counts_for_each(portal: Portal) -> None:
    """What is not known to be for something else uses the short limit up: it fails closed."""
    max_ = await connected(portal, MAX)
    link = await portal.session(await portal.new_code(MAX))
    for _ in range(2):
        await portal.pin(link)
    async with portal.server.context.database.writing() as connection:
        await connection.execute(sms_log.update().values(challenge_id="nobody's"))
    asked = await portal.challenge(auth_session=await waiting(portal, max_), otp_request="sms")

    assert (asked.status_code, asked.json()["error"]) == (429, "otp_rate_limited")


async def test_what_starts_a_step_up(portal: Portal) -> None:
    """The latest session of a live connection, readable details, its scope: else 400, nothing sent."""
    max_, bernd = await connected(portal, MAX), await connected(portal, BERND)
    sent = len(portal.sms.texts)
    entry: Json = WISH.entry
    bad = [{**entry, "type": "other"}, {**entry, "digest": "short"}, {**entry, "summary": "x" * 101}]
    bad += [{**entry, "more": 1}, {**entry, "path": "/a?b=c"}, {**entry, "method": "GET"}]
    details = ["[]", "{", '"x"', json.dumps([entry] * 21), *(json.dumps([one]) for one in bad)]
    answers = [await ask(portal, max_.session, authorization_details=one) for one in details]
    others = [
        await ask(portal, "nobody's", WISH),
        await ask(portal, (await ask(portal, max_.session, WISH)).json()["auth_session"], WISH),
        await ask(portal, max_.session, WISH, acr_values="urn:other"),
        await ask(portal, max_.session, WISH, scope="operator"),
        await ask(portal, bernd.session, WISH),
        await ask(portal, max_.session, WISH, code_challenge_method="plain"),
    ]

    assert {answer.json()["error"] for answer in answers} == {"invalid_authorization_details"}
    assert [answer.json()["error"] for answer in others] == [
        "invalid_session", "invalid_session", "unmet_authentication_requirements", "invalid_scope", "invalid_scope",
        "invalid_request",
    ]  # fmt: skip
    assert len(portal.sms.texts) == sent


async def test_only_the_latest_session_starts_one(portal: Portal) -> None:
    """A refresh brings a new session; the one before is worth nothing; when the connection ends none is."""
    made = await portal.order()
    tokens = await portal.connect(made["code"])
    renewed = (await portal.token(grant_type="refresh_token", refresh_token=tokens.refresh)).json()
    old, new = await ask(portal, tokens.session, WISH), await ask(portal, renewed["auth_session"], WISH)
    session = new.json()["auth_session"]
    pin = await portal.pin(session)
    await portal.http.post("/oauth2/revoke", data={"token": renewed["access_token"]}, auth=BOT)

    assert (old.json()["error"], new.json()["error"]) == ("invalid_session", "insufficient_authorization")
    assert (await portal.challenge(auth_session=session, otp=pin)).json()["error"] == "invalid_session"
    assert (await ask(portal, renewed["auth_session"], WISH)).json()["error"] == "invalid_session"


@both_engines
async def test_five_wrong_pins_end_it_and_the_account_hears_of_it(portal: Portal) -> None:
    """Tries are counted as for connecting; the connection itself lives on."""
    max_ = await connected(portal, MAX)
    session = await waiting(portal, max_)
    pin = await portal.pin(session)
    wrong = f"{(int(pin) + 1) % 10**8:08d}"
    errors = [(await portal.challenge(auth_session=session, otp=wrong)).json()["error"] for _ in range(5)]

    assert errors == ["invalid_otp"] * 4 + ["invalid_session"]
    assert (await portal.challenge(auth_session=session, otp=pin)).json()["error"] == "invalid_session"
    assert (await max_.get(INVENTORY)).status_code == 200
    told = [await portal.post.mails.nth(number) for number in range(1, 5)]  # an activation, two of being connected
    assert [WISH.summary in mail.part("plain") for mail in told].count(True) == 1


async def test_giving_up_ends_the_step_up(portal: Portal) -> None:
    """cancel=true works for it too."""
    max_ = await connected(portal, MAX)
    session = await waiting(portal, max_)
    pin = await portal.pin(session)

    assert (await portal.challenge(auth_session=session, cancel="true")).json() == {"cancelled": True}
    assert (await portal.challenge(auth_session=session, otp=pin)).json()["error"] == "invalid_session"


async def test_a_step_up_token_reads_within_its_scope_and_for_five_minutes(portal: Portal) -> None:
    """GET with contracts:read passes, other scopes do not; after 300 s the token is dead."""
    max_ = await connected(portal, MAX)
    token = await step_up(portal, max_, WISH, scope="contracts:read orders:write")
    statuses = [(await portal.http.get(path, headers=token)).status_code for path in (INVENTORY, BILL, SERVICE)]
    portal.clock.pass_time(301)

    assert statuses == [200, 403, 403]
    assert (await portal.http.get(INVENTORY, headers=token)).status_code == 401


async def test_a_code_used_twice_ends_the_tokens_that_it_made(portal: Portal) -> None:
    """RFC 6749 4.1.2: the second exchange is refused and the bound token dies; the connection lives on."""
    max_ = await connected(portal, MAX)
    session = await waiting(portal, max_)
    code = (await portal.challenge(auth_session=session, otp=await portal.pin(session))).json()["authorization_code"]
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
    first, second = await portal.token(**form), await portal.token(**form)
    userinfo = await portal.userinfo(first.json()["access_token"])

    assert (first.status_code, second.json()["error"], userinfo.status_code) == (200, "invalid_grant", 401)
    assert (await max_.get(INVENTORY)).status_code == 200


@both_engines
async def test_an_authenticator_app_is_a_second_way(portal: Portal) -> None:
    """Offered once enrolled, within one step either way, each step once, no SMS; the secret is not readable at rest."""
    max_ = await connected(portal, MAX)
    app, sent = await enrolled(portal, MAX), len(portal.sms.texts)
    assert (await ask(portal, max_.session, WISH)).json()["otp_methods"] == ["sms", "totp"]
    outcomes = []
    for step in (-1, 0, 1, 1, 0, -2, 2):
        session = await waiting(portal, max_, "totp")
        answer = await portal.challenge(auth_session=session, otp=shown(portal, app, step))
        outcomes.append(answer.json().get("error", "right"))

    assert outcomes == ["right"] * 3 + ["invalid_otp"] * 4
    assert len(portal.sms.texts) == sent


async def test_an_app_that_was_enrolled_anew_voids_the_old(portal: Portal) -> None:
    """A lost phone's codes are worth nothing, and an account without an app has no such way."""
    max_, erika = await connected(portal, MAX), await connected(portal, ERIKA)
    old = await enrolled(portal, MAX)
    new = await enrolled(portal, MAX)
    session = await waiting(portal, max_, "totp")
    refused = await portal.challenge(auth_session=session, otp=shown(portal, old))
    none = await portal.challenge(auth_session=await waiting(portal, erika), otp_request="totp")
    token = await typed(portal, session, shown(portal, new), VERIFIER)

    assert (refused.json()["error"], none.json()["error"]) == ("invalid_otp", "invalid_request")
    assert token["acr"] == ACR


async def test_the_app_is_only_for_stepping_up(portal: Portal) -> None:
    """Connecting goes to the number on file; nobody but the operator enrols."""
    made = await portal.order()
    await enrolled(portal, made["username"])
    session = await portal.session(made["code"])
    headers = {"Authorization": "Bearer nobody"}

    assert (await portal.challenge(auth_session=session, otp_request="totp")).json()["error"] == "invalid_request"
    assert (await portal.http.post("/operator/accounts/nobody/totp", headers=portal.operator)).status_code == 404
    assert (await portal.http.post(f"/operator/accounts/{MAX}/totp", headers=headers)).status_code == 401


@both_engines
async def test_nothing_else_is_done_with_a_step_up(portal: Portal) -> None:
    """An order is taken once, with exactly the token for it: everything beside that is refused, and changes nothing."""
    max_, erika = await connected(portal, MAX), await connected(portal, ERIKA)
    beside = await connected(portal, MAX)  # another connection of the same account
    renewed = await portal.connect(await portal.new_code("customer2300231"))
    again = (await portal.token(grant_type="refresh_token", refresh_token=renewed.refresh)).json()
    wish = add("e-1", "opt-ddos", "c-1002")
    first = add("e-0", "opt-service-4h", "c-1003")
    token = await step_up(portal, max_, first, wish)
    foreign = await step_up(portal, erika, wish)
    running = (await send(portal, token, first)).json()
    hers = Wish(ORDER, wish.body.replace(b"cust-2300229", b"cust-2300241").replace(b"c-1002", b"c-2002"))
    bad = [
        await send(portal, token, Wish(ORDER, wish.body + b" ")),
        await send(portal, token, Wish(ORDER, wish.body.replace(b'"quantity": 1', b'"quantity":1'))),
        await send(portal, token, Wish(ORDER, wish.body.replace(b"c-1002", b"c-1003"))),
        await send(portal, token, cancel(running["id"])),
        *[await send(portal, who.headers, wish) for who in (max_, beside)],
        *[await send(portal, headers, hers) for headers in (erika.headers, foreign)],
        await send(portal, {"Authorization": f"Bearer {again['access_token']}"}, wish),
    ]
    for answer in bad:
        assert answer.status_code == 401 and answer.json()["code"] == "insufficient_user_authentication", answer.text
        conform("Error", answer.json())
        header = answer.headers["WWW-Authenticate"]
        demand = f'acr_values="{ACR}", max_age="300", scope="orders:write"'
        assert 'error="insufficient_user_authentication"' in header and demand in header
    assert (await send(portal, foreign, wish)).json()["code"] == "invalidBody"  # her PIN, his contract
    assert [len(await who.list(ORDER)) for who in (max_, erika)] == [1, 0]

    once, twice = await send(portal, token, wish), await send(portal, token, wish)
    assert (once.status_code, twice.status_code) == (201, 401)
    assert len(await max_.list(ORDER)) == 2


@both_engines
async def test_what_is_refused_uses_nothing_up(portal: Portal) -> None:
    """409 leaves the entry good: once the reason is gone the same token orders, within its five minutes."""
    max_ = await connected(portal, MAX)
    wish, late = add("e-1", "opt-ddos", "c-1002"), add("e-2", "opt-ddos", "c-1003")
    token = await step_up(portal, max_, wish, late)
    offering = "/operator/offerings/opt-ddos"
    await portal.http.patch(offering, json={"sellable": False}, headers=portal.operator)
    refused = await send(portal, token, wish)
    await portal.http.patch(offering, json={"sellable": True}, headers=portal.operator)
    taken = await send(portal, token, wish)
    portal.clock.pass_time(301)

    assert (refused.json()["code"], taken.status_code) == ("soldOut", 201)
    assert (await send(portal, token, late)).status_code == 401


async def test_an_ended_connection_ends_its_step_up(portal: Portal) -> None:
    """The grant of a bound token is looked at like every other's."""
    max_ = await connected(portal, MAX)
    wish = add("e-1", "opt-ddos", "c-1002")
    token = await step_up(portal, max_, wish)
    await portal.http.post("/oauth2/revoke", data={"token": max_.headers["Authorization"][7:]}, auth=BOT)

    assert (await send(portal, token, wish)).status_code == 401
