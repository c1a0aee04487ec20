"""Keep what people made: backup, restore, check."""

import sys
from pathlib import Path

import click

from annotator import config
from annotator.cli.context import json_option, nameable, now, open_database, print_json
from annotator.services.backups import archive, backing_up, checking, restoring
from annotator.services.backups.archive import Backup
from annotator.store import migrating
from annotator.store.database import Database

BACKED_UP = "{file}: {rows:,} rows, {size:,} bytes, read back and found whole."
PUT_BACK = "Restore it into an empty database with: annotator restore {file}"
RESTORED = "Restored {rows:,} rows from the backup of {made_at:%Y-%m-%d %H:%M} UTC."
SIGN_IN_ANEW = "Everybody signs in anew; files of releases are not part of a backup."
ALL_IS_WELL = (
    "All is well: {documents:,} documents whose {paragraphs:,} paragraphs give their texts back, "
    "{annotations:,} annotations with all their revisions, {audit_events:,} audit events in an "
    "unbroken chain."
)


@click.command(epilog="Example: annotator backup before-upgrade.zip")
@click.argument("file", type=click.Path(path_type=Path), callback=nameable)
@json_option
def backup(file: Path, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Write all that people made into a new FILE, while serving, and read it back.

    The file restores into SQLite and into PostgreSQL. Not in it: who is signed in, queued jobs, the
    secret key, and the files of releases.
    """
    with open_database() as database, database.read() as session:
        contents = backing_up.back_up(session, file=file, now=now())
    size = file.stat().st_size
    if as_json:
        print_json({"file": str(file), "bytes": size, **contents.model_dump(mode="json")})
        return
    click.echo(BACKED_UP.format(file=file, rows=contents.rows, size=size))
    click.echo(PUT_BACK.format(file=file))


@click.command(epilog="Example: annotator restore before-upgrade.zip")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--despite-findings",
    is_flag=True,
    help="Restore also if the check finds something in the backup that is not in order.",
)
@json_option
def restore(file: Path, despite_findings: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Fill an empty database from FILE and check it; refuses one that holds anything."""
    with archive.opened(file) as opened:
        restoring.require_same_schema(opened)
        opened.verify()
        findings = _restore(opened, despite_findings=despite_findings)
        contents = opened.contents
    if as_json:
        print_json({"rows": contents.rows, "made_at": str(contents.made_at), "findings": findings})
        return
    click.echo(RESTORED.format(rows=contents.rows, made_at=contents.made_at))
    click.echo(SIGN_IN_ANEW)
    for finding in findings:
        click.echo(finding)


def _restore(backup: Backup, *, despite_findings: bool) -> list[str]:
    settings = config.load()
    database = Database(settings.sqlalchemy_url)
    try:
        database.create_file()
        # Before its tables are upgraded: a database in use is not touched at all.
        with database.read() as session:
            restoring.require_empty(session)
        config.secret_key(settings.home)
        migrating.upgrade(database)
        with database.write() as session:
            return restoring.restore(
                session, backup=backup, now=now(), despite_findings=despite_findings
            )
    finally:
        database.dispose()


@click.command(epilog="Example: annotator check")
@json_option
def check(as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Check the database: its file, the audit trail, the texts, the history of annotations.

    Only reads, also while serving. One line for each thing that is not in order, and exit status 1.
    """
    with open_database() as database, database.read() as session:
        findings = list(checking.findings(session))
        counts = {} if findings else checking.counts(session)
    if as_json:
        print_json({"well": not findings, "findings": findings, "counts": counts})
    elif findings:
        for finding in findings:
            click.echo(finding)
    else:
        click.echo(ALL_IS_WELL.format(**counts))
    sys.exit(1 if findings else 0)
