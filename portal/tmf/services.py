"""TMF640 services: extensions and number ranges with their diversions, and the approved targets beside them."""

from portal.answers import Node, as_node, flag, maybe_text, moment, node, nodes, number, one_of, text, texts
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
from portal.tmf.pieces import Facts, characteristics, fact


def extension(service: Node, etag: str | None = None) -> Extension:
    """A `Service` of the category cloudPbxExtension or cloudPbxNumberRange."""
    facts, capability = characteristics(service, "serviceCharacteristic"), node(service, "callForwardingCapability")
    rules = node(service, "callForwarding")
    supported = capability.get("conditions")
    numbers = tuple(facts.get("phoneNumber", [])) + tuple(facts.get("phoneNumbers", []))
    return Extension(
        id=text(service, "id"),
        kind=one_of(LineKind, maybe_text(service, "category"), LineKind.UNKNOWN),
        name=maybe_text(service, "name") or "",
        number=fact(facts, "extensionNumber") or "",
        phone_number=numbers[0] if numbers else None,
        phone_numbers=numbers,
        number_range=_range(facts),
        groups=tuple(facts.get("groups", ())),
        diversions=tuple(_diversion(when, as_node(rules[when.value])) for when in DivertWhen if rules.get(when.value)),
        supported=tuple(when for when in DivertWhen if isinstance(supported, list) and when.value in supported),
        no_reply_timer=_timer(node(capability, "noReplyTimer")),
        special_targets=tuple(
            SpecialTarget(text(entry, "target"), maybe_text(entry, "name") or "")
            for entry in nodes(capability, "specialTargets")
        ),
        allowed_destinations=texts(capability, "allowedDestinations"),
        etag=etag,
    )


def target(source: Node) -> Target:
    """A `DiversionTarget`."""
    return Target(
        id=text(source, "id"),
        uri=text(source, "target"),
        name=maybe_text(source, "name") or "",
        approved_at=moment(source, "approvedAt"),
        approved_by=maybe_text(source, "approvedBy") or "",
    )


def _range(facts: Facts) -> NumberRange | None:
    first, last = fact(facts, "firstNumber"), fact(facts, "lastNumber")
    return NumberRange(first, last) if first and last else None


def _timer(bounds: Node) -> NoReplyTimer | None:
    minimum, maximum = number(bounds, "minimum"), number(bounds, "maximum")
    if minimum is None or maximum is None or minimum > maximum:
        return None
    return NoReplyTimer(minimum, maximum, max(number(bounds, "step") or 1, 1))


def _diversion(when: DivertWhen, rule: Node) -> Diversion:
    active = flag(rule, "active")
    # A portal without states has no delay either: what was asked for is what holds.
    sent = maybe_text(rule, "status") or (DiversionStatus.ACTIVE if active else DiversionStatus.OFF).value
    return Diversion(
        when=when,
        active=active,
        target=maybe_text(rule, "target"),
        no_reply_seconds=number(rule, "noReplyTimer"),
        status=one_of(DiversionStatus, sent, DiversionStatus.UNKNOWN),
        status_sent=sent,
    )
