"""What the page of one disputed subject shows: the text, who said what, and what can be decided."""

from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from annotator.domain.codebook import Codebook
from annotator.domain.identity import pseudonym
from annotator.errors import NotFound
from annotator.services.adjudication import copies, leases
from annotator.services.adjudication.dockets import Case
from annotator.services.adjudication.settings import settings_of
from annotator.store.queries import adjudication as queries
from annotator.store.queries import decisions as made
from annotator.store.queries import judgments
from annotator.store.queries.decisions import DecisionRow, LastDecision
from annotator.store.queries.readings import Reading, reading_of
from annotator.web.access import NO_SUCH_PAGE, database, now, person, project
from annotator.web.adjudication_form import OUTCOMES, DecisionForm


@dataclass(frozen=True, slots=True)
class Voter:
    """An annotator under a pseudonym; `colour` numbers the class that the page gives it."""

    name: str
    colour: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One subject as the page shows it.

    `blind`: the lead has it and has not decided yet without the votes, so they are not shown.
    `copies` are the other documents that the text stands in, `members` who can be in a consensus.
    """

    reading: Reading
    case: Case
    voters: dict[int, Voter]
    held_by_me: bool
    held_by_other: bool
    blind: bool
    seen: int
    decided: dict[str, LastDecision]
    own: bool
    copies: int
    members: dict[int, str]


def sheet_of(subject_id: int) -> Sheet:
    """Raises:
    NotFound: the project has no such subject, or nobody voted on it.
    """
    where, me = project(), person()
    with database().read() as session:
        reading = reading_of(session, project_id=where.id, subject_id=subject_id)
        if reading is None:
            raise NotFound(NO_SUCH_PAGE)
        case = leases.find_case(session, project_id=where.id, subject_id=subject_id)
        holder = queries.leases(session, where.id, now=now()).get(subject_id)
        people = judgments.annotators(session, where.id)
        key = judgments.pseudonym_key(session, where.id)
        seen = made.decision_count(session, subject_id)
        decided = made.last_decisions(session, subject_id)
        own = me.id in queries.annotated(
            session, where.id, user_ids=[me.id], subject_id=subject_id
        ).get(subject_id, set())
        blind = settings_of(session, where.id).blind_first and not made.has_seen_votes(
            session, subject_id=subject_id, user_id=me.id
        )
        for code, each in made.blind_decisions(session, subject_id, me.id).items():
            held = LastDecision(me.id, each.outcome, each.alternatives, None, None)
            decided.setdefault(code, held)
        others = len(copies.others(session, project_id=where.id, subject_id=subject_id))
        members = queries.members(session, where.id)
    said = {user for votes in (*case.votes.values(), *case.gated.values()) for user in votes}
    names = {user: pseudonym(key, people[user].name) for user in said}
    ordered = sorted(names, key=names.__getitem__)
    return Sheet(
        reading=reading,
        case=case,
        voters={
            user: Voter(names[user], number % 6 + 1, case.notes.get(user))
            for number, user in enumerate(ordered)
        },
        held_by_me=holder == me.id,
        held_by_other=holder not in {None, me.id},
        blind=blind,
        seen=seen,
        decided=decided,
        own=own,
        copies=others,
        members=members,
    )


def form_of(sheet: Sheet, sent: MultiDict[str, str] | None = None) -> DecisionForm:
    """What can be decided about it, with what was sent or else what stands filled in."""
    case, standings = sheet.case, sheet.case.standings
    if sheet.blind:
        asked = [q for q in case.questions if standings[q.code] == "disputed"]
        return DecisionForm(asked, {}, {}, seen=sheet.seen, sent=sent)
    settled = {code for code, ruling in case.gold.items() if ruling.state != "void"}
    asked = [q for q in case.questions if standings[q.code] == "disputed" or q.code in settled]
    standing = {
        code: each
        for code, each in sheet.decided.items()
        if code in settled or standings.get(code) == "disputed"
    }
    for code in settled - standing.keys():
        ruling = case.gold[code]
        alternatives = [list(each) for each in ruling.alternatives]
        standing[code] = LastDecision(0, ruling.state, alternatives, None, None)
    return DecisionForm(
        asked, case.votes, standing, seen=sheet.seen, settled=settled - {*case.disputed}, sent=sent
    )


def question_names(codebooks: Iterable[Codebook]) -> dict[str, str]:
    """The names of questions by code; where versions differ, that of the newest."""
    lang = language()
    return {q.code: q.name_in(lang) for each in codebooks for q in each.asked.values()}


def language() -> str:
    """That of the project, in which its codebook is shown."""
    return next(iter(project().languages), "en")


def outcome_in_words(row: DecisionRow) -> str:
    """A decision as the list of the last ones has it."""
    if row.alternatives is None:
        return OUTCOMES[row.outcome].lower()
    return " or ".join(" + ".join(each) or "none of these" for each in row.alternatives)
