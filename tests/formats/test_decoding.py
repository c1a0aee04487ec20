import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import DocumentRefused
from annotator.formats import decoding
from annotator.formats.decoding import BOM_TAKEN_OFF, ENCODINGS, check_characters, decode

RUSSIAN = "Две страны подписали соглашение о поставках газа.\nЦена не названа.\n"


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1))
def test_utf8_comes_back_exactly(text: str) -> None:
    decoded = decode("a.txt", text.encode(), "utf-8")

    assert decoded.text == text.removeprefix("\ufeff")


def test_a_byte_order_mark_is_taken_off_and_told() -> None:
    decoded = decode("a.txt", b"\xef\xbb\xbfText", "utf-8")

    assert decoded.text == "Text"
    assert decoded.told == (BOM_TAKEN_OFF,)


def test_only_the_first_byte_order_mark_is_one() -> None:
    assert decode("a.txt", "\ufeff\ufeffA\ufeff".encode(), "utf-8").text == "\ufeffA\ufeff"


def test_bytes_that_are_not_utf8_are_refused_with_line_offset_and_likely_encoding() -> None:
    data = b"First.\nSecond.\n" + RUSSIAN.encode("windows-1251")

    with pytest.raises(DocumentRefused) as refusal:
        decode("a.txt", data, "utf-8")

    assert str(refusal.value) == (
        "a.txt: not UTF-8: byte 0xC4 in line 3, at offset 15 of the file; it looks like "
        "windows-1251: save it as UTF-8, or import it with the encoding windows-1251."
    )


def test_bytes_that_look_like_nothing_are_refused_without_a_guess() -> None:
    with pytest.raises(
        DocumentRefused, match="save it as UTF-8 text, or import it with the encoding"
    ):
        decode("a.txt", bytes(range(128, 256)), "utf-8")


@pytest.mark.parametrize("encoding", ["windows-1251", "Windows-1251", "cp1251", "koi8-r", "utf-16"])
def test_a_named_encoding_is_used_and_told(encoding: str) -> None:
    decoded = decode("a.txt", RUSSIAN.encode(encoding), encoding)

    assert decoded.text == RUSSIAN
    assert decoded.told[-1] == f"Read as {encoding}, as chosen."


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-16", "gb18030"])
def test_what_is_utf8_is_read_as_that_whatever_encoding_the_others_have(encoding: str) -> None:
    decoded = decode("a.txt", RUSSIAN.encode("utf-8-sig"), encoding)

    assert decoded.text == RUSSIAN
    assert decoded.encoding == "utf-8"
    assert decoded.told == (
        BOM_TAKEN_OFF,
        f"Read as UTF-8, which it is; the encoding {encoding} that was chosen was not needed.",
    )


def test_of_plain_ascii_nothing_is_told() -> None:
    assert decode("a.txt", b"Text", "windows-1251").told == ()


def test_utf16_without_its_mark_is_not_taken_for_utf8() -> None:
    assert decode("a.txt", "Text".encode("utf-16-le"), "utf-16").text == "Text"


def test_a_named_encoding_that_does_not_fit_is_refused_in_its_name() -> None:
    with pytest.raises(
        DocumentRefused, match=r"not windows-1251: byte 0x98 in line 1, at offset 2"
    ):
        decode("a.txt", b"ab\x98", "windows-1251")


@pytest.mark.parametrize(
    "encoding", ["rot13", "unicode_escape", "base64", "none", "", "a\x00b", "ü"]
)
def test_an_encoding_that_is_not_offered_is_refused(encoding: str) -> None:
    with pytest.raises(DocumentRefused, match=r"is not known here: choose one of utf-8, utf-16"):
        decode("a.txt", b"Text", encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_offered_encoding_can_be_read(encoding: str) -> None:
    assert decode("a.txt", "Text\n".encode(encoding), encoding).text == "Text\n"


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(DocumentRefused, match=r"^a.txt: the file is empty"):
        decode("a.txt", b"", "utf-8")


def test_a_file_above_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(DocumentRefused, match="20,000,001 bytes, and a file may have 20,000,000"):
        decode("a.txt", b"\xff" * 20_000_001, "utf-8")


def test_a_nul_byte_is_refused_with_its_line_and_offset() -> None:
    with pytest.raises(
        DocumentRefused, match="a NUL byte in line 2, at offset 5 of the file; save"
    ):
        decode("a.txt", b"One\nT\x00wo", "utf-8")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf16_is_recognised_by_its_nul_bytes_or_its_mark(encoding: str) -> None:
    with pytest.raises(DocumentRefused, match="it looks like utf-16"):
        decode("a.txt", "A text in Latin letters.".encode(encoding), "utf-8")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_are_counted_by_any_newline(end: str) -> None:
    with pytest.raises(DocumentRefused, match="in line 3,"):
        decode("a.txt", f"One{end}Two{end}Thr".encode() + b"\xff", "utf-8")


@pytest.mark.parametrize("code", [0x00, 0x01, 0x08, 0x0E, 0x1B, 0x1C, 0x1F])
def test_a_control_character_is_refused_with_its_place(code: int) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        check_characters("a.csv row 7", f"One\nTw{chr(code)}o", what="title")

    assert refusal.value.where == "a.csv row 7"
    assert f"(U+{code:04X}) in line 2 of the title, at character 3" in refusal.value.reason


def test_half_of_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(DocumentRefused, match=r"half of a surrogate pair \(U\+D83D\) in line 1"):
        check_characters("a.jsonl line 1", "\ud83d", what="text")


@pytest.mark.parametrize("text", ["", "a\tb", "a\vb\fc\r\n", "\x85", "🙂", "\u2028"], ids=ascii)
def test_tabs_line_ends_and_emoji_are_no_odd_characters(text: str) -> None:
    assert check_characters("a.txt", text, what="text") == ()


def test_c1_control_characters_are_kept_and_told() -> None:
    (told,) = check_characters("a.txt", "One\nit\x92s his\x92", what="text")

    assert told.startswith("2 C1 control characters, the first (U+0092) in line 2 of the text")


def test_the_limit_is_that_of_the_security_page() -> None:
    assert decoding.FILE_AT_MOST == 20_000_000
