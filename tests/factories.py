"""Rows with sensible defaults, so that a test names only what it is about."""

import hashlib
import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.store.corpus import Document, DocumentVersion, Paragraph, Project, Source, Subject
from annotator.store.labelling import (
    Annotation,
    AnnotationRevision,
    Assignment,
    CodebookVersion,
    Round,
)
from annotator.store.people import Membership, User
from annotator.store.settling import Gold

Row = TypeVar("Row")
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Factory:
    """Every method adds one thing, flushes, and returns it; what is not given is made up."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._numbers = itertools.count(1)

    def user(self, name: str | None = None, *, role: str = "annotator", **given: Any) -> User:
        name = name or f"person{next(self._numbers)}"
        return self._add(User(name=name, role=role, created_at=NOW, **given))

    def project(self, slug: str | None = None, **given: Any) -> Project:
        slug = slug or f"project{next(self._numbers)}"
        defaults: dict[str, Any] = {
            "title": slug.title(),
            "languages": ["en"],
            "source_blind": True,
            "pseudonym_key": b"k" * 32,
            "created_at": NOW,
        }
        return self._add(Project(slug=slug, **(defaults | given)))

    def member(
        self, project: Project, user: User | None = None, *, role: str = "annotator"
    ) -> User:
        user = user or self.user()
        self._add(Membership(user_id=user.id, project_id=project.id, role=role, created_at=NOW))
        return user

    def source(self, project: Project, name: str | None = None, **given: Any) -> Source:
        defaults: dict[str, Any] = {"domains": [], "aliases": [], "created_at": NOW}
        name = name or f"Source {next(self._numbers)}"
        return self._add(Source(project_id=project.id, name=name, **(defaults | given)))

    def document(
        self,
        project: Project,
        source: Source | None = None,
        *,
        texts: tuple[str, ...] = ("One paragraph.", "Another paragraph."),
        **given: Any,
    ) -> Document:
        """A document with one version, a paragraph per text, and the subjects for labelling."""
        source = source or self.source(project)
        number = next(self._numbers)
        defaults: dict[str, Any] = {
            "key": f"document{number}.txt",
            "title": f"Document {number}",
            "published_on": date(2025, 3, 1),
            "lang": "en",
            "created_at": NOW,
        }
        document = self._add(
            Document(project_id=project.id, source_id=source.id, **(defaults | given))
        )
        self._subject(project, "document", document_id=document.id)
        self._version(project, document, texts)
        return document

    def codebook(self, project: Project, yaml: str, **given: Any) -> CodebookVersion:
        number = next(self._numbers)
        defaults: dict[str, Any] = {
            "number": number,
            # Parsed codebooks are remembered by their hash, so it must differ with the content.
            "content_hash": hashlib.sha256(f"{number} {yaml}".encode()).hexdigest(),
            "editorial": False,
            "created_at": NOW,
        }
        return self._add(CodebookVersion(project_id=project.id, yaml=yaml, **(defaults | given)))

    def round(self, project: Project, codebook: CodebookVersion, **given: Any) -> Round:
        defaults: dict[str, Any] = {
            "name": f"round{next(self._numbers)}",
            "kind": "main",
            "blind": True,
            "overlap": 2,
            "sample_share": 1.0,
            "seed": 1,
            "thresholds": {},
            "created_at": NOW,
        }
        return self._add(
            Round(project_id=project.id, codebook_version_id=codebook.id, **(defaults | given))
        )

    def assignment(
        self,
        round: Round,
        subject: Subject,
        user: User,
        **given: Any,
    ) -> Assignment:
        defaults: dict[str, Any] = {
            "scope": subject.scope,
            "reason": "sample",
            "occasion": 1,
            "inclusion_probability": 1.0,
            "overlapping": True,
            "rank": next(self._numbers),
            "state": "open",
            "created_at": NOW,
        }
        return self._add(
            Assignment(
                round_id=round.id, subject_id=subject.id, user_id=user.id, **(defaults | given)
            )
        )

    def annotation(
        self, assignment: Assignment, answers: dict[str, list[str]], **given: Any
    ) -> Annotation:
        """An annotation with its first revision; the assignment becomes done."""
        number = next(self._numbers)
        saved_at = NOW + timedelta(minutes=number)
        annotation = self._add(
            Annotation(assignment_id=assignment.id, revision=1, origin="person", saved_at=saved_at)
        )
        defaults: dict[str, Any] = {
            "save_id": f"00000000-0000-4000-8000-{number:012d}",
            "spans": [],
            "masked": True,
            "after_feedback": False,
            "seconds": 12.0,
            "saved_at": saved_at,
        }
        self._add(
            AnnotationRevision(
                annotation_id=annotation.id, number=1, answers=answers, **(defaults | given)
            )
        )
        assignment.state = "done"
        self.session.flush()
        return annotation

    def gold(
        self, subject_id: int, question: str, alternatives: list[list[str]] | None, **given: Any
    ) -> Gold:
        """Gold by a majority, under the newest codebook of the project; `decided` or `void`."""
        defaults: dict[str, Any] = {
            "state": "void" if alternatives is None else "decided",
            "method": "majority",
            "settled_at": NOW,
            "codebook_version_id": self._newest_codebook(subject_id),
        }
        return self._add(
            Gold(
                subject_id=subject_id,
                question=question,
                alternatives=alternatives,
                **(defaults | given),
            )
        )

    def _newest_codebook(self, subject_id: int) -> int:
        project_id = self.session.get_one(Subject, subject_id).project_id
        newest = (
            select(CodebookVersion.id)
            .where(CodebookVersion.project_id == project_id)
            .order_by(CodebookVersion.number.desc())
        )
        return self.session.scalars(newest).all()[0]

    def _version(self, project: Project, document: Document, texts: tuple[str, ...]) -> None:
        version = self._add(
            DocumentVersion(
                document_id=document.id,
                number=1,
                text_hash=f"hash of {document.key}",
                characters=sum(len(text) + 1 for text in texts),
                head="",
                file_name=document.key,
                told=[],
                imported_at=NOW,
            )
        )
        start = 0
        for position, text in enumerate(texts):
            paragraph = self._add(
                Paragraph(
                    version_id=version.id,
                    position=position,
                    start=start,
                    end=start + len(text),
                    text=text,
                    tail="\n",
                    lang="en",
                    duplicate_key=text.casefold(),
                )
            )
            start += len(text) + 1
            self._subject(project, "paragraph", document_id=document.id, paragraph_id=paragraph.id)

    def _subject(self, project: Project, scope: str, **ids: int) -> Subject:
        return self._add(Subject(project_id=project.id, scope=scope, **ids))

    def _add(self, row: Row) -> Row:
        self.session.add(row)
        self.session.flush()
        return row
