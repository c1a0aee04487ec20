"""What is hidden and what is not; where a decision was taken, a test says which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.masking import PLACEHOLDER, Mask

LEDGER = Mask(
    names=("The Northern Ledger",),
    aliases=("Вестник Пролива", "Meduza", "RT", "ТАСС", "Правда", "the Institute", "新华社"),
    domains=("northern-ledger.example", "вестник.рф"),
    bylines=("By Ingrid Tamm and Joakim Rehn", "Автор: Иван Петров"),
)


def shown(text: str, mask: Mask = LEDGER) -> str:
    return mask.view(text).text


@pytest.mark.parametrize(
    "name",
    [
        "Northern Ledger", "NORTHERN LEDGER", "northern ledger", "Northern  Ledger",
        "Northern\u00a0Ledger", "Northern\nLedger", "Northern-Ledger", "NorthernLedger",
        "Northern Ledger’s", "Northern Ledger's", "Nor\u00adthern Led\u200bger",
        # Two letters of these are Cyrillic.
        "Nоrthern Ledgеr",
        "Вестник Пролива", "Вестника Пролива", "Вестнику Пролива", "ВЕСТНИКЕ ПРОЛИВА",
        "Ве\u0301стник Проли\u0301ва",
        "Meduza", "MEDUZA", "Meduzos", "Meduzei", "RT", "RT’s", "ТАСС", "Тасс", "ТАСС-а",
        "Правда", "Правды", "Правдой", "the Institute", "THE INSTITUTE",
        "northern-ledger.example", "www.northern-ledger.example", "Northern-Ledger.Example/a?b=1#c",
        "https://news.northern-ledger.example:8080/2024/a_(b)/c", "desk@northern-ledger.example",
        "вестник.рф", "https://xn--b1agjinxh.xn--p1ai/",
        "Ingrid Tamm", "INGRID TAMM", "Tamm Ingrid", "I. Tamm", "I.Tamm", "Ingrid Tamm’s",
        "Joakim Rehn", "Иван Петров", "Ивана Петрова", "Петровым Иваном", "И. Петрова",
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "As {} said.", "«{}»,", "({})", "😀{}😀", "שלום {} עולם"])
def test_it_hides_a_name_however_it_is_written(name: str, around: str) -> None:
    assert shown(around.format(name)) == around.format(PLACEHOLDER)


@pytest.mark.parametrize(
    "text",
    [
        "Northern lights and a ledger.", "SouthernNorthern Ledgerman", "Northern Ledgerdemain",
        "правда ли это", "meduza is a jellyfish", "START the party, rt, Rt",
        "an Institute of theirs",
        "southern-example.example", "ledger.example", "Ingrid said to Tamm", "Иванов и Петровский",
        "Вестник чужого пролива", "Тассман", "",
    ],
)  # fmt: skip
def test_it_leaves_other_words_alone(text: str) -> None:
    assert shown(text) == text
    assert LEDGER.hits(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@northernledger_en and #NorthernLedger", "@[source] and #[source]"),
        ("t.me/northernledger/12", "t.me/[source]/12"),
        ("@meduza, @meduzaproject, @rt", "@[source], @[source], @[source]"),
        ("see https://northern-ledger.example/a, or not", "see [source], or not"),
        ("(northern-ledger.example).", "([source])."),
        ("notnorthern-ledger.example", "notnorthern-ledger.example"),
    ],
)
def test_it_hides_addresses_and_handles(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_scripts_without_spaces_need_no_edges() -> None:
    assert shown("据新华社报道,RT报道") == "据[source]报道,[source]报道"


def test_a_leading_article_may_be_missing_from_the_name() -> None:
    assert shown("The Northern Ledger, a Northern Ledger story") == "The [source], a [source] story"


def test_an_article_before_one_word_may_be_missing_only_from_the_sources_own_name() -> None:
    guardian = Mask(names=("The Guardian",), aliases=("the Institute",))
    assert shown("Guardian readers of an Institute", guardian) == "[source] readers of an Institute"


def test_and_may_be_a_sign() -> None:
    harbour = Mask(names=("Harbour and Steppe",))
    assert shown("Harbour & Steppe, Harbour and Steppe", harbour) == "[source], [source]"


def test_the_longest_of_several_names_is_hidden_at_once() -> None:
    mask = Mask(names=("Ledger",), aliases=("Ledger Pictures", "Northern Ledger"))
    assert shown("Northern Ledger, Ledger Pictures, Ledger", mask) == ", ".join(["[source]"] * 3)


def test_names_that_overlap_are_hidden_together() -> None:
    mask = Mask(
        names=("Review",),
        aliases=(
            "the Institute",
            "Institute for Continental Dialogue",
        ),
    )
    text = "Said the Institute for Continental Dialogue."
    assert shown(text, mask) == "Said [source]."
    assert [hit.entry for hit in mask.hits(text)] == ["Institute for Continental Dialogue"]


def test_a_hit_says_what_it_is_and_where() -> None:
    text = "😀 By Ingrid Tamm, RT, for the Northern Ledger (northern-ledger.example)"
    found = [(text[hit.start : hit.end], hit.kind, hit.entry) for hit in LEDGER.hits(text)]
    assert found == [
        ("Ingrid Tamm", "byline", "Ingrid Tamm"),
        ("RT", "alias", "RT"),
        ("Northern Ledger", "name", "The Northern Ledger"),
        ("northern-ledger.example", "address", "northern-ledger.example"),
    ]


def test_offices_and_bare_surnames_are_no_names_of_people() -> None:
    mask = Mask(names=("Ledger Daily",), bylines=("Staff", "Редакция", "Anna Sorokina"))
    text = "The staff of the Редакция met Sorokina."
    assert shown(text, mask) == text


def test_a_name_without_two_letters_cannot_be_hidden_and_is_told() -> None:
    mask = Mask(names=("24",), aliases=("★", "Ы", "1TV"))
    assert mask.too_short() == ("24", "★", "Ы")
    assert shown("24 ★ Ы 1TV", mask) == "24 ★ Ы [source]"


class TestTargets:
    mask = Mask(
        names=("Kremlin", "The Moscow Times"),
        aliases=("Voice of Russia Today",),
        domains=("kremlin.example",),
        targets=("Russia", "Moscow", "Kremlin", "Москва"),
    )

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Kremlin, the Kremlin’s, Kremlin", "Kremlin, the Kremlin’s, Kremlin"),
            ("Moscow reads The Moscow Times.", "Moscow reads The Moscow [source]."),
            ("Voice of Russia Today", "[source] Russia [source]"),
            # An address is one word: nobody takes a stance towards it.
            ("kremlin.example", "[source]"),
        ],
    )
    def test_a_mask_never_covers_a_stance_target(self, text: str, expected: str) -> None:
        assert shown(text, self.mask) == expected

    def test_a_source_that_is_called_like_a_target_stays_visible(self) -> None:
        assert self.mask.shown_names() == ("Kremlin",)
        inflected = Mask(names=("The Kremlin",), aliases=("Кремля",), targets=("Кремль", "Kremlin"))
        assert inflected.shown_names() == ("The Kremlin", "Кремля")
        assert LEDGER.shown_names() == ()

    def test_a_byline_that_is_a_target_stays_visible(self) -> None:
        assert self.mask.shown_people("Kremlin; Ann Author") == ("Kremlin",)


def test_what_the_lead_exempts_stays_visible() -> None:
    mask = Mask(names=("The Times",), exempt=("New York Times", "Times Square"))
    text = "The New York Times, Times Square and Times readers"
    assert shown(text, mask) == "The New York Times, Times Square and [source] readers"


def test_a_placeholder_in_the_text_is_left_as_it_is() -> None:
    mask = Mask(names=("Source",), aliases=("source",))
    assert shown("[source] and a source", mask) == "[source] and a [source]"
    assert mask.hits("[source]") == []


FRAGMENTS = st.sampled_from(
    [
        "Northern", "Ledger", "the", "The", "northern-ledger", ".example", "www.", "https://",
        "Вестник", "Вестника", "Пролива", "Правд", "а", "ы", "RT", "@", "#", "/", "rt", "ТАСС",
        "新华", "社", "Ingrid", "Tamm", "I.", "Иван", "Петров", "ым", "’s", "'", "[source]", "[",
        "]", "Moscow", "Times", "Kremlin", "\u00ad", "\u200b", "\u0301", "\u00a0", " ", "  ", "-",
        ".", "😀", "👩\u200d🔬", "e\u0301", "שלום", "\u202e", "ß", "İ", "_", "1", ",", "а", "о",
        "\u1100\u1161", "हिन्दी",
    ]
)  # fmt: skip
TEXTS = st.lists(FRAGMENTS | st.text(max_size=3), max_size=14).map("".join)
MASKS = st.sampled_from(
    [
        LEDGER,
        Mask(
            names=("The Moscow Times", "Northern"),
            aliases=("Ledger", "Times Kremlin", "新华", "source", "हिन्दी"),
            domains=("ledger.example", "times.example"),
            bylines=("Ledger Tamm",),
            targets=("Moscow", "Kremlin", "Правда"),
            exempt=("Northern Ledger Times",),
        ),
    ]
)


@given(MASKS, TEXTS)
def test_masked_text_never_holds_a_hit(mask: Mask, text: str) -> None:
    assert mask.hits(shown(text, mask)) == []


@given(MASKS, TEXTS)
def test_what_is_not_hidden_is_as_it_was(mask: Mask, text: str) -> None:
    view = mask.view(text)
    original, masked = text, view.text
    for place in reversed(view.places):
        original = original[: place.start] + original[place.end :]
        masked = masked[: place.at] + masked[place.until :]
    assert original == masked


@given(MASKS, TEXTS)
def test_hits_are_in_order_and_do_not_overlap(mask: Mask, text: str) -> None:
    edges = [edge for hit in mask.hits(text) for edge in (hit.start, hit.end)]
    assert edges == sorted(edges)
    assert all(hit.start < hit.end for hit in mask.hits(text))


@given(TEXTS)
def test_a_mask_never_covers_a_target_that_stands_alone(text: str) -> None:
    mask = Mask(names=("Moscow",), aliases=("Moscow Times",), targets=("Moscow",))
    sentence = f"{text} ; Moscow ; {text}"
    at = len(f"{text} ; ")
    view = mask.view(sentence)
    assert not any(place.start < at + 6 and at < place.end for place in view.places)
