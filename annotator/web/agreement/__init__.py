"""The lead's pages of agreement, live while people label.

`reading` reads the judgments, and nothing else here does; a page is made of `Figure`s, which are a
table with a plot, and each of them can be downloaded under its name.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from annotator.web.access import Policy, requires
from annotator.web.agreement import annotators, downloads, methods, overview, pairs, question

ROUTES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("", "index", overview.index),
    ("/overview.csv", "overview_csv", downloads.overview_csv),
    ("/overview.svg", "overview_svg", downloads.overview_svg),
    ("/annotators", "annotators", annotators.index),
    ("/annotators/<figure>.csv", "annotators_csv", downloads.annotators_csv),
    ("/annotators/<figure>.svg", "annotators_svg", downloads.annotators_svg),
    ("/annotators/<pseudonym>", "annotator", annotators.show),
    ("/annotators/<pseudonym>/<figure>.csv", "annotator_csv", downloads.annotator_csv),
    ("/annotators/<pseudonym>/<figure>.svg", "annotator_svg", downloads.annotator_svg),
    ("/methods", "methods", methods.show),
    ("/methods.txt", "methods_text", methods.download),
    ("/<question>", "question", question.show),
    ("/<question>/pairs", "pairs", pairs.show),
    ("/<question>/<figure>.csv", "question_csv", downloads.question_csv),
    ("/<question>/<figure>.svg", "question_svg", downloads.question_svg),
)

blueprint = Blueprint("agreement", __name__, url_prefix="/projects/<slug>/agreement")
for rule, endpoint, view in ROUTES:
    blueprint.add_url_rule(rule, endpoint, requires(Policy.PROJECT_LEAD)(view))
