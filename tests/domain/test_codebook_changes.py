"""What is new in a codebook: two versions compared as people read them."""

import pytest

from annotator.domain import codebook_file
from annotator.domain.codebook import Codebook
from annotator.domain.codebook_changes import (
    Changes,
    Difference,
    LabelChange,
    QuestionChange,
    changes,
)

BOOK = """
code: small
title: {en: Small, ru: Малая}
languages: [en, ru]
rollups:
  soft: {name: {en: Soft frames, ru: Мягкие}}
details:
  evidence: {name: {en: Evidence, ru: Доказательство}}
lists:
  targets:
    - {code: russia, name: {en: Russia, ru: Россия}, aliases: {en: [Moscow]}}
    - {code: china, name: {en: China, ru: Китай}}
    - {code: nato, name: {en: NATO, ru: НАТО}, enabled: false}
questions:
  - code: content
    scope: paragraph
    scale: nominal
    name: {en: What is it?, ru: Что это?}
    help: {en: Main is what was written to be read.}
    labels:
      - code: main
        name: {en: Main text, ru: Текст}
        definition: {en: What was written for this document.}
        key: m
      - {code: boilerplate, name: {en: Boilerplate, ru: Мусор}}
  - code: targets
    scope: paragraph
    scale: set
    name: {en: Targets, ru: Цели}
    show_if: {content: main}
    labels_from: targets
  - code: stance
    scope: paragraph
    scale: ordinal
    name: {en: "Stance on {target}", ru: "Отношение: {target}"}
    for_each: targets
    show_if: {targets: [$target]}
    labels:
      - {code: "-1", name: {en: Against, ru: Против}, value: -1}
      - {code: "1", name: {en: For, ru: За}, value: 1}
  - code: mood
    scope: document
    scale: nominal
    name: {en: Mood, ru: Тон}
    enabled: false
    labels:
      - {code: calm, name: {en: Calm, ru: Спокойный}}
      - {code: angry, name: {en: Angry, ru: Сердитый}}
"""


def book(*edits: tuple[str, str]) -> Codebook:
    yaml = BOOK
    for old, new in edits:
        assert old in yaml, old
        yaml = yaml.replace(old, new)
    return codebook_file.parse(yaml, name="small.yaml")


def changed(*edits: tuple[str, str], lang: str = "en") -> Changes:
    return changes(book(), book(*edits), lang)


def only_question(*edits: tuple[str, str], lang: str = "en") -> QuestionChange:
    (question,) = changed(*edits, lang=lang).questions
    return question


def only_label(*edits: tuple[str, str]) -> LabelChange:
    question = only_question(*edits)
    assert question.differences == ()
    (label,) = question.labels
    return label


def seen(differences: tuple[Difference, ...]) -> dict[str, tuple[str, str]]:
    return {each.aspect: (each.before, each.after) for each in differences}


def test_a_codebook_does_not_differ_from_itself() -> None:
    assert not changes(book(), book(), "en")


def test_an_added_question_comes_with_its_words_and_its_labels() -> None:
    question = only_question(("enabled: false\n    labels", "enabled: true\n    labels"))
    assert (question.code, question.name, question.kind) == ("mood", "Mood", "added")
    assert seen(question.differences)["asked of"] == ("", "every document")
    assert [(label.name, label.kind) for label in question.labels] == [
        ("Calm", "added"),
        ("Angry", "added"),
    ]


def test_a_removed_question_stands_where_it_stood() -> None:
    start, end = BOOK.index("  - code: targets\n"), BOOK.index("  - code: stance")
    without = BOOK[:start] + BOOK[end:]
    without = without.replace("show_if: {targets: [$target]}", "show_if: {content: main}")
    found = changes(book(), codebook_file.parse(without, name="small.yaml"), "en").questions
    assert [(question.code, question.kind) for question in found] == [
        ("targets", "removed"),
        ("stance", "changed"),
    ]


def test_a_new_name_under_an_old_code_is_a_renaming() -> None:
    label = only_label(("{en: Main text,", "{en: Text of the article,"))
    assert (label.code, label.name, label.kind) == ("main", "Text of the article", "changed")
    assert label.says == "renamed"
    assert seen(label.differences) == {"name": ("Main text", "Text of the article")}


def test_a_new_name_changes_nothing_but_where_it_is_given() -> None:
    found = changed(("{en: Main text,", "{en: Text,"), ("{en: China,", "{en: PRC,"))
    assert [question.code for question in found.questions] == ["content", "targets"]


def test_an_old_name_under_a_new_code_is_one_label_removed_and_one_added() -> None:
    labels = only_question(("code: boilerplate", "code: noise")).labels
    assert [(label.code, label.kind) for label in labels] == [
        ("boilerplate", "removed"),
        ("noise", "added"),
    ]


def test_a_new_definition_is_a_redefinition_with_both_wordings() -> None:
    label = only_label(("What was written for this document.", "Headline; body; quotations."))
    assert label.says == "redefined"
    assert seen(label.differences) == {
        "definition": ("What was written for this document.", "Headline; body; quotations.")
    }


@pytest.mark.parametrize(
    ("edit", "aspect", "before", "after", "says"),
    [
        (("key: m", "key: x"), "key", "m", "x", "new key"),
        (("        key: m\n", ""), "key", "m", "", "new key"),
        (
            ("key: m", "key: m\n        example: {positive: {en: He said so.}}"),
            "positive example",
            "",
            "He said so.",
            "redefined",
        ),
        (
            ("key: m", "key: m\n        rollup: soft"),
            "coarser label",
            "",
            "Soft frames",
            "changed",
        ),
        (("key: m", "key: m\n        missing: true"), "meaning", "", "cannot judge", "redefined"),
        (("value: -1", "value: -2"), "value", "-1", "-2", "redefined"),
        (("[Moscow]", "[Moscow, Kremlin]"), "other names", "Moscow", "Moscow, Kremlin", "changed"),
    ],
)
def test_it_shows_the_old_and_the_new_words_of_a_label(
    edit: tuple[str, str], aspect: str, before: str, after: str, says: str
) -> None:
    label = only_label(edit)
    assert seen(label.differences) == {aspect: (before, after)}
    assert label.says == says


@pytest.mark.parametrize(
    ("edit", "aspect", "before", "after"),
    [
        (("What is it?", "What is this?"), "name", "What is it?", "What is this?"),
        (("Main is what", "Main text is what"), "rule", "Main is what was written to be read.",
         "Main text is what was written to be read."),
        (
            ("show_if: {content: main}", "show_if: {content: [main, boilerplate]}"),
            "condition",
            "“What is it?” is Main text",
            "“What is it?” is Main text or Boilerplate",
        ),
        (
            ("show_if: {content: main}", "show_if: {content: any}"),
            "condition",
            "“What is it?” is Main text",
            "“What is it?” has an answer",
        ),
        (("scale: set", "scale: nominal"), "scale", "any number of labels", "nominal"),
        (
            ("scale: set", "scale: set\n    required: false"),
            "answer",
            "required",
            "optional",
        ),
        (("scale: set", "scale: set\n    spans: must"), "marked words", "", "must be marked"),
        (("scale: set", "scale: set\n    details: [evidence]"), "details", "", "Evidence"),
        (
            ("scale: set", "scale: set\n    agreement: false"),
            "agreement",
            "",
            "left out of agreement",
        ),
    ],
)  # fmt: skip
def test_it_shows_the_old_and_the_new_words_of_a_question(
    edit: tuple[str, str], aspect: str, before: str, after: str
) -> None:
    question = only_question(edit)
    assert question.labels == ()
    assert seen(question.differences) == {aspect: (before, after)}


def test_a_repeated_question_is_told_once_with_what_it_is_repeated_for() -> None:
    targets, stance = changed((", enabled: false}", "}")).questions
    assert [(label.name, label.kind) for label in targets.labels] == [("NATO", "added")]
    assert stance.name == "Stance on …"
    assert seen(stance.differences) == {
        "repeated for": ("Russia, China", "Russia, China, NATO"),
    }


def test_a_condition_on_the_item_of_a_repeated_question_is_said_in_words() -> None:
    without = changed(("show_if: {targets: [$target]}", "show_if: {content: main}"))
    (stance,) = without.questions
    assert seen(stance.differences) == {
        "condition": ("“Targets” is the same target", "“What is it?” is Main text")
    }


def test_labels_that_change_places_are_told_once() -> None:
    russia = "    - {code: russia, name: {en: Russia, ru: Россия}, aliases: {en: [Moscow]}}\n"
    china = "    - {code: china, name: {en: China, ru: Китай}}\n"
    targets, _ = changed((russia + china, china + russia)).questions
    assert targets.labels == ()
    assert seen(targets.differences) == {"order of labels": ("Russia, China", "China, Russia")}


def test_questions_that_change_places_are_told_of_the_whole() -> None:
    start = BOOK.index("  - code: mood")
    mood = BOOK[start:].replace("    enabled: false\n", "")
    first = BOOK[:start].replace("questions:\n", "questions:\n" + mood)
    last = BOOK[:start] + mood
    before, after = (codebook_file.parse(yaml, name="small.yaml") for yaml in (last, first))
    found = changes(before, after, "en")
    assert found.questions == ()
    assert [each.aspect for each in found.differences] == ["order of questions"]


def test_a_new_title_is_told_of_the_whole() -> None:
    found = changed(("title: {en: Small,", "title: {en: Smaller,"))
    assert found
    assert seen(found.differences) == {"title": ("Small", "Smaller")}


def test_it_reads_one_language_only() -> None:
    edit = ("ru: Мусор", "ru: Шум")
    assert not changed(edit)
    assert only_question(edit, lang="ru").labels[0].name == "Шум"


def test_backwards_it_tells_the_opposite() -> None:
    newer = book(("enabled: false\n    labels", "enabled: true\n    labels"))
    (question,) = changes(newer, book(), "en").questions
    assert question.kind == "removed"
    assert all(each.after == "" for each in question.differences)
