"""Made-up documents for the tests of the rules."""

from collections.abc import Mapping

from annotator.domain.noise import Suggestion, Surroundings, suggest
from annotator.domain.segmentation import segment

BODY = (
    "The two ministers met for the third time this year and agreed to keep the border open through "
    "the winter, although neither side would say who is to pay for the new customs hall."
)
MORE = (
    "Traders on both banks of the river have waited for a decision since the spring, when the old "
    "bridge was closed to lorries and the queue at the ferry grew to more than four days."
)


def around(
    *lines: str, lang: str | None = "en", langs: tuple[str, ...] = ("en", "ru", "ro")
) -> Surroundings:
    pieces = segment("\n".join(lines)).pieces if lines else ()
    return Surroundings(pieces, lang, langs, {}, 1)


def suggested(
    *lines: str,
    lang: str | None = "en",
    langs: tuple[str, ...] = ("en", "ru", "ro"),
    seen_elsewhere: Mapping[str, int] | None = None,
    documents_of_source: int = 1,
) -> dict[int, Suggestion]:
    suggestions = suggest(
        segment("\n".join(lines)).pieces,
        lang=lang,
        langs=langs,
        seen_elsewhere=seen_elsewhere or {},
        documents_of_source=documents_of_source,
    )
    return {suggestion.position: suggestion for suggestion in suggestions}
