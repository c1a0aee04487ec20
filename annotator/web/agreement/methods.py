"""The paragraph on methods, ready to paste into a paper."""

from flask import Response, render_template

from annotator.services.agreement import scored_in_full
from annotator.web.agreement.reading import Reading, gold, read
from annotator.web.security import DOWNLOAD_POLICY


def show(slug: str) -> str:  # noqa: ARG001 - the policy has loaded the project
    reading = read()
    return render_template("agreement/methods.html", reading=reading, text=_text(reading))


def download(slug: str) -> Response:
    response = Response(_text(read()), content_type="text/plain; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}-methods.txt")
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


def _text(reading: Reading) -> str:
    """The paragraph and its references; empty where nothing is labelled."""
    from annotator.domain.scoring.methods import methods_paragraph  # noqa: PLC0415 - loads numpy

    report = scored_in_full(reading.judgments, gold(), aggregates=("vote",))
    if not any(each["judgments"] for each in report["questions"]):
        return ""
    return methods_paragraph(report)
