"""The codebook as people read it, its versions, and a new one."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, TextAreaField

from annotator.errors import CodebookInvalid, NotFound
from annotator.services import codebook_news, codebooks
from annotator.store.queries import codebooks as queries
from annotator.web.access import NO_SUCH_PAGE, Policy, database, now, person, project, requires
from annotator.web.security import DOWNLOAD_POLICY

ADDED = "Version {number} is in use for new rounds."
SAME = "This is version {number} already, so nothing was added."
NOT_UTF8 = "{name}: not UTF-8 (byte {offset}): save it as UTF-8 text."
READ = "Thank you: version {number} counts as read."
TYPED = "codebook.yaml"
# Where the notice of what is new stands, and where its button leads back to.
PAGES_WITH_NEWS = {"mine": "mine.index", "label": "labelling.label"}
# Private: a proxy between people and server has no business with it.
KEPT = "private, max-age=31536000, immutable"
SCOPES = {
    "paragraph": "Asked of every paragraph",
    "document": "Asked of every document",
    "source": "Asked of every source",
}

blueprint = Blueprint("codebooks", __name__, url_prefix="/projects/<slug>/codebook")


class CodebookForm(FlaskForm):  # type: ignore[misc]
    """A file, or the text as edited on the page; `codebook_file` checks the content."""

    file = FileField("Codebook file", render_kw={"accept": ".yaml,.yml"})
    # In YAML the indent has a meaning, so lines stay lines and letters are of one width.
    yaml = TextAreaField(
        "Codebook", render_kw={"rows": 30, "spellcheck": "false", "wrap": "off", "class": "code"}
    )
    editorial = BooleanField("Only wording changed: every label means what it meant before")


@blueprint.get("")
@requires(Policy.MEMBER)
def index(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    here = project()
    with database().read() as session:
        newest = codebooks.latest(session, here.id).number
    return _reading(newest)


@blueprint.get("/<int:number>")
@requires(Policy.MEMBER)
def show(slug: str, number: int) -> str:  # noqa: ARG001 - `project()` has loaded it
    return _reading(number)


@blueprint.get("/<int:number>/codebook.yaml")
@requires(Policy.MEMBER)
def download(slug: str, number: int) -> Response:
    with database().read() as session:
        version = codebooks.numbered(session, project_id=project().id, number=number)
        yaml = version.yaml
    response = Response(yaml, mimetype="application/yaml")
    name = f"codebook-{slug}-{number}.yaml"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


@blueprint.get("/guide/<content_hash>/<scope>")
@requires(Policy.MEMBER)
def guide(slug: str, content_hash: str, scope: str) -> Response:  # noqa: ARG001 - see show
    """Rules and examples for the labelling page, kept by browsers: the hash names the content."""
    if scope not in SCOPES:
        raise NotFound(NO_SUCH_PAGE)
    with database().read() as session:
        version = codebooks.hashed(session, project_id=project().id, content_hash=content_hash)
        codebook = codebooks.codebook_of(version)
    asked = [each for each in codebook.expanded(scope, blind=True) if not each.detail_of]
    # A question that is repeated over a list is explained once.
    first = {each.base: each for each in reversed(asked)}
    page = render_template(
        "codebooks/guide.html",
        questions=[each for each in asked if first[each.base] is each],
        lang=codebook.languages[0],
    )
    response = Response(page)
    response.headers["Cache-Control"] = KEPT
    return response


@blueprint.get("/changes")
@requires(Policy.MEMBER)
def changes(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    here = project()
    with database().read() as session:
        versions = queries.versions(session, project_id=here.id)
        newest = versions[0].number if versions else 1
        after = request.args.get("to", newest, type=int)
        found = codebook_news.compare(
            session,
            project_id=here.id,
            before=request.args.get("from", max(after - 1, 1), type=int),
            after=after,
            lang=request.args.get("lang"),
        )
        news = codebook_news.news(session, project_id=here.id, user_id=person().id)
    kinds = [question.kind for question in found.changes.questions]
    return render_template(
        "codebooks/changes.html",
        versions=versions,
        before=found.before,
        after=found.after,
        changes=found.changes,
        counts={kind: kinds.count(kind) for kind in ("added", "removed", "changed")},
        lang=found.lang,
        languages=found.languages,
        news=news,
    )


@blueprint.post("/<int:number>/read")
@requires(Policy.MEMBER)
def read(slug: str, number: int) -> AnyResponse:
    with database().write() as session:
        codebook_news.mark_read(
            session, project_id=project().id, number=number, user_id=person().id, now=now()
        )
    flash(READ.format(number=number), "success")
    back = PAGES_WITH_NEWS.get(request.form.get("back", ""), "mine.index")
    return redirect(url_for(back, slug=slug), 303)


@blueprint.get("/new")
@requires(Policy.PROJECT_LEAD)
def edit(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    with database().read() as session:
        newest = codebooks.latest(session, project().id)
        form = CodebookForm(yaml=newest.yaml)
    return render_template("codebooks/edit.html", form=form, complaints=[])


@blueprint.post("")
@requires(Policy.PROJECT_LEAD)
def add(slug: str) -> AnyResponse | tuple[str, int]:
    form = CodebookForm()
    try:
        name, yaml = _sent(form)
        with database().write() as session:
            before = codebooks.latest(session, project().id).number
            version = codebooks.add_version(
                session,
                project_id=project().id,
                yaml=yaml,
                name=name,
                editorial=form.editorial.data,
                actor_id=person().id,
                now=now(),
            )
    except CodebookInvalid as error:
        page = render_template("codebooks/edit.html", form=form, complaints=error.complaints)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    says = ADDED if version.number > before else SAME
    flash(says.format(number=version.number), "success")
    return redirect(url_for("codebooks.show", slug=slug, number=version.number), 303)


def _sent(form: CodebookForm) -> tuple[str, str]:
    """Name and text of what was sent; a file goes into the text field, to be mended there."""
    if not form.file.data:
        # A browser sends a text field with CRLF, whatever it was filled with.
        return TYPED, (form.yaml.data or "").replace("\r\n", "\n")
    name = form.file.data.filename or TYPED
    try:
        form.yaml.data = form.file.data.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CodebookInvalid([NOT_UTF8.format(name=name, offset=error.start)]) from error
    return name, form.yaml.data


def _reading(number: int) -> str:
    here = project()
    with database().read() as session:
        version = codebooks.numbered(session, project_id=here.id, number=number)
        codebook = codebooks.codebook_of(version)
        versions = queries.versions(session, project_id=here.id)
    lang = request.args.get("lang", codebook.languages[0])
    asked = {scope: codebook.expanded(scope, blind=here.source_blind) for scope in SCOPES}
    return render_template(
        "codebooks/show.html",
        number=number,
        codebook=codebook,
        lang=lang if lang in codebook.languages else codebook.languages[0],
        asked=asked,
        scopes=SCOPES,
        versions=versions,
    )
