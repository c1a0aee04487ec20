from annotator.domain import codebook_file
from annotator.domain.noise_labels import noise_labels
from tests.services.release_world import CODEBOOK
from tests.small_codebook import SMALL


def test_the_labels_that_lead_past_what_is_asked_of_text_are_noise() -> None:
    small = codebook_file.parse(SMALL, name="small.yaml")
    assert noise_labels(small) == ("content", frozenset({"boilerplate"}))


def test_a_codebook_without_a_cleanup_question_has_none() -> None:
    assert noise_labels(codebook_file.parse(CODEBOOK, name="c.yaml")) is None
