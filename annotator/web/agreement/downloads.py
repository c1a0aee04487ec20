"""Every figure of the pages as a file: the plot as SVG, the table as CSV."""

from flask import Response, render_template

from annotator.errors import NotFound
from annotator.web.access import NO_SUCH_PAGE
from annotator.web.agreement import annotators, overview, question
from annotator.web.agreement.reading import ask, read
from annotator.web.agreement.tables import Figure
from annotator.web.security import DOWNLOAD_POLICY

CSV = "text/csv; charset=utf-8"
SVG = "image/svg+xml; charset=utf-8"


def overview_csv(slug: str) -> Response:
    return _csv(overview.figure(), slug)


def overview_svg(slug: str) -> Response:
    return _svg(overview.figure(), slug)


def question_csv(slug: str, question: str, figure: str) -> Response:
    return _csv(_of_question(question, figure), slug, question)


def question_svg(slug: str, question: str, figure: str) -> Response:
    return _svg(_of_question(question, figure), slug, question)


def annotators_csv(slug: str, figure: str) -> Response:
    return _csv(_of_annotators(figure), slug, "annotators")


def annotators_svg(slug: str, figure: str) -> Response:
    return _svg(_of_annotators(figure), slug, "annotators")


def annotator_csv(slug: str, pseudonym: str, figure: str) -> Response:
    return _csv(_of_annotator(pseudonym, figure), slug, pseudonym)


def annotator_svg(slug: str, pseudonym: str, figure: str) -> Response:
    return _svg(_of_annotator(pseudonym, figure), slug, pseudonym)


def _of_question(code: str, name: str) -> Figure | None:
    asked, make = ask(code), question.FIGURES.get(name)
    return None if make is None else make(asked)


def _of_annotators(name: str) -> Figure | None:
    make = annotators.ALL_FIGURES.get(name)
    return None if make is None else make(read())


def _of_annotator(pseudonym: str, name: str) -> Figure | None:
    person, make = annotators.find(pseudonym), annotators.FIGURES.get(name)
    return None if make is None else make(person)


def _csv(figure: Figure | None, *name: str) -> Response:
    if figure is None:
        raise NotFound(NO_SUCH_PAGE)
    return _attached(figure.table.csv(), CSV, f"{'-'.join((*name, figure.name))}.csv")


def _svg(figure: Figure | None, *name: str) -> Response:
    if figure is None or figure.plot is None:
        raise NotFound(NO_SUCH_PAGE)
    text = render_template("agreement/standalone.svg", plot=figure.plot)
    return _attached(text, SVG, f"{'-'.join((*name, figure.name))}.svg")


def _attached(text: str, kind: str, name: str) -> Response:
    """A file that no browser shows as a page of ours; its name is made of codes and pseudonyms."""
    response = Response(text, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response
