"""Versions of a project's codebook: added, never changed."""

from datetime import datetime
from functools import cache
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator import paths
from annotator.domain import codebook_file
from annotator.domain.codebook import Codebook
from annotator.errors import NotFound
from annotator.store.audit import record
from annotator.store.labelling import CodebookVersion

DEFAULT_NAME = "framing-stance-noise.yaml"
NO_CODEBOOK = "The project has no codebook; add one on its page Codebook."
NO_HASH = "The project has no codebook of this content; load the page again."
NO_VERSION = "The project has no version {number} of its codebook."

_REMEMBERED = 64
# By content hash: a version never changes, and reading the YAML takes far longer than a save may.
_parsed: dict[str, Codebook] = {}


class StoredCodebook(Protocol):
    """A `CodebookVersion`, or a row of a query that has these columns."""

    @property
    def content_hash(self) -> str: ...

    @property
    def yaml(self) -> str: ...


@cache
def default_yaml() -> str:
    """The codebook that ships with the program."""
    return (paths.schema() / "codebooks" / DEFAULT_NAME).read_text(encoding="utf-8")


def codebook_of(version: StoredCodebook) -> Codebook:
    """The codebook of a version; parsed once in a process, and `yaml` is read only then."""
    found = _parsed.get(version.content_hash)
    return found or _remember(
        version.content_hash, codebook_file.parse(version.yaml, name="codebook.yaml")
    )


def codebook_by_hash(session: Session, *, version_id: int, content_hash: str) -> Codebook:
    """The codebook of a version whose row is not at hand; it is read only if not yet parsed."""
    found = _parsed.get(content_hash)
    return found or codebook_of(session.get_one(CodebookVersion, version_id))


def latest(session: Session, project_id: int) -> CodebookVersion:
    """The version that a new round would use.

    Raises:
        NotFound: the project has none.
    """
    newest = (
        select(CodebookVersion)
        .where(CodebookVersion.project_id == project_id)
        .order_by(CodebookVersion.number.desc())
        .limit(1)
    )
    found = session.scalars(newest).first()
    if found is None:
        raise NotFound(NO_CODEBOOK)
    return found


def numbered(session: Session, *, project_id: int, number: int) -> CodebookVersion:
    """Raises:
    NotFound: the project has no such version.
    """
    found = session.scalars(
        select(CodebookVersion).where(
            CodebookVersion.project_id == project_id, CodebookVersion.number == number
        )
    ).first()
    if found is None:
        raise NotFound(NO_VERSION.format(number=number))
    return found


def hashed(session: Session, *, project_id: int, content_hash: str) -> CodebookVersion:
    """Raises:
    NotFound: the project has no version with this content.
    """
    found = session.scalars(
        select(CodebookVersion).where(
            CodebookVersion.project_id == project_id,
            CodebookVersion.content_hash == content_hash,
        )
    ).first()
    if found is None:
        raise NotFound(NO_HASH)
    return found


def add_version(
    session: Session,
    *,
    project_id: int,
    yaml: str,
    name: str,
    editorial: bool,
    actor_id: int | None,
    now: datetime,
) -> CodebookVersion:
    """The new version, or the one that has the same content already, whatever its comments.

    `name` is that of the file, for complaints. `editorial`: every label means what it meant before,
    so that agreement may be pooled with the version before.

    Raises:
        CodebookInvalid: a complaint for each fault of the file.
    """
    codebook = codebook_file.parse(yaml, name=name)
    versions = session.execute(
        select(CodebookVersion.id, CodebookVersion.number, CodebookVersion.content_hash).where(
            CodebookVersion.project_id == project_id
        )
    ).all()
    for known in versions:
        if known.content_hash == codebook.content_hash:
            return session.get_one(CodebookVersion, known.id)
    version = CodebookVersion(
        project_id=project_id,
        number=1 + max((known.number for known in versions), default=0),
        content_hash=codebook.content_hash,
        yaml=yaml,
        editorial=editorial,
        created_at=now,
        created_by_id=actor_id,
    )
    session.add(version)
    session.flush()
    record(
        session,
        action="codebook.added",
        at=now,
        actor_id=actor_id,
        project_id=project_id,
        object_id=version.id,
        number=version.number,
        editorial=editorial,
    )
    return version


def _remember(content_hash: str, codebook: Codebook) -> Codebook:
    while len(_parsed) >= _REMEMBERED:
        _parsed.pop(next(iter(_parsed)), None)
    _parsed[content_hash] = codebook
    return codebook
