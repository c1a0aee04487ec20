import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.yaml_tree import SIZE_LIMIT, UnreadableError, read_tree


def unreadable(text: str) -> UnreadableError:
    with pytest.raises(UnreadableError) as caught:
        read_tree(text)
    return caught.value


@pytest.mark.parametrize(
    "word", ["no", "yes", "true", "-1", "01", "1.10", "2025-01-31", "0x1F", ".nan"]
)
def test_it_keeps_scalars_as_written(word: str) -> None:
    assert read_tree(f"code: {word}").value == {"code": word}
    assert read_tree(f"{word}: x").value == {word: "x"}


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_it_reads_an_absent_value_as_none(nothing: str) -> None:
    assert read_tree(f"help: {nothing}\nname: x").value == {"help": None, "name": "x"}


def test_a_quoted_null_is_a_word() -> None:
    assert read_tree("code: 'null'").value == {"code": "null"}


def test_it_knows_the_line_of_every_path() -> None:
    tree = read_tree("# a comment\ncode: x\nlabels:\n  - code: a\n    name:\n      en: A\n  - b\n")

    assert tree.lines[("code",)] == 2
    assert tree.lines["labels", 0, "name", "en"] == 6
    assert tree.lines["labels", 1] == 7


def test_it_gives_the_nearest_line_for_what_is_not_there() -> None:
    tree = read_tree("code: x\nlabels:\n  - code: a\n")

    assert tree.line_of(("labels", 0, "name", "en")) == 3
    assert tree.line_of(("nowhere",)) == 1
    assert tree.line_of(()) == 1


def test_it_notes_a_doubled_key_and_keeps_the_first() -> None:
    tree = read_tree("a: 1\nb: {x: 1, x: 2}\na: [3, {c: 4}]\n")

    assert tree.value == {"a": "1", "b": {"x": "1"}}
    assert tree.doubled == [(("b", "x"), 2), (("a",), 3)]
    assert tree.lines[("a",)] == 1


def test_it_reads_emoji_and_other_scripts() -> None:
    assert read_tree("\ufeffname: 'Текст 🙂\u00a0x'").value == {"name": "Текст 🙂\u00a0x"}


def test_an_empty_text_is_none() -> None:
    assert read_tree("# nothing\n").value is None


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: [1\nb: 2", 2, "not valid YAML at column 2"),
        ("a: 1\n\tb: 2", 2, "not valid YAML"),
        ("a: b: c", 1, "mapping values are not allowed here"),
        ("a: 'x\n", 2, "end of stream"),
        ("a: 1\nb: \x07", 2, "U+0007"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("x: &a 1\ny: *a", 2, "alias *a"),
        ("a: !!python/object:os.system x", 1, "tag"),
        ("a: 1\nb: !secret x", 2, "tag"),
        ("? [a, b]\n: 1", 1, "a key must be a single word"),
        ("a:\n" + "[" * 40, 2, "nested deeper than 20"),
        ("- " * 40 + "x", 1, "nested deeper than 20"),
    ],
)
def test_it_says_where_and_why_it_cannot_read(text: str, line: int, part: str) -> None:
    error = unreadable(text)

    assert error.line == line
    assert part in error.sentence


def test_a_bomb_of_aliases_is_refused_at_its_first_alias() -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]

    assert unreadable("a0: &a0 [x]\n" + "\n".join(levels)).line == 2


def test_it_refuses_a_large_file_before_reading_it() -> None:
    error = unreadable("я" * (SIZE_LIMIT // 2 + 1))

    assert error.line is None
    assert "larger than 1,000,000 bytes" in error.sentence


# Line separators are folded by YAML; unassigned code points may not stand in it.
words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Cs", "Zl", "Zp"]), max_size=12
)
keys = st.from_regex(r"\A[a-z]{1,4}\Z")
trees = st.recursive(
    words | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(keys, trees, min_size=1, max_size=4), st.sampled_from([None, 1, 4]))
def test_it_reads_json_as_the_same_values(value: dict[str, object], indent: int | None) -> None:
    assert read_tree(json.dumps(value, ensure_ascii=False, indent=indent)).value == value
