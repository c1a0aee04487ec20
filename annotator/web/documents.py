"""Documents of a project: the list, the search, the figures, and each with its paragraphs."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from annotator.domain.plain_text import strange_character
from annotator.errors import NotFound
from annotator.services.documents import settled_noise
from annotator.store.queries import access, document_list, document_page, searching
from annotator.store.queries import documents as queries
from annotator.store.queries import sources as source_queries
from annotator.store.queries.document_list import COUNTED_AT_MOST, COUNTED_SORTS, SORTS, Wanted
from annotator.web.access import NO_SUCH_PAGE, Policy, database, person, project, requires
from annotator.web.corpus_tables import by_language, by_source, noise_plot
from annotator.web.imports import UploadForm, take_files

WORDS_AT_MOST = 200
WORDS_NEEDED = "Type two letters or more of what the text says."
WORDS_LONG = f"Search for at most {WORDS_AT_MOST} characters, without line breaks."
# No list is longer: an offset must be a number that the databases take.
PAGES_AT_MOST = 100_000

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


@blueprint.get("/search")
@requires(Policy.PROJECT_LEAD)
def search(slug: str) -> str | tuple[str, int]:  # noqa: ARG001 - `project()` has loaded it
    words, source_id = " ".join(request.args.get("q", "").split()), _id("source")
    problem = _problem(words)
    with database().read() as session:
        sources = source_queries.sources(session, project_id=project().id)
        found = None
        if problem is None:
            found = searching.search(
                session,
                project_id=project().id,
                words=words,
                source_id=source_id,
                after=_id("after") or 0,
            )
    page = render_template(
        "documents/search.html",
        words=words if problem is None else "",
        problem=problem,
        found=found,
        sources=sources,
        source_id=source_id,
        on_a_page=document_page.ON_A_PAGE,
    )
    return page if problem is None else (page, 422)


@blueprint.get("/figures")
@requires(Policy.PROJECT_LEAD)
def figures(slug: str) -> str:  # noqa: ARG001 - `project()` has loaded it
    with database().read() as session:
        rows = settled_noise.figures(session, project_id=project().id)
    return render_template(
        "documents/figures.html",
        languages=by_language(rows),
        sources=by_source(rows),
        plot=noise_plot(by_source(rows)),
    )


@blueprint.get("/<int:document_id>")
@requires(Policy.PROJECT_LEAD)
def show(slug: str, document_id: int) -> str:  # noqa: ARG001 - `project()` has loaded it
    return document_view(document_id)


def document_view(document_id: int, *, problem: str | None = None) -> str:
    """The page of a document, with what could not be done to it."""
    page = _number("page")
    with database().read() as session:
        document = access.document_for(session, project_id=project().id, document_id=document_id)
        if document is None:
            raise NotFound(NO_SUCH_PAGE)
        shown = document_page.document_shown(
            session, document=document, user_id=person().id, number=_id("version"), page=page
        )
        if shown is None:
            raise NotFound(NO_SUCH_PAGE)
    return render_template(
        "documents/show.html",
        document=shown,
        problem=problem,
        page=page,
        pages=-(-shown.count // document_page.ON_A_PAGE),
    )


def _page(form: UploadForm) -> str:
    with database().read() as session:
        total, withdrawn = document_list.how_many(session, project_id=project().id)
        wanted = _wanted(can_count=total <= COUNTED_AT_MOST)
        listed = settled_noise.listed(session, project_id=project().id, wanted=wanted)
        languages = document_list.languages(session, project_id=project().id)
        sources = source_queries.sources(session, project_id=project().id)
        under_way = queries.imports_under_way(session, project_id=project().id)
    return render_template(
        "documents/index.html",
        form=form,
        listed=listed,
        wanted=wanted,
        total=total,
        withdrawn=withdrawn,
        languages=languages,
        sources=sources,
        sortable=SORTS + (COUNTED_SORTS if total <= COUNTED_AT_MOST else ()),
        address=_address,
        under_way=under_way,
    )


def _wanted(*, can_count: bool) -> Wanted:
    """What the address asks for; what it gets wrong is as if it did not ask."""
    sorts = SORTS + (COUNTED_SORTS if can_count else ())
    given = request.args
    state, sort, lang = given.get("state", ""), given.get("sort", ""), given.get("lang", "")
    return Wanted(
        source_id=_id("source"),
        lang="" if strange_character(lang) else lang[:20],
        state=state if state in document_list.STATES else "",
        sort=sort if sort in sorts else "source",
        descending=given.get("order") == "down",
        page=_number("page"),
    )


def _address(wanted: Wanted, **changed: str | int | None) -> dict[str, str | int]:
    """The arguments of an address that asks for the same but for what is changed."""
    asked: dict[str, str | int | None] = {
        "source": wanted.source_id,
        "lang": wanted.lang,
        "state": wanted.state,
        "sort": wanted.sort if wanted.sort != "source" else None,
        "order": "down" if wanted.descending else None,
        "page": None,
    } | changed
    return {name: value for name, value in asked.items() if value}


def _problem(words: str) -> str | None:
    if len(words) > WORDS_AT_MOST or strange_character(words):
        return WORDS_LONG
    return WORDS_NEEDED if len(words) < 2 else None  # noqa: PLR2004 - said in the sentence


def _id(name: str) -> int | None:
    found = request.args.get(name, type=int)
    return found if found is not None and 0 < found < 2**31 else None


def _number(name: str) -> int:
    return min(max(1, request.args.get(name, 1, type=int)), PAGES_AT_MOST)
