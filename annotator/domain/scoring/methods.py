"""The paragraph on methods that a paper needs, written from a report of figures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from annotator import __version__
from annotator.domain.exclusions import EXCLUSIONS, LEAST_LABELS, WHY, answered

Entry = Mapping[str, Any]

REFERENCES: Final = {
    "Dawid & Skene, 1979": "Dawid, A. P., & Skene, A. M. (1979). Maximum likelihood estimation of "
    "observer error-rates using the EM algorithm. Applied Statistics, 28(1), 20-28. "
    "https://doi.org/10.2307/2346806",
    "Efron & Tibshirani, 1993": "Efron, B., & Tibshirani, R. J. (1993). An introduction to the "
    "bootstrap. Chapman & Hall. https://doi.org/10.1201/9780429246593",
    "Field & Welsh, 2007": "Field, C. A., & Welsh, A. H. (2007). Bootstrapping clustered data. "
    "Journal of the Royal Statistical Society B, 69(3), 369-390. "
    "https://doi.org/10.1111/j.1467-9868.2007.00593.x",
    "Hayes & Krippendorff, 2007": "Hayes, A. F., & Krippendorff, K. (2007). Answering the call for "
    "a standard reliability measure for coding data. Communication Methods and Measures, 1(1), "
    "77-89. https://doi.org/10.1080/19312450709336664",
    "Hovy et al., 2013": "Hovy, D., Berg-Kirkpatrick, T., Vaswani, A., & Hovy, E. (2013). Learning "
    "whom to trust with MACE. Proceedings of NAACL-HLT, 1120-1130. "
    "https://aclanthology.org/N13-1132",
    "Jaccard, 1912": "Jaccard, P. (1912). The distribution of the flora in the alpine zone. New "
    "Phytologist, 11(2), 37-50. https://doi.org/10.1111/j.1469-8137.1912.tb05611.x",
    "Krippendorff et al., 2016": "Krippendorff, K., Mathet, Y., Bouvry, S., & Widlöcher, A. "
    "(2016). On the reliability of unitizing textual continua: Further developments. Quality & "
    "Quantity, 50(6), 2347-2364. https://doi.org/10.1007/s11135-015-0266-1",
    "Passonneau, 2006": "Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for "
    "semantic and pragmatic annotation. Proceedings of LREC, 831-836. "
    "http://www.lrec-conf.org/proceedings/lrec2006/pdf/636_pdf.pdf",
}
METRICS: Final = {
    "nominal": "Krippendorff's alpha with the nominal metric (Hayes & Krippendorff, 2007)",
    "ordinal": "Krippendorff's alpha with his ordinal metric (Hayes & Krippendorff, 2007)",
    "interval": "Krippendorff's alpha with the interval metric (Hayes & Krippendorff, 2007)",
    "set": "Krippendorff's alpha (Hayes & Krippendorff, 2007) over sets of labels with the MASI "
    "distance (Passonneau, 2006)",
    "set:jaccard": "Krippendorff's alpha (Hayes & Krippendorff, 2007) over sets of labels with the "
    "distance of Jaccard (Jaccard, 1912)",
    "span": "Krippendorff's unitizing alpha of boundaries and labels (Krippendorff et al., 2016)",
}
MODELS: Final = {
    "one_coin": "a model with one accuracy for each annotator (the one-coin case of Dawid & Skene, "
    "1979)",
    "mace": "MACE (Hovy et al., 2013)",
    "dawid_skene": "a confusion matrix for each annotator (Dawid & Skene, 1979)",
}
BOOTSTRAP: Final = (
    "Intervals are 95 % intervals from a bootstrap (Efron & Tibshirani, 1993) that draws whole "
    "documents, or single items where no document is known (Field & Welsh, 2007), with "
    "{replicates} replicates and the seed {seed}."
)
NO_BOOTSTRAP: Final = "No intervals were computed; the seed was {seed}."
PROGRAM: Final = "The figures were computed with Annotator {version}."
NOTHING: Final = "There is nothing to describe: {why}."
NOTHING_OF: Final = "Of the question “{question}” there is nothing to describe: {why}."
NO_JUDGMENT: Final = "no judgment counts"


def methods_paragraph(report: Mapping[str, Any]) -> str:
    """What was computed, on what and how, with the references; every number is of the report.

    Takes what `score --json` prints, or the report of a project, whose thresholds are then named.
    One paragraph for each question, then one on how; a blank line stands between them and before
    the references. Where nothing counts, one sentence that says so.
    """
    entries = [entry for entry in report["questions"] if entry["judgments"]]
    if not any(map(_counted, entries)):
        whys = {_why(entry) for entry in entries}
        return NOTHING.format(why=whys.pop() if len(whys) == 1 else NO_JUDGMENT)
    paragraphs = [" ".join(_question(entry)) for entry in entries]
    paragraphs.append(" ".join(_how(report, entries)))
    text = "\n\n".join(paragraphs)
    cited = [full for short, full in REFERENCES.items() if short in text]
    return "\n".join([text, "", *cited])


def _how(report: Mapping[str, Any], entries: Sequence[Entry]) -> Iterable[str]:
    drawn = any(entry["statistics"]["krippendorff_alpha"]["low"] is not None for entry in entries)
    yield (BOOTSTRAP if drawn else NO_BOOTSTRAP).format(
        replicates=f"{report['replicates']:,}", seed=report["seed"]
    )
    yield PROGRAM.format(version=__version__)


def _counted(entry: Entry) -> int:
    counted: int = entry["judgments"] - sum(entry["excluded"].values())
    return counted


def _why(entry: Entry) -> str:
    why = entry["statistics"]["krippendorff_alpha"]["why"]
    return _clause(WHY[why]) if why else NO_JUDGMENT


def _question(entry: Entry) -> Iterable[str]:
    counted, items = _counted(entry), entry["pairable_items"]
    if not counted:
        yield NOTHING_OF.format(question=entry["question"], why=_why(entry))
        return
    annotators = sum(1 for each in entry["annotators"] if each["judgments"])
    yield (
        f"For the question “{entry['question']}”, {annotators:,} annotators gave {counted:,} "
        f"judgments that count to {items:,} item{'' if items == 1 else 's'}, each labelled by at "
        "least two of them."
    )
    yield from _excluded(entry)
    yield _agreement(entry)
    if (threshold := entry.get("threshold")) is not None:
        yield f"The threshold stated beforehand was {threshold:.2f}."
    if model := _model(entry):
        yield model
    if again := entry.get("intra_annotator"):
        yield _again(again)
    if (gold := entry.get("gold")) and gold["aggregates"]["vote"]["n"]:
        yield _gold(gold["aggregates"]["vote"])


def _excluded(entry: Entry) -> Iterable[str]:
    """The sentences of the closed list, as clauses; what was not answered is no judgment."""
    left_out = {code: number for code, number in entry["excluded"].items() if code != "open"}
    reasons = [f"{number:,} ({_clause(EXCLUSIONS[code])})" for code, number in left_out.items()]
    if reasons:
        made = answered(entry["judgments"], entry["excluded"])
        were = "was" if sum(left_out.values()) == 1 else "were"
        yield f"Of {made:,} judgments, {_listed(reasons)} {were} left out."
    if waiting := entry["excluded"].get("open"):
        yield f"{waiting:,} more {'was' if waiting == 1 else 'were'} assigned and not answered."


def _agreement(entry: Entry) -> str:
    metric = METRICS.get(entry["scale"], METRICS[entry["scale"].partition(":")[0]])
    alpha = entry["statistics"]["krippendorff_alpha"]
    if alpha["value"] is None:
        return f"{metric} is not defined: {_clause(WHY[alpha['why']])}."
    percent = entry["statistics"].get("percent_agreement", {"value": None})["value"]
    same = "" if percent is None else f"; percent agreement was {percent:.1%}".replace("%", " %")
    return f"{metric} was {alpha['value']:.2f} ({_interval(alpha)}){same}."


def _interval(figure: Mapping[str, Any]) -> str:
    if figure["low"] is None:
        return f"no interval: {_clause(WHY[figure['why']])}"
    return f"95 % interval {figure['low']:.2f} to {figure['high']:.2f}; {figure['method']}"


def _model(entry: Entry) -> str:
    name = entry["model"]["name"]
    able = [each for each in entry["annotators"] if each["competence"] is not None]
    known = [each["competence"] for each in able if each["judgments"] >= LEAST_LABELS]
    if name not in MODELS or not known:
        return ""
    whose = "the annotators" if len(known) == len(able) else "annotators with thirty labels or more"
    return (
        f"The competence of {whose}, estimated by {MODELS[name]}, lay between {min(known):.2f} and "
        f"{max(known):.2f}."
    )


def _again(again: Mapping[str, Any]) -> str:
    """Of a retest. Alpha may be undefined where everybody gave one label alone."""
    people, items = len(again["annotators"]), again["items"]
    alpha = again["krippendorff_alpha"]
    who = "one annotator" if people == 1 else f"{people:,} annotators"
    twice = "one item again" if items == 1 else f"{items:,} items again"
    if people > 1:
        # The item that two of them labelled again counts twice.
        twice = f"items again, {items:,} times in all"
    said = (
        f"is not defined: {_clause(WHY[alpha['why']])}"
        if alpha["value"] is None
        else f"was {alpha['value']:.2f} ({_interval(alpha)})"
    )
    return f"In a retest, {who} labelled {twice}; intra-annotator alpha {said}."


def _gold(vote: Mapping[str, Any]) -> str:
    """Of the vote alone: it is there whatever the labels are, and needs no choice of a model."""
    of = "the one item" if vote["n"] == 1 else f"the {vote['n']:,} items"
    share = f"{vote['value']:.1%}".replace("%", " %")
    return f"Of {of} with gold that follows from no vote, the majority of labels got {share} right."


def _clause(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].removesuffix(".")


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
