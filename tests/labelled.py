"""A labelled project for tests of agreement and adjudication, built with the factory."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from annotator.store.corpus import Cluster, ClusterMember, Document, Project, Subject
from annotator.store.labelling import Assignment, CodebookVersion, Round
from annotator.store.people import User
from tests.factories import Factory
from tests.small_codebook import SMALL

Answers = dict[str, list[str]]
NOISE: Answers = {"content": ["boilerplate"]}


def prose(frames: list[str] | None = None, **stances: str) -> Answers:
    """Answers to a paragraph of main text; `russia="1"` also chooses the target."""
    return {
        "content": ["main"],
        "frames": frames or [],
        "targets": sorted(stances, reverse=True),
        **{f"stance.{target}": [stance] for target, stance in stances.items()},
    }


@dataclass
class Labelled:
    """A project with a codebook, a main round and people; the rest is added by a test."""

    make: Factory
    project: Project
    codebook: CodebookVersion
    round: Round
    people: dict[str, User] = field(default_factory=dict)

    @classmethod
    def empty(cls, make: Factory, *, yaml: str = SMALL, **given: Any) -> "Labelled":
        project = make.project(**given)
        codebook = make.codebook(project, yaml, number=1)
        return cls(make, project, codebook, make.round(project, codebook, name="main"))

    def person(self, name: str, *, role: str = "annotator") -> User:
        if name not in self.people:
            user = self.make.user(name)
            self.people[name] = self.make.member(self.project, user, role=role)
        return self.people[name]

    def paragraphs(self, *texts: str, **given: Any) -> list[Subject]:
        """The paragraphs of a new document, in reading order."""
        return self.paragraphs_of(self.make.document(self.project, texts=texts, **given))

    def paragraphs_of(self, document: Document) -> list[Subject]:
        return list(
            self.make.session.scalars(
                select(Subject)
                .where(Subject.document_id == document.id, Subject.scope == "paragraph")
                .order_by(Subject.id)
            )
        )

    def clustered(self, *subjects: Subject, key: str = "same.") -> None:
        """These paragraphs are near-duplicates of each other."""
        cluster = Cluster(project_id=self.project.id, kind="exact", key=key)
        self.make.session.add(cluster)
        self.make.session.flush()
        self.make.session.add_all(
            ClusterMember(paragraph_id=each.paragraph_id, cluster_id=cluster.id, similarity=1.0)
            for each in subjects
        )
        self.make.session.flush()

    def whole(self, subject: Subject) -> Subject:
        """The document that a paragraph belongs to."""
        return self.make.session.scalars(
            select(Subject).where(
                Subject.document_id == subject.document_id, Subject.scope == "document"
            )
        ).one()

    def says(
        self, name: str, subject: Subject, answers: Answers | None, **given: Any
    ) -> Assignment:
        """A person's labels of a subject; `answers` None leaves the assignment open.

        `saved` has columns of the revision, `round` another round, the rest is the assignment's.
        """
        saved = given.pop("saved", {})
        round_ = given.pop("round", self.round)
        assignment = self.make.assignment(round_, subject, self.person(name), **given)
        if answers is not None:
            self.make.annotation(assignment, answers, **saved)
        return assignment
