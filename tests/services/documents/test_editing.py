"""What a lead says of a document is checked as in an import."""

from datetime import date
from typing import Any

import pytest

from annotator.errors import DataInvalid
from annotator.services.documents.editing import Description, describe_document
from annotator.store.corpus import Document
from tests.factories import NOW, Factory


def described(make: Factory, document: Document, **given: str | int) -> None:
    said: dict[str, Any] = {"title": "", "url": "", "byline": "", "published_on": "", "lang": "en"}
    said |= {"key": document.key, "source_id": document.source_id}
    description = Description(**(said | given))
    describe_document(
        make.session, document=document, description=description, actor_id=None, now=NOW
    )


def test_it_takes_what_is_said_and_empties_what_is_not(make: Factory) -> None:
    document = make.document(make.project(), byline="Ana", title="Old")
    described(
        make, document, title="  New \n title ", published_on="2024-05-16", url="https://a.example/"
    )
    assert (document.title, document.byline) == ("New title", None)
    assert (document.published_on, document.url) == (date(2024, 5, 16), "https://a.example/")


def test_it_moves_a_document_to_another_source(make: Factory) -> None:
    project = make.project()
    document, other = make.document(project), make.source(project)
    described(make, document, source_id=other.id, lang="ru")
    assert (document.source_id, document.lang) == (other.id, "ru")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"key": " "}, "needs an id"),
        ({"key": "taken"}, "another document with the id “taken”"),
        ({"url": "javascript:alert(1)"}, "is not a web address"),
        ({"published_on": "20240-01-01"}, "is not a date"),
        ({"lang": "klingon!"}, "is not a language code"),
        ({"title": "a\x07b"}, "character"),
        ({"source_id": 0}, "Choose a source"),
    ],
)
def test_what_an_import_would_refuse_is_refused(
    make: Factory, given: dict[str, str | int], sentence: str
) -> None:
    project = make.project()
    document = make.document(project, make.source(project), key="mine", title="Old")
    make.document(project, document.source, key="taken")
    with pytest.raises(DataInvalid, match=sentence):
        described(make, document, **given)
    assert (document.key, document.title) == ("mine", "Old")
