"""Every kind of dirt that the sample project promises is in its texts."""

import difflib
import re
import unicodedata
from collections import Counter
from itertools import pairwise

import pytest

from tests.sample_reading import (
    files,
    labelled,
    lines_of,
    noise,
    prose,
    text_of,
    words,
)

WIRE_STORY = (
    "northern-ledger/02-second-rail-bridge.txt",
    "harbour-and-steppe/02-second-bridge-opens.txt",
)


def test_one_banner_is_a_sentence_seven_times_on_the_first_line_of_every_text_of_an_outlet() -> (
    None
):
    heads = {lines_of(file)[0] for file in files() if file.startswith("busola-de-est/")}
    (head,) = heads
    sentence = head[: head.index("!") + 1]
    assert head == " ".join([sentence] * 7)


PATTERNS = {
    "tag and author": ("byline", r"^#\w+ / \w"),
    "caption of two words": ("caption", r"^\w+ \w+$"),
    "empty label": ("caption", r"^(Photo source|Sursa foto|Источник фото):$"),
    "click here": ("cross_link", r"click here|apasă aici"),
    "read in another language": ("navigation", r"^(Читать по-русски|Read in English)$"),
    "votes": ("widget", r"\(votes: \d+, rating: [\d.]+\)|voturi|голосов"),
    "rate": ("widget", r"^Rate this|Оцените"),
    "share": ("widget", r"Telegram|Поделиться|Distribuie"),
    "print": ("widget", r"print|Версия для печати"),
    "biography": ("author_bio", r"teaches|has covered|senior fellow|scrie despre"),
    "poll percentage": ("poll", r"\d+ ?%"),
    "poll number": ("poll", r"^ {2}1\. .*\?$"),
    "file size": ("download", r"\d (Mb|KB|MB|МБ)\b"),
    "caption with a second language": ("caption", r"\w / Ships "),
    "last update": ("metadata", r"[Ll]ast updated:|обновлено:"),
    "correction": ("metadata", r"^Correction, "),
    "copyright": ("credits", r"^© "),
    "cookies": ("credits", r"^We use cookies "),
    "empty breadcrumb": ("navigation", r"^You are here:$"),
    "related header": (
        "teaser",
        r"^(More on this subject|On the same subject|Материалы по теме|#Citește și)$",
    ),
    "advertisement": ("banner", r"^ADVERTISEMENT"),
}


@pytest.mark.parametrize(("kind", "pattern"), PATTERNS.values(), ids=PATTERNS.keys())
def test_a_kind_of_noise_occurs(kind: str, pattern: str) -> None:
    assert any(re.search(pattern, text) for text in noise(kind))


def test_a_heading_hides_a_letter_of_another_script() -> None:
    (heading,) = [text for text in noise("credits") if text.endswith("ontributors:")]
    assert unicodedata.name(heading[0]) == "CYRILLIC CAPITAL LETTER ES"


def test_four_long_paragraphs_come_twice_word_for_word() -> None:
    file = "harbour-and-steppe/01-connectivity-first.txt"
    repeats = [text for text in noise("repeat") if words(text) >= 40]
    assert len(repeats) == 4
    assert all(lines_of(file).count(text) == 2 for text in repeats)
    first, second = (
        [i for i, text in enumerate(lines_of(file)) if text == copy]
        for copy in (repeats[0], repeats[3])
    )
    assert [end - start for start, end in zip(first, second, strict=True)] == [3, 3]


def test_two_headlines_are_doubled() -> None:
    doubled = [
        file
        for (file, text, answers), (of, copy, repeat) in pairwise(labelled())
        if file == of and text == copy
        if (answers.get("part"), repeat.get("noise_type")) == (["headline"], ["repeat"])
    ]
    assert len(doubled) == 2


def test_a_standfirst_repeats_a_sentence_of_the_body_and_is_main() -> None:
    repeated = [
        text
        for file, text, answers in prose()
        if answers.get("part") == ["standfirst"]
        and any(text in line for line in lines_of(file) if line != text)
    ]
    assert len(repeated) == 1


def test_a_pull_quote_is_main_if_the_body_does_not_hold_it_and_else_a_repeat() -> None:
    own = [(f, t) for f, t, answers in prose() if answers.get("part") == ["pull_quote"]]
    assert len(own) == 2
    assert all(text_of(file).count(text.strip("“”«».")) == 1 for file, text in own)
    copied = "E un prieten întârziat, dar e singurul care a venit."
    assert copied in noise("repeat")
    assert text_of("busola-de-est/04-trei-ani-fara-asteriscuri.txt").count(copied) == 2


def test_three_quotations_run_over_two_paragraphs() -> None:
    opened = {"“": "”", "«": "»", "„": "”"}
    running = [
        text
        for _, text, answers in prose()
        if answers.get("part") == ["body"]
        and text[0] in opened
        and text.count(text[0]) > text.count(opened[text[0]])
    ]
    assert len(running) == 3


def test_a_caption_stands_in_two_languages_on_two_lines() -> None:
    captions = noise("caption")
    estonian = next(i for i, text in enumerate(captions) if "ühisõppusel" in text)
    assert captions[estonian + 1].startswith("Russian and Chinese warships")


def test_a_menu_is_in_another_language_than_its_document() -> None:
    assert any(
        "Avaleht" in line
        for line in lines_of("northern-ledger/01-cheap-oil-expensive-friendship.txt")
    )


def test_several_documents_end_in_teasers_on_the_topic() -> None:
    topical = [text for text in noise("teaser") if re.search("Russia|China|Росси|Кита|Chin", text)]
    assert len(topical) >= 5
    assert max(words(text) for text in noise("teaser")) >= 20


def test_the_wire_story_is_nearly_the_same_in_two_outlets() -> None:
    first, second = (
        [text for of, text, answers in prose() if of == file and answers.get("part") == ["body"]]
        for file in WIRE_STORY
    )
    ratios = [
        difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()
        for a, b in zip(first, second, strict=False)
    ]
    assert len(ratios) == 6
    assert min(ratios) > 0.9
    assert sum(ratio == 1 for ratio in ratios) == 2


def test_the_wire_story_is_coded_alike_in_both_outlets() -> None:
    first, second = (
        [answers for of, _, answers in prose() if of == file and answers.get("part") == ["body"]]
        for file in WIRE_STORY
    )
    assert first == second[:6]


def test_blank_lines_are_no_safe_mark_of_a_paragraph() -> None:
    gaps = Counter(
        len(run) for file in files() for run in re.findall(r"\n+", text_of(file).strip("\n"))
    )
    assert min(gaps[1], gaps[2], gaps[3]) >= 15
    assert max(gaps) >= 4
    assert {text_of(file)[-1] == "\n" for file in files()} == {True, False}


CHARACTERS = {
    "indentation": r"(?m)^ {2,}\S",
    "trailing spaces": r"(?m)\S {2,}$",
    "no-break space at the start": r"(?m)^\u00a0",
    "no-break space inside": r"\w\u00a0\w",
    "tab": r"\w\t\w",
    "curly quotes": r"“[^”]+”",
    "guillemets": r"«[^»]+»",
    "low quotes": r"„[^”]+”",
    "emoji beyond the basic plane": r"[\U0001f300-\U0001faff]",
    "combining accent": "e\u0301",
}


@pytest.mark.parametrize("pattern", CHARACTERS.values(), ids=CHARACTERS.keys())
def test_a_troublesome_character_occurs(pattern: str) -> None:
    assert any(re.search(pattern, text_of(file)) for file in files())


def test_an_emoji_stands_in_prose_where_it_can_shift_offsets() -> None:
    assert any(re.search("[\U0001f300-\U0001faff]", text) for _, text, _ in prose())


def test_there_is_one_zero_width_space_and_it_is_inside_a_word_of_prose() -> None:
    assert sum(text_of(file).count("\u200b") for file in files()) == 1
    assert any(re.search("\\w-?\u200b\\w", text) for _, text, _ in prose())
