"""One counter over everything that happens, so that readers wait for news instead of sleeping.

Every change touches the resources it concerns (`chat:1001:demo_bot`, `calls`, `sms` …) and gets the next number.
A reader that knows number 41 of a resource asks to be woken when that resource has a newer one.
"""

import asyncio


class Versions:
    def __init__(self) -> None:
        self.current = 0
        self._closed = False
        self._last: dict[str, int] = {}
        self._waiting: dict[asyncio.Future[None], str | None] = {}

    def touch(self, *resources: str) -> int:
        """Give the resources the next number and wake whoever waits for one of them."""
        self.current += 1
        for resource in resources:
            self._last[resource] = self.current
        if self._waiting:
            for future, wanted in self._waiting.items():
                if not future.done() and (wanted is None or wanted in resources):
                    future.set_result(None)
        return self.current

    def of(self, resource: str | None) -> int:
        return self.current if resource is None else self._last.get(resource, 0)

    def changed_after(self, after: int) -> list[str]:
        return sorted(resource for resource, version in self._last.items() if version > after)

    def forget(self, prefix: str) -> None:
        for resource in [known for known in self._last if known.startswith(prefix)]:
            del self._last[resource]

    async def newer(self, resource: str | None, after: int, seconds: float) -> bool:
        """Hold until the resource (None: anything) is newer than `after`; False when the time is over."""
        if self.of(resource) > after:
            return True
        if self._closed:
            return False
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[future] = resource
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            return False
        finally:
            del self._waiting[future]
        return not self._closed

    def release(self) -> None:
        """Wake everybody and hold nobody any more: the sandbox stops."""
        self._closed = True
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
