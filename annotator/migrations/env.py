"""What Alembic runs: our metadata on the connection that annotator.store.migrating hands over."""

from alembic import context

from annotator.store.migrating import include_name
from annotator.store.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    include_name=include_name,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
