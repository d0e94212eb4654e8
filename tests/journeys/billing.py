"""What happens at the portal's billing department, and the bot's beats after it."""

from datetime import timedelta

import httpx
from sqlalchemy import select

from portal.server.tmf.tables import bills
from tests.house import OPERATOR_SECRET, House

API = "/tmf-api/customerBillManagement/v4"
HOUR = timedelta(hours=1)
PATIENCE = 30.0  # seconds: the portal draws whole invoices before it answers


async def billed(home: House, count: int = 1) -> list[str]:
    """The billing run writes invoices; their numbers. They are found, planned, and told as far as they may go."""
    made = []
    async with httpx.AsyncClient(base_url=home.portal.url, trust_env=False, timeout=PATIENCE) as http:
        headers = await _operator(http)
        for _ in range(count):
            wish = {"billingAccount": {"id": "ba-2300229"}}
            answer = await http.post(f"{API}/customerBillOnDemand", json=wish, headers=headers)
            answer.raise_for_status()
            made.append(str(answer.json()["customerBill"]["name"]))
    await beat(home, HOUR)
    return made


async def paid(home: House, number: str) -> None:
    """The bank says that an invoice is settled."""
    async with home.portal.context.database.reading() as connection:
        found = await connection.execute(select(bills.c.id).where(bills.c.number == number))
        (bill,) = found.scalars().all()
    async with httpx.AsyncClient(base_url=home.portal.url, trust_env=False, timeout=PATIENCE) as http:
        change = {"state": "settled"}
        answer = await http.patch(f"{API}/customerBill/{bill}", json=change, headers=await _operator(http))
        answer.raise_for_status()
    await beat(home, HOUR)


async def beat(home: House, later: timedelta) -> None:
    """The clock goes on, and everything that it wakes has its turn."""
    home.clock.advance(later)
    await home.app.detection.detector.run_once()
    await home.app.detection.daily.run_once()
    await home.app.planner.run_once()
    await home.app.deliverer.run_once()


async def _operator(http: httpx.AsyncClient) -> dict[str, str]:
    form = {"grant_type": "client_credentials", "scope": "operator"}
    token = (await http.post("/oauth2/token", data=form, auth=("operator", OPERATOR_SECRET))).json()
    return {"Authorization": f"Bearer {token['access_token']}"}
