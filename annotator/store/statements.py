"""The statements of the busiest requests, made once.

SQLAlchemy takes ten times as long to put such a statement together as to run it, and an annotator
waits for that at every save. They speak of the tables, not of the mapped classes, so they leave
objects that a session holds as they are.
"""

from sqlalchemy import and_, bindparam, exists, insert, select, update

from annotator.store.base import table_of
from annotator.store.labelling import (
    Annotation,
    AnnotationRevision,
    Assignment,
    CodebookVersion,
    Disclosure,
    Round,
)
from annotator.store.people import Membership
from annotator.store.settling import Gold, Recode

# After these a person knows what others said, so that a later answer is not independent.
FEEDBACK = ("votes", "gold", "feedback")


_annotations, _revisions = table_of(Annotation), table_of(AnnotationRevision)
_assignments, _rounds = table_of(Assignment), table_of(Round)
_memberships, _versions = table_of(Membership), table_of(CodebookVersion)
_disclosures, _gold = table_of(Disclosure), table_of(Gold)
_recodes = table_of(Recode)

# Parameters: assignment_id, user_id.
LOCKED_ASSIGNMENT = (
    select(
        _assignments.c.id,
        _assignments.c.scope,
        _assignments.c.state,
        _assignments.c.subject_id,
        _rounds.c.project_id,
        _rounds.c.name,
        _rounds.c.kind,
        _rounds.c.blind,
        _rounds.c.closed_at,
        _rounds.c.suggestions,
        _rounds.c.seed,
        _versions.c.id,
        _versions.c.content_hash,
        _recodes.c.answers,
    )
    .select_from(_assignments)
    .join(_rounds, _rounds.c.id == _assignments.c.round_id)
    .join(
        _memberships,
        and_(
            _memberships.c.project_id == _rounds.c.project_id,
            _memberships.c.user_id == _assignments.c.user_id,
        ),
    )
    .join(_versions, _versions.c.id == _rounds.c.codebook_version_id)
    .outerjoin(_recodes, _recodes.c.assignment_id == _assignments.c.id)
    .where(
        _assignments.c.id == bindparam("assignment_id"),
        _assignments.c.user_id == bindparam("user_id"),
    )
    .with_for_update(of=_assignments)
)

_of_assignment = _annotations.c.assignment_id == bindparam("assignment_id")
_same_save = _revisions.c.save_id == bindparam("save_id")

# Parameters: assignment_id, subject_id, user_id, save_id. One row: the annotation's id and
# revision, where this save is stored already, whether the person had seen feedback, and whether the
# subject was settled since they saved.
STAND = select(
    select(_annotations.c.id).where(_of_assignment).scalar_subquery(),
    select(_annotations.c.revision).where(_of_assignment).scalar_subquery(),
    select(_revisions.c.annotation_id).where(_same_save).scalar_subquery(),
    select(_revisions.c.number).where(_same_save).scalar_subquery(),
    exists().where(
        _disclosures.c.subject_id == bindparam("subject_id"),
        _disclosures.c.user_id == bindparam("user_id"),
        _disclosures.c.kind.in_(FEEDBACK),
    ),
    exists().where(
        _gold.c.subject_id == bindparam("subject_id"),
        _annotations.c.assignment_id == bindparam("assignment_id"),
        _annotations.c.saved_at <= _gold.c.settled_at,
    ),
)

ADD_ANNOTATION = insert(_annotations).returning(_annotations.c.id)
ADD_REVISION = insert(_revisions)

# Parameters: annotation_id, number, now.
RENEW_ANNOTATION = (
    update(_annotations)
    .where(_annotations.c.id == bindparam("annotation_id"))
    .values(revision=bindparam("number"), saved_at=bindparam("now"))
)

# Parameters: assignment_id, new_state, why, left_at.
SET_STATE = (
    update(_assignments)
    .where(_assignments.c.id == bindparam("assignment_id"))
    .values(
        state=bindparam("new_state"), skip_reason=bindparam("why"), skipped_at=bindparam("left_at")
    )
)
