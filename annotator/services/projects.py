"""Projects, and who belongs to them in which role."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.domain import codebook_file
from annotator.domain.plain_text import invisible_character
from annotator.errors import DataInvalid, Forbidden, NotFound
from annotator.services import codebooks, sessions
from annotator.store.audit import record
from annotator.store.corpus import Project
from annotator.store.people import MEMBER_ROLES, Membership, User
from annotator.store.queries.people import user_named

KEY_BYTES = 32
TITLE_AT_MOST = 200
# /projects/new is the page that makes one.
RESERVED_SLUGS = frozenset({"new"})
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)

BAD_SLUG = (
    "“{slug}” cannot be the short name of a project: take 2 to 40 small letters a-z, digits and "
    "hyphens, with a letter or digit at both ends, such as russia-china."
)
RESERVED_SLUG = "“{slug}” is a page of this program: choose another short name."
SLUG_TAKEN = "There is already a project “{slug}”: choose another short name."
NO_TITLE = "The project needs a title: write one."
TITLE_TOO_LONG = f"The title is too long: {TITLE_AT_MOST} characters are the limit."
TITLE_STRANGE = "The title holds {character}, a control or other invisible character: take it out."
NO_LANGUAGE = "Say which languages the documents are in, such as en, ru."
BAD_LANGUAGE = "“{code}” is not a language code: write two or three small letters, such as en."
NO_SUCH_PROJECT = "There is no project “{slug}”; annotator project list shows all."
NO_SUCH_PERSON = "There is nobody named “{name}”; an administrator adds people first."
DISABLED = "{name} is disabled and cannot be added; an administrator can enable the account."
ALREADY_MEMBER = "{name} is already in this project, as {role}."
NOT_A_MEMBER = "This person is not in the project."
BAD_ROLE = "“{role}” is not a role in a project: choose lead or annotator."
NOT_ONESELF = "Nobody changes their own role or leaves by themselves; ask another lead."


def create_project(
    session: Session,
    *,
    slug: str,
    title: str,
    codebook_yaml: str | None = None,
    codebook_name: str = codebooks.DEFAULT_NAME,
    languages: Sequence[str] | None,
    source_blind: bool,
    actor_id: int | None,
    now: datetime,
    pseudonym_key: bytes | None = None,
) -> Project:
    """A project with the first version of its codebook; whoever makes it leads it.

    Without `codebook_yaml` it gets the codebook that ships with the program. `codebook_name` is the
    name of the file, for complaints. `languages` are those of the documents; None takes the
    codebook's. Without `pseudonym_key` a random one is made.

    Raises:
        DataInvalid: short name, title or language cannot be used, or the short name is taken.
        CodebookInvalid: a complaint for each fault of the codebook.
    """
    _check_slug(session, slug)
    yaml = codebooks.default_yaml() if codebook_yaml is None else codebook_yaml
    if languages is None:
        languages = [
            code.partition("-")[0]
            for code in codebook_file.parse(yaml, name=codebook_name).languages
        ]
    project = Project(
        slug=slug,
        title=_checked_title(title),
        languages=_checked_languages(languages),
        source_blind=source_blind,
        pseudonym_key=pseudonym_key or secrets.token_bytes(KEY_BYTES),
        created_at=now,
    )
    session.add(project)
    session.flush()
    codebooks.add_version(
        session,
        project_id=project.id,
        yaml=yaml,
        name=codebook_name,
        editorial=False,
        actor_id=actor_id,
        now=now,
    )
    record(session, action="project.created", at=now, actor_id=actor_id, project_id=project.id)
    if actor_id is not None:
        _join(session, project.id, actor_id, role="lead", actor_id=actor_id, now=now)
    return project


def project_named(session: Session, *, slug: str) -> Project:
    """Raises:
    NotFound: there is no such project.
    """
    found = session.scalars(select(Project).where(Project.slug == slug)).one_or_none()
    if found is None:
        raise NotFound(NO_SUCH_PROJECT.format(slug=slug))
    return found


def add_member(
    session: Session, *, project_id: int, name: str, role: str, actor_id: int | None, now: datetime
) -> Membership:
    """Raises:
    DataInvalid: nobody has the name, the account is disabled, or they are in the project already.
    """
    _check_role(role)
    user = _person_named(session, name)
    known = _membership(session, project_id, user.id)
    if known is not None:
        raise DataInvalid(ALREADY_MEMBER.format(name=user.name, role=known.role))
    return _join(session, project_id, user.id, role=role, actor_id=actor_id, now=now)


def remove_member(
    session: Session, *, project_id: int, user_id: int, actor_id: int | None, now: datetime
) -> None:
    """Labels stay, and open work stays theirs until a lead gives it to someone else.

    They are signed out everywhere.

    Raises:
        Forbidden: it is oneself.
        NotFound: they are not in the project.
    """
    membership = _others_membership(session, project_id, user_id, actor_id)
    session.delete(membership)
    sessions.end_sessions(session, user_id=user_id)
    record(
        session,
        action="member.removed",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        object_id=user_id,
    )


def change_member_role(
    session: Session,
    *,
    project_id: int,
    user_id: int,
    role: str,
    actor_id: int | None,
    now: datetime,
) -> Membership:
    """With another role they are signed out everywhere.

    Raises:
        DataInvalid: there is no such role.
        Forbidden: it is one's own.
        NotFound: they are not in the project.
    """
    _check_role(role)
    membership = _others_membership(session, project_id, user_id, actor_id)
    if membership.role != role:
        sessions.end_sessions(session, user_id=user_id)
    membership.role = role
    record(
        session,
        action="member.role_changed",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        object_id=user_id,
        role=role,
    )
    return membership


def _check_slug(session: Session, slug: str) -> None:
    if not _SLUG.fullmatch(slug):
        raise DataInvalid(BAD_SLUG.format(slug=slug[:60]))
    if slug in RESERVED_SLUGS:
        raise DataInvalid(RESERVED_SLUG.format(slug=slug))
    if session.scalar(select(Project.id).where(Project.slug == slug)) is not None:
        raise DataInvalid(SLUG_TAKEN.format(slug=slug))


def _checked_title(title: str) -> str:
    plain = " ".join(title.split())
    if not plain:
        raise DataInvalid(NO_TITLE)
    if len(plain) > TITLE_AT_MOST:
        raise DataInvalid(TITLE_TOO_LONG)
    if hidden := invisible_character(plain):
        raise DataInvalid(TITLE_STRANGE.format(character=hidden))
    return plain


def _checked_languages(languages: Sequence[str]) -> list[str]:
    codes = list(dict.fromkeys(code.strip().lower() for code in languages if code.strip()))
    if not codes:
        raise DataInvalid(NO_LANGUAGE)
    for code in codes:
        if not _LANGUAGE.fullmatch(code):
            raise DataInvalid(BAD_LANGUAGE.format(code=code[:20]))
    return codes


def _check_role(role: str) -> None:
    if role not in MEMBER_ROLES:
        raise DataInvalid(BAD_ROLE.format(role=role[:20]))


def _person_named(session: Session, name: str) -> User:
    user = user_named(session, name)
    if user is None:
        raise DataInvalid(NO_SUCH_PERSON.format(name=name.strip()[:64]))
    if user.disabled_at is not None:
        raise DataInvalid(DISABLED.format(name=user.name))
    return user


def _membership(session: Session, project_id: int, user_id: int) -> Membership | None:
    return session.scalars(
        select(Membership).where(Membership.project_id == project_id, Membership.user_id == user_id)
    ).one_or_none()


def _others_membership(
    session: Session, project_id: int, user_id: int, actor_id: int | None
) -> Membership:
    if user_id == actor_id:
        raise Forbidden(NOT_ONESELF)
    found = _membership(session, project_id, user_id)
    if found is None:
        raise NotFound(NOT_A_MEMBER)
    return found


def _join(
    session: Session,
    project_id: int,
    user_id: int,
    *,
    role: str,
    actor_id: int | None,
    now: datetime,
) -> Membership:
    membership = Membership(user_id=user_id, project_id=project_id, role=role, created_at=now)
    session.add(membership)
    session.flush()
    record(
        session,
        action="member.added",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        object_id=user_id,
        role=role,
    )
    return membership
