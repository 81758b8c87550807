"""Run by Alembic: migrates over the connection it is given."""

from alembic import context

from models.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="models.base.",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
