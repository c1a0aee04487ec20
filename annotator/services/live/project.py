"""A project whose figures are kept: counted once, then brought up to date by what has changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from annotator.services import judging
from annotator.services.judging import Facts, Judgments
from annotator.services.live import feed
from annotator.services.live.counted import Counted
from annotator.services.live.headlines import Headline, are_close, headline
from annotator.services.live.places import ItemPlaces, Place, Placing
from annotator.services.scoring_frame import Frame, frame_of, is_scored
from annotator.store.queries.feed import Mark, end

# More would make the list of ids too long for a statement.
AT_ONCE = 500

Pause = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is kept: the figures of a project as `project_judgments` would give them."""

    project_id: int
    round_name: str | None
    seed: int


@dataclass(frozen=True, slots=True)
class Behind:
    """What a state lacks: the assignments that changed, by id, until the trail reached `mark`."""

    mark: Mark | None
    assignments: tuple[int, ...]


@dataclass(slots=True)
class LiveProject:
    """The state at `mark`; not for two threads at once.

    `update` keeps it equal to what `counted` makes of the same database, as long as the assignments
    are the same ones; where they are not, it says so.
    """

    scope: Scope
    mark: Mark | None
    frame: Frame
    facts: Facts
    placing: Placing
    places: dict[int, Place] = field(default_factory=dict)
    items: dict[str, ItemPlaces] = field(default_factory=dict)
    questions: dict[str, Counted] = field(default_factory=dict)
    _shown: dict[str, tuple[int, Headline]] = field(default_factory=dict)

    @property
    def judgments(self) -> int:
        return sum(len(place.labels) for place in self.places.values())

    def update(self, session: Session, *, pause: Pause = lambda: None) -> bool:
        """Take in what has changed since; False if all must be counted anew instead.

        `pause` is called after each change.
        """
        behind = self.behind(session)
        if behind is None:
            return False
        self.take_in(session, behind, pause=pause)
        return True

    def behind(self, session: Session) -> Behind | None:
        """What has changed since; None if all must be counted anew."""
        now = end(session)
        if now is not None and now == self.mark:
            return Behind(now, ())
        changed = feed.changed_assignments(
            session,
            since=self.mark,
            project_id=self.scope.project_id,
            people=self.facts.people,
        )
        if changed is None or not all(each in self.places for each in changed):
            return None
        return Behind(now, tuple(changed))

    def take_in(self, session: Session, behind: Behind, *, pause: Pause = lambda: None) -> None:
        """Of the same snapshot as `behind`. Where it fails half-way, the state is of no moment."""
        for start in range(0, len(behind.assignments), AT_ONCE):
            ids = behind.assignments[start : start + AT_ONCE]
            for task in judging.tasks(
                session, self.scope.project_id, self.facts, assignment_ids=ids
            ):
                self._replace(self.places[task.row.id], self.placing.place(task))
                pause()
        self.mark = behind.mark

    def headlines(self, *, pause: Pause = lambda: None) -> tuple[Headline, ...]:
        """One for each question that is scored, in the order of the codebook."""
        found = []
        for each in self.frame.questions:
            found.append(self._headline(each.code))
            pause()
        return tuple(found)

    def rows_of(self, question: str | None) -> Judgments:
        """What `project_judgments` gives; with a question, its rows alone."""
        rows = (
            place.row(number)
            for place in self.places.values()
            for number in _numbers(place, question)
        )
        return judging.within(self.frame, rows, question=question)

    def _headline(self, code: str) -> Headline:
        counted = self._counted(code)
        known = self._shown.get(code)
        if known is None or known[0] != counted.version:
            known = counted.version, headline(counted, self.frame.thresholds)
            self._shown[code] = known
        return known[1]

    def _counted(self, code: str) -> Counted:
        found = self.questions.get(code)
        if found is None:
            (question,) = (each for each in self.frame.questions if each.code == code)
            found = self.questions[code] = Counted(question, self.scope.seed)
        return found

    def _replace(self, old: Place, new: Place) -> None:
        item = self.items[new.task.item.item_id]
        changed = [
            question.code
            for number, question in enumerate(new.asked.questions)
            if is_scored(question)
            and (old.codes[number] != new.codes[number] or old.labels[number] != new.labels[number])
        ]
        old.task, old.states, old.labels, old.codes = new.task, new.states, new.labels, new.codes
        for code in changed:
            _recount(self.questions[code], item, self.items)


def counted(session: Session, scope: Scope, *, pause: Pause = lambda: None) -> LiveProject:
    """The project as it is now.

    Args:
        session: one snapshot of the database.
        scope: what to keep.
        pause: called often, so that a thread that counts can let others go first.

    Raises:
        NotFound: no round has this name.
    """
    mark = end(session)
    frame = frame_of(
        session, project_id=scope.project_id, round_name=scope.round_name, seed=scope.seed
    )
    facts = judging.facts_of(session, project_id=scope.project_id)
    made = LiveProject(scope, mark, frame, facts, Placing(frame.counting))
    for task in judging.tasks(session, scope.project_id, facts):
        _add(made, made.placing.place(task))
        pause()
    # Most subjects of a project may belong to nobody's work.
    items = {place.task.row.subject_id: place.task.item for place in made.places.values()}
    made.facts = replace(facts, items=items)
    _count(made, pause)
    return made


def differences(one: LiveProject, other: LiveProject) -> list[str]:
    """The questions that differ in two states of one moment: in a judgment, or in a figure."""
    found = set[tuple[str, str | None, str]]()
    for key in one.places.keys() | other.places.keys():
        found |= _standing(one.places.get(key)) ^ _standing(other.places.get(key))
    questions = {code for code, *_ in found}
    figures = zip(one.headlines(), other.headlines(), strict=True)
    return sorted(questions | {a.question.code for a, b in figures if not are_close(a, b)})


def _standing(place: Place | None) -> set[tuple[str, str | None, str]]:
    if place is None:
        return set()
    codes = (question.code for question in place.asked.questions)
    return set(zip(codes, place.labels, place.excluded, strict=True))


def _add(made: LiveProject, place: Place) -> None:
    item = place.task.item
    made.places[place.task.row.id] = place
    if item.item_id not in made.items:
        made.items[item.item_id] = ItemPlaces(item.item_id, item.document_id, [])
    made.items[item.item_id].add(place)


def _count(made: LiveProject, pause: Pause) -> None:
    scored = {each.code: each for each in made.frame.questions}
    for item in made.items.values():
        asked = {
            question.code: question
            for place in item.places
            for question in place.asked.questions
            if is_scored(question)
        }
        for code, question in asked.items():
            if code not in made.questions:
                # A question of another round alone has no figure, but its rows have reasons.
                made.questions[code] = Counted(scored.get(code, question), made.scope.seed)
            made.questions[code].add(item)
            _recount(made.questions[code], item, made.items)
        pause()


def _recount(question: Counted, item: ItemPlaces, items: dict[str, ItemPlaces]) -> None:
    """Where a cluster is represented by another item now, both are counted again."""
    waiting = {item.item_id}
    while waiting:
        waiting |= question.recount(items[waiting.pop()])


def _numbers(place: Place, question: str | None) -> Sequence[int]:
    if question is None:
        return range(len(place.labels))
    number = place.asked.number.get(question)
    return () if number is None else (number,)
