"""Alembic runs this for a migration, on the connection that ``upgrade`` passes on."""

from alembic import context

from flux_bot.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
