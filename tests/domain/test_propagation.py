from annotator.domain.propagation import Vote, agreed, choices, cleaned, contrary, is_noise
from tests.domain.codebooks import default_codebook

NOISE = {"content": ["boilerplate"], "noise_type": ["banner"]}
WIDGET = {"content": ["boilerplate"], "noise_type": ["widget"]}
TEXT = {"content": ["main"]}


def votes(*answers: dict[str, list[str]], document: int | None = None) -> list[Vote]:
    """A vote on a document of its own for each answer, or all on one."""
    return [Vote(n, n, document or n, 1, each) for n, each in enumerate(answers, start=1)]


def test_noise_is_what_leaves_nothing_else_to_be_asked() -> None:
    book = default_codebook()
    assert is_noise(book, NOISE)
    assert not is_noise(book, TEXT)
    assert not is_noise(book, {"content": ["mixed"], "noise_type": ["banner"]})
    assert not is_noise(book, {})


def test_only_answers_to_clean_up_questions_are_kept() -> None:
    assert cleaned(default_codebook(), {"primary_frame": ["economic"], **NOISE}) == NOISE


def test_a_lead_chooses_text_or_a_kind_of_noise_and_nothing_mixed() -> None:
    found = choices(default_codebook(), "en")
    codes = [choice.code for choice in found]
    assert codes[0] == "main"
    assert "boilerplate.banner" in codes
    assert not any(code.startswith("mixed") for code in codes)
    assert [choice.code for choice in found if choice.spares_first] == ["boilerplate.repeat"]


def test_two_documents_that_agree_are_enough() -> None:
    assert agreed(default_codebook(), votes(NOISE, NOISE)) == NOISE


def test_one_document_is_not_enough_whoever_labelled_it() -> None:
    assert agreed(default_codebook(), votes(NOISE)) is None
    assert agreed(default_codebook(), votes(NOISE, NOISE, document=5)) is None


def test_a_label_to_the_contrary_leaves_it_open() -> None:
    assert agreed(default_codebook(), votes(NOISE, NOISE, TEXT)) is None


def test_main_text_never_follows_from_labels() -> None:
    assert agreed(default_codebook(), votes(TEXT, TEXT)) is None


def test_of_different_kinds_of_noise_only_noise_holds() -> None:
    assert agreed(default_codebook(), votes(NOISE, WIDGET)) == {"content": ["boilerplate"]}


def test_contrary_is_text_against_noise_and_not_another_kind() -> None:
    book = default_codebook()
    against = contrary(book, NOISE, votes(WIDGET, TEXT))
    assert against is not None
    assert against.annotation_id == 2
    assert contrary(book, NOISE, votes(WIDGET)) is None
