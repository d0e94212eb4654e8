"""T14: whatever happens to a request of a booking or to its answer, one order or none, and the truth is told."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

import orjson
import pytest

from tests.proof import Proof
from tests.resilience.conftest import Spoilable
from tests.resilience.honesty import Told, free_again, newest, ordered, settled, to_question, told, yes
from tests.resilience.relay import closed

ORDER, TOKEN, CHALLENGE = b"POST /tmf-api/productOrderingManagement", b"POST /oauth2/token", b"POST /oauth2/challenge"
PLACES = ((ORDER, 1), (ORDER, 2), (TOKEN, 1), (CHALLENGE, 1), (CHALLENGE, 2), (CHALLENGE, 3))
LATE = 10.0  # seconds
KNOWN = 30.0  # seconds after which nobody waits for the truth any more


class Fault(Enum):
    """What happens to a request, or to its answer."""

    NOT_SENT_ON = "the portal never gets it"
    ANSWER_LOST = "the portal does it, and its answer is lost"
    ERROR = "500 from something in front of the portal"
    ERROR_AFTER = "the portal does it, and the answer is 500"
    LATE = "the answer takes ten seconds"
    ARRIVES_LATE = "the portal gets it ten seconds later"


@dataclass
class Spoiler:
    """Passes requests on one by one, and spoils the n-th of a place."""

    upstream: str
    place: bytes
    number: int
    fault: Fault
    seen: int = 0
    under_way: int = 0
    orders: list[bytes] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        self.under_way += 1
        try:
            await self._passed(reader, writer)
        finally:
            self.under_way -= 1

    async def over(self) -> bool:
        """Whether nothing is on the wire any more that could still arrive."""
        return self.under_way == 0

    async def _passed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        body = await reader.readexactly(int(fields.get(b"content-length", b"0")))
        if head.startswith(ORDER):
            self.orders.append(body)
        self.seen += head.startswith(self.place)
        fault = self.fault if head.startswith(self.place) and self.seen == self.number else None
        closing = head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        answer = b""
        if fault is Fault.ARRIVES_LATE:
            await asyncio.sleep(LATE)  # the network's pace
        if fault not in {Fault.NOT_SENT_ON, Fault.ERROR}:
            answer = await self._asked(closing + body)
        if fault is Fault.LATE:
            await asyncio.sleep(LATE)  # the portal's pace
        if fault in {Fault.ERROR, Fault.ERROR_AFTER}:
            answer = b"HTTP/1.1 500 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        if fault in {Fault.NOT_SENT_ON, Fault.ANSWER_LOST}:
            writer.transport.abort()
            return
        writer.write(answer)
        await writer.drain()

    async def _asked(self, request: bytes) -> bytes:
        host, _, port = self.upstream.removeprefix("http://").partition(":")
        back, forth = await asyncio.open_connection(host, int(port))
        try:
            forth.write(request)
            return await back.read()
        finally:
            await closed(forth)

    def external_ids(self) -> set[str]:
        """The names that orders went out under."""
        return {orjson.loads(body)["externalId"] for body in self.orders}


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.proof("T14", target="1 order or 0; user told the truth in 100 %; same externalId on all retries")
async def test_the_truth_over_a_bad_wire(proof: Proof, spoilable: Spoilable) -> None:
    """Each request of a booking, spoilt in each way: one order at most, under one id, and the chat soon says which."""
    home, wire = spoilable.home, spoilable.wire
    await home.client.switch(rate_limits=False)
    person = await home.connected()
    cases = [(place, fault) for place in PLACES for fault in Fault]
    ended: list[tuple[str, Told]] = []
    loop, seconds = asyncio.get_running_loop(), [0.0]
    names: Counter[int] = Counter()
    for place, fault in proof.random.sample(cases, proof.count(len(cases), "cases", least=2)):
        await free_again(home.portal)
        await to_question(person)
        since, before = await home.client.version(), await ordered(home.portal)
        spoiler = Spoiler(wire.upstream, *place, fault)
        wire.spoil(spoiler)
        await yes(person, home.client, home.app.database)
        began = loop.time()
        await settled(home.app.database, home.client)
        seconds.append(loop.time() - began)
        await home.until(spoiler.over, wanted=True, within=2 * LATE)
        wire.spoil(None)
        key, _ = await newest(home.app.database)
        ended.append((f"{place} {fault}", await told(person, since, home.portal, before)))
        names[len(spoiler.external_ids() - {str(key)})] += 1
    wrong = [(name, end) for name, end in ended if len(end.orders) > 1 or not end.is_true]
    proof.record(
        figure=f"{len(ended)} cases, {sum(len(end.orders) for _, end in ended)} orders, {len(wrong)} untrue, "
        f"{sum(names.values()) - names[0]} under another id, known after {max(seconds):.0f} s at most",
        passed=not wrong and set(names) == {0} and max(seconds) <= KNOWN,
    )
    assert wrong == []
    assert max(seconds) <= KNOWN
    assert set(names) == {0}
