"""Certainty: our Dawid-Skene against crowd-kit in interleaved runs; and how often each model is
right where the truth is known, beside the one that the gate chooses.
"""

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from figures import Options, heading, run_alone, say

from annotator.domain.certainty import Certainty, Patterns, certainty, dawid_skene

ROOT = Path(__file__).resolve().parents[1]
RIVALS = ROOT / ".venv-rivals" / "bin" / "python"
LABELS = ("economic", "security", "policy", "rivalry", "other")
PER_ITEM = 5
STEPS = 20
SAME = 1e-3

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Table = tuple[Ints, Ints, Ints]


def measure(options: Options) -> None:
    labels = 100_000 if options.quick else 1_000_000
    for raters in (5, 500):
        _against_crowdkit(labels, raters, options)
    _everything(labels)
    _right(options.runs(30))
    _coverage(options.runs(100))


def crowd(labels: int, raters: int) -> Table:
    """Each item by five of the annotators in turn, of whom 70 in 100 labels are the true one."""
    chance = np.random.default_rng(0)
    items = labels // PER_ITEM
    truth = chance.integers(0, len(LABELS), items)
    item = np.repeat(np.arange(items), PER_ITEM)
    first = chance.integers(0, raters, items)
    rater = ((first[:, None] + np.arange(PER_ITEM)) % raters).ravel()
    noise = chance.integers(0, len(LABELS), len(item))
    return item, rater, np.where(chance.random(len(item)) < 0.625, truth[item], noise)


def _against_crowdkit(labels: int, raters: int, options: Options) -> None:
    heading(f"Dawid-Skene, {STEPS} steps, {labels:,} labels by {raters} annotators")
    item, rater, code = crowd(labels, raters)

    def ours() -> float:
        patterns = Patterns.of(
            item, rater, code, n_items=item[-1] + 1, n_raters=raters, n_labels=len(LABELS)
        )
        fit = dawid_skene(patterns, smoothing=0, most_steps=STEPS + 1, least_gain=-1)
        return float(fit.posterior[:, 0].mean())

    if not RIVALS.exists():
        took, _, _ = _timed(ours)
        say("ours, alone: `make bench` installs crowd-kit", [took], "s")
        return
    arrays = options.workshop / f"labels-{raters}.npz"
    np.savez(arrays, task=item, worker=rater, label=code)
    _race(ours, arrays, options.runs(3))


def _race(ours: Callable[[], float], arrays: Path, runs: int) -> None:
    """Take turns, so that what else the machine does meets both alike."""
    command = [str(RIVALS), str(ROOT / "benchmarks" / "crowdkit_runner.py"), str(arrays)]
    wall: dict[str, list[float]] = {"ours": [], "crowd-kit": []}
    cpu: dict[str, list[float]] = {"ours": [], "crowd-kit": []}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as rival:
        _answer(rival)
        for _ in range(runs):
            seconds, processor, mean = _timed(ours)
            theirs = _answer(rival, STEPS)
            if theirs["steps"] != STEPS or abs(theirs["mean"] - mean) > SAME:
                raise RuntimeError(f"crowd-kit finds {theirs}, we find {mean}")
            wall["ours"].append(seconds)
            wall["crowd-kit"].append(theirs["wall"])
            cpu["ours"].append(processor)
            cpu["crowd-kit"].append(theirs["cpu"])
    for name, took in wall.items():
        say(name, took, "s")
    for clock, both in (("on the clock", wall), ("of the processor", cpu)):
        pairs = zip(both["crowd-kit"], both["ours"], strict=True)
        say(f"crowd-kit takes, {clock}", [them / us for them, us in pairs], "times", least=10)


def _answer(rival: subprocess.Popen[str], steps: int | None = None) -> Any:  # noqa: ANN401
    assert rival.stdin is not None
    assert rival.stdout is not None
    if steps is not None:
        rival.stdin.write(f"{steps}\n")
        rival.stdin.flush()
    return json.loads(rival.stdout.readline())


def _everything(labels: int) -> None:
    heading(
        f"All models with their restarts, competence and a row for each item, {labels:,} labels"
    )
    for raters in (5, 500):
        item, rater, code = crowd(labels, raters)
        names = tuple(f"rater {number}" for number in range(raters))

        def whole(table: Table = (item, rater, code), names: tuple[str, ...] = names) -> Certainty:
            found = certainty(*table, int(table[0][-1]) + 1, LABELS, names)
            assert found.competence
            assert found.items
            return found

        took, _, _ = _timed(whole)
        say(f"by {raters} annotators", [took], "s")


def _right(runs: int) -> None:
    """Three annotators, all of whom label every item; each label is six tenths as common as the one
    before it; ties count as right in part.
    """
    heading(f"How often the answer is right, three annotators, mean of {runs} drawings")
    print("  who annotators are      items labels   vote  coin  MACE    DS  chosen")
    for kind in ("equally often right", "confuse some labels", "some of them spam"):
        for items, labels in ((40, 4), (100, 4), (300, 8), (1000, 8)):
            shares = np.mean([_drawn(kind, items, labels, seed) for seed in range(runs)], axis=0)
            line = "".join(f"{share:6.3f}" for share in shares)
            print(f"  {kind:<22} {items:>6} {labels:>6} {line}", flush=True)


def _drawn(kind: str, items: int, labels: int, seed: int) -> list[float]:
    chance = np.random.default_rng(seed)
    common = 0.6 ** np.arange(labels)
    truth = chance.choice(labels, items, p=common / common.sum())
    said = _confusion(kind, labels, chance).cumsum(axis=2)[:, truth]
    code = (said < chance.random((3, items, 1))).sum(axis=2).clip(max=labels - 1)
    names = tuple(f"label {number}" for number in range(labels))
    found = certainty(
        np.tile(np.arange(items), 3),
        np.repeat(np.arange(3), items),
        code.ravel(),
        items,
        names,
        ("ann", "bob", "cat"),
    )
    fits = found.models
    order = [*fits, found.choice.model]
    return [_accuracy(fits[name].posterior, truth) for name in order]


def _confusion(kind: str, labels: int, chance: np.random.Generator) -> Floats:
    """Shape (annotators, true label, label given)."""
    right = np.eye(labels)
    if kind == "equally often right":
        skill = chance.uniform(0.5, 0.95, (3, 1, 1))
        other = (1 - right) / (labels - 1)
    elif kind == "confuse some labels":
        skill = chance.uniform(0.4, 0.9, (3, labels, 1))
        other = chance.dirichlet(np.full(labels, 0.5), (3, labels))
    else:
        skill = chance.choice([0.2, 0.5, 0.8, 0.95], (3, 1, 1))
        other = chance.dirichlet(np.full(labels, 0.5), (3, 1))
    found: Floats = skill * right + (1 - skill) * other
    return found


def _coverage(runs: int) -> None:
    """Four annotators, 40 documents of 11 paragraphs; skill differs from document to document."""
    heading(f"How often the 95 % interval of competence holds the truth, {runs} drawings of four")
    for name, by_document in (("resampling documents", True), ("resampling paragraphs", False)):
        held = [_held(seed, by_document=by_document) for seed in range(runs)]
        say(name, [float(np.mean(held))], "")


def _held(seed: int, *, by_document: bool) -> float:
    chance = np.random.default_rng(seed)
    skill = np.array([0.9, 0.75, 0.6, 0.85])
    documents, items = np.arange(440) // 11, np.arange(440)
    truth = chance.integers(0, 3, len(items))
    by_chance = chance.beta(3 * skill[:, None], 3 * (1 - skill[:, None]), (4, 40))
    right = chance.random((4, len(items))) < by_chance[:, documents]
    code = np.where(right, truth, (truth + chance.integers(1, 3, right.shape)) % 3)
    found = certainty(
        np.tile(items, 4),
        np.repeat(np.arange(4), len(items)),
        code.ravel(),
        len(items),
        LABELS[:3],
        ("ann", "bob", "cat", "dan"),
        units=documents if by_document else None,
    )
    held = [
        one.low <= value <= one.high
        for one, value in zip(found.competence, skill, strict=True)
        if one.low is not None and one.high is not None
    ]
    return float(np.mean(held))


def _accuracy(posterior: Floats, truth: Ints) -> float:
    leading = posterior >= posterior.max(axis=1, keepdims=True) - 1e-9
    return float((leading[np.arange(len(truth)), truth] / leading.sum(axis=1)).mean())


def _timed(way: Callable[[], Any]) -> tuple[float, float, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    value = way()
    return time.perf_counter() - wall, time.process_time() - cpu, value


if __name__ == "__main__":
    run_alone(measure)
