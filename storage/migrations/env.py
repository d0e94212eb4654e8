"""Alembic's entry: runs on the connection that `storage.migrate` hands over, never on an address of its own."""

from alembic import context

from storage.tables_mail import mails

context.configure(
    connection=context.config.attributes["connection"], target_metadata=mails.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
