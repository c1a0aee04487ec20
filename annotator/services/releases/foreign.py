"""The foreign formats of a release, and the report of what each of them cannot hold."""

from collections.abc import Iterable, Mapping

from annotator.domain.manifest import LOSSES
from annotator.errors import AnnotatorError, Unavailable
from annotator.formats.releases import WRITERS, Frozen

INTRODUCTION = """\
# What the other formats cannot hold

The tables of this release have everything, and only they are checked against each other and against
`agreement.json`. The folders beside them have the same data for other programs, as far as the
format of the program goes."""
FAILED = "The format {name} could not be written, so there is no release ({detail})."


def write_foreign(frozen: Frozen) -> None:
    """Write a folder for every foreign format of the manifest, and `LOSSES.md`.

    Raises:
        DataInvalid: the data do not fit into a format at all.
        Unavailable: a library behind a format failed.
        OSError: the disk is full or cannot be written to.
    """
    losses: dict[str, tuple[str, ...]] = {}
    for name in frozen.made.foreign:
        folder = frozen.folder / name
        folder.mkdir()
        try:
            losses[name] = WRITERS[name](frozen, folder)
        except (AnnotatorError, OSError):
            raise
        except Exception as error:
            # What a library raises is its own affair; a person needs to know which format it was.
            detail = f"{type(error).__name__}: {error}".partition("\n")[0][:200]
            raise Unavailable(FAILED.format(name=name, detail=detail)) from error
    if losses:
        text = "\n\n".join([INTRODUCTION, *_sections(losses)])
        (frozen.folder / LOSSES).write_text(f"{text}\n", encoding="utf-8", newline="")


def _sections(losses: Mapping[str, Iterable[str]]) -> Iterable[str]:
    for name, sentences in losses.items():
        yield f"## {name}\n\n" + "\n".join(f"- {sentence}" for sentence in sentences)
