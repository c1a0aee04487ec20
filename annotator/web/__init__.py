"""The web application: pages for annotators and leads, and the HTTP API.

`create_app` is cheap on purpose (a server must be ready in a second): numpy, pandas and duckdb are
imported by the views that need them, never here.
"""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from annotator import config, paths
from annotator.config import Settings
from annotator.services.adjudication.keeping import Dockets
from annotator.services.live import LiveAgreement
from annotator.store.database import Database
from annotator.web import (
    access,
    account,
    adjudication,
    adjudication_policies,
    adjudication_review,
    agreement,
    api,
    assets,
    cleaning,
    clusters,
    codebooks,
    compression,
    document_changes,
    documents,
    errors,
    health,
    imports,
    labelling,
    logs,
    members,
    mine,
    noise,
    people,
    projects,
    releases,
    rounds,
    security,
    sign_in,
    sources,
)

MEGABYTE = 1024 * 1024
# One file may have 20 MB; a form may carry several, and a whole import is taken or none.
LARGEST_REQUEST = 200 * MEGABYTE
LARGEST_FIELD = 2 * MEGABYTE

BLUEPRINTS = (
    health.blueprint,
    sign_in.blueprint,
    account.blueprint,
    people.blueprint,
    projects.blueprint,
    documents.blueprint,
    document_changes.blueprint,
    imports.blueprint,
    sources.blueprint,
    noise.blueprint,
    clusters.blueprint,
    codebooks.blueprint,
    members.blueprint,
    rounds.blueprint,
    labelling.blueprint,
    cleaning.blueprint,
    mine.blueprint,
    api.blueprint,
    agreement.blueprint,
    adjudication.blueprint,
    adjudication_policies.blueprint,
    adjudication_review.blueprint,
    releases.blueprint,
)


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """The application, closed by default: a route without a declared policy is an error here.

    Raises:
        SettingsInvalid: the secret key is weak or readable by others.
        access.UndeclaredPolicy: a view does not say who may call it.
    """
    app = Flask(
        "annotator",
        template_folder=str(paths.templates()),
        static_folder=None,
        root_path=str(Path(__file__).parent),
    )
    app.config.update(
        SECRET_KEY=config.secret_key(settings.home),
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FIELD,
        MAX_FORM_PARTS=10_000,
        # Flask's own cookie holds the CSRF seed and messages, never who someone is.
        SESSION_COOKIE_NAME="annotator_page",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    app.extensions["annotator.settings"] = settings
    database = database or Database(settings.sqlalchemy_url)
    app.extensions["annotator.database"] = database
    app.extensions["annotator.dockets"] = Dockets(database)
    app.extensions["annotator.live_agreement"] = LiveAgreement(database, told=logs.figures_differed)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    for part in (logs, security, compression, assets, errors, access):
        part.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    access.require_policies(app)
    return app
