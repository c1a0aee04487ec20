"""A small project with everything a release must carry: three annotators, gates, sets, gold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from annotator.store.corpus import Cluster, ClusterMember, Document, Paragraph, Project, Subject
from annotator.store.labelling import CodebookVersion, Round
from annotator.store.people import User
from annotator.store.settling import Gold
from tests.factories import NOW, Factory

CODEBOOK = """\
code: small
title: {en: Small}
languages: [en]
questions:
  - code: content
    name: {en: Content}
    scope: paragraph
    scale: nominal
    labels:
      - {code: main, name: {en: Main}}
      - {code: boilerplate, name: {en: Boilerplate}}
  - code: frames
    name: {en: Frames}
    scope: paragraph
    scale: set
    show_if: {content: main}
    labels:
      - {code: economic, name: {en: Economic}}
      - {code: security, name: {en: Security}}
  - code: stance
    name: {en: Stance}
    scope: paragraph
    scale: ordinal
    show_if: {content: main}
    required: false
    labels:
      - {code: "-1", name: {en: Against}, value: -1}
      - {code: "0", name: {en: Neutral}, value: 0}
      - {code: "1", name: {en: For}, value: 1}
      - {code: unclear, name: {en: Cannot judge}, missing: true}
  - code: remark
    name: {en: Remark}
    scope: paragraph
    scale: text
    required: false
  - code: genre
    name: {en: Genre}
    scope: document
    scale: nominal
    labels:
      - {code: opinion, name: {en: Opinion}}
      - {code: reporting, name: {en: Reporting}}
"""
# Everything that a text can do to a file format.
TEXTS = (
    '=HYPERLINK("http://example.org";"click")',
    "\u00a0 No-break and edge spaces \t ",
    "Сompilers, «Читать на русском» – 你好 – مرحبا 😀",
    "One\rtwo\r\nthree\nfour\u2028five\x85six",
    "'=1, said twice",
    '- so he said; "quoted", twice',
    "-2",
    "One paragraph of plain text.",
)


@dataclass(slots=True)
class World:
    """`documents` have the texts of `TEXTS`, or what was given."""

    make: Factory
    project: Project
    people: list[User]
    codebook: CodebookVersion
    round: Round
    documents: list[Document]

    def subjects(self, scope: str = "paragraph") -> list[Subject]:
        found = select(Subject).where(Subject.project_id == self.project.id, Subject.scope == scope)
        return list(self.make.session.scalars(found.order_by(Subject.id)))

    def settle(
        self,
        subject: Subject,
        question: str,
        alternatives: list[list[str]] | None,
        *,
        state: str = "decided",
        method: str = "person",
    ) -> Gold:
        gold = Gold(
            subject_id=subject.id,
            codebook_version_id=self.codebook.id,
            question=question,
            state=state,
            alternatives=alternatives,
            method=method,
            people=[self.people[0].id] if method == "person" else None,
            settled_at=NOW + timedelta(days=1),
        )
        self.make.session.add(gold)
        self.make.session.flush()
        return gold


def build(
    make: Factory,
    slug: str = "small",
    *,
    documents: int = 3,
    texts: Sequence[str] = TEXTS,
    lead: User | None = None,
) -> World:
    """Every paragraph given to all three: some disagreement, and every state of an answer."""
    project = make.project(slug)
    if lead is not None:
        make.member(project, lead, role="lead")
    people = [make.member(project, make.user(f"{slug}-{name}")) for name in ("ana", "bo", "ced")]
    codebook = make.codebook(project, CODEBOOK, number=1)
    round_ = make.round(project, codebook, name="main", overlap=3, thresholds={"content": 0.8})
    source = make.source(project, "The Northern Ledger")
    made = [
        make.document(project, source, key=f"{n}.txt", texts=tuple(texts), lang="en")
        for n in range(documents)
    ]
    make._add(Subject(project_id=project.id, scope="source", source_id=source.id))
    world = World(make, project, people, codebook, round_, made)
    _label(world)
    _settle(world)
    return world


def _label(world: World) -> None:
    for number, subject in enumerate(world.subjects()):
        for place, user in enumerate(world.people):
            assignment = world.make.assignment(world.round, subject, user)
            if (number, place) == (3, 2):
                assignment.state, assignment.skip_reason = "skipped", "not readable"
            elif (number, place) != (4, 2):
                world.make.annotation(assignment, _answers(number, place))
    for number, subject in enumerate(world.subjects("document")):
        for place, user in enumerate(world.people[:2]):
            assignment = world.make.assignment(world.round, subject, user)
            genre = "opinion" if number + place else "reporting"
            world.make.annotation(assignment, {"genre": [genre]})
    world.make.session.flush()


def _answers(number: int, place: int) -> dict[str, list[str]]:
    if number % 4 == 0 and place < 2 + number % 3:
        return {"content": ["boilerplate"], "remark": ["+49 30 1234\n@someone"]}
    answers: dict[str, list[str]] = {"content": ["main"]}
    answers["frames"] = [[], ["economic"], ["security", "economic"]][(number + place // 2) % 3]
    if (number + place) % 5:
        answers["stance"] = [["-1"], ["0"], ["1"], ["unclear"]][(number + place // 2) % 4]
    return answers


def _settle(world: World) -> None:
    first, second, third, *_ = world.subjects()
    world.settle(first, "content", [["boilerplate"]], method="unanimous")
    world.settle(first, "frames", None, state="void", method="unanimous")
    world.settle(second, "frames", [["security", "economic"], []])
    world.settle(third, "frames", [[]])
    world.settle(third, "stance", None, state="undecidable")


def link(world: World, subjects: Sequence[Subject], key: str = "same") -> None:
    """Put the paragraphs into one cluster of near-duplicates."""
    cluster = world.make._add(Cluster(project_id=world.project.id, kind="exact", key=key))
    for subject in subjects:
        world.make._add(
            ClusterMember(
                paragraph_id=subject.paragraph_id or 0, cluster_id=cluster.id, similarity=1.0
            )
        )


def texts_of(world: World) -> list[str]:
    found = select(Paragraph.text).join(Paragraph.version).order_by(Paragraph.id)
    return list(world.make.session.scalars(found))
