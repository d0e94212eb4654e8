"""Everything a route of the reference portal can reach."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from portal.server.clock import Clock
from portal.server.database import Database
from portal.server.keys import Keys
from portal.server.settings import PortalSettings
from portal.server.sms import SmsGateway


@dataclass(frozen=True, slots=True)
class Context:
    settings: PortalSettings
    database: Database
    clock: Clock
    keys: Keys
    sms: SmsGateway
    post: asyncio.Event = field(default_factory=asyncio.Event)  # set when the outbox has something new

    def now(self) -> datetime:
        return self.clock()


def context_of(request: Request) -> Context:
    context = request.app.state.context
    if not isinstance(context, Context):
        raise TypeError("the application was built without its context")
    return context


Ctx = Annotated[Context, Depends(context_of)]
