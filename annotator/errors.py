"""What can go wrong, as a small tree; every leaf says in one sentence what is wrong and what to do.

AnnotatorError                      500  never raised itself
├── DataInvalid                     422  what was sent or read cannot be taken
│   ├── AnswersInvalid                   a sentence per question
│   ├── CodebookInvalid                  a complaint per line of the file
│   ├── DocumentRefused                  a file, or a row of it, cannot be imported
│   │   └── NoTextColumn                 a table in which no column is known to hold texts
│   ├── ImportRefused                    all that was refused; nothing of the import is stored
│   └── SavesRefused                     an error for each answer of a page that cannot be saved
├── SignInNeeded                    401  nobody is signed in, or the password is wrong
├── Forbidden                       403  known, but not allowed
├── NotFound                        404  does not exist, or not for this person
├── Conflict                        409  someone else was first
│   └── StaleAnnotation                  the annotation has a newer revision
├── TooManyTries                    429  with the seconds to wait
├── SettingsInvalid                 500  the program is set up wrongly and does not start
├── BeingCounted                    503  the figures are not ready yet: look again in a moment
└── Unavailable                     503  database away, disk full: try again later

The web turns them into pages and JSON in one handler; the command line prints the sentence and
exits with 1, or with 2 for a wrong call (click's own usage errors).
"""

from typing import Any, ClassVar


class AnnotatorError(Exception):
    """The root of the tree. `str(error)` is the sentence shown to the person."""

    status: ClassVar[int] = 500


class DataInvalid(AnnotatorError):
    status = 422


class AnswersInvalid(DataInvalid):
    """`problems` maps the code of a question (or of a field such as `spans`) to one sentence."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(f"{code}: {sentence}" for code, sentence in problems.items()))
        self.problems = problems


class CodebookInvalid(DataInvalid):
    """`complaints` are sentences that name file, line and path, in the order of the file."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("\n".join(complaints))
        self.complaints = complaints


class DocumentRefused(DataInvalid):
    """One file or row cannot be imported; `where` names it (`a.csv row 7`)."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class NoTextColumn(DocumentRefused):
    """A table that may say something of documents, and holds none."""


class ImportRefused(DataInvalid):
    """An import of which nothing was stored; `refusals` has a sentence per file or row."""

    def __init__(self, refusals: list[str]) -> None:
        super().__init__("\n".join(refusals))
        self.refusals = refusals


class SavesRefused(DataInvalid):
    """Several answers were sent, and not all can be saved: none is; `refused` by assignment."""

    def __init__(self, refused: "dict[int, DataInvalid | Conflict | NotFound]") -> None:
        super().__init__(f"{len(refused)} of the answers cannot be saved, so none was: see each.")
        self.refused = refused


class SignInNeeded(AnnotatorError):
    status = 401


class Forbidden(AnnotatorError):
    status = 403


class NotFound(AnnotatorError):
    status = 404


class Conflict(AnnotatorError):
    status = 409


class StaleAnnotation(Conflict):
    """The annotation was saved elsewhere meanwhile; `annotation` is how it now stands.

    `settled`: it was not, but a lead has settled the subject by it since.
    """

    def __init__(
        self, sentence: str, *, annotation: dict[str, Any], revision: int, settled: bool = False
    ) -> None:
        super().__init__(sentence)
        self.annotation = annotation
        self.revision = revision
        self.settled = settled


class TooManyTries(AnnotatorError):
    status = 429

    def __init__(self, sentence: str, *, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class SettingsInvalid(AnnotatorError):
    status = 500


class BeingCounted(AnnotatorError):
    status = 503


class Unavailable(AnnotatorError):
    status = 503
