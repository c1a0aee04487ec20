"""Heat maps: the darker, the larger, and the ink on a cell can always be read."""

from annotator.web.plots.drawing import NARROW, WIDE, Box, Drawing, Words
from annotator.web.plots.heat_map import STRONGEST, Grid, Heat, heat_map


def boxes(drawing: Drawing) -> list[Box]:
    return [each for each in drawing.shapes if isinstance(each, Box)]


def words(drawing: Drawing) -> list[str]:
    return [each.text for each in drawing.shapes if isinstance(each, Words)]


def square(names: tuple[str, ...]) -> Grid:
    row = tuple(Heat(0.5, "50 %", "n 4") for _ in names)
    return Grid(names, names, tuple(row for _ in names))


def test_the_larger_is_darker_and_never_too_dark_for_ink() -> None:
    grid = Grid(("a",), ("x", "y", "z"), ((Heat(0.0, "0"), Heat(0.5, "½"), Heat(1.0, "1")),))
    none, half, whole = boxes(heat_map("Pairs", grid).wide)
    assert none.opacity < half.opacity < whole.opacity == STRONGEST


def test_a_cell_says_its_number_and_what_is_behind_it() -> None:
    plot = heat_map("Pairs", square(("ann", "bob")))
    assert words(plot.wide).count("50 %") == 4
    assert words(plot.narrow).count("n 4") == 4
    assert "2 rows and 2 columns" in plot.description


def test_a_cell_that_is_nothing_is_left_empty() -> None:
    grid = Grid(("b", "c"), ("a", "b"), ((Heat(1, "1"),), (Heat(1, "1"), None)))
    assert len(boxes(heat_map("Pairs", grid).wide)) == 2


def test_columns_are_named_if_the_names_fit_and_numbered_if_not() -> None:
    short = heat_map("Pairs", square(("ann", "bob")))
    assert "ann" in words(short.wide)
    assert "1 ann" not in words(short.wide)
    long = heat_map("Pairs", square(("Capacity and resources", "Cultural identity")))
    assert {"1", "2", "2 Cultural identity"} <= set(words(long.wide))


def test_it_keeps_to_its_width_and_grows_only_where_cells_could_not_be_read() -> None:
    few = heat_map("Pairs", square(("ann", "bob", "cat")))
    assert few.wide.width <= WIDE
    assert few.narrow.width <= NARROW
    many = heat_map("Pairs", square(tuple(f"person {number}" for number in range(12))))
    assert many.narrow.width > NARROW
    assert all(box.x + box.width < many.narrow.width for box in boxes(many.narrow))


def test_numbers_of_columns_have_a_key_and_narrow_rows_their_whole_names() -> None:
    people = ("sample-anastasia", "sample-boris", "sample-clara-maria", "sample-dimitri")
    cells = tuple(Heat(0.5, "50 %") for _ in people)
    grid = Grid(
        ("Overall stance towards Russia", "Overall stance towards China"), people, (cells,) * 2
    )
    said = words(heat_map("Same", grid).narrow)
    assert {"1 sample-anastasia", "4 sample-dimitri"} <= set(said)
    assert {"Overall stance towards Russia", "Overall stance towards China"} <= set(said)
    drawing = heat_map("Same", grid).narrow
    assert all(0 < each.y < drawing.height for each in drawing.shapes if isinstance(each, Words))
    assert drawing.width <= NARROW
