"""The main job as a list of steps, with where a project stands in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from annotator.domain.codebook import CLEANUP
from annotator.store.queries.projects import Overview, RoundProgress


@dataclass(frozen=True, slots=True)
class Step:
    """`endpoint` is the page where it is done; exactly one step of an unfinished job is next."""

    title: str
    says: str
    endpoint: str
    is_done: bool
    is_next: bool = False


def steps(state: Overview, *, disputed: int, agreed: int) -> list[Step]:
    """From documents to a release. A step that may be skipped for now does not block the next.

    `disputed` is how many subjects people labelled differently and nobody has settled, `agreed` how
    many answers are unanimous and have no gold yet.
    """
    listed = list(_all(state, disputed, agreed))
    following = next((n for n, step in enumerate(listed) if not step.is_done), None)
    if following is not None:
        listed[following] = replace(listed[following], is_next=True)
    return listed


def _all(state: Overview, disputed: int, agreed: int) -> Iterator[Step]:
    yield Step(
        "Bring in documents",
        f"{_many(state.documents, 'document')}, {_many(state.paragraphs, 'paragraph')}, "
        f"{_many(state.sources, 'source')}",
        "documents.index",
        state.documents > 0,
    )
    yield Step(
        "Add annotators",
        f"{_many(state.annotators, 'annotator')}, {_many(state.leads, 'lead')}",
        "members.index",
        state.annotators > 0,
    )
    cleaning = [one for one in state.rounds if one.kind == CLEANUP]
    labelling = [one for one in state.rounds if one.kind != CLEANUP]
    if cleaning:
        done, total = _progress(cleaning)
        yield Step(
            "Clean up",
            f"{done:,} of {_many(total, 'line')} done: what is noise is left out of later rounds",
            "rounds.index",
            0 < total == done,
        )
    yield Step("Give out the work", _many(len(labelling), "round"), "rounds.index", bool(labelling))
    done, total = _progress(labelling)
    yield Step(
        "Label", f"{done:,} of {_many(total, 'task')} done", "rounds.index", 0 < total == done
    )
    yield Step(
        "Look at agreement",
        f"{_many(state.compared, 'item')} labelled by two people or more",
        "agreement.index",
        state.compared > 0,
    )
    yield Step(
        "Settle disagreement",
        f"{disputed:,} in dispute, {_many(agreed, 'unanimous answer')} to close, "
        f"{state.settled:,} with gold",
        "adjudication.index",
        0 < state.compared <= state.settled and not disputed and not agreed,
    )
    yield Step(
        "Make a release", _many(state.releases, "release"), "releases.index", state.releases > 0
    )


def _progress(rounds: Sequence[RoundProgress]) -> tuple[int, int]:
    """Tasks done, and tasks in all."""
    return sum(one.done for one in rounds), sum(one.total for one in rounds)


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
