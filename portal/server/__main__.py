"""`python -m portal.server`: serves the reference portal alone; `import` and `order` fill it (docs/portal.md)."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer
import uvicorn
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from portal.server.access import links, outbox
from portal.server.app import build_context, create_app
from portal.server.context import Context
from portal.server.database import SchemaTooOld
from portal.server.ordering import FirstOrder, place
from portal.server.settings import PortalSettings, SettingsError, from_environment
from portal.server.world.file import WorldError
from portal.server.world.seed import import_file, seed_demo

T = TypeVar("T")
# no pretty tracebacks: they show local variables, and with them codes and tokens
cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="The e:service reference portal.")


@cli.callback(invoke_without_command=True)
def serve(command: typer.Context) -> None:
    """Serve the portal, with the settings of the environment (PORTAL_SERVER_...)."""
    if command.invoked_subcommand is not None:
        return
    settings = _settings()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    _refuse_a_taken_port(settings)
    _run(settings, seed_demo if settings.demo else _nothing)
    for missing, what in ((settings.smtp, "SMTP_HOST: mails wait"), (settings.sms_url, "SMS_URL: no PIN can be sent")):
        if missing is None:
            typer.echo(f"not set: PORTAL_SERVER_{what}", err=True)
    typer.echo(f"portal at {settings.public_url} (bound to {settings.bind})")
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_config=None, access_log=False)


@cli.command("import")
def import_world(
    file: Annotated[Path, typer.Argument(help="a world file, see docs/world.md")],
    invite: Annotated[bool, typer.Option(help="send every new account its activation mail")] = False,
) -> None:
    """Load customers, contracts and invoices from a file: all of it or, when something is wrong, nothing."""

    async def work(context: Context) -> str:
        loaded = await import_file(context, file)
        if invite:
            async with context.database.writing() as connection:
                for account_id in loaded.accounts:
                    await links.send_activation(context, connection, account_id, kind="activation")
            await outbox.deliver_due(context)
        return f"{loaded.customers} customers, {loaded.contracts} contracts, {loaded.invoices} invoices"

    typer.echo(_run(_settings(), work))


@cli.command()
def order(
    company: Annotated[str, typer.Option()],
    admin: Annotated[str, typer.Option(help="name of the administrator of the portal")],
    mail: Annotated[str, typer.Option(help="where the activation mail goes")],
    phone: Annotated[str, typer.Option(help="mobile number for PINs, +49...")],
    locale: Annotated[str, typer.Option(help="de or en")] = "de",
    offering: Annotated[
        str | None, typer.Option(help="what is ordered; the catalogue's first contract when unset")
    ] = None,
) -> None:
    """A new customer's first order; the activation mail goes out by itself."""

    async def work(context: Context) -> str:
        new = FirstOrder(company, admin, mail, phone, locale=locale, offering=offering)
        placed = await place(context, new)
        await outbox.deliver_due(context)
        code = f"\nactivation code: {placed.activation_code}" if placed.activation_code else ""
        return f"{placed.customer_id}: user {placed.account.username}, contract {placed.contract_number}{code}"

    typer.echo(_run(_settings(), work))


def _refuse_a_taken_port(settings: PortalSettings) -> None:
    """Said before anything is loaded, in a line; no other port is taken, because the mails' links lead to this one."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        typer.echo(f"{settings.bind} can't be listened on ({reason}): set PORTAL_SERVER_BIND", err=True)
        raise typer.Exit(1) from error


async def _nothing(_: Context) -> None:
    """Opening the database is enough: what is wrong with it is said before anything is served."""


def _settings() -> PortalSettings:
    try:
        return from_environment()
    except SettingsError as error:
        typer.echo("\n".join(error.mistakes), err=True)
        raise typer.Exit(2) from error


def _run(settings: PortalSettings, work: Callable[[Context], Coroutine[None, None, T]]) -> T:
    """Does the work on the installation's database; what cannot be done is said in a line, not in a trace."""

    async def within() -> T:
        async with _opened(settings) as context:
            return await work(context)

    try:
        return asyncio.run(within())
    except SchemaTooOld as error:
        typer.echo(f"nothing was changed: {error}", err=True)
    except WorldError as error:
        typer.echo("nothing was changed:\n" + "\n".join(error.lines), err=True)
    except ValidationError as error:
        wrong = "\n".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        typer.echo(f"nothing was changed:\n{wrong}", err=True)
    except (OSError, SQLAlchemyError) as error:
        cause = type(error.__cause__ or error).__name__
        typer.echo(f"the database can't be used ({cause}): is PORTAL_SERVER_DATABASE_URL right, does it run?", err=True)
    raise typer.Exit(1)


@asynccontextmanager
async def _opened(settings: PortalSettings) -> AsyncIterator[Context]:
    context = build_context(settings)
    await context.database.create()
    try:
        yield context
    finally:
        await context.sms.close()
        await context.database.close()


if __name__ == "__main__":
    cli()
