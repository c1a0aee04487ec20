"""What is new in the codebook for a person, until they say that they have read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from annotator.domain.codebook_changes import Changes, changes
from annotator.errors import NotFound
from annotator.services import codebooks
from annotator.store.audit import record
from annotator.store.labelling import CodebookReading, CodebookVersion
from annotator.store.people import User
from annotator.store.queries import codebooks as queries
from annotator.store.queries import labelling

MOST_VERSIONS: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class News:
    """The person knows version `since`; the round that they label now is under `number`.

    `editorial`: the lead says that every label means what it meant before.
    """

    since: int
    number: int
    editorial: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions by number and what differs between them, in one of `languages`."""

    before: int
    after: int
    lang: str
    languages: tuple[str, ...]
    changes: Changes


def news(session: Session, *, project_id: int, user_id: int) -> News | None:
    """None for whoever has nothing to label, knows no earlier version, or has read this one.

    Labelling under the new version does not make it known: only saying so does.
    """
    waiting = labelling.open_by_round(session, project_id=project_id, user_id=user_id)
    if not waiting:
        return None
    version = queries.version_of_round(session, next(iter(waiting)))
    read = queries.read_by(session, project_id=project_id, user_id=user_id)
    if any(number >= version.number for number in read):
        return None
    known = [*read, *queries.labelled_under(session, project_id=project_id, user_id=user_id)]
    since = max((number for number in known if number < version.number), default=None)
    if since is None:
        return None
    return News(since=since, number=version.number, editorial=version.editorial)


def mark_read(
    session: Session, *, project_id: int, number: int, user_id: int, now: datetime
) -> None:
    """Keep that the person has read what is new in this version; saying it twice is saying it once.

    Raises:
        NotFound: the project has no such version.
    """
    version = codebooks.numbered(session, project_id=project_id, number=number)
    # Two clicks at once take turns here.
    session.get_one(User, user_id, with_for_update=True)
    if session.get(CodebookReading, (user_id, version.id)) is not None:
        return
    session.add(CodebookReading(user_id=user_id, codebook_version_id=version.id, read_at=now))
    session.flush()
    record(
        session,
        action="codebook.read",
        at=now,
        actor_id=user_id,
        project_id=project_id,
        object_id=version.id,
        number=version.number,
    )


def compare(
    session: Session, *, project_id: int, before: int, after: int, lang: str | None = None
) -> Comparison:
    """Any two versions; `lang` falls back to the first language of the second one.

    Raises:
        NotFound: the project has no such version.
    """
    old, new = (
        codebooks.codebook_of(_numbered(session, project_id, number)) for number in (before, after)
    )
    chosen = lang if lang in new.languages else new.languages[0]
    return Comparison(before, after, chosen, new.languages, changes(old, new, chosen))


def _numbered(session: Session, project_id: int, number: int) -> CodebookVersion:
    """No version has a number that the database could not even look for."""
    if not 1 <= number <= MOST_VERSIONS:
        raise NotFound(codebooks.NO_VERSION.format(number=number))
    return codebooks.numbered(session, project_id=project_id, number=number)
