"""Alembic migrations; driven by annotator.store.migrating, never by an alembic.ini."""
