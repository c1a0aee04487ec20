"""Write exports/sample anew: the release of the sample project. Run by `make sample`.

A test makes the same release and compares it with the committed one, byte for byte.
"""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from annotator.services import demo, projects
from annotator.services.releases import releasing
from annotator.store import migrating
from annotator.store.database import Database

TARGET = Path(__file__).parent / "sample"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/annotator.db")
        migrating.upgrade(database)
        with database.write() as session:
            demo.load(session, now=datetime.now(UTC))
        shutil.rmtree(TARGET, ignore_errors=True)
        with database.read() as session:
            project = projects.project_named(session, slug=demo.SLUG)
            releasing.export(session, project_id=project.id, target=TARGET)
        database.dispose()


if __name__ == "__main__":
    main()
