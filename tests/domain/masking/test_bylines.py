import pytest

from annotator.domain.masking.bylines import people


@pytest.mark.parametrize(
    ("byline", "first"),
    [
        ("Ingrid Tamm", ["Ingrid Tamm"]),
        ("By Ingrid Tamm and Joakim Rehn", ["Ingrid Tamm", "Joakim Rehn"]),
        ("#Analize / Mălina Mîndruțescu", ["Mălina Mîndruțescu"]),
        ("Автор: Иван Петров, Анна Сорокина", ["Иван Петров", "Анна Сорокина"]),
        ("Saltline Wire", ["Saltline Wire"]),
        ("de Ion Popescu", ["Ion Popescu"]),
        ("Maria De Luca", ["Maria De Luca"]),
    ],
)
def test_it_names_the_people(byline: str, first: list[str]) -> None:
    found = people(byline)
    assert [name for name in found if name in first] == first


def test_a_person_is_also_written_turned_round_and_with_initials() -> None:
    assert people("Anna Maria Sorokina") == (
        "Anna Maria Sorokina",
        "Anna Sorokina",
        "Sorokina Anna",
        "A. Sorokina",
        "Sorokina A.",
    )


@pytest.mark.parametrize("byline", ["", "Staff", "By staff", "Редакция", "News desk", "AFP", "—"])
def test_an_office_or_a_few_letters_name_nobody(byline: str) -> None:
    assert people(byline) == ()
