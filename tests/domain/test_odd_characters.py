import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.odd_characters import Odd, odd_characters

# Drawn although they are format characters: signs over numbers, and how hieroglyphs are arranged.
DRAWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
HIEROGLYPHS = range(0x13430, 0x13460)


def marked(text: str) -> list[tuple[str, str]]:
    return [(text[odd.start : odd.end], odd.what) for odd in odd_characters(text)]


class TestInvisibleCharacters:
    @pytest.mark.parametrize(
        ("character", "what"),
        [
            ("\u200b", "U+200B ZERO WIDTH SPACE"),
            ("\u200c", "U+200C ZERO WIDTH NON-JOINER"),
            ("\u200d", "U+200D ZERO WIDTH JOINER"),
            ("\u200e", "U+200E LEFT-TO-RIGHT MARK"),
            ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
            ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"),
            ("\u00ad", "U+00AD SOFT HYPHEN"),
            ("\u2060", "U+2060 WORD JOINER"),
            ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
            ("\ufe0f", "U+FE0F VARIATION SELECTOR-16"),
            ("\u3164", "U+3164 HANGUL FILLER"),
            ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
        ],
    )
    def test_each_is_named_where_it_stands(self, character: str, what: str) -> None:
        assert odd_characters(f"Mos{character}cow") == (Odd(3, 4, what),)

    def test_offsets_are_code_points(self) -> None:
        assert odd_characters("😀😀\u200b") == (Odd(2, 3, "U+200B ZERO WIDTH SPACE"),)

    def test_every_one_is_listed_in_the_order_of_the_text(self) -> None:
        text = "\u202aА\u200b\u200bb\u202c"
        assert [odd.start for odd in odd_characters(text)] == [0, 2, 3, 5]

    def test_no_format_character_of_unicode_is_forgotten(self) -> None:
        for code in range(sys.maxunicode + 1):
            character = chr(code)
            if unicodedata.category(character) == "Cf" and code not in HIEROGLYPHS:
                assert bool(odd_characters(f"a{character}b")) == (code not in DRAWN), hex(code)

    @pytest.mark.parametrize(
        "text",
        [
            "plain",
            "",
            "“curly” — «quotes», a\u00a0space, é e\u0301",
            "👨‍👩‍👧‍👦 family",
            "👩🏽‍🚀 with a tone of skin",
            "❤️‍🔥 ☀️ ☎︎ 1️⃣ #️⃣ ©️ ‼️ ↔️",
            "🏴󠁧󠁢󠁷󠁬󠁳󠁿 Wales",
            "می‌خواهم و کتاب‌ها",
            "क्‍ष ক্‌ষ",
            "葛󠄀城",
        ],
    )
    def test_what_writing_needs_is_left_alone(self, text: str) -> None:
        assert odd_characters(text) == ()

    @pytest.mark.parametrize(
        ("text", "at"),
        [
            ("👨‍", 1),  # joins nothing
            ("a‍👨", 1),
            ("می‌ ", 2),  # at the end of a word
            ("a\ufe0f", 1),
            ("1\ufe0f", 1),
            ("🏴\U000e0067x", 1),  # a flag that does not end
            ("x\U000e0067\U000e007f", 1),
        ],
    )
    def test_the_same_characters_elsewhere_are_odd(self, text: str, at: int) -> None:
        assert odd_characters(text)[0].start == at


class TestForeignLetters:
    @pytest.mark.parametrize(
        ("text", "odd"),
        [
            ("Сompilers", [("С", "Cyrillic letter in a Latin word")]),
            ("the Kremliп’s", [("п", "Cyrillic letter in a Latin word")]),
            ("Моsква", [("s", "Latin letter in a Cyrillic word")]),
            ("Кpeмль", [("pe", "Latin letters in a Cyrillic word")]),
            ("Αmerica", [("Α", "Greek letter in a Latin word")]),
            ("Ελλάδa", [("a", "Latin letter in a Greek word")]),
            ("Հայաuտան", [("u", "Latin letter in an Armenian word")]),
            ("Rоссиo\u0301", [("R", "Latin letter in a Cyrillic word"),
                             ("o\u0301", "Latin letter in a Cyrillic word")]),
        ],
    )  # fmt: skip
    def test_they_are_found_inside_a_word(self, text: str, odd: list[tuple[str, str]]) -> None:
        assert marked(text) == odd

    def test_of_two_scripts_with_as_many_letters_the_text_decides(self) -> None:
        assert marked("слово аb слово") == [("b", "Latin letter in a Cyrillic word")]
        assert marked("a word аb here") == [("а", "Cyrillic letter in a Latin word")]
        assert marked("аb γδε") == [("b", "Latin letter in a Cyrillic word")]

    @pytest.mark.parametrize(
        "text",
        [
            "НАТО и WTO",
            "IT-компания, iPhone'ом",
            "Mîndruțescu",
            "5 µm, 20 °C, № 4",
            "A股和T恤",
            "Привет, мир",
            "ひらがなと漢字",
            "а b",
        ],
    )
    def test_words_beside_each_other_are_not_mixed(self, text: str) -> None:
        assert marked(text) == []


@given(st.text(alphabet=st.sampled_from("aбγ\u0301 \u200b\u200d\ufe0f😀👩я-’1"), max_size=30))
def test_places_are_in_order_apart_and_name_what_stands_there(text: str) -> None:
    before = 0
    for odd in odd_characters(text):
        assert before <= odd.start < odd.end <= len(text)
        before = odd.end
        found = text[odd.start : odd.end]
        code = re.match(r"U\+([0-9A-F]+) ", odd.what)
        if code:
            assert found == chr(int(code[1], 16))
        else:
            assert found[0].isalpha()


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert all(odd.end <= len(text) for odd in odd_characters(text))
