"""A project whose source repeats a line in each of its documents, and people who label."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.services.codebooks import default_yaml
from annotator.services.documents.importing import ImportReport, import_files
from annotator.store.corpus import Cluster, Paragraph, Project, Subject
from annotator.store.labelling import Assignment, CodebookVersion, Round
from annotator.store.people import User
from annotator.store.settling import Gold
from tests.factories import NOW, Factory

BANNER = "Sign up for the newsletter of this outlet and read it every single morning"
CHANGED = BANNER.replace("single", "sunny")
BODY = "The talks about grain ended without any result on Friday, said a delegate"
NOISE = {"content": ["boilerplate"], "noise_type": ["banner"]}
TEXT = {"content": ["main"]}


def body(number: int) -> str:
    """A text that is like that of no other number."""
    return " ".join(f"{word}{chr(97 + number)}" for word in BODY.split())


@dataclass(slots=True)
class Repeats:
    make: Factory
    session: Session
    project: Project
    codebook: CodebookVersion
    round: Round
    people: list[User]

    def bring(self, first: int, *lines: str, source: str = "Ledger") -> ImportReport:
        """A document for each line, with the line below a text of its own."""
        files = [
            (f"{source}-{first + n}.txt", f"{body(first + n)}\n\n{line}\n".encode())
            for n, line in enumerate(lines)
        ]
        return import_files(
            self.session,
            project_id=self.project.id,
            files=files,
            source_name=source,
            actor_id=None,
            now=NOW,
        )

    def cluster(self) -> int:
        return self.session.scalars(select(Cluster.id)).one()

    def lines(self, text: str = BANNER) -> list[int]:
        """The subjects of this text, in the order they came."""
        of_text = Paragraph.text == text
        statement = select(Subject.id).join(Subject.paragraph).where(of_text).order_by(Subject.id)
        return list(self.session.scalars(statement))

    def given(self, subject_id: int, person: int = 0, **more: object) -> Assignment:
        subject = self.session.get_one(Subject, subject_id)
        return self.make.assignment(self.round, subject, self.people[person], **more)

    def label(self, subject_id: int, answers: dict[str, list[str]], person: int = 0) -> None:
        self.make.annotation(self.given(subject_id, person), answers)

    def gold(self) -> dict[int, dict[str, list[list[str]]]]:
        """Propagated gold by subject and question."""
        found: dict[int, dict[str, list[list[str]]]] = {}
        for row in self.session.scalars(select(Gold).where(Gold.method == "propagated")):
            found.setdefault(row.subject_id, {})[row.question] = row.alternatives or []
        return found


def repeats(make: Factory) -> Repeats:
    project = make.project("repeats")
    people = [make.member(project) for _ in range(3)]
    codebook = make.codebook(project, default_yaml())
    of_work = make.round(project, codebook, overlap=1)
    return Repeats(make, make.session, project, codebook, of_work, people)
