"""The rows of the tables of a release, in their order; texts are never held all at once."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Session

from annotator.domain import dataset, identity, splits
from annotator.domain.codebook import Codebook, Question
from annotator.domain.dataset import (
    Row,
    agreement_cell,
    compact_json,
    gold_cell,
    gold_set_cell,
    soft_cell,
    votes_cell,
)
from annotator.domain.judgments import item_agreement
from annotator.domain.manifest import ReleasedSplits
from annotator.domain.release_choices import Choices
from annotator.domain.released_gold import LEFT_OUT_BY_CHOICE, Settled, likeliest, why_no_gold
from annotator.domain.reliability import criteria, weighted_share
from annotator.domain.splits import Placement, Plan, SplitDocument
from annotator.services.items import Item
from annotator.services.releases.sureness import Sureness
from annotator.store.queries import releases as queries
from annotator.store.queries.releases import DocumentRow, GoldRow, ParagraphRow

if TYPE_CHECKING:
    from annotator.services.releases.judged import Judged

DOCUMENTS_AT_ONCE: Final = 200


def annotators(judged: "Judged", competence: Mapping[str, Mapping[str, float]]) -> Iterator[Row]:
    """`competence` by annotator and question; empty where it is not told."""
    for counts in judged.by_annotator():
        known = competence.get(counts[0])
        yield (*counts, compact_json(known) if known else None)


@dataclass(slots=True)
class Gold:
    """Settled labels by item id and question; `left_out` counts those the codebook is not of."""

    by_item: dict[str, dict[str, GoldRow]] = field(default_factory=lambda: defaultdict(dict))
    elsewhere: set[tuple[str, str]] = field(default_factory=set)
    left_out: int = 0

    @classmethod
    def of(
        cls,
        session: Session,
        questions: Collection[str],
        *,
        project_id: int,
        known: Mapping[int, Item],
        versions: Collection[int],
    ) -> "Gold":
        gold = cls()
        for row in queries.gold(session, project_id):
            item_id = known[row.subject_id].item_id
            if row.question in questions and row.version in versions:
                gold.by_item[item_id][row.question] = row
            else:
                gold.left_out += 1
                gold.elsewhere.add((item_id, row.question))
        return gold

    def answers(self, item_id: str, question: str) -> list[list[str]] | None:
        found = self.by_item.get(item_id, {}).get(question)
        return None if found is None else found.alternatives

    def settled(
        self, item_id: str, question: str, votes: int, certainty: float | None, *, gated: bool
    ) -> Settled:
        """What the rules of a release need to know."""
        found = self.by_item.get(item_id, {}).get(question)
        return Settled(
            state=None if found is None else found.state,
            method=None if found is None else found.method,
            votes=votes,
            gated=gated,
            certainty=certainty,
            elsewhere=found is None and (item_id, question) in self.elsewhere,
        )


@dataclass(slots=True)
class Corpus:
    """All items of a release; `items` and `labels` stream them.

    `known` are the items of the project by subject id, `documents` those of the release, and
    `noise` the probability by the machine, by subject id. What is noise does not depend on what was
    chosen for the release, so it is found in `everything` and, with its gold, in `gate`.
    """

    session: Session
    project_id: int
    choices: Choices
    questions: tuple[Question, ...]
    known: dict[int, Item]
    documents: list[DocumentRow]
    gold: Gold
    judged: "Judged"
    everything: "Judged"
    gate: Gold
    sureness: Sureness
    noise: dict[int, float]
    plan: Plan = field(default_factory=Plan)
    placement: Placement = field(default_factory=Placement)
    by_language: Counter[str] = field(default_factory=Counter)
    paragraphs: Counter[str] = field(default_factory=Counter)

    def place(self, plan: Plan, documents: Sequence[DocumentRow]) -> None:
        """Put these documents, in the order of import, on the sides of a plan."""
        clusters: dict[str, set[str]] = defaultdict(set)
        for subject, item in self.known.items():
            if item.cluster_id is None or item.document_id is None or item.withdrawn:
                continue
            if not self.taken_by(subject, item):
                clusters[item.document_id].add(item.cluster_id)
        self.plan = plan
        self.placement = splits.placed(
            [
                SplitDocument(
                    id=(item := self.known[row.subject_id]).item_id,
                    source=item.source_id,
                    published_on=_day(row),
                    clusters=frozenset(clusters.get(item.item_id, ())),
                )
                for row in documents
            ],
            plan,
        )

    def taken_by(self, subject: int, item: Item) -> str:
        """Who takes a paragraph for noise; see `splits.taken_for_noise`."""
        votes = self.everything.votes(item.item_id).get(splits.GATE, [])
        answers = self.gate.answers(item.item_id, splits.GATE)
        return splits.taken_for_noise(answers, votes, self.noise.get(subject))

    def items(self) -> Iterator[Row]:
        """Sources, then each document followed by its paragraphs; counts paragraphs by source."""
        self.paragraphs.clear()
        self.by_language.clear()
        rated = [item for item in self.known.values() if item.scope == "source"]
        for item in sorted(rated, key=lambda item: item.item_id):
            if not item.withdrawn:
                yield self._row(item, (None,) * 11)
        ordered = sorted(self.documents, key=lambda row: self.known[row.subject_id].item_id)
        for start in range(0, len(ordered), DOCUMENTS_AT_ONCE):
            yield from self._documents(ordered[start : start + DOCUMENTS_AT_ONCE])

    def labels(self) -> Iterator[Row]:
        """A row for each item and question that anybody was asked or that was settled."""
        released = self.item_ids()
        asked = [question.code for question in self.questions]
        for item_id in sorted(released):
            states, votes = self.judged.states(item_id), self.judged.votes(item_id)
            settled = self.gold.by_item.get(item_id, {})
            for code in sorted({*states, *settled}.intersection(asked)):
                yield self._label(item_id, code, votes.get(code, []), states.get(code, set()))

    def sources(self, codebook: Codebook) -> Iterator[Row]:
        """To be asked when all items have been read."""
        documents = Counter(self.known[row.subject_id].source_id for row in self.documents)
        names = queries.sources(self.session, self.project_id)
        for source, name in sorted((identity.source_id(name), name) for name in names):
            card = source_card(codebook, self.judged.ratings(source))
            yield source, name, documents[source], self.paragraphs[source], *card

    def splits(self) -> ReleasedSplits:
        """What the manifest says of the sides of the documents in the release."""
        ids = [self.known[row.subject_id].item_id for row in self.documents]
        return released_splits(
            self.plan,
            {name: (self.placement.split[name], self.placement.group[name]) for name in ids},
            crossing=len({self.placement.group[name] for name in ids} & {*self.placement.crossing}),
        )

    def languages(self) -> dict[str, int]:
        """Paragraphs by language, to be asked when all items have been read."""
        return dict(sorted(self.by_language.items()))

    def item_ids(self) -> set[str]:
        """The ids of everything that is in the release."""
        documents = {self.known[row.subject_id].item_id for row in self.documents}
        return {
            item.item_id
            for item in self.known.values()
            if not item.withdrawn and (item.document_id is None or item.document_id in documents)
        }

    def _documents(self, documents: Sequence[DocumentRow]) -> Iterator[Row]:
        texts: dict[int, list[ParagraphRow]] = defaultdict(list)
        for row in queries.paragraphs(self.session, [each.id for each in documents]):
            texts[row.document_id].append(row)
        for document in documents:
            item = self.known[document.subject_id]
            day = _day(document)
            side = self.placement.split.get(item.item_id), self.placement.group.get(item.item_id)
            nothing = (None,) * 4
            yield self._row(
                item, (None, document.lang, None, *nothing[:3], document.url, day, None, *side)
            )
            in_full = self.choices.has_text_of(document.source_name)
            for row in texts.pop(document.id, ()):
                self.paragraphs[item.source_id] += 1
                self.by_language[row.lang or ""] += 1
                yield self._row(
                    one := self.known[row.subject_id],
                    (
                        row.position,
                        row.lang,
                        row.text if in_full else None,
                        row.start,
                        row.end,
                        sha256(row.text),
                        None,
                        day,
                        self.taken_by(row.subject_id, one) or None,
                        *side,
                    ),
                )

    def _row(self, item: Item, facts: Sequence[str | int | None]) -> Row:
        item_id = item.item_id
        votes, settled = self.judged.votes(item_id), self.gold.by_item.get(item_id)
        judged: list[str | float | None] = []
        if not votes and not settled:
            judged = [None] * (4 * len(self.questions))
        else:
            for question in self.questions:
                labels = votes.get(question.code, [])
                judged += self._gold(item_id, question.code, len(labels))
                judged += votes_cell(labels), agreement_cell(labels)
        return (
            item_id,
            item.scope,
            item.document_id,
            item.source_id,
            item.cluster_id,
            *facts[:11],
            *judged,
        )

    def _gold(self, item_id: str, code: str, votes: int) -> tuple[str | None, str | None]:
        """The label, and how it was reached or why there is none."""
        found = self.gold.by_item.get(item_id, {}).get(code)
        if found is None:
            return None, None
        why = self._why(item_id, code, votes, gated=False)
        if found.alternatives is None or why in LEFT_OUT_BY_CHOICE:
            return None, None if why in LEFT_OUT_BY_CHOICE else found.state
        return gold_cell(found.alternatives), found.method

    def _why(self, item_id: str, code: str, votes: int, *, gated: bool) -> str:
        certainty = likeliest(self.sureness.posterior(code, item_id))
        settled = self.gold.settled(item_id, code, votes, certainty, gated=gated)
        return why_no_gold(settled, self.choices)

    def _label(self, item_id: str, code: str, votes: list[str], states: Collection[str]) -> Row:
        gated = "not_applicable" in states and "answered" not in states
        why = self._why(item_id, code, len(votes), gated=gated)
        answers = None if why else self.gold.answers(item_id, code)
        _, method = self._gold(item_id, code, len(votes))
        return (
            item_id,
            code,
            len(votes),
            votes_cell(votes),
            soft_cell(votes),
            *self.sureness.cells(code, item_id),
            None if answers is None else gold_set_cell(answers),
            method,
            why or None,
        )


def told_competence(figures: Any) -> dict[str, dict[str, float]]:  # noqa: ANN401 - JSON
    """Competence by annotator and question, from what agreement.json holds."""
    found: dict[str, dict[str, float]] = {}
    for entry in figures["questions"]:
        for each in entry.get("annotators", ()):
            if each.get("competence") is not None:
                found.setdefault(each["annotator"], {})[entry["question"]] = each["competence"]
    return found


def released_splits(
    plan: Plan, placed: Mapping[str, tuple[str | None, str | None]], *, crossing: int
) -> ReleasedSplits:
    """`placed` has side and group of each document."""
    sides = Counter(side for side, _ in placed.values())
    sizes = Counter(group for _, group in placed.values() if group is not None)
    largest = min(sizes, key=lambda name: (-sizes[name], name), default=None)
    return ReleasedSplits(
        by=plan.by,
        key=plan.key,
        documents={name: sides[name] for name in splits.SPLITS},
        groups=len(sizes),
        largest=largest,
        largest_documents=sizes[largest] if largest is not None else 0,
        crossing=crossing,
        left_out=sides[None],
    )


def source_card(
    codebook: Codebook, ratings: Mapping[str, Mapping[str, str]]
) -> tuple[int, float | None, str | None, float | None]:
    """Raters, passes, ratings and agreement of a source, from the labels by rater and question."""
    shares = [
        share
        for given in ratings.values()
        if (share := weighted_share(codebook, {q: [label] for q, label in given.items()}).share)
        is not None
    ]
    by_question: dict[str, list[str]] = defaultdict(list)
    for given in ratings.values():
        for question, label in given.items():
            by_question[question].append(label)
    alike = [
        found for labels in by_question.values() if (found := item_agreement(labels)) is not None
    ]
    votes = {question: dict(Counter(labels)) for question, labels in by_question.items()}
    has_criteria = bool(criteria(codebook))
    return (
        len(ratings),
        dataset.mean_cell(shares) if has_criteria else None,
        compact_json(votes) if votes else None,
        dataset.mean_cell(alike),
    )


def _day(row: DocumentRow) -> str | None:
    return None if row.published_on is None else row.published_on.isoformat()


def sha256(text: str) -> str:
    """Of a text in UTF-8, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
