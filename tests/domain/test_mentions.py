import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.codebook import Item, Label, Question
from annotator.domain.codebook_expansion import Names
from annotator.domain.mentions import Mention, mentions, words
from tests.domain.codebooks import default_codebook

STATES: Names = (
    ("united_states", (("en", "United States"), ("en", "US"), ("ru", "США"))),
    ("states", (("en", "states"),)),
)


@pytest.fixture(scope="module")
def targets() -> Names:
    return default_codebook().question("targets").names_in_texts


def all_targets() -> Names:
    """Those that are off by default, too."""
    items = tuple(default_codebook().lists["targets"])
    return Question(
        code="targets",
        base="targets",
        scope="paragraph",
        scale="set",
        name={"en": "Targets"},
        labels=items,
    ).names_in_texts


def named(names: Names, text: str, lang: str | None = "en") -> dict[str, tuple[str, ...]]:
    return words(names, text, lang)


class TestWhatIsFound:
    def test_names_and_aliases_stand_as_in_the_text_in_order_and_once(self, targets: Names) -> None:
        text = "Moscow hears Beijing; Russia’s envoy left Moscow, and China's came."
        assert named(targets, text) == {
            "russia": ("Moscow", "Russia’s"),
            "china": ("Beijing", "China's"),
        }

    def test_labels_come_in_the_order_of_the_codebook(self, targets: Names) -> None:
        assert list(named(targets, "Ukraine, China, Russia")) == ["russia", "china", "ukraine"]

    def test_the_longest_name_takes_its_words(self) -> None:
        assert named(STATES, "The United States and other states") == {
            "united_states": ("United States",),
            "states": ("states",),
        }

    def test_a_name_that_two_labels_have_is_a_hint_for_both(self) -> None:
        shared: Names = (("a", (("en", "Kremlin"),)), ("b", (("ro", "Kremlin"),)))
        assert mentions(shared, "The Kremlin", "en") == (Mention("a", 4, 11), Mention("b", 4, 11))

    def test_a_text_that_names_nobody_has_no_hints(self, targets: Names) -> None:
        assert named(targets, "Nothing of the kind.") == {}
        assert named(targets, "") == {}

    def test_without_names_nothing_is_looked_for(self) -> None:
        assert named((), "Russia") == {}

    def test_a_name_is_found_in_a_text_of_another_or_no_language(self, targets: Names) -> None:
        assert named(targets, "Россия сказала “Russia”", "ru") == {"russia": ("Россия", "Russia")}
        assert named(targets, "Россия", None) == {"russia": ("Россия",)}


class TestCase:
    def test_an_abbreviation_needs_its_capitals(self) -> None:
        assert named(STATES, "They told us that the US is not Us.") == {"united_states": ("US",)}

    def test_a_name_needs_its_first_capital_only(self, targets: Names) -> None:
        assert named(targets, "RUSSIA and russia") == {"russia": ("RUSSIA",)}
        assert named(targets, "На запад идёт Запад", "ru") == {"west": ("Запад",)}

    def test_a_small_word_may_begin_a_sentence(self) -> None:
        assert named(STATES, "States differ. STATES differ.") == {"states": ("States", "STATES")}


class TestInflection:
    @pytest.mark.parametrize(
        ("lang", "label", "forms"),
        [
            ("en", "russia", "Russia Russia's Russia’s Moscow's RUSSIA’S"),
            ("en", "china", "PRC PRC's"),
            ("ru", "russia", "Россия России Россию Россией Москве Москвой Кремля Кремлём РФ"),
            ("ru", "china", "Китай Китая Китаю Китаем Китае Пекину Пекином"),
            ("ru", "west", "Запад Запада Западу Западом Западе"),
            ("ru", "ukraine", "Украина Украины Украине Украину Украиной Киеве"),
            ("ru", "united_states", "США Америки Америкой Вашингтоном"),
            ("ro", "russia", "Rusia Rusiei Moscova Moscovei Kremlinul Kremlinului"),
            ("ro", "china", "China Chinei Beijingul Beijingului"),
            ("ro", "west", "Occident Occidentul Occidentului"),
            ("ro", "ukraine", "Ucraina Ucrainei"),
            ("lt", "russia", "Rusija Rusijos Rusijai Rusiją Rusijoje Maskvos Kremliaus Kremliui"),
            ("lt", "china", "Kinija Kinijos Kiniją Pekino Pekinui Pekiną Pekine"),
            ("lt", "west", "Vakarai Vakarų Vakarams Vakarus"),
            ("lt", "ukraine", "Ukraina Ukrainos Ukrainą Kijevo"),
        ],
    )
    def test_each_form_of_a_name_is_found_whole(self, lang: str, label: str, forms: str) -> None:
        for form in forms.split():
            assert named(all_targets(), f"… {form}, …", lang) == {label: (form,)}

    @pytest.mark.parametrize(
        ("lang", "label", "form"),
        [
            ("ru", "russia", "Российской Федерации"),
            ("ru", "west", "коллективным Западом"),
            ("ru", "west", "западных стран"),
            ("ru", "united_states", "Соединенными Штатами"),
            ("ru", "united_states", "Белого дома"),
            ("ru", "eu", "Европейского союза"),
            ("ro", "russia", "Federației Ruse"),
            ("ro", "russia", "Federaţiei Ruse"),
            ("ro", "united_states", "Statelor Unite"),
            ("ro", "united_states", "Casei Albe"),
            ("ro", "eu", "Uniunii Europene"),
            ("lt", "russia", "Rusijos Federacijos"),
            ("lt", "united_states", "Jungtinėms Amerikos Valstijoms"),
            ("lt", "united_states", "Baltųjų rūmų"),
            ("lt", "united_states", "Baltuosius rūmus"),
            ("lt", "eu", "Europos Sąjungą"),
            ("en", "china", "People’s Republic of\u00a0China"),
        ],
    )
    def test_every_word_of_a_longer_name_may_change(self, lang: str, label: str, form: str) -> None:
        assert named(all_targets(), f"“{form}”", lang) == {label: (form,)}

    @pytest.mark.parametrize(
        "text", ["Russian Russians Chinese", "китаец, русский, западный", "Rusui, Maskvietis"]
    )
    def test_other_words_of_the_same_root_are_no_names(self, targets: Names, text: str) -> None:
        assert named(targets, text, None) == {}

    def test_a_foreign_name_takes_the_endings_of_the_text(self) -> None:
        kremlin: Names = (("russia", (("en", "Kremlin"),)),)
        assert named(kremlin, "Kremlinul", "ro") == {"russia": ("Kremlinul",)}
        assert named(kremlin, "Kremlinul", "en") == {}

    def test_a_language_without_a_table_has_the_written_form_only(self) -> None:
        german: Names = (("russia", (("de", "Russland"),)),)
        assert named(german, "Russland und Russlands", "de") == {"russia": ("Russland",)}

    def test_letters_in_two_pieces_are_the_same_letters(self, targets: Names) -> None:
        assert named(targets, "Кита\u0438\u0306", "ru") == {"china": ("Кита\u0438\u0306",)}


class TestArticle:
    def test_the_west_may_stand_without_its_article(self, targets: Names) -> None:
        assert named(targets, "the West, tensions with West") == {"west": ("the West", "West")}

    def test_a_longer_name_is_another_one(self, targets: Names) -> None:
        assert named(targets, "in the West Bank and West Virginia") == {}


class TestBounds:
    @pytest.mark.parametrize("text", ["Prussia", "Russia2", "Russia_1", "ΑRussia", "Chinatown"])
    def test_no_name_is_found_inside_a_word(self, targets: Names, text: str) -> None:
        assert named(targets, text) == {}

    @pytest.mark.parametrize(
        "text", ["Russia-China", "(Russia)", "#Russia", "🙂Russia🙂", "pro-Russia"]
    )
    def test_signs_bound_a_word(self, targets: Names, text: str) -> None:
        assert named(targets, text)["russia"] == ("Russia",)

    def test_chinese_has_no_bounds(self) -> None:
        assert named(all_targets(), "他说中国与俄罗斯反对NATO和美国。", "zh") == {
            "russia": ("俄罗斯",),
            "china": ("中国",),
            "nato": ("NATO",),
            "united_states": ("美国",),
        }

    @given(st.data())
    def test_a_mention_is_a_known_name_and_never_a_part_of_a_word(
        self, data: st.DataObject
    ) -> None:
        pieces = st.sampled_from(
            [
                "Russia",
                "РФ",
                "Китаем",
                "the West",
                "s",
                "'s",
                " ",
                "-",
                "\u0301",
                "a",
                "国",
                "中国",
                "😀",
            ]
        )
        text = "".join(data.draw(st.lists(pieces, max_size=12)))
        before = 0
        for mention in mentions(
            all_targets(), text, data.draw(st.sampled_from(["en", "ru", None]))
        ):
            found = text[mention.start : mention.end]
            assert found == found.strip()
            assert found
            assert before <= mention.start
            before = mention.end
            if found != "中国":
                around = (
                    text[mention.start - 1 : mention.start],
                    text[mention.end : mention.end + 1],
                )
                assert not any(re.fullmatch(r"[a-zA-Z\u0400-\u04ff\u0301]", one) for one in around)

    @given(st.text(max_size=200))
    def test_any_text_gives_words_of_it_in_order(self, text: str) -> None:
        for found in named(all_targets(), text).values():
            assert all(word in text for word in found)
            assert len(set(found)) == len(found)


def test_only_labels_with_aliases_have_names() -> None:
    question = Question(
        code="q",
        base="q",
        scope="paragraph",
        scale="nominal",
        name={"en": "Q"},
        labels=(
            Label(code="plain", name={"en": "Plain"}),
            Item(code="bare", name={"en": "Bare"}),
            Item(code="empty", name={"en": "Empty"}, aliases={"en": ()}),
            Item(code="named", name={"en": "Named", "ru": "Имя"}, aliases={"en": ("Alias",)}),
        ),
    )
    assert question.names_in_texts == (
        ("named", (("en", "Named"), ("ru", "Имя"), ("en", "Alias"))),
    )


@pytest.mark.parametrize(
    "alias", ["a.b (c", "\\", "[", "*", "  x  y ", "’", "ſt", "İzmir", "ß", "🙂"]
)
def test_any_alias_makes_a_finder_that_finds_it(alias: str) -> None:
    names: Names = (("odd", (("en", alias), ("ru", alias))),)
    written = " ".join(alias.split())
    assert named(names, f"( {written} )") == {"odd": (written,)}


@given(st.text(max_size=12), st.sampled_from(["en", "ru", "ro", "lt", "zh", "de"]))
def test_no_alias_breaks_the_finder(alias: str, lang: str) -> None:
    found = mentions((("x", ((lang, alias),)),), alias, lang)
    assert all(each.label == "x" for each in found)
    assert all(0 <= each.start < each.end <= len(alias) for each in found)
