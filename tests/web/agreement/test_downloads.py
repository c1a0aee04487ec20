"""Figures as files: CSV that is safe to open, SVG that stands alone in light and dark."""

import csv
import io
from xml.etree import ElementTree as ET

import pytest

from annotator.web.agreement.tables import Column, Interval, Said, Table
from annotator.web.security import DOWNLOAD_POLICY
from tests.web.agreement.conftest import Lead

QUESTION_FIGURES = (
    "statistics", "judgments", "labels", "confusions", "pairs", "sources", "time",
)  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def rows(body: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body), strict=True))


@pytest.mark.parametrize("name", QUESTION_FIGURES)
def test_every_table_of_a_question_can_be_had_as_csv(lead: Lead, name: str) -> None:
    found = rows(lead.get(f"/content/{name}.csv"))
    assert len(found) > 1
    assert {len(row) for row in found} == {len(found[0])}


def test_csv_has_numbers_in_full_and_the_reason_why_there_is_no_interval(lead: Lead) -> None:
    head, *body = rows(lead.get("/overview.csv"))
    assert head[:6] == [
        "Question",
        "Question, code",
        "Alpha",
        "95 % interval, low",
        "95 % interval, high",
        "95 % interval, why not",
    ]
    content = next(row for row in body if row[0] == "What is it?")
    assert content[1] == "content"
    assert len(content[2]) > 6
    assert float(content[3]) < float(content[2]) < float(content[4])
    genre = next(row for row in body if row[0] == "Genre")
    assert genre[1:6] == [
        "genre",
        "",
        "",
        "",
        "Only one label was used, so nothing can be said beyond chance.",
    ]


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    table = Table(
        (
            Column("=name"),
            Column("Alpha", "figure"),
            Column("Where", "link"),
            Column("x", "interval"),
        ),
        ((Said("=1+1", "/x"), -0.25, Said("there"), Interval(None, 0.5, None)),),
    )
    assert rows(table.csv()) == [
        ["'=name", "Alpha", "x, low", "x, high", "x, why not"],
        ["'=1+1", "-0.25", "", "0.5", ""],
    ]


def test_it_is_a_download_that_no_browser_runs(lead: Lead) -> None:
    for path, kind in (
        ("/content/labels.csv", "text/csv; charset=utf-8"),
        ("/content/labels.svg", "image/svg+xml; charset=utf-8"),
    ):
        response = lead.client.get(f"/projects/news/agreement{path}")
        assert response.headers["Content-Type"] == kind
        assert response.headers["Content-Security-Policy"] == DOWNLOAD_POLICY
        assert response.headers["Content-Disposition"].startswith(
            "attachment; filename=news-content"
        )
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/overview.svg", "/content/labels.svg", "/content/pairs.svg", "/content/time.svg"],
)
def test_a_plot_stands_alone(lead: Lead, path: str) -> None:
    body = lead.get(path)
    root = ET.fromstring(body)  # noqa: S314 - our own
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None
    assert "prefers-color-scheme: dark" in body
    assert "http" not in body.replace("http://www.w3.org/2000/svg", "")
    drawn = {each.attrib["class"] for each in root.iter() if "class" in each.attrib}
    styled = "".join(each.text or "" for each in root.iter(f"{SVG}style"))
    assert drawn
    for kinds in drawn - {"name", "ink small"}:
        assert f".{kinds.replace(' ', '.')} {{" in styled or f".{kinds}," in styled, kinds


def test_files_of_annotators(lead: Lead) -> None:
    alice = f"/annotators/{lead.pseudonym('alice')}"
    named = [f"{name}, {lead.pseudonym(name)}" for name in ("alice", "bob")]
    head, first, *_ = rows(lead.get("/annotators/same.csv"))
    assert head == ["Question", "Question, code", *named]
    assert first[:2] == ["What is it?", "content"]
    assert rows(lead.get(f"{alice}/confusion.csv?question=content"))[0][0] == "They said"
    assert "<svg" in lead.get("/annotators/same.svg")
    assert "<svg" in lead.get(f"{alice}/time.svg?question=content")


@pytest.mark.parametrize(
    "path",
    [
        "/content/nothing.csv",
        "/content/judgments.svg",
        "/nothing/labels.csv",
        "/annotators/nothing.csv",
        "/annotators/work.svg",
        "/annotators/nobody/questions.csv",
    ],
)
def test_what_is_not_there_is_not_there(lead: Lead, path: str) -> None:
    assert lead.status(path) == 404


def test_a_file_is_of_the_round_that_is_asked_for(lead: Lead) -> None:
    found = rows(lead.get("/content/judgments.csv?round=training"))
    assert found[1] == ["Counted", "", "0"]


def test_names_stand_with_the_codes_that_join_them_to_json_and_releases(lead: Lead) -> None:
    confusion, *_ = rows(lead.get("/content/confusions.csv"))[1:]
    assert confusion == ["Main text", "main", "Boilerplate", "boilerplate", "7", "7"]
    pair = rows(lead.get("/content/pairs.csv"))[1]
    assert pair[:4] == ["alice", lead.pseudonym("alice"), "bob", lead.pseudonym("bob")]
    codes = [row[1] for row in rows(lead.get("/content/statistics.csv"))]
    assert codes[:2] == ["Statistic, code", "krippendorff_alpha"]
    assert [row[1] for row in rows(lead.get("/frames/judgments.csv"))[2:3]] == ["gated"]
