"""Scripted misfortune: which request meets which fault, how often."""

from dataclasses import dataclass
from itertools import count

from .errors import SimRefused
from .json_values import JsonObject, as_int, as_number, as_text

KINDS = {
    "telegram": {"flood", "error", "garbage", "reset_before", "reset_after", "delay", "slow_answer", "outage"},
    "sms": {"flood", "error", "garbage", "reset_before", "reset_after", "delay", "slow_answer", "outage"},
    "mail": {"error", "reset_before", "reset_after", "delay", "outage"},
}


@dataclass(slots=True)
class Fault:
    id: int
    on: str
    kind: str
    method: str | None
    chat_id: int | None
    to: str | None
    status: int
    description: str
    retry_after: int
    seconds: float
    times: int | None

    def sim(self) -> JsonObject:
        return {name: getattr(self, name) for name in self.__slots__}

    def meets(self, on: str, method: str | None, chat_id: int | None, to: str | None) -> bool:
        if self.on != on or self.times == 0:
            return False
        if self.method is None and method == "getupdates" and self.kind != "outage":
            return False
        if self.method not in {None, "*"} and self.method != method:
            return False
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        return self.to is None or self.to == to


class Faults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._ids = count(1)

    def add(self, body: JsonObject) -> Fault:
        on, kind = as_text(body.get("on", "telegram")), as_text(body.get("kind"))
        if on not in KINDS:
            raise SimRefused(400, f"a fault is on one of {sorted(KINDS)}, not {on!r}")
        if kind not in KINDS[on]:
            raise SimRefused(400, f"a fault on {on} is one of {sorted(KINDS[on])}, not {kind!r}")
        default_times: object = None if kind == "outage" else 1
        default_status = {"telegram": 502, "sms": 503, "mail": 451}[on]
        method = as_text(body.get("method"))
        fault = Fault(
            id=next(self._ids),
            on=on,
            kind=kind,
            method=method.lower() if method else None,
            chat_id=as_int(body.get("chat_id")),
            to=as_text(body.get("to")),
            status=as_int(body.get("status")) or default_status,
            description=as_text(body.get("description")) or "",
            retry_after=as_int(body.get("retry_after")) or 1,
            seconds=as_number(body.get("seconds")) or 0.0,
            times=as_int(body.get("times", default_times)),
        )
        self._faults.append(fault)
        return fault

    def all(self) -> list[Fault]:
        return [fault for fault in self._faults if fault.times != 0]

    def remove(self, fault_id: int) -> None:
        self._faults = [fault for fault in self._faults if fault.id != fault_id]

    def clear(self) -> None:
        self._faults.clear()

    def take(
        self,
        on: str,
        method: str | None = None,
        chat_id: int | None = None,
        to: str | None = None,
        kinds: frozenset[str] | None = None,
    ) -> Fault | None:
        """The fault this request meets, used up by one; `kinds` are those that are possible at this moment."""
        if not self._faults:
            return None
        for fault in self._faults:
            if (kinds is None or fault.kind in kinds) and fault.meets(on, method, chat_id, to):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None
