"""What Alembic runs to do a migration: on the connection that ``migrate`` has opened."""

from alembic import context

from flux_bot.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
