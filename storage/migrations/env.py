"""Alembic's entry: runs on the connection that `storage.migrate` hands over, never on an address of its own."""

from alembic import context

from storage.tables_mail import mails


def is_compared(_subject: object, _name: str | None, kind: str, reflected: bool, declared: object) -> bool:
    """Partial indexes stand in the migrations only: a comparison must not take them for superfluous."""
    return not (kind == "index" and reflected and declared is None)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=mails.metadata,
    include_object=is_compared,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
