"""What stands around a paragraph that somebody labels, with what of it is not theirs to label."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from annotator.domain.codebook import CLEANUP
from annotator.store.base import table_of
from annotator.store.corpus import Paragraph, Subject
from annotator.store.labelling import Assignment, Round
from annotator.store.settling import Gold


class Near(NamedTuple):
    """A neighbour by its distance: negative above, positive below; it may be of no subject."""

    distance: int
    text: str
    subject_id: int | None


_shown, _near = table_of(Paragraph).alias("shown"), table_of(Paragraph).alias("near")
_subjects, _gold = table_of(Subject), table_of(Gold)
_tasks, _theirs = table_of(Assignment).alias("tasks"), table_of(Assignment).alias("theirs")
_asked, _rounds = table_of(Assignment).alias("asked"), table_of(Round)


def _is_near(above: str, below: str) -> ColumnElement[bool]:
    """In the same cut of the same version, as far away as these parameters say."""
    return and_(
        _near.c.version_id == _shown.c.version_id,
        _near.c.cut == _shown.c.cut,
        _near.c.position.between(
            _shown.c.position - bindparam(above, type_=Integer),
            _shown.c.position + bindparam(below, type_=Integer),
        ),
    )


# Made once, for the sake of every request for work: see `annotator.store.statements`.
_NEAR = (
    select(_shown.c.id, _near.c.position - _shown.c.position, _near.c.text, _subjects.c.id)
    .join(
        _near,
        and_(_is_near("above", "below"), _near.c.id != _shown.c.id),
    )
    .outerjoin(_subjects, _subjects.c.paragraph_id == _near.c.id)
    .where(_shown.c.id.in_(bindparam("paragraph_ids", expanding=True)))
    .order_by(_near.c.position)
)
_mine = _subjects.alias("mine")
_NOT_THEIRS = (
    select(_subjects.c.id)
    .distinct()
    .select_from(_tasks)
    .join(_mine, _mine.c.id == _tasks.c.subject_id)
    .join(_shown, _shown.c.id == _mine.c.paragraph_id)
    .join(
        _near,
        _is_near("reach", "reach"),
    )
    .join(_subjects, _subjects.c.paragraph_id == _near.c.id)
    .where(
        _tasks.c.id.in_(bindparam("assignment_ids", expanding=True)),
        ~exists().where(
            _theirs.c.subject_id == _subjects.c.id,
            _theirs.c.round_id == _tasks.c.round_id,
            _theirs.c.user_id == _tasks.c.user_id,
            _theirs.c.state != "withdrawn",
        ),
        or_(
            exists().where(_gold.c.subject_id == _subjects.c.id),
            exists().where(
                _asked.c.subject_id == _subjects.c.id,
                _rounds.c.id == _asked.c.round_id,
                _rounds.c.kind == CLEANUP,
            ),
        ),
    )
)


def perhaps_left_out(
    session: Session, *, assignment_ids: Collection[int], reach: int
) -> frozenset[int]:
    """Subjects up to `reach` away from these tasks that their annotators do not have in the round,
    and that gold or a clean-up round has said something of.
    """
    given = {"assignment_ids": list(assignment_ids), "reach": reach}
    return frozenset(session.connection().scalars(_NOT_THEIRS, given))


def near(
    session: Session, *, paragraph_ids: Sequence[int], above: int, below: int
) -> dict[int, list[Near]]:
    """The neighbours of each paragraph in its cut of its document, in reading order."""
    found: dict[int, list[Near]] = {paragraph_id: [] for paragraph_id in paragraph_ids}
    given = {"paragraph_ids": list(paragraph_ids), "above": above, "below": below}
    for paragraph_id, *facts in session.connection().execute(_NEAR, given):
        found[paragraph_id].append(Near(*facts))
    return found


def theirs(session: Session, *, document_id: int, round_id: int, user_id: int) -> frozenset[int]:
    """Subjects of a document that a person has in a round."""
    found = session.scalars(
        select(Assignment.subject_id)
        .join(Subject, Subject.id == Assignment.subject_id)
        .where(
            Subject.document_id == document_id,
            Assignment.round_id == round_id,
            Assignment.user_id == user_id,
            Assignment.state != "withdrawn",
        )
    )
    return frozenset(found)
