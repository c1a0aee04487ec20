import pytest

from annotator.formats.guessing import likely_encoding

RUSSIAN = "Две страны подписали «соглашение» о поставках газа по новому трубопроводу."


def first_high_byte(data: bytes) -> int:
    return next(offset for offset, byte in enumerate(data) if byte > 0x7F)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "windows-1251"),
        (RUSSIAN.replace("«", '"').replace("»", '"'), "koi8-r"),
        (RUSSIAN.replace("«", '"').replace("»", '"'), "cp866"),
        ("Le café où l’été passe, déjà vu à la fenêtre.", "windows-1252"),
        ("Der Präsident sagte, die Brücke müsse größer werden.", "windows-1252"),
        ("Źródło: że łódź płynie, mówił prezes spółki w Łodzi.", "windows-1250"),
        ("Přístavní úřad oznámil, že uvázla jednání o žluťoučkém koni.", "windows-1250"),
        ("Přístavní úřad oznámil, že uvázla jednání o žluťoučkém koni.", "iso-8859-2"),
        ("Rząd ogłosił, że będą większe środki na świadczenia.", "iso-8859-2"),
        ("A kormány hétfőn bejelentette, hogy több ügynökség erősítette meg.", "windows-1250"),
        ("Vlada je objavila da će biti više tereta, a što će biti, ne zna se.", "windows-1250"),
        ("Şedinţa guvernului a început fără miniştri, iar ţara aşteaptă.", "windows-1250"),
        ("Lietuvos užsienio reikalų ministras sakė, kad ryšiai keičiasi.", "windows-1257"),
        ("Dışişleri Bakanlığı görüşmelerin sürdüğünü söyledi.", "windows-1254"),
        ("El señor dijo que el año próximo habrá más barcos.", "windows-1252"),
        ("A informação não é confirmada em São Paulo.", "windows-1252"),
        ("Regeringen sade att en ny hamn är på väg åt öster.", "windows-1252"),
        ("Rusia și China: “We said — no”".replace("ș", "s"), "windows-1252"),
    ],
)
def test_the_encoding_that_gives_words_is_offered(text: str, encoding: str) -> None:
    data = text.encode(encoding)

    assert likely_encoding(data, first_high_byte(data)) == encoding


@pytest.mark.parametrize("data", [b"\xff\x81\x8d", b"\x00\xff\x00\x01", bytes(range(256)) * 4])
def test_nothing_is_offered_for_what_is_no_text(data: bytes) -> None:
    assert likely_encoding(data, first_high_byte(data)) is None


def test_the_mark_of_utf16_is_enough() -> None:
    assert likely_encoding(b"\xff\xfe\x34\x04", 0) == "utf-16"


def test_only_the_neighbourhood_is_looked_at() -> None:
    data = b"\x81" * 10_000 + "été ".encode("windows-1252") * 2_000

    assert likely_encoding(data, 12_000) == "windows-1252"
