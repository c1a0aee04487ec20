"""A whole table of judgments, scored: agreement, competence and certainty of each question.

`score` gives what `annotator score --json` prints. It brings together what `domain.agreement` and
`domain.certainty` compute from arrays. Importing this package loads numpy: callers on the web
start-up path import it inside the function that needs it.
"""

from annotator.domain.scoring.gating import ungated_alpha
from annotator.domain.scoring.methods import methods_paragraph
from annotator.domain.scoring.question import ScoredQuestion
from annotator.domain.scoring.span_question import SpanQuestion
from annotator.domain.scoring.table import rounded, score, scored_questions

__all__ = [
    "ScoredQuestion",
    "SpanQuestion",
    "methods_paragraph",
    "rounded",
    "score",
    "scored_questions",
    "ungated_alpha",
]
