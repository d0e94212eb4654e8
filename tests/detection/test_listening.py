"""The bot's hubs: registered once, again when the portal forgot them; each process knows their secrets."""

import orjson

from notifications.listening import AGAIN, Listening
from storage.hubs import KeptHubs
from storage.leases import Leases
from tests.detection.lookout import Lookout
from tests.portal_client.peer import Peer, Request

CALLBACK = "https://bot.example.com/portal/events"
TOKEN = {"access_token": "own", "token_type": "Bearer", "expires_in": 600, "scope": "events:subscribe"}


class HubPortal:
    """The four APIs' hubs, as TM Forum has them; each registration gets a secret of its own."""

    def __init__(self) -> None:
        self.hubs: dict[str, dict[str, str]] = {}  # by id
        self.made = 0

    async def answer(self, peer: Peer, request: Request) -> None:
        """One request."""
        api, _, hub_id = request.path.partition("/hub")
        if request.path == "/oauth2/token":
            await peer.answer_json(TOKEN)
        elif request.method == "DELETE":
            self.hubs.pop(hub_id.strip("/"), None)
            await peer.answer(204, b"", {"Content-Type": ""})
        elif request.method == "GET":
            mine = [{"id": key, "callback": hub["callback"]} for key, hub in self.hubs.items() if hub["api"] == api]
            await peer.answer_json(mine)
        else:
            self.made += 1
            callback = orjson.loads(request.body)["callback"]
            self.hubs[f"hub-{self.made}"] = {"api": api, "callback": callback}
            secret = f"whsec_{'A' * 30}{self.made:02}"
            await peer.answer_json({"id": f"hub-{self.made}", "callback": callback, "secret": secret}, 201)


async def test_hubs_are_registered_once_and_again_when_they_are_gone(here: Lookout) -> None:
    """A restart and a second process register nothing; what the portal forgot is made anew; the old secret counts."""
    portal = HubPortal()
    here.world.other = portal.answer
    kept = KeptHubs(here.database, here.vault)

    def process() -> Listening:
        return Listening(CALLBACK, here.portal.hubs, kept, Leases(here.database), here.clock)

    first, second = process(), process()
    await first.run_once()
    await second.run_once()
    assert (portal.made, len(first.secrets)) == (4, 4)
    assert set(first.secrets) == set(second.secrets)
    here.now += AGAIN
    await process().run_once()
    assert portal.made == 4

    del portal.hubs["hub-1"]
    here.now += 2 * AGAIN
    await first.run_once()
    await second.run_once()
    assert (portal.made, len(first.secrets), len(portal.hubs)) == (5, 5, 4)
    assert set(first.secrets) == set(second.secrets)
