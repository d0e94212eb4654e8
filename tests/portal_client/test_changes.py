"""Changing: the bytes that were made are the bytes that arrive, and each ending has its own error."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from portal import errors
from portal.bodies import RuleChange, diversion_change, target_approval
from portal.budget import within
from portal.calls import PortalAccess
from portal.client import Portal, PortalReads
from portal.models import CancellationState, DiversionStatus, DivertWhen, OrderState
from portal.wire import Wire
from tests.portal_client.peer import Peer, Request, always, free_port, serving
from tests.portal_client.scripted import TOKEN, Says, scripted

ORDERS = "/tmf-api/productOrderingManagement/v4/productOrder"
CANCELLATIONS = "/tmf-api/productOrderingManagement/v4/cancelProductOrder"
SERVICE = "/tmf-api/ServiceActivationAndConfiguration/v4/service/ext-21"
TARGETS = "/tmf-api/ServiceActivationAndConfiguration/v4/targets"
BODY = '{ "any": "bytes", "ü": 1.00 }'.encode()

Change = Callable[[Portal], Awaitable[object]]
CHANGES: dict[str, Change] = {
    ORDERS: lambda portal: portal.place_order(TOKEN, BODY),
    CANCELLATIONS: lambda portal: portal.cancel_order(TOKEN, BODY),
    SERVICE: lambda portal: portal.change_diversions(TOKEN, "ext-21", BODY, '"7"'),
    TARGETS: lambda portal: portal.approve_target(TOKEN, BODY),
    f"{TARGETS}/t-1": lambda portal: portal.remove_target(TOKEN, "t-1"),
}
every_change = pytest.mark.parametrize("path", CHANGES)


async def test_an_order_goes_out_as_it_is() -> None:
    """The body arrives byte for byte, as JSON, with the token; the answer is the order."""
    async with scripted() as one:
        one.says(ORDERS, Says({"id": "o-1", "externalId": "a-1", "state": "acknowledged"}, 201))
        order = await one.portal.place_order(TOKEN, BODY)
        request = one.server.requests[-1]

    assert (order.id, order.external_id, order.state) == ("o-1", "a-1", OrderState.ACKNOWLEDGED)
    assert (request.method, request.target, request.body) == ("POST", ORDERS, BODY)
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == f"Bearer {TOKEN.value}"


async def test_a_cancellation_goes_out_as_it_is() -> None:
    """The answer is the task, not the order."""
    async with scripted() as one:
        one.says(CANCELLATIONS, Says({"id": "x-1", "state": "done", "productOrder": {"id": "o-1"}}, 201))
        task = await one.portal.cancel_order(TOKEN, BODY)
        request = one.server.requests[-1]

    assert (task.id, task.order_id, task.state) == ("x-1", "o-1", CancellationState.DONE)
    assert (request.method, request.target, request.body) == ("POST", CANCELLATIONS, BODY)


async def test_a_diversion_is_changed_only_as_it_was_seen() -> None:
    """The patch carries the entity tag that was read, and brings the next one."""
    rules = {"busy": {"active": True, "target": "tel:+491713920010", "status": "requested"}}
    body = diversion_change({DivertWhen.BUSY: RuleChange(True, "tel:+491713920010")})
    async with scripted() as one:
        one.says(SERVICE, Says({"id": "ext-21", "callForwarding": rules}, 200, {"ETag": '"8"'}))
        extension = await one.portal.change_diversions(TOKEN, "ext-21", body, '"7"')
        request = one.server.requests[-1]

    (busy,) = extension.diversions
    assert (extension.etag, busy.active, busy.status) == ('"8"', True, DiversionStatus.REQUESTED)
    assert (request.method, request.body, request.headers["if-match"]) == ("PATCH", body, '"7"')
    assert request.headers["content-type"] == "application/merge-patch+json"


async def test_targets_are_approved_and_removed() -> None:
    """An approval is answered with the target, a removal with nothing."""
    body = target_approval("tel:+491713920010", "Max mobil")
    async with scripted() as one:
        one.says(TARGETS, Says({"id": "t-1", "target": "tel:+491713920010", "name": "Max mobil"}, 201))
        one.says(f"{TARGETS}/t-1", Says(b"", 204, {"Content-Type": ""}))
        target = await one.portal.approve_target(TOKEN, body)
        await one.portal.remove_target(TOKEN, target.id)
        approval, removal = one.server.requests[-2:]

    assert (target.id, target.uri, target.name) == ("t-1", "tel:+491713920010", "Max mobil")
    assert (approval.method, approval.body) == ("POST", body)
    assert (removal.method, removal.target, removal.body) == ("DELETE", f"{TARGETS}/t-1", b"")


STEP_UP = (
    'Bearer error="insufficient_user_authentication", error_description="a PIN, please", '
    'acr_values="urn:eservice:acr:sms-otp", max_age="300", scope="orders:write"'
)
REFUSED = {"code": "excluded", "reason": "It cannot be combined.", "message": "Eco, Basis", "status": "409"}


@every_change
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Says({}, 401, {"WWW-Authenticate": STEP_UP}), errors.StepUpRequired),
        (Says({}, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}), errors.TokenExpired),
        (Says({}, 403), errors.NotAllowed),
        (Says({}, 404), errors.NotFound),
        (Says(REFUSED, 409), errors.Rejected),
        (Says(b"<html>", 400, {"Content-Type": "text/html"}), errors.Rejected),
        (Says({"code": 5, "reason": []}, 422), errors.Rejected),
        (Says({}, 429, {"Retry-After": "7"}), errors.Unavailable),
        (Says({}, 503), errors.Unavailable),
        (Says({}, 500), errors.OutcomeUnknown),
        (Says(b"<html>", 502, {"Content-Type": "text/html"}), errors.OutcomeUnknown),
        (Says({}, 303, {"Location": "/elsewhere"}), errors.OutcomeUnknown),
        (Says(b"<html>", 200, {"Content-Type": "text/html"}), errors.OutcomeUnknown),
        (Says(b"{", 201), errors.OutcomeUnknown),
        (Says([], 201), errors.OutcomeUnknown),
        (Says({"id": 5, "state": "done"}, 201), errors.OutcomeUnknown),
    ],
)
async def test_each_ending_of_a_change(path: str, answer: Says, expected: type[Exception]) -> None:
    """A refusal says that nothing was changed; whatever cannot be read leaves the outcome unknown."""
    async with scripted() as one:
        one.says(path, answer)

        with pytest.raises(expected) as caught:
            await CHANGES[path](one.portal)

        assert type(caught.value) is expected
        assert len(one.server.requests) == 1


async def test_a_refusal_keeps_its_particulars() -> None:
    """Code, reason and message of a refusal reach whoever puts it into words, and a clash keeps its status."""
    async with scripted() as one:
        one.says(ORDERS, Says(REFUSED, 409))
        one.says(SERVICE, Says({"code": "preconditionFailed", "reason": "x"}, 412))
        with pytest.raises(errors.Rejected) as refused:
            await one.portal.place_order(TOKEN, BODY)
        with pytest.raises(errors.Rejected) as clash:
            await one.portal.change_diversions(TOKEN, "ext-21", BODY, '"7"')

    one_refusal = refused.value
    assert (one_refusal.code, one_refusal.reason) == ("excluded", "It cannot be combined.")
    assert one_refusal.message == "Eco, Basis"
    assert (clash.value.status, clash.value.code, clash.value.message) == (412, "preconditionFailed", "")


async def test_the_demand_for_a_step_up() -> None:
    """What the portal wants to see comes along, for the challenge repeats it."""
    async with scripted() as one:
        one.says(ORDERS, Says({}, 401, {"WWW-Authenticate": STEP_UP}))
        with pytest.raises(errors.StepUpRequired) as caught:
            await one.portal.place_order(TOKEN, BODY)

    assert caught.value.demand == errors.StepUpDemand("urn:eservice:acr:sms-otp", 300, "orders:write")


async def reset(peer: Peer, request: Request) -> None:
    peer.reset()


async def silent(peer: Peer, request: Request) -> None:
    await peer.gone()


async def cut_off(peer: Peer, request: Request) -> None:
    await peer.answer(201, b'{"id": "o-1", "state": "acknowledged"}', cut=5)
    peer.reset()


@every_change
@pytest.mark.parametrize("ending", [reset, silent, cut_off])
async def test_a_lost_answer_leaves_the_outcome_unknown(
    path: str, ending: Callable[[Peer, Request], Awaitable[None]]
) -> None:
    """The request may have been read: reset, silence or half an answer is never "nothing was changed"."""
    wire = Wire()
    async with serving(always(ending)) as server:
        with within(0.3), pytest.raises(errors.OutcomeUnknown):
            await CHANGES[path](Portal(PortalAccess(server.url, "bot", "s"), wire))
        await wire.aclose()

        # Removing twice is removing once: the HTTP library repeats a DELETE whose connection broke.
        assert len(server.requests) == 1 or server.requests[0].method == "DELETE"


@every_change
async def test_a_refused_connection_changed_nothing(path: str) -> None:
    """Nobody can have read the request, so it may be repeated."""
    wire = Wire()
    with pytest.raises(errors.Unavailable):
        await CHANGES[path](Portal(PortalAccess(f"http://127.0.0.1:{free_port()}", "bot", "s"), wire))
    await wire.aclose()


@every_change
async def test_without_time_nothing_is_sent(path: str) -> None:
    """A change that nobody would wait for is not begun."""
    async with scripted() as one:
        with within(0), pytest.raises(errors.Unavailable):
            await CHANGES[path](one.portal)

        assert one.server.requests == []


async def test_a_change_is_sent_once_even_on_a_connection_that_just_died() -> None:
    """An order is not repeated behind the caller's back when a kept connection turns out to be closed."""
    seen: list[str] = []
    first_answered = asyncio.Event()

    async def script(peer: Peer) -> None:
        request = await peer.request()
        await peer.answer_json({"id": "o-1", "state": "acknowledged"})
        first_answered.set()
        request = await peer.request()
        seen.append(request.method)
        peer.reset()

    wire = Wire()
    async with serving(script) as server:
        portal = Portal(PortalAccess(server.url, "bot", "s"), wire)
        await portal.order(TOKEN, "o-1")
        await first_answered.wait()
        with pytest.raises(errors.OutcomeUnknown):
            await portal.place_order(TOKEN, BODY)

        assert seen == ["POST"]
    await wire.aclose()


@pytest.mark.parametrize("identifier", ["ext-21", "a/b", "ü ö", "a?b=c#d", "%2e%2e", "~a!$&'()*+,;=:@"])
async def test_the_path_of_a_step_up_is_the_path_on_the_wire(identifier: str) -> None:
    """What the entry names is what the request line says, however strange an id is."""
    async with scripted() as one:
        with pytest.raises(errors.NotFound):
            await one.portal.change_diversions(TOKEN, identifier, BODY, '"1"')

        assert one.server.requests[-1].target == one.portal.paths.service_path(identifier)


async def test_the_other_paths() -> None:
    """Orders, cancellations and targets are where they are published."""
    async with scripted() as one:
        paths = one.portal.paths

    assert (paths.order_path, paths.cancel_path, paths.targets_path) == (ORDERS, CANCELLATIONS, TARGETS)


@pytest.mark.parametrize("identifier", ["", ".", ".."])
async def test_an_id_that_leads_elsewhere_is_not_sent(identifier: str) -> None:
    """Removing "nothing" would address the whole list."""
    async with scripted() as one:
        with pytest.raises(errors.BadAnswer):
            await one.portal.remove_target(TOKEN, identifier)

        assert one.server.requests == []


def test_who_only_reads_cannot_change() -> None:
    """The reading half has no method that changes anything, and no OAuth."""
    changing = {name for name in vars(Portal) if not name.startswith("_")}

    assert {"place_order", "cancel_order", "change_diversions", "approve_target", "remove_target"} <= changing
    assert not changing & set(dir(PortalReads))
    assert not hasattr(PortalReads, "oauth")
