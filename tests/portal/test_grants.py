"""Grants and their tokens: rotation with grace, reuse, the end at once, who is told."""

import asyncio

from tests.portal.conftest import OPERATOR, Portal, both_engines

SECOND_PHONE = "+4915228895456"


async def refreshed(portal: Portal, token: str) -> tuple[str, str] | str:
    answer = await portal.token(grant_type="refresh_token", refresh_token=token)
    body = answer.json()
    return (body["access_token"], body["refresh_token"]) if answer.status_code == 200 else str(body["error"])


@both_engines
async def test_lost_answer_may_be_asked_for_again(portal: Portal) -> None:
    """The previous refresh token works until the new one was used once."""
    tokens = await portal.connect((await portal.order())["code"])
    lost = await refreshed(portal, tokens.refresh)
    kept = await refreshed(portal, tokens.refresh)
    assert isinstance(lost, tuple) and isinstance(kept, tuple)
    further = await refreshed(portal, kept[1])

    assert isinstance(further, tuple)
    assert (await portal.userinfo(further[0])).status_code == 200


@both_engines
async def test_reuse_after_that_ends_the_grant(portal: Portal) -> None:
    """A refresh token older than the last one used ends everything, the newest token too."""
    tokens = await portal.connect((await portal.order())["code"])
    second = await refreshed(portal, tokens.refresh)
    assert isinstance(second, tuple)
    third = await refreshed(portal, second[1])
    assert isinstance(third, tuple)

    assert await refreshed(portal, tokens.refresh) == "invalid_grant"
    assert await refreshed(portal, third[1]) == "invalid_grant"
    assert (await portal.userinfo(third[0])).status_code == 401


async def test_a_thiefs_copy_of_the_answer_is_noticed(portal: Portal) -> None:
    """Of two tokens that came from one, the use of both ends the grant."""
    tokens = await portal.connect((await portal.order())["code"])
    stolen, kept = await refreshed(portal, tokens.refresh), await refreshed(portal, tokens.refresh)
    assert isinstance(stolen, tuple) and isinstance(kept, tuple)
    used = await refreshed(portal, kept[1])

    assert isinstance(used, tuple)
    assert await refreshed(portal, stolen[1]) == "invalid_grant"
    assert (await portal.userinfo(used[0])).status_code == 401


@both_engines
async def test_many_refreshes_at_once_keep_the_connection(portal: Portal) -> None:
    """Twenty refreshes with the same token at once all succeed and leave a connection that works."""
    tokens = await portal.connect((await portal.order())["code"])
    outcomes = await asyncio.gather(*(refreshed(portal, tokens.refresh) for _ in range(20)))
    last = outcomes[-1]
    assert isinstance(last, tuple)

    assert isinstance(await refreshed(portal, last[1]), tuple)


async def test_access_token_lives_ten_minutes(portal: Portal) -> None:
    """An access token works for ten minutes, then 401 invalid_token."""
    tokens = await portal.connect((await portal.order())["code"])
    portal.clock.pass_time(590)
    before = await portal.userinfo(tokens.access)
    portal.clock.pass_time(11)
    after = await portal.userinfo(tokens.access)

    assert (before.status_code, after.status_code) == (200, 401)
    assert 'error="invalid_token"' in after.headers["www-authenticate"]


async def test_revoking_either_token_ends_the_grant_at_once(portal: Portal) -> None:
    """After a revocation neither token works; an unknown token is revoked with 200 too."""
    for number, kind in enumerate(("access", "refresh")):
        phone = (SECOND_PHONE, "+4915254599371")[number]
        tokens = await portal.connect((await portal.order(f"Firma {number}", phone=phone))["code"])
        form = {"token": getattr(tokens, kind), "token_type_hint": f"{kind}_token"}
        foreign = await portal.http.post("/oauth2/revoke", data=form, auth=OPERATOR)
        untouched = await portal.userinfo(tokens.access)
        answer = await portal.http.post("/oauth2/revoke", data=form, auth=("eservice-bot", "bot-secret-of-the-tests"))

        assert foreign.status_code == answer.status_code == untouched.status_code == 200
        assert (await portal.userinfo(tokens.access)).status_code == 401
        assert await refreshed(portal, tokens.refresh) == "invalid_grant"


@both_engines
async def test_mail_tells_all_admins_and_ends_with_a_click(portal: Portal) -> None:
    """The account and every other portal admin get a mail whose link asks first, and only its button ends the grant."""
    made = await portal.order()
    colleagues = {"anna@muster.example": ["portalAdmin"], "rechnung@muster.example": ["accounting"]}
    for mail, roles in colleagues.items():
        body = {"customer_id": made["customer_id"], "name": "Anna", "mail": mail, "phone": SECOND_PHONE, "roles": roles}
        await portal.http.post("/operator/accounts", json=body, headers=portal.operator)
    await portal.post.mails.nth(3)
    tokens = await portal.connect(made["code"])
    await portal.post.mails.nth(5)
    told = {mail.to: mail for mail in portal.post.mails[3:]}
    path = told["anna@muster.example"].end_path
    asked = await portal.http.get(path)
    still = await portal.userinfo(tokens.access)
    ended = await portal.http.post(path)

    assert set(told) == {"max@muster.example", "anna@muster.example"}
    assert told["max@muster.example"].end_path != path
    assert "Max Muster" in told["anna@muster.example"].part("html")
    assert '<form method="post">' in asked.text and still.status_code == 200
    assert "beendet" in ended.text and (await portal.userinfo(tokens.access)).status_code == 401
    assert "form" not in (await portal.http.get(path)).text
    assert (await portal.http.post("/connections/end/" + "x" * 43)).status_code == 404


@both_engines
async def test_operator_sees_and_ends_grants(portal: Portal) -> None:
    """The operator lists connections and ends one at once; ended ones are listed on demand."""
    made = await portal.order()
    tokens = await portal.connect(made["code"])
    grant = (await portal.http.get("/operator/grants", headers=portal.operator)).json()[0]
    gone = await portal.http.delete(f"/operator/grants/{grant['id']}", headers=portal.operator)
    unknown = await portal.http.delete("/operator/grants/none", headers=portal.operator)
    live = await portal.http.get("/operator/grants", headers=portal.operator)
    everything = await portal.http.get("/operator/grants", params={"live": "false"}, headers=portal.operator)

    assert (grant["username"], grant["connection_label"]) == (made["username"], "Max Muster")
    assert (gone.status_code, unknown.status_code) == (204, 404)
    assert live.json() == [] and everything.json()[0]["ended_by"] == "operator"
    assert (await portal.userinfo(tokens.access)).status_code == 401


async def test_who_may_call_what(portal: Portal) -> None:
    """Customers' tokens do not open operator endpoints, nor the operator's a customer's; codes say why."""
    tokens = await portal.connect((await portal.order())["code"])
    customer = await portal.http.get("/operator/grants", headers={"Authorization": f"Bearer {tokens.access}"})
    operator = await portal.http.get("/oauth2/userinfo", headers=portal.operator)
    nobody = await portal.http.get("/oauth2/userinfo")
    bot = await portal.token(grant_type="client_credentials", scope="operator")
    events = await portal.token(grant_type="client_credentials")

    assert (customer.status_code, operator.status_code, nobody.status_code) == (403, 403, 401)
    assert 'error="insufficient_scope"' in customer.headers["www-authenticate"]
    assert "error=" not in nobody.headers["www-authenticate"]
    assert bot.json()["error"] == "invalid_scope" and events.json()["scope"] == "events:subscribe"
    assert "refresh_token" not in events.json()


async def test_discovery_leads_to_every_endpoint(portal: Portal) -> None:
    """From the portal's address a client finds the authorization server and its endpoints, all below the issuer."""
    resource = (await portal.http.get("/.well-known/oauth-protected-resource")).json()
    server = (await portal.http.get("/.well-known/oauth-authorization-server")).json()

    assert resource["authorization_servers"] == [server["issuer"]] == [portal.base_url]
    assert server["authorization_challenge_endpoint"] == f"{portal.base_url}/oauth2/challenge"
    assert server["code_challenge_methods_supported"] == ["S256"]
