"""The SMS gateway only transports text (PORTAL-API 11): PINs are the portal's own business."""

from typing import Protocol

import httpx

from portal.server.trust import authorities

TIMEOUT = 3.0


class SmsUnavailable(Exception):
    """The gateway did not take the text."""


class SmsGateway(Protocol):
    async def send(self, to: str, text: str) -> None: ...

    async def close(self) -> None: ...


class HttpSmsGateway:
    """Any provider behind one call: POST {"to", "text"}, a 2xx is an acceptance."""

    def __init__(self, url: str, authorization: str | None = None) -> None:
        self._url = url
        headers = {"Authorization": authorization} if authorization else {}
        self._client = httpx.AsyncClient(verify=authorities(), timeout=TIMEOUT, headers=headers, trust_env=False)

    async def send(self, to: str, text: str) -> None:
        try:
            response = await self._client.post(self._url, json={"to": to, "text": text})
        except httpx.HTTPError as error:
            raise SmsUnavailable(type(error).__name__) from error
        if not response.is_success:
            raise SmsUnavailable(f"status {response.status_code}")

    async def close(self) -> None:
        await self._client.aclose()


class NoSmsGateway:
    """What an installation without a gateway has: the rest of the portal works, PINs cannot be sent."""

    async def send(self, to: str, text: str) -> None:
        raise SmsUnavailable("no gateway is configured")

    async def close(self) -> None:
        return None
