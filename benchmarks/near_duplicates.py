"""Near-duplicates: recall against comparing all with all, and seconds for a hundred thousand."""

import random
import time

import numpy as np
import texts
from figures import Options, heading, run_alone, say
from rapidfuzz import fuzz, process

from annotator.domain.near_duplicates.joining import Text, join_all
from annotator.domain.near_duplicates.likeness import ALIKE, form_of
from annotator.domain.near_duplicates.signatures import candidates, signature

COMPARED = 4_000
LARGE = 9_100
LARGE_QUICK = 910
SHARE_CHANGED = 0.2


def measure(options: Options) -> None:
    heading("Near-duplicates, a fifth of the paragraphs a changed copy of another")
    forms = _forms(-(-COMPARED // texts.PARAGRAPHS))
    say("pairs found of all that are .9 alike", [_recall(forms)], "", least=0.98)
    many = _forms(LARGE_QUICK if options.quick else LARGE)
    began = time.process_time()
    joined = _joined(many)
    say(f"CPU for {len(many):,} paragraphs", [time.process_time() - began], "s")
    groups = {text.its_group for text in joined if len(text.its_group.keys) > 1}
    say("groups in them", [len(groups)], "")


def _forms(documents: int) -> list[str]:
    chance = random.Random(7)
    found = [
        paragraph
        for record in texts.documents(documents)
        for paragraph in record["text"].split("\n\n")
    ]
    copies = chance.sample(found, int(SHARE_CHANGED * len(found)))
    return [form_of(text) for text in [*found, *(_changed(copy, chance) for copy in copies)]]


def _changed(text: str, chance: random.Random) -> str:
    """A stretch replaced, or single words here and there."""
    words = text.split()
    if chance.random() < 0.5:
        at = chance.randrange(len(words))
        words[at : at + chance.randint(1, 4)] = ["changed"]
    else:
        for at in chance.sample(range(len(words)), max(1, len(words) // 25)):
            words[at] = "changed"
    return " ".join(words)


def _joined(forms: list[str]) -> list[Text]:
    known = [Text(str(age), form, age) for age, form in enumerate(forms)]
    likely = candidates(np.stack([signature(form) for form in forms]), len(forms))
    join_all(
        known,
        lambda text: [known[age] for age in likely.get(text.age, [])],
        welds=lambda _text: True,
    )
    return known


def _recall(forms: list[str]) -> float:
    table = process.cdist(
        forms, forms, scorer=fuzz.ratio, score_cutoff=100 * ALIKE, dtype=np.float32
    )
    pairs = [(a, b) for a, b in np.argwhere(table > 0).tolist() if a < b]
    known = _joined(forms)
    return sum(known[a].its_group is known[b].its_group for a, b in pairs) / len(pairs)


if __name__ == "__main__":
    run_alone(measure)
