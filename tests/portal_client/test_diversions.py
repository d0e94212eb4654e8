"""Reading extensions, number ranges and approved targets, and what can be set there."""

import datetime as dt

import pytest

from portal import errors
from portal.models import (
    Diversion,
    DiversionStatus,
    DivertWhen,
    Extension,
    LineKind,
    NoReplyTimer,
    NumberRange,
    SpecialTarget,
    Target,
)
from tests.portal_client.scripted import TOKEN, Says, Scripted, scripted

SERVICES = "/tmf-api/ServiceActivationAndConfiguration/v4/service"
TARGETS = "/tmf-api/ServiceActivationAndConfiguration/v4/targets"
MAILBOX = {"target": "sip:voicemail@pbx.portal.example", "name": "Mailbox"}


def service(**more: object) -> dict[str, object]:
    return {"id": "ext-21", "category": "cloudPbxExtension", "name": "Zentrale", **more}


async def one_extension(one: Scripted, **more: object) -> Extension:
    one.says(f"{SERVICES}/ext-21", Says(service(**more), 200, {"ETag": '"7"'}))
    return await one.portal.extension(TOKEN, "ext-21")


async def test_everything_about_an_extension() -> None:
    """Numbers, groups, diversions with their status, and the published bounds for setting them."""
    async with scripted() as one:
        found = await one_extension(
            one,
            serviceCharacteristic=[
                {"name": "extensionNumber", "value": "21"},
                {"name": "phoneNumber", "value": "+492214710221"},
                {"name": "groups", "value": ["Zentrale", "Vertrieb"]},
            ],
            callForwarding={
                "busy": {"active": True, "target": MAILBOX["target"], "status": "active"},
                "noAnswer": {"active": True, "target": "tel:+491", "noReplyTimer": 20, "status": "requested"},
                "notReachable": {"active": False, "target": "tel:+492", "status": "off"},
                "selective": {"active": True},
            },
            callForwardingCapability={
                "conditions": ["unconditional", "busy", "noAnswer", "notReachable", "selective"],
                "noReplyTimer": {"minimum": 5, "maximum": 60, "step": 5},
                "specialTargets": [{"target": "sip:fax@pbx.portal.example", "name": "Fax"}, MAILBOX],
                "allowedDestinations": ["+43"],
            },
        )

    assert (found.kind, found.number, found.phone_number, found.etag) == (
        LineKind.EXTENSION,
        "21",
        "+492214710221",
        '"7"',
    )
    assert (found.groups, found.number_range) == (("Zentrale", "Vertrieb"), None)
    assert found.diversions == (
        Diversion(DivertWhen.BUSY, True, str(MAILBOX["target"]), None, DiversionStatus.ACTIVE, "active"),
        Diversion(DivertWhen.NO_ANSWER, True, "tel:+491", 20, DiversionStatus.REQUESTED, "requested"),
        Diversion(DivertWhen.NOT_REACHABLE, False, "tel:+492", None, DiversionStatus.OFF, "off"),
    )
    assert found.supported == tuple(DivertWhen)
    assert found.no_reply_timer == NoReplyTimer(5, 60, 5)
    assert found.voicemail == SpecialTarget("sip:voicemail@pbx.portal.example", "Mailbox")
    assert found.allowed_destinations == ("+43",)


async def test_an_extension_that_says_little() -> None:
    """Without capabilities nothing can be set, and nothing is guessed."""
    async with scripted() as one:
        found = await one_extension(one)

    assert (found.supported, found.no_reply_timer, found.voicemail) == ((), None, None)
    assert (found.allowed_destinations, found.groups, found.diversions) == ((), (), ())


@pytest.mark.parametrize(
    ("rule", "status", "sent"),
    [
        ({"active": True}, DiversionStatus.ACTIVE, "active"),
        ({"active": False}, DiversionStatus.OFF, "off"),
        ({"active": True, "status": "failed"}, DiversionStatus.FAILED, "failed"),
        ({"active": True, "status": "warming"}, DiversionStatus.UNKNOWN, "warming"),
    ],
)
async def test_the_status_of_a_diversion(rule: dict[str, object], status: DiversionStatus, sent: str) -> None:
    """A portal without states has no delay; a state that nobody knows is shown as it was sent."""
    async with scripted() as one:
        found = await one_extension(one, callForwarding={"busy": rule})

    assert [(d.status, d.status_sent) for d in found.diversions] == [(status, sent)]


async def test_extensions_and_ranges_are_told_apart() -> None:
    """Each is asked for by its category; what comes besides is left out."""
    block = service(
        id="range-1",
        category="cloudPbxNumberRange",
        serviceCharacteristic=[
            {"name": "firstNumber", "value": "+492214710200"},
            {"name": "lastNumber", "value": "+492214710299"},
            {"name": "phoneNumbers", "value": ["+492214710200", "+492214710201", {"odd": 1}]},
        ],
    )
    async with scripted() as one:
        one.says(SERVICES, Says([service(), block, service(id="x", category="cloudPbxQueue")]))
        extensions, ranges = await one.portal.extensions(TOKEN), await one.portal.ranges(TOKEN)
        asked = [query["category"] for query in one.queries(SERVICES)]

    assert asked == ["cloudPbxExtension", "cloudPbxNumberRange"]
    assert [found.id for found in extensions] == ["ext-21"]
    assert [(found.id, found.number_range) for found in ranges] == [
        ("range-1", NumberRange("+492214710200", "+492214710299"))
    ]
    assert ranges[0].phone_numbers == ("+492214710200", "+492214710201")


async def test_approved_targets() -> None:
    """Each with who approved it and when."""
    full = {"id": "t-1", "target": "tel:+491713920010", "name": "Max mobil", "approvedAt": "2026-11-22T12:00:00+01:00"}
    async with scripted() as one:
        one.says(TARGETS, Says([{**full, "approvedBy": "Erika"}, {"id": "t-2", "target": "tel:+492"}]))
        first, second = await one.portal.targets(TOKEN)

    approved = dt.datetime(2026, 11, 22, 11, tzinfo=dt.UTC)
    assert first == Target("t-1", "tel:+491713920010", "Max mobil", approved, "Erika")
    assert second == Target("t-2", "tel:+492", "", None, "")


@pytest.mark.parametrize("step", [{}, {"step": 0}, {"step": -5}])
async def test_bounds_without_a_step_go_by_seconds(step: dict[str, object]) -> None:
    """Whoever walks from the minimum to the maximum arrives."""
    bounds = {"minimum": 5, "maximum": 60, **step}
    async with scripted() as one:
        found = await one_extension(one, callForwardingCapability={"noReplyTimer": bounds})

    assert found.no_reply_timer == NoReplyTimer(5, 60, 1)


@pytest.mark.parametrize("bounds", [{"minimum": 5}, {"maximum": 60}, {"minimum": 60, "maximum": 5}])
async def test_bounds_that_bound_nothing(bounds: dict[str, object]) -> None:
    """Half a range, or one that ends before it begins, is none."""
    async with scripted() as one:
        found = await one_extension(one, callForwardingCapability={"noReplyTimer": bounds})

    assert found.no_reply_timer is None


@pytest.mark.parametrize(
    "garbage",
    [
        {"callForwarding": []},
        {"callForwarding": {"busy": "on"}},
        {"callForwarding": {"busy": {"active": "yes"}}},
        {"callForwarding": {"busy": {"target": 5}}},
        {"callForwarding": {"busy": {"active": True, "status": 1}}},
        {"callForwardingCapability": {"noReplyTimer": {"minimum": "5", "maximum": 60}}},
        {"callForwardingCapability": {"allowedDestinations": "+43"}},
        {"callForwardingCapability": {"allowedDestinations": [43]}},
        {"callForwardingCapability": {"specialTargets": [{"name": "x"}]}},
    ],
)
async def test_garbage_is_no_extension(garbage: dict[str, object]) -> None:
    """A field of the wrong kind is a bad answer, not a wrong switch."""
    async with scripted() as one:
        with pytest.raises(errors.BadAnswer):
            await one_extension(one, **garbage)
