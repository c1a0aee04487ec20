from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.noise.characters import look_at
from annotator.domain.noise.features import NONE, Batch, matrix, of_batch
from tests.domain.noise.cases import BODY, MORE

NO_WEIGHTS = np.zeros((2, 1 << 8), np.float32)
LINES = ["Menu", BODY, MORE, "33 (31%)", "Читать на русском", "中俄关系", "", "Why?"]
LINE = st.sampled_from(LINES)


def made(*documents: list[str]) -> Batch:
    texts = [text for document in documents for text in document]
    of = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
    copies = [float(Counter(document)[text]) for document in documents for text in document]
    nothing = np.zeros(len(texts), np.float32)
    return Batch(
        texts,
        of.astype(np.int64),
        np.array(copies, np.float32),
        nothing,
        nothing,
        np.ones(len(documents), np.float32),
        np.full(len(texts), NONE, np.float32),
    )


def features(*documents: list[str]) -> dict[str, Any]:
    batch = made(*documents)
    return of_batch(batch, look_at(batch.texts, NO_WEIGHTS))


@given(st.lists(st.lists(LINE, min_size=1, max_size=8), min_size=1, max_size=4))
def test_a_document_has_the_same_features_alone_and_among_others(
    documents: list[list[str]],
) -> None:
    together = matrix(features(*documents))
    alone = np.concatenate([matrix(features(document)) for document in documents], axis=1)

    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-4)
    assert np.isfinite(together).all()


def test_neighbours_are_those_of_the_same_document() -> None:
    found = features(["Menu", BODY], [MORE, "Share"])

    assert found["weight+1"][0] == found["weight"][1]
    assert found["weight+1"][1] == NONE
    assert found["weight-1"][2] == NONE
    assert found["weight-1"][3] == found["weight"][2]
    assert found["weight+6"].tolist() == [NONE] * 4


def test_the_way_to_the_next_long_paragraph_is_counted_in_paragraphs() -> None:
    found = features(["Menu", "Title", BODY, "Photo", MORE, "Share"])

    assert found["until_long"].tolist()[:4] == [2, 1, 2, 1]
    assert found["since_long"].tolist()[3:] == [1, 2, 1]
    assert found["longs_before"].tolist() == [0, 0, 0, 1, 1, 2]
    assert found["longs_after"].tolist() == [2, 2, 1, 1, 0, 0]


def test_words_count_as_the_topic_only_if_another_long_paragraph_holds_them() -> None:
    found = features(["border winter", BODY, "volcano eruption"])["topic"]

    assert found[0] == 1.0
    assert found[1] == 0.0
    assert found[2] == 0.0


def test_a_line_without_words_has_no_topic() -> None:
    assert features(["—", BODY])["topic"][0] == NONE


def test_the_script_of_the_document_is_that_of_most_of_its_letters() -> None:
    found = features(["Читать на русском", BODY, "12"])["own_script"]

    assert found.tolist() == [0.0, 1.0, NONE]


def test_chinese_characters_weigh_more_than_letters() -> None:
    found = features(["关" * 50, "x" * 50])["weight"]

    assert found[0] > found[1] + 1


def test_no_feature_is_the_same_for_all_paragraphs_of_every_document() -> None:
    found = features(["Menu", "A title of words", BODY, MORE, "Share", "33 (31%)"])
    known = {"documents", "source_documents", "source_share", "source_holding"}
    always = {name for name, column in found.items() if len(set(column.tolist())) == 1}

    for name in ("place", "weight", "topic", "since_long"):
        assert name not in always - known


def test_links_of_the_lines_around_are_those_of_the_same_page() -> None:
    batch = replace(made(["Menu", BODY], [MORE, "Share"]), links=np.array([1, 0, 0, 0.5]))
    found = of_batch(batch, look_at(batch.texts, NO_WEIGHTS))

    assert batch.from_pages.tolist() == [True] * 4
    assert found["links"].tolist() == [1, 0, 0, 0.5]
    assert found["links-1"].tolist() == [NONE, 1, NONE, 0]
    assert found["links_after3"].tolist() == [0, NONE, 0.5, NONE]


def test_without_a_page_nothing_is_known_of_links() -> None:
    batch = made(["Menu", BODY])
    found = features(["Menu", BODY])

    assert batch.from_pages.tolist() == [False, False]
    assert found["links"].tolist() == [NONE, NONE]
    assert list(found).index("links") == min(
        at for at, name in enumerate(found) if name.startswith("links")
    )
    assert all(name.startswith("links") for name in list(found)[list(found).index("links") :])
