"""Documents of a project: the list, the import, and each with what the machine thinks of it."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from annotator.errors import NotFound
from annotator.store.queries import access
from annotator.store.queries import documents as queries
from annotator.web.access import NO_SUCH_PAGE, Policy, database, project, requires
from annotator.web.imports import UploadForm, take_files

blueprint = Blueprint("documents", __name__, url_prefix="/projects/<slug>/documents")


@blueprint.get("")
@requires(Policy.PROJECT_LEAD)
def index(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    return _page(UploadForm())


@blueprint.post("")
@requires(Policy.PROJECT_LEAD)
def bring_in(slug: str) -> AnyResponse | tuple[str, int]:  # noqa: ARG001 - `project()` has loaded it
    form = UploadForm()
    if not form.validate():
        return _page(form), 422
    return take_files(form)


@blueprint.get("/<int:document_id>")
@requires(Policy.PROJECT_LEAD)
def show(slug: str, document_id: int) -> str:  # noqa: ARG001 - `project()` has loaded it
    with database().read() as session:
        found = access.document_for(session, project_id=project().id, document_id=document_id)
        if found is None:
            raise NotFound(NO_SUCH_PAGE)
        document = queries.document(session, document_id=found.id)
    return render_template("documents/show.html", document=document)


def _page(form: UploadForm) -> str:
    page = max(1, request.args.get("page", 1, type=int))
    with database().read() as session:
        total = queries.how_many(session, project_id=project().id)
        documents = queries.documents(session, project_id=project().id, page=page)
        under_way = queries.imports_under_way(session, project_id=project().id)
    return render_template(
        "documents/index.html",
        form=form,
        documents=documents,
        total=total,
        page=page,
        pages=-(-total // queries.ON_A_PAGE),
        under_way=under_way,
    )
