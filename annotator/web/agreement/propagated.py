"""What is settled on a question before and after labels were copied to repeated lines."""

from typing import Final

from annotator.services.agreement.propagated import before_and_after
from annotator.web.access import database, project
from annotator.web.agreement.reading import Asked
from annotator.web.agreement.tables import Column, Figure, Said, Table

CAPTION: Final = (
    "Paragraphs with a label that is settled: before, by people and their votes; after, with what "
    "was copied to repeated lines. Copied labels are gold and no judgments, so they change no "
    "figure of agreement."
)
SEVERAL: Final = Said("Several labels are right")
COLUMNS: Final = (
    Column("Label", code="code"),
    Column("Before", "count"),
    Column("Share before", "percent"),
    Column("After", "count"),
    Column("Share after", "percent"),
)


def of_question(asked: Asked) -> Figure | None:
    """Nothing where no label was propagated."""
    if asked.question.scope != "paragraph":
        return None
    with database().read() as session:
        found = before_and_after(session, asked.question, project_id=project().id)
    if not found:
        return None
    before, after = (sum(getattr(one, when) for one in found) for when in ("before", "after"))
    rows = tuple(
        (
            SEVERAL if one.label is None else Said(asked.named(one.label), code=one.label),
            one.before,
            one.before / before if before else None,
            one.after,
            one.after / after,
        )
        for one in found
    )
    return Figure("propagated", "Before and after propagation", CAPTION, Table(COLUMNS, rows))
