"""Set up and run: init, serve, settings, routes."""

import os
from typing import TYPE_CHECKING

import click

from annotator import config
from annotator.cli import working
from annotator.cli.context import PORTS, json_option, open_database, print_json
from annotator.config import PREFIX, Settings
from annotator.errors import SettingsInvalid
from annotator.store import migrating
from annotator.store.database import Database
from annotator.store.queries import access

if TYPE_CHECKING:
    from flask import Flask
    from waitress.server import MultiSocketServer, TcpWSGIServer

THREADS = 4
FIRST_STEP = "Nobody can sign in yet. Type: annotator user add NAME --role admin"
SIGN_IN = "Sign in at {url}/login"
NOBODY_YET = (
    "Nobody can sign in yet: open a one-time link that was printed, or make one by typing: "
    "annotator user add NAME --role admin"
)
NO_LISTENING = (
    "The server cannot listen on port {port} of {host!r} ({detail}); give another --port or --host."
)
NO_SUCH_HOST = "this is no address, and no host of that name is known"


@click.command(
    epilog="Example: annotator init",
)
@json_option
def init(as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Create or upgrade the database; says how to sign in first."""
    settings = config.load()
    config.secret_key(settings.home)
    database = Database(settings.sqlalchemy_url)
    changed = migrating.upgrade(database)
    with database.read() as session:
        anyone = access.can_anyone_sign_in(session)
    database.dispose()
    if as_json:
        print_json({"changed": changed, "someone_can_sign_in": anyone})
        return
    click.echo("The database is ready." if changed else "The database was up to date.")
    if not anyone:
        click.echo(FIRST_STEP)


@click.command(epilog="Example: annotator serve --port 8080")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=PORTS, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Run the production server until it is stopped (Ctrl-C)."""
    # Imported here: the other commands must not pay for the web application.
    from annotator.web import create_app, logs  # noqa: PLC0415

    logs.configure()
    settings = config.load()
    with open_database() as database:
        server = _listening(create_app(settings, database), host, port)
        with database.read() as session:
            anyone = access.can_anyone_sign_in(session)
        click.echo(f"Serving on http://{host}:{port} (Ctrl-C stops it).")
        click.echo(SIGN_IN.format(url=f"http://{host}:{port}") if anyone else NOBODY_YET)
        working.stop_on_sigterm()
        with working.ChildWorker():
            server.run()


@click.command(epilog="Example: annotator settings")
@json_option
def settings(as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Explain every setting and show its value now."""
    current = config.load()
    rows = [
        {
            "name": PREFIX + name.upper(),
            "value": _shown(getattr(current, name)),
            "means": field.description,
        }
        for name, field in Settings.model_fields.items()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['name']} = {row['value']}\n    {row['means']}")


@click.command(epilog="Example: annotator routes --json")
@json_option
def routes(as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List every address with its methods and who may call it."""
    from annotator.web import create_app  # noqa: PLC0415 - see serve
    from annotator.web.access import policy_of  # noqa: PLC0415

    app = create_app(config.load())
    rows = [
        {
            "rule": rule.rule,
            "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
            "policy": str(policy_of(app, rule.endpoint)),
        }
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{' '.join(row['methods']):<16} {row['policy']:<14} {row['rule']}")


def _listening(app: "Flask", host: str, port: int) -> "MultiSocketServer | TcpWSGIServer":
    """Raises:
    SettingsInvalid: the port is taken or not for us, or the address is not this machine's.
    """
    import waitress  # noqa: PLC0415 - see serve

    try:
        return waitress.create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            # Waitress would otherwise hold large answers in memory twice.
            outbuf_overflow=16 * 1024 * 1024,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
        )
    except OSError as error:
        detail = os.strerror(error.errno) if error.errno else str(error)
    except ValueError:
        # What Waitress makes of a name that cannot be looked up.
        detail = NO_SUCH_HOST
    raise SettingsInvalid(NO_LISTENING.format(host=host, port=port, detail=detail))


def _shown(value: object) -> str:
    """A database address may carry a password, which is not for the screen."""
    if isinstance(value, tuple):
        return ",".join(value)
    text = str(value)
    if "://" in text and "@" in text:
        scheme, rest = text.split("://", 1)
        return f"{scheme}://…@{rest.rsplit('@', 1)[1]}"
    return text or "(not set)"
