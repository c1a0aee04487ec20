"""The figures of agreement for people: one table of all questions, then each question by itself."""

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any, Final

from annotator.domain.exclusions import EXCLUSIONS, WHY, answered
from annotator.domain.rounding import on_items

Entry = dict[str, Any]

NONE: Final = "-"
WIDEST: Final = 100
LONGEST_CELL: Final = 32
MOST_CONFUSIONS: Final = 3
MOST_PAIRS: Final = 10
MOST_MISTAKES: Final = 10
MOST_ROWS: Final = 40
MORE: Final = "… and {n:,} more {what}: see --json."
NUMERIC: Final = frozenset(
    {
        *("alpha", "threshold", "items", "annotators", "same", "value", "count", "share"),
        *("judgments", "alpha without", "competence", "kappa", "right", "n", "ties"),
    }
)
NAMES: Final = {
    "percent_agreement": "percent agreement",
    "krippendorff_alpha": "Krippendorff's alpha",
    "scott_pi": "Scott's pi",
    "cohen_kappa": "Cohen's kappa, mean of pairs",
    "weighted_kappa": "weighted kappa, mean of pairs",
    "fleiss_kappa": "Fleiss' kappa",
    "conger_kappa": "Conger's kappa",
    "gwet_ac1": "Gwet's AC1",
    "gwet_ac2": "Gwet's AC2",
    "brennan_prediger": "Brennan-Prediger",
    "binary_u_alpha": "alpha of what is marked at all",
    "cu_alpha": "alpha of labels where marked",
    "vote": "vote",
    "one_coin": "one-coin",
    "mace": "MACE",
    "dawid_skene": "Dawid-Skene",
}


def overview(entries: Sequence[Entry]) -> Iterable[str]:
    """One line for each question, what was not counted, and every code in words."""
    yield from _table([_row(entry) for entry in entries])
    yield ""
    yield "Not counted:"
    for entry in entries:
        yield f"  {entry['question']}: {_not_counted(entry)}"
    yield from _meanings(entries)


def details(entry: Entry) -> Iterable[str]:
    """All figures of one question."""
    yield f"{entry['question']} ({entry['scale']})"
    yield from _said(_size(entry))
    yield ""
    yield from _table([_statistic_row(*one) for one in entry["statistics"].items()], indent=2)
    yield ""
    labels = _most_used(entry["labels"])
    yield from _table([_label_row(label, entry["labels"]) for label in labels], indent=2)
    yield from _more(len(entry["labels"]) - len(labels), "labels")
    for paragraph in (_confused(entry), _left_out(entry)):
        if paragraph:
            yield ""
            yield from _said(paragraph)
    if entry["annotators"]:
        yield ""
        shown = entry["annotators"][:MOST_ROWS]
        yield from _table([_annotator_row(each) for each in shown], indent=2)
        yield from _more(len(entry["annotators"]) - len(shown), "annotators")
    yield ""
    yield from _said(entry["model"]["reason"])
    yield from _mistakes(entry["annotators"])
    yield from _pairs(entry["pairs"])
    yield from _again(entry.get("intra_annotator"))
    yield from _gold(entry.get("gold"))


def _row(entry: Entry) -> dict[str, str]:
    alpha = entry["statistics"]["krippendorff_alpha"]
    percent = entry["statistics"].get("percent_agreement", {"value": None})["value"]
    annotators = sum(1 for each in entry["annotators"] if each["judgments"])
    threshold = {"threshold": _number(entry["threshold"])} if "threshold" in entry else {}
    return {
        "question": entry["question"],
        "alpha": _number(alpha["value"]),
        "95 % interval": _interval(alpha),
        **threshold,
        "items": f"{entry['pairable_items']:,}",
        "annotators": str(annotators),
        "same": _share(percent),
    }


def _statistic_row(name: str, figure: dict[str, Any]) -> dict[str, str]:
    return {
        "coefficient": NAMES[name],
        "value": _number(figure["value"], 3),
        "95 % interval": _interval(figure, 3),
    }


def _label_row(label: dict[str, Any], labels: Sequence[dict[str, Any]]) -> dict[str, str]:
    total = sum(each["count"] for each in labels)
    return {
        "label": label["label"] or "(empty)",
        "count": f"{label['count']:,}",
        "share": _share(label["count"] / total if total else None),
        "alpha": _number(label["alpha"]),
    }


def _annotator_row(each: dict[str, Any]) -> dict[str, str]:
    return {
        "annotator": each["annotator"],
        "judgments": f"{each['judgments']:,}",
        "alpha without": _number(each["alpha_without"]),
        "competence": _number(each["competence"]),
        "95 % interval": _limits(each["competence_low"], each["competence_high"])
        or _code(each["competence_why"]),
    }


def _size(entry: Entry) -> str:
    annotators = sum(1 for each in entry["annotators"] if each["judgments"])
    counted = entry["judgments"] - sum(entry["excluded"].values())
    return (
        f"{_many(answered(entry['judgments'], entry['excluded']), 'judgment')} of "
        f"{_many(entry['items'], 'item')}; {counted:,} count, by {_many(annotators, 'annotator')} "
        f"on {_many(entry['pairable_items'], 'item')}.{_open(entry, ' {n:,} more are open.')}"
    )


def _confused(entry: Entry) -> str:
    found = entry["confusions"][:MOST_CONFUSIONS]
    if not found:
        return ""
    first, *others = (
        (f"{one['a'] or '(empty)'} and {one['b'] or '(empty)'}", _times(one["times"]))
        for one in found
    )
    rest = "".join(f"; {labels} {times}" for labels, times in others)
    return f"{first[0]} were taken for each other {first[1]}{rest}."


def _most_used(labels: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """All labels in their order; of very many, those used most."""
    if len(labels) <= MOST_ROWS:
        return labels
    return sorted(labels, key=lambda label: -label["count"])[:MOST_ROWS]


def _mistakes(annotators: Sequence[dict[str, Any]]) -> Iterable[str]:
    """What each annotator took for what, of very many only the largest."""
    made = [(each["annotator"], each["mistake"]) for each in annotators if each["mistake"]]
    if len(made) > MOST_MISTAKES:
        made = sorted(made, key=lambda one: -one[1]["times"])[:MOST_MISTAKES]
    for annotator, mistake in made:
        yield from _said(_mistake(annotator, mistake))


def _more(n: int, what: str) -> Iterable[str]:
    return _said(MORE.format(n=n, what=what)) if n > 0 else ()


def _mistake(annotator: str, mistake: dict[str, Any]) -> str:
    return (
        f"{annotator} said {mistake['given'] or '(empty)'} "
        f"{on_items(mistake['times'], mistake['of'])} likely {mistake['likely'] or '(empty)'}."
    )


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"


def _left_out(entry: Entry) -> str:
    found = [
        (each["alpha_without"], each["annotator"])
        for each in entry["annotators"]
        if each["alpha_without"] is not None and each["judgments"]
    ]
    if len(found) < 2:  # noqa: PLR2004 - a range
        return ""
    (low, lowest), (high, highest) = min(found), max(found)
    return (
        f"Without one annotator alpha lies between {low:.2f} (without {lowest}) and {high:.2f} "
        f"(without {highest})."
    )


def _pairs(pairs: Sequence[dict[str, Any]]) -> Iterable[str]:
    if not pairs:
        return
    yield ""
    yield from _table(
        [
            {
                "two annotators": f"{_clipped(pair['a'])}, {_clipped(pair['b'])}",
                "items": f"{pair['items']:,}",
                "same": _share(pair["percent"]),
                "kappa": _number(pair["kappa"]),
            }
            for pair in pairs[:MOST_PAIRS]
        ],
        indent=2,
        longest=2 * LONGEST_CELL,
    )
    yield from _more(len(pairs) - MOST_PAIRS, "pairs")


def _again(found: dict[str, Any] | None) -> Iterable[str]:
    """Of a retest: everybody pooled, then each by name."""
    if not found:
        return
    rows = [
        {
            "the same item again": name,
            "items": f"{one['items']:,}",
            "same": _share(one["percent_agreement"]["value"]),
            "alpha": _number(one["krippendorff_alpha"]["value"]),
            "95 % interval": _interval(one["krippendorff_alpha"]),
        }
        for name, one in [
            ("all annotators", found),
            *((each["annotator"], each) for each in found["annotators"]),
        ]
    ]
    yield ""
    yield from _table(rows, indent=2)


def _gold(gold: dict[str, Any] | None) -> Iterable[str]:
    if not gold or not gold["items"]:
        return
    rows = [
        {
            "against gold": name,
            "right": _share(one["value"]),
            "95 % interval": _limits(one["low"], one["high"], 2) or _code(one["why"]),
            "n": f"{one['n']:,}",
            "ties": f"{one['ties']:,}",
        }
        for name, one in [
            *((NAMES[name], one) for name, one in gold["aggregates"].items()),
            *((each["annotator"], each) for each in gold["annotators"]),
        ]
    ]
    yield ""
    yield from _table(rows, indent=2)


def _number(value: float | None, places: int = 2) -> str:
    return NONE if value is None else f"{value:.{places}f}"


def _share(value: float | None) -> str:
    return NONE if value is None else f"{value:.0%}"


def _interval(figure: dict[str, Any], places: int = 2) -> str:
    return _limits(figure["low"], figure["high"], places) or _code(figure["why"])


def _limits(low: float | None, high: float | None, places: int = 2) -> str:
    return "" if low is None else f"{low:.{places}f} to {high:.{places}f}"


def _code(why: str | None) -> str:
    return (why or NONE).replace("_", " ")


def _not_counted(entry: Entry) -> str:
    """What is open is no judgment yet, so it stands apart from their number."""
    left_out = [f"{n:,} {code}" for code, n in entry["excluded"].items() if code != "open"]
    counted = entry["judgments"] - sum(entry["excluded"].values())
    made = answered(entry["judgments"], entry["excluded"])
    return (
        f"{', '.join(left_out) or 'nothing'}; {counted:,} of {made:,} count"
        f"{_open(entry, '; {n:,} more open')}."
    )


def _open(entry: Entry, words: str) -> str:
    return words.format(n=n) if (n := entry["excluded"].get("open")) else ""


def _meanings(entries: Sequence[Entry]) -> Iterable[str]:
    used = {code for entry in entries for code in entry["excluded"]}
    missing = {
        why
        for entry in entries
        for why in (
            *(figure["why"] for figure in entry["statistics"].values()),
            *(each["competence_why"] for each in entry["annotators"]),
        )
        if why
    }
    sentences = {
        **{code: EXCLUSIONS[code] for code in EXCLUSIONS if code in used},
        **{code.replace("_", " "): WHY[code] for code in WHY if code in missing},
    }
    if sentences:
        yield ""
    for code, sentence in sentences.items():
        yield from _said(f"{code}: {sentence}")


def _said(text: str) -> Iterable[str]:
    width = min(shutil.get_terminal_size().columns, WIDEST)
    return textwrap.wrap(
        text, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
    )


def _table(
    rows: Sequence[dict[str, str]], *, indent: int = 0, longest: int = LONGEST_CELL
) -> Iterable[str]:
    if not rows:
        return
    headings = list(rows[0])
    cells = [headings, *([_clipped(cell, longest) for cell in row.values()] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(headings))]
    for row in cells:
        padded = [
            cell.rjust(width) if heading in NUMERIC else cell.ljust(width)
            for heading, cell, width in zip(headings, row, widths, strict=True)
        ]
        yield (" " * indent + "  ".join(padded)).rstrip()


def _clipped(text: str, longest: int = LONGEST_CELL) -> str:
    """The text in one line that a terminal can show; a name may hold any character."""
    shown = "".join(sign if sign.isprintable() else "�" for sign in text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"
