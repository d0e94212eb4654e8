"""What is asked of the bots, in which order, and what comes out of one run."""

import asyncio
import time
from dataclasses import dataclass
from itertools import product

from bench.bots import Measured
from bench.portal import ReplayedPortal

IN_FLIGHT = (1, 50, 256)
DELAYS = (0, 50)  # milliseconds
_WARM_UP = 0.4
_PATIENCE = 10.0
_SETTLE = 0.1  # what a bot still does after its last answer belongs to nobody's next run


@dataclass(frozen=True, slots=True)
class Scenario:
    """How many updates are unanswered at any time, and how long Telegram and the portal take for each call (ms)."""

    in_flight: int
    telegram: int
    portal: int

    @property
    def window(self) -> float:
        """Seconds that are measured."""
        return 2.0 if self.in_flight == max(IN_FLIGHT) else 1.2


SCENARIOS = tuple(Scenario(k, telegram, portal) for telegram, portal, k in product(DELAYS, DELAYS, IN_FLIGHT))


@dataclass(frozen=True, slots=True)
class Run:
    """One bot in one scenario. Latencies and CPU per update in milliseconds; `lost`: updates without an answer."""

    bot: str
    scenario: Scenario
    rate: float
    p50: float
    p99: float
    cpu: float
    lost: float
    load: float  # share of their core that the servers used


async def run(measured: Measured, portal: ReplayedPortal, scenario: Scenario) -> Run:
    """Warm up, measure, empty."""
    side, process = measured.side, measured.process
    side.delay, portal.delay = scenario.telegram / 1000, scenario.portal / 1000
    side.begin(scenario.in_flight)
    await side.answers(scenario.in_flight, _PATIENCE)
    await asyncio.sleep(_WARM_UP)
    used, own = process.cpu_seconds(), time.process_time()
    side.mark()
    await asyncio.sleep(scenario.window)
    found = side.figures()
    used, own = process.cpu_seconds() - used, time.process_time() - own
    lost = await side.end(_PATIENCE)
    await asyncio.sleep(_SETTLE)
    return Run(
        bot=measured.name,
        scenario=scenario,
        rate=found.rate,
        p50=found.latency(0.5) * 1000,
        p99=found.latency(0.99) * 1000,
        cpu=used * 1000 / max(1, found.answers),
        lost=lost,
        load=own / found.seconds,
    )
