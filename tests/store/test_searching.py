"""Both databases find the same words, in any case of any script."""

from annotator.store.corpus import Paragraph
from annotator.store.queries import searching
from tests.factories import NOW, Factory


def test_it_finds_titles_and_texts_of_documents_in_use(make: Factory) -> None:
    project = make.project()
    texts = ("Nothing.", "Вчера в МОСКВЕ 100%_ шёл снег.", "Straße")
    document = make.document(project, texts=texts, title="ВЧЕРА")
    make.document(project, texts=texts, withdrawn_at=NOW)
    make.document(make.project(), texts=texts)

    def hits(words: str) -> list[tuple[int, int, str]]:
        found = searching.search(make.session, project_id=project.id, words=words)
        return [(hit.document_id, hit.number, hit.text.words) for hit in found.texts]

    assert hits("в москве") == [(document.id, 2, "в МОСКВЕ")]
    assert hits("0%_ ШЁЛ") == [(document.id, 2, "0%_ шёл")]
    assert hits("0__") == hits("%снег") == []
    found = searching.search(make.session, project_id=project.id, words="вчера")
    assert [hit.title.words for hit in found.titles] == ["ВЧЕРА"]


def test_it_goes_on_after_the_last_paragraph_shown(make: Factory) -> None:
    project = make.project()
    source = make.source(project)
    make.document(project, source, texts=tuple(f"Word {n}" for n in range(searching.HITS + 2)))
    first = searching.search(make.session, project_id=project.id, words="word")
    assert len(first.texts) == searching.HITS
    assert first.after == first.texts[-1].paragraph_id
    rest = searching.search(make.session, project_id=project.id, words="word", after=first.after)
    assert [hit.text.words for hit in rest.texts] == ["Word", "Word"]
    assert rest.after is None
    others = searching.search(make.session, project_id=project.id, words="word", source_id=999)
    assert others.texts == ()
    assert make.session.get_one(Paragraph, first.after).position == searching.HITS - 1


def test_a_document_without_a_title_is_found_under_its_key(make: Factory) -> None:
    project = make.project()
    document = make.document(project, texts=("Nothing.",), title=None, key="Straße-7.txt")
    found = searching.search(make.session, project_id=project.id, words="strasse-7")
    found_upper = searching.search(make.session, project_id=project.id, words="STRAßE-7")
    titles = (*found.titles, *found_upper.titles)
    assert {hit.document_id for hit in titles} == {document.id}
    assert {hit.title.words for hit in titles} == {"Straße-7"}
