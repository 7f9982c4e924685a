"""Where does Alembic work? On the connection it is given, whose transaction the caller began."""

from alembic import context

from storage.migrate import options

context.configure(connection=context.config.attributes["connection"], **options())
with context.begin_transaction():
    context.run_migrations()
