"""Alembic's entry: run the migrations on the connection that tempera.storage.migrate opened."""

from alembic import context

if __name__ == "env_py":  # the name under which Alembic runs this file; a plain import does nothing
    context.configure(connection=context.config.attributes["connection"])
    context.run_migrations()
