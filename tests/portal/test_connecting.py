"""Connecting a chat at the reference portal: from the activation mail to tokens, and each bad ending on the way."""

import pytest

from tests.portal.conftest import BOT, OPERATOR, Portal, both_engines


@both_engines
async def test_mail_link_pin_tokens(portal: Portal) -> None:
    """The mail's code, the PIN from the phone and PKCE give tokens that speak for the account."""
    made = await portal.order()
    mail = await portal.post.mails.nth(1)
    tokens = await portal.connect(mail.code)
    who = (await portal.userinfo(tokens.access)).json()

    assert mail.to == "max@muster.example"
    assert who["preferred_username"] == made["username"]
    assert who["customer"] == {"id": made["customer_id"], "name": "Muster GmbH"}
    assert (who["locale"], who["zoneinfo"], who["roles"]) == ("de", "Europe/Berlin", ["portalAdmin"])
    assert tokens.scope == "contracts:read bills:read pbx:read orders:write pbx:write"


async def test_first_step_names_masked_and_sends_nothing(portal: Portal) -> None:
    """Before a yes the client learns whose account it is, masked, and no SMS goes out."""
    made = await portal.order()
    answer = await portal.open(made["code"])
    body = answer.json()

    assert answer.status_code == 400 and body["error"] == "insufficient_authorization"
    assert body["customer_name_masked"] == "M••••• GmbH"
    assert body["phone_number_masked"] == "+49 ••• ••••86"
    assert body["otp_required"] is True and body["otp_methods"] == ["sms"] and body["locale"] == "de"
    assert body["tx_code"]["length"] == 6 and body["tx_code"]["input_mode"] == "numeric"
    assert portal.sms.texts == []


async def test_sms_names_service_purpose_and_chat(portal: Portal) -> None:
    """The SMS fits one message, names e:service, Telegram and the chat, and carries no link."""
    made = await portal.order()
    opened = await portal.open(made["code"], connection_label="Max 🙂 http://böse.example/123456")
    answer = await portal.challenge(auth_session=opened.json()["auth_session"], otp_request="sms")
    sms = portal.sms.texts[0]

    assert sms.to == "+4915228817386" and sms.authorization == "Bearer of the tests"
    assert "e:service" in sms.text and "Telegram" in sms.text and "niemals weiter" in sms.text
    assert "(Max httpböseexample)" in sms.text and "://" not in sms.text
    assert len(sms.text) <= 160 and len(sms.pin) == 6
    assert answer.json()["otp_expires_in"] == 300 and answer.json()["attempts_left"] == 5
    assert answer.json()["resends_left"] == 4


async def test_english_account_reads_english(portal: Portal) -> None:
    """Mail and SMS follow the account's language."""
    made = await portal.order(locale="en")
    mail = await portal.post.mails.nth(1)
    await portal.pin(await portal.session(made["code"]))

    assert "Your access" in str(mail.message["Subject"])
    assert "is your PIN to connect Telegram" in portal.sms.texts[0].text


@pytest.mark.parametrize("code", ["unknown", "used", "expired"])
async def test_three_dead_codes_one_answer(portal: Portal, code: str) -> None:
    """Unknown, used and expired activation codes cannot be told apart."""
    made = await portal.order()
    if code == "used":
        await portal.connect(made["code"])
    if code == "expired":
        portal.clock.pass_time(24 * 3600 + 1)
    answer = await portal.open("x" * 43 if code == "unknown" else made["code"])

    assert answer.status_code == 400
    assert answer.json() == {
        "error": "invalid_grant",
        "error_description": "the activation link is unknown, used or expired",
    }


async def test_code_needs_its_verifier_and_works_once(portal: Portal) -> None:
    """A wrong verifier burns the code; a code used twice ends the grant it made."""
    first, second = await portal.order(), await portal.order("Zweite AG", phone="+4915228895456")
    session = await portal.session(first["code"])
    burnt = (await portal.challenge(auth_session=session, otp=await portal.pin(session))).json()["authorization_code"]
    wrong = await portal.token(grant_type="authorization_code", code=burnt, code_verifier="w" * 43)
    late = await portal.token(grant_type="authorization_code", code=burnt, code_verifier="v" * 43)
    session = await portal.session(second["code"])
    code = (await portal.challenge(auth_session=session, otp=await portal.pin(session))).json()["authorization_code"]
    good = await portal.token(grant_type="authorization_code", code=code, code_verifier="v" * 43)
    again = await portal.token(grant_type="authorization_code", code=code, code_verifier="v" * 43)

    assert [answer.json().get("error") for answer in (wrong, late, again)] == ["invalid_grant"] * 3
    assert (await portal.userinfo(good.json()["access_token"])).status_code == 401


@both_engines
async def test_gateway_away_spends_nothing(portal: Portal) -> None:
    """With the SMS gateway down the answer is 503 and link, sends and tries are as before."""
    made = await portal.order()
    session = await portal.session(made["code"])
    old = await portal.pin(session)
    portal.sms.answer = 500
    away = await portal.challenge(auth_session=session, otp_request="sms")
    portal.sms.answer = 0
    hung_up = await portal.challenge(auth_session=session, otp_request="sms")
    answer = await portal.challenge(auth_session=session, otp=old)

    assert [(r.status_code, r.json()["error"]) for r in (away, hung_up)] == [(503, "temporarily_unavailable")] * 2
    assert answer.status_code == 200


async def test_gateway_away_at_first_leaves_the_link_free(portal: Portal) -> None:
    """A session whose first PIN could not be sent does not own the link."""
    made = await portal.order()
    first, second = await portal.session(made["code"]), await portal.session(made["code"])
    portal.sms.answer = 500
    await portal.challenge(auth_session=first, otp_request="sms")
    portal.sms.answer = 200

    assert await portal.pin(second) == portal.sms.texts[0].pin


@both_engines
async def test_giving_up_frees_the_link_but_not_its_tries(portal: Portal) -> None:
    """A session that cancels lets the link go; wrong PINs it had stay counted."""
    made = await portal.order()
    first = await portal.session(made["code"])
    pin = await portal.pin(first)
    await portal.challenge(auth_session=first, otp="000000" if pin != "000000" else "000001")
    cancelled = await portal.challenge(auth_session=first, cancel="true")
    second = await portal.session(made["code"])
    sent = await portal.challenge(auth_session=second, otp_request="sms")

    assert cancelled.json() == {"cancelled": True}
    assert sent.json()["attempts_left"] == 4
    assert (await portal.challenge(auth_session=first, otp=pin)).json()["error"] == "invalid_session"


async def test_number_that_may_not_get_a_pin(portal: Portal) -> None:
    """A landline or satellite number on file sends the person to the portal."""
    for phone in ("+4921112345678", "+881612345678"):
        made = await portal.order(phone=phone)

        assert (await portal.open(made["code"])).json()["error"] == "redirect_to_web"


@both_engines
async def test_reissue_answers_the_same_and_mails_once(portal: Portal) -> None:
    """A new mail goes out for a known code, spent or not, each quarter of an hour; unknown ones get the same answer."""
    made = await portal.order()
    await portal.post.mails.nth(1)
    portal.clock.pass_time(25 * 3600)
    answers = [await portal.challenge(activation_code=code, reissue="true") for code in (made["code"], "x" * 43) * 2]
    fresh = (await portal.post.mails.nth(2)).code
    portal.clock.pass_time(15 * 60)
    await portal.challenge(activation_code=made["code"], reissue="true")
    await portal.post.mails.nth(3)

    assert {(answer.status_code, answer.text) for answer in answers} == {(202, '{"reissue":"accepted"}')}
    assert len(portal.post.mails) == 3
    assert fresh != made["code"] and (await portal.open(fresh)).json()["error"] == "insufficient_authorization"


async def test_scope_follows_role(portal: Portal) -> None:
    """An accounting role gets reading scopes only, whatever was asked for."""
    made = await portal.order()
    body = {
        "customer_id": made["customer_id"],
        "name": "Erika Rechnung",
        "mail": "erika@muster.example",
        "phone": "+4915254599371",
        "roles": ["accounting"],
    }
    answer = await portal.http.post("/operator/accounts", json=body, headers=portal.operator)
    tokens = await portal.connect(answer.json()["activation_code"])

    assert tokens.scope == "contracts:read bills:read"


async def test_what_a_client_may_not_send(portal: Portal) -> None:
    """Wrong secrets, missing parameters, plain PKCE and unknown scopes are refused with OAuth's own errors."""
    made = await portal.order()
    stranger = await portal.http.post("/oauth2/challenge", data={}, auth=(BOT[0], "wrong"))
    garbled = await portal.http.post("/oauth2/token", data={}, headers={"Authorization": "Basic ???"})

    assert stranger.status_code == garbled.status_code == 401 and stranger.json()["error"] == "invalid_client"
    assert stranger.headers["www-authenticate"].startswith("Basic")
    for error, name, value in (
        ("invalid_request", "code_challenge_method", "plain"),
        ("invalid_request", "code_challenge", "short"),
        ("unsupported_response_type", "response_type", "token"),
        ("invalid_scope", "scope", "root"),
        ("invalid_scope", "scope", "operator"),
    ):
        assert (await portal.open(made["code"], **{name: value})).json()["error"] == error
    assert (await portal.challenge()).json()["error"] == "invalid_request"
    assert (await portal.challenge(auth_session="unknown", otp="123456")).json()["error"] == "invalid_session"
    assert (await portal.challenge(activation_code="x", reissue="maybe")).json()["error"] == "invalid_request"
    assert (await portal.token(grant_type="password")).json()["error"] == "unsupported_grant_type"
    assert (await portal.token(grant_type="refresh_token")).json()["error"] == "invalid_request"
    foreign = await portal.http.post("/oauth2/challenge", data={"auth_session": "s", "otp": "1"}, auth=OPERATOR)
    assert foreign.json()["error"] == "invalid_session"
