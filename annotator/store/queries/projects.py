"""A person's projects, how far each is on the way to a release, and who belongs to it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarSelect, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from annotator.store.corpus import Document, DocumentVersion, Paragraph, Project, Source, Subject
from annotator.store.labelling import Assignment, CodebookVersion, Round
from annotator.store.people import Membership, User
from annotator.store.publishing import Release
from annotator.store.queries.documents import is_current
from annotator.store.settling import Gold

NOBODY = 0


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """A project in a list; `open_tasks` are those of the person who looks."""

    slug: str
    title: str
    role: str
    documents: int
    members: int
    open_tasks: int


@dataclass(frozen=True, slots=True)
class RoundProgress:
    name: str
    kind: str
    done: int
    total: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of a project in numbers.

    `compared` counts subjects that two people or more have labelled, `settled` those with gold.
    """

    documents: int
    paragraphs: int
    sources: int
    codebook_number: int
    annotators: int
    leads: int
    rounds: tuple[RoundProgress, ...]
    compared: int
    settled: int
    releases: int


@dataclass(frozen=True, slots=True)
class OwnProgress:
    done: int
    skipped: int
    open: int

    @property
    def total(self) -> int:
        return self.done + self.skipped + self.open


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Someone in a project, with the tasks given to them there."""

    user_id: int
    name: str
    role: str
    is_disabled: bool
    open: int
    done: int


def projects_of(session: Session, *, user_id: int, is_admin: bool) -> list[ProjectCard]:
    """The person's projects by title; an administrator sees all and leads each."""
    mine = (Membership.project_id == Project.id) & (Membership.user_id == user_id)
    rows = session.execute(
        select(
            Project.slug,
            Project.title,
            Membership.role,
            _documents_of_project(),
            _members_of_project(),
            _open_tasks(user_id),
        )
        .join(Membership, mine, isouter=is_admin)
        .order_by(Project.title, Project.slug)
    )
    return [
        ProjectCard(slug, title, "lead" if is_admin else role, *counts)
        for slug, title, role, *counts in rows
    ]


def all_projects(session: Session) -> list[ProjectCard]:
    """Every project by short name, for whoever has the command line."""
    cards = projects_of(session, user_id=NOBODY, is_admin=True)
    return sorted(cards, key=lambda card: card.slug)


def overview(session: Session, *, project_id: int) -> Overview:
    """For the lead's page; counts leave out what was withdrawn or replaced."""
    roles = _roles(session, project_id)

    def number(statement: Select[Any]) -> int:
        return session.scalar(statement) or 0

    return Overview(
        documents=number(_documents(project_id)),
        paragraphs=number(_paragraphs(project_id)),
        sources=number(select(func.count(Source.id)).where(Source.project_id == project_id)),
        codebook_number=number(
            select(func.max(CodebookVersion.number)).where(CodebookVersion.project_id == project_id)
        ),
        annotators=roles.get("annotator", 0),
        leads=roles.get("lead", 0),
        rounds=_rounds(session, project_id),
        compared=number(_compared(project_id)),
        settled=number(_settled(project_id)),
        releases=number(select(func.count(Release.id)).where(Release.project_id == project_id)),
    )


def own_progress(session: Session, *, project_id: int, user_id: int) -> OwnProgress:
    """Tasks of one person in all rounds of a project."""
    states = dict(
        session.execute(
            select(Assignment.state, func.count())
            .join(Round, Round.id == Assignment.round_id)
            .where(Round.project_id == project_id, Assignment.user_id == user_id)
            .group_by(Assignment.state)
        ).all()
    )
    return OwnProgress(
        done=states.get("done", 0), skipped=states.get("skipped", 0), open=states.get("open", 0)
    )


def members(session: Session, *, project_id: int) -> list[MemberRow]:
    """Leads first, then by name."""
    tasks = (
        select(
            Assignment.user_id,
            func.sum(case((Assignment.state == "open", 1), else_=0)).label("open"),
            func.sum(case((Assignment.state == "done", 1), else_=0)).label("done"),
        )
        .join(Round, Round.id == Assignment.round_id)
        .where(Round.project_id == project_id)
        .group_by(Assignment.user_id)
        .subquery()
    )
    rows = session.execute(
        select(
            User.id,
            User.name,
            Membership.role,
            User.disabled_at.is_not(None),
            func.coalesce(tasks.c.open, 0),
            func.coalesce(tasks.c.done, 0),
        )
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(tasks, tasks.c.user_id == User.id)
        .where(Membership.project_id == project_id)
        .order_by(Membership.role.desc(), User.name)
    )
    return [MemberRow(*row) for row in rows]


def _documents_of_project() -> ScalarSelect[int]:
    return (
        select(func.count(Document.id))
        .where(Document.project_id == Project.id, Document.withdrawn_at.is_(None))
        .correlate(Project)
        .scalar_subquery()
    )


def _members_of_project() -> ScalarSelect[int]:
    member = aliased(Membership)
    return (
        select(func.count(member.id))
        .where(member.project_id == Project.id)
        .correlate(Project)
        .scalar_subquery()
    )


def _open_tasks(user_id: int) -> ScalarSelect[int]:
    return (
        select(func.count(Assignment.id))
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Round.project_id == Project.id,
            Assignment.user_id == user_id,
            Assignment.state == "open",
        )
        .correlate(Project)
        .scalar_subquery()
    )


def _roles(session: Session, project_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Membership.role, func.count())
        .where(Membership.project_id == project_id)
        .group_by(Membership.role)
    )
    return dict(rows.all())


def _documents(project_id: int) -> Select[Any]:
    return select(func.count(Document.id)).where(
        Document.project_id == project_id, Document.withdrawn_at.is_(None)
    )


def _paragraphs(project_id: int) -> Select[Any]:
    return (
        select(func.count(Paragraph.id))
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.project_id == project_id, is_current())
    )


def _rounds(session: Session, project_id: int) -> tuple[RoundProgress, ...]:
    rows = session.execute(
        select(
            Round.name,
            Round.kind,
            func.sum(case((Assignment.state != "open", 1), else_=0)),
            func.count(Assignment.id),
            Round.closed_at.is_not(None),
        )
        .outerjoin(
            Assignment, (Assignment.round_id == Round.id) & (Assignment.state != "withdrawn")
        )
        .where(Round.project_id == project_id)
        .group_by(Round.id)
        .order_by(Round.id)
    )
    return tuple(RoundProgress(*row) for row in rows)


def _compared(project_id: int) -> Select[Any]:
    twice = (
        select(Assignment.subject_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(Round.project_id == project_id, Assignment.state == "done")
        .group_by(Assignment.subject_id)
        .having(func.count(Assignment.user_id.distinct()) > 1)
        .subquery()
    )
    return select(func.count()).select_from(twice)


def _settled(project_id: int) -> Select[Any]:
    return (
        select(func.count(Gold.subject_id.distinct()))
        .join(Subject, Subject.id == Gold.subject_id)
        .where(Subject.project_id == project_id)
    )
