"""Labels in bulk, written as rows: to label through the services would take longer than to measure.

The rows are those that saving writes; what is measured on them reads them as any other.
"""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import insert, select, update

from annotator.store.database import Database
from annotator.store.labelling import Annotation, AnnotationRevision, Assignment, Round

AT_ONCE = 10_000
Answers = dict[str, list[str]]


def label_paragraphs(
    database: Database, project_id: int, answers: Callable[[int, int], Answers]
) -> int:
    """Answer all paragraphs that are given out; `answers` gets the subject and the person.

    Returns how many paragraphs there are.
    """
    now = datetime.now(UTC)
    with database.read() as session:
        given = session.execute(
            select(Assignment.id, Assignment.user_id, Assignment.subject_id)
            .join(Round, Assignment.round_id == Round.id)
            .where(Round.project_id == project_id, Assignment.scope == "paragraph")
            .order_by(Assignment.id)
        ).all()
    for start in range(0, len(given), AT_ONCE):
        rows = given[start : start + AT_ONCE]
        with database.write() as session:
            made = session.scalars(
                insert(Annotation).returning(Annotation.id, sort_by_parameter_order=True),
                [
                    {"assignment_id": row.id, "revision": 1, "origin": "person", "saved_at": now}
                    for row in rows
                ],
            ).all()
            session.execute(
                insert(AnnotationRevision),
                [
                    {
                        "annotation_id": annotation,
                        "number": 1,
                        "save_id": str(uuid.uuid4()),
                        "answers": answers(row.subject_id, row.user_id),
                        "spans": [],
                        "masked": False,
                        "after_feedback": False,
                        "seconds": 3.0,
                        "saved_at": now,
                    }
                    for annotation, row in zip(made, rows, strict=True)
                ],
            )
            session.execute(update(Assignment), [{"id": row.id, "state": "done"} for row in rows])
    return len({row.subject_id for row in given})
