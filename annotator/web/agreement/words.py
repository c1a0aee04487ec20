"""How figures are spoken of: labels by their names, statistics by theirs, thresholds in words."""

from annotator.domain.codebook import Question
from annotator.services.agreement.disagreements import Met
from annotator.services.agreement.slices import LEAST_ITEMS
from annotator.services.agreement.tally import Tally
from annotator.web.agreement.tables import Number, Said

ABOVE = "all of the interval is above it"
BELOW = "all of the interval is below it"
AROUND = "may be above or below it"
VALUE_ABOVE = "the value is not below it"
VALUE_BELOW = "the value is below it"
EMPTY_SET = "none of these"
BELOW_CHANCE = "The chance that alpha is really below the threshold is {chance}."
MORE_DOCUMENTS = "About {number:,} more documents would halve the interval."
HARDLY = 0.01
TOO_FEW_ITEMS = "too few items"
# Alpha of fewer items is hardly ever anything but 1 or below 0; it would be read all the same.
LEAST_SHOWN = 5
MOST_DIGITS = 4
MODELS = {
    "vote": "the vote",
    "median": "the median",
    "one_coin": "one-coin",
    "mace": "MACE",
    "dawid_skene": "Dawid-Skene",
}

# What each statistic is, in the order in which a reader looks for them.
STATISTICS = {
    "krippendorff_alpha": (
        "Krippendorff's alpha",
        "with the metric of the scale; the primary figure",
    ),
    "percent_agreement": ("Percent agreement", "chance is not taken off"),
    "fleiss_kappa": ("Fleiss' kappa", "chance from the labels of all"),
    "conger_kappa": ("Conger's kappa", "chance from the labels of each annotator"),
    "cohen_kappa": ("Cohen's kappa", "mean over pairs of annotators, unweighted"),
    "weighted_kappa": ("Weighted kappa", "mean over pairs of annotators, quadratic weights"),
    "scott_pi": ("Scott's pi", "two annotators who share their habits"),
    "gwet_ac1": ("Gwet's AC1", "steadier where one label is common"),
    "gwet_ac2": ("Gwet's AC2", "as AC1, with weights"),
    "brennan_prediger": ("Brennan-Prediger", "chance is the same for each label"),
}


def label_names(question: Question, lang: str) -> dict[str, str]:
    return {label.code: label.name_in(lang) for label in question.labels}


def named(label: str, names: dict[str, str]) -> str:
    """A label as people know it; a set is the names of its labels."""
    if not label:
        return EMPTY_SET
    return " + ".join(names.get(code, code) for code in label.split("|"))


def against(
    value: float | None,
    low: float | None,
    high: float | None,
    threshold: float | None,
    *,
    items: int = LEAST_ITEMS,
) -> Said | None:
    """How a figure stands to the threshold that was stated; nothing where either is missing.

    Nothing, too, where it is of so few items that it says nothing. Neither reached nor missed while
    the threshold lies in the interval.
    """
    if value is None or threshold is None or items < LEAST_ITEMS:
        return None
    if low is None or high is None:
        reached = value >= threshold
        words = VALUE_ABOVE if reached else VALUE_BELOW
        return Said(words, badge="good" if reached else "bad")
    if low >= threshold:
        return Said(ABOVE, badge="good")
    return Said(BELOW, badge="bad") if high < threshold else Said(AROUND, badge="warn")


def percent(share: float | None) -> str:
    """
    >>> [percent(share) for share in (0.934, None)]
    ['93 %', '–']
    """
    return "–" if share is None else f"{share:.0%}".replace("%", " %")


def number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural but for one.

    >>> counted(1, "item"), counted(2_000, "item")
    ('1 item', '2,000 items')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def digits_against(threshold: float | None, *values: float | None) -> int:
    """How many digits tell the values from the threshold: two, or up to four where these do not.

    >>> digits_against(0.8, 0.7993, 0.8), digits_against(0.8, 0.79996), digits_against(0.8, 0.74)
    (3, 4, 2)
    """
    if threshold is None:
        return 2
    differing = [value for value in values if value is not None and value != threshold]
    return next(
        (
            digits
            for digits in range(2, MOST_DIGITS)
            if all(number(value, digits) != number(threshold, digits) for value in differing)
        ),
        MOST_DIGITS,
    )


def alpha_cell(value: float | None, items: int, digits: int = 2) -> Number | None:
    """Alpha, marked where it is of fewer items than say something, withheld below five."""
    if value is None:
        return None
    text = number(value, digits) if items >= LEAST_SHOWN else ""
    return Number(value, text, "" if items >= LEAST_ITEMS else TOO_FEW_ITEMS)


def whole(times: float) -> str:
    """A share of items as a whole number; items that several others labelled count by halves.

    >>> [whole(times) for times in (4.0, 3.5, 2.5, 0.5)]
    ['4', 'about 4', 'about 3', 'under 1']
    """
    if times < 1:
        return "under 1"
    near = int(times + 0.5)
    return str(near) if near == times else f"about {near}"


def outlook(below: float | None, more_documents: int | None) -> str:
    """What a lead plans by, in words; empty where there is no interval."""
    said = []
    if below is not None:
        chance = percent(below)
        if not HARDLY <= below <= 1 - HARDLY:
            chance = "under 1 %" if below < HARDLY else "over 99 %"
        said.append(BELOW_CHANCE.format(chance=chance))
    if more_documents:
        said.append(MORE_DOCUMENTS.format(number=more_documents))
    return " ".join(said)


def counts(found: Tally) -> str:
    """How many judgments count, and how many are still to come.

    >>> counts(Tally(870, {"gated": 398}, awaited=330, elsewhere=0))
    '870 of 1,268 judgments count; 330 more are assigned and not answered yet'
    """
    said = f"{found.counted:,} of {found.given:,} judgments count"
    if not found.awaited:
        return said
    are = "is" if found.awaited == 1 else "are"
    return f"{said}; {found.awaited:,} more {are} assigned and not answered yet"


def met_in_words(found: Met, noun: str) -> str:
    """How many pairs of labels met on how many items; `noun` is what one item is.

    >>> met_in_words(Met(86, 43), "paragraph")
    '86 pairs of labels on 43 paragraphs'
    """
    return f"{counted(found.pairs, 'pair')} of labels on {counted(found.items, noun)}"


def elsewhere(number: int) -> str:
    """How many judgments are of other rounds than the one that was chosen; empty for none.

    >>> elsewhere(1)
    '1 judgment belongs to other rounds and is no part of this.'
    """
    if not number:
        return ""
    if number == 1:
        return "1 judgment belongs to other rounds and is no part of this."
    return f"{number:,} judgments belong to other rounds and are no part of this."
