"""The agreement of a project: from its judgments to the figures of the lead's pages."""

from annotator.services.agreement.scores import (
    REPLICATES,
    score_project,
    scored,
    scored_in_full,
)

__all__ = ["REPLICATES", "score_project", "scored", "scored_in_full"]
