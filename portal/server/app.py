"""Composition of the reference portal: settings in, ASGI application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from portal.server import errors, openapi, ordering
from portal.server.access import discovery, housekeeping, oauth, operator, pages
from portal.server.bodies import BodyLimit
from portal.server.clock import Clock, SystemClock
from portal.server.context import Context
from portal.server.database import Database
from portal.server.events import delivery
from portal.server.hubs import log as hub_log
from portal.server.hubs import subscribing
from portal.server.keys import Keys
from portal.server.settings import PortalSettings
from portal.server.sms import HttpSmsGateway, NoSmsGateway, SmsGateway
from portal.server.tmf import order_progress
from portal.server.tmf.router import router as tmf_router


def build_context(settings: PortalSettings, clock: Clock | None = None) -> Context:
    sms: SmsGateway = NoSmsGateway()
    if settings.sms_url:
        sms = HttpSmsGateway(settings.sms_url, settings.sms_authorization)
    return Context(settings, Database(settings.database_url), clock or SystemClock(), Keys(settings.secret_keys), sms)


def create_app(settings: PortalSettings, clock: Clock | None = None) -> FastAPI:
    context = build_context(settings, clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await context.database.create()
        try:
            async with housekeeping.running(context), order_progress.running(context), delivery.running(context):
                yield
        finally:
            await context.sms.close()
            await context.database.close()

    app = FastAPI(title="e:service reference portal", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.context = context
    errors.install(app)
    app.add_middleware(BodyLimit)
    access = (discovery.router, oauth.router, pages.router, operator.router)
    for router in (*access, ordering.router, tmf_router, subscribing.router, hub_log.router):
        app.include_router(router)
    openapi.install(app)
    return app
