"""Suggestions held against gold, refitted to it, switched on and off."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotator.config import Settings
from annotator.domain.noise import MADE_BY
from annotator.errors import Conflict, DataInvalid, NotFound
from annotator.services import noise_refits as service
from annotator.services import working
from annotator.services.documents.importing import import_files
from annotator.store.audit import _PENDING
from annotator.store.corpus import Project, Subject, Suggestion
from annotator.store.database import Database
from annotator.store.queries import noise as queries
from annotator.store.suggesting import NoiseRefit
from tests.factories import NOW, Factory
from tests.small_codebook import SMALL

LATER = NOW + timedelta(minutes=1)
# What this project calls noise although it reads like text, and the other way round.
DISPATCH = (
    "This dispatch number {} was filed from the press room of the port and may be used by all "
    "outlets that have signed the agreement of the agencies, without a change of its wording."
)
BODY = (
    "The ministers met for the {}th time this year and agreed to keep the border open through the "
    "winter, although neither side would say who is to pay for the new customs hall."
)


def article(number: int) -> str:
    body = [BODY.format(number), BODY.format(number + 100)]
    return "\n".join([body[0], DISPATCH.format(number), body[1], "Share this article"])


def settled_project(session: Session, *, documents: int = 12) -> Project:
    """Two sources, every paragraph settled: the dispatch is noise, the rest of the prose main."""
    make = Factory(session)
    project = make.project("settled")
    make.codebook(project, SMALL)
    for source in ("Herald", "Ledger"):
        import_files(
            session,
            project_id=project.id,
            files=[
                (
                    f"{source}{number}.txt",
                    article(number + (50 if source == "Herald" else 0)).encode(),
                )
                for number in range(documents)
            ],
            source_name=source,
            actor_id=None,
            now=NOW,
        )
    for subject in session.scalars(select(Subject).where(Subject.scope == "paragraph")):
        assert subject.paragraph is not None
        noise = subject.paragraph.text.startswith(("This dispatch", "Share"))
        make.gold(subject.id, "content", [["boilerplate" if noise else "main"]])
    return project


def work(database: Database) -> None:
    settings = Settings(home=Path("unused"))
    while working.run_next(database, settings, worker="w", clock=lambda: LATER):
        pass


def makers(session: Session) -> set[str]:
    return set(session.scalars(select(Suggestion.made_by)))


def test_suggestions_are_held_against_gold_by_source_and_language(session: Session) -> None:
    project = settled_project(session, documents=2)
    found = service.standing(session, project.id)

    assert found.made_by == MADE_BY
    assert (found.whole.paragraphs, found.whole.noise) == (16, 8)
    assert [one.name for one in found.sources] == ["Herald", "Ledger"]
    assert [one.name for one in found.languages] == ["en"]
    assert found.whole.precision == 1.0
    assert found.whole.recall == 0.5


def test_what_is_mixed_copied_or_open_does_not_count(session: Session) -> None:
    make = Factory(session)
    project = make.project()
    make.codebook(project, SMALL)
    make.document(project, texts=("One.", "Two.", "Three.", "Four."))
    subjects = session.scalars(select(Subject.id).where(Subject.scope == "paragraph")).all()
    make.gold(subjects[0], "content", [["mixed"]])
    make.gold(subjects[1], "content", [["boilerplate"]], method="propagated")
    make.gold(subjects[2], "content", [["main"], ["boilerplate"]])
    make.gold(subjects[3], "content", [["main"]])

    assert service.standing(session, project.id).whole.paragraphs == 1


def test_too_little_gold_is_refused_with_what_is_missing(session: Session) -> None:
    project = settled_project(session, documents=2)
    said = "8 paragraphs of noise and 8 of text: a refit needs 20 of each"

    assert said in (service.standing(session, project.id).refusal or "")
    with pytest.raises(DataInvalid, match=said):
        service.request_refit(session, project_id=project.id, actor_id=None, now=NOW)
    with pytest.raises(DataInvalid, match=said):
        service.refit_now(session, project_id=project.id, now=NOW)


def test_a_refit_is_measured_switched_on_and_off_again(database: Database) -> None:
    with database.write() as session:
        project_id = settled_project(session).id
        service.request_refit(session, project_id=project_id, actor_id=None, now=NOW)
    work(database)
    with database.write() as session:
        (made,) = queries.refits(session, project_id)
        whole = made.held_out[0]
        assert (made.number, made.in_use, made.paragraphs, made.noise) == (1, False, 96, 48)
        assert [one["source"] for one in made.held_out] == [None, "Herald", "Ledger"]
        assert whole["before"]["recall"] == 0.5
        assert whole["after"]["recall"] > 0.9
        assert makers(session) == {MADE_BY}
        service.switch(session, project_id=project_id, number=1, actor_id=None, now=NOW)
        assert [one["action"] for one in session.info[_PENDING]] == ["noise.refit_switched"]
        with pytest.raises(Conflict, match="already"):
            service.switch(session, project_id=project_id, number=1, actor_id=None, now=NOW)
    work(database)
    with database.write() as session:
        found = service.standing(session, project_id)
        assert found.made_by == f"{MADE_BY}+refit-1"
        assert makers(session) == {found.made_by}
        assert (found.whole.recall or 0) > 0.9
        service.switch_now(session, project_id=project_id, number=None, now=NOW)
        assert makers(session) == {MADE_BY}
        assert service.standing(session, project_id).whole.recall == 0.5


def test_new_documents_are_judged_by_the_refit_in_use(session: Session) -> None:
    project = settled_project(session)
    service.refit_now(session, project_id=project.id, now=NOW)
    service.switch_now(session, project_id=project.id, number=1, now=NOW)
    import_files(
        session,
        project_id=project.id,
        files=[("new.txt", article(99).encode())],
        source_name="Courier",
        actor_id=None,
        now=NOW,
    )

    assert makers(session) == {f"{MADE_BY}+refit-1"}


def test_a_refit_over_earlier_suggestions_is_not_used(session: Session) -> None:
    project = settled_project(session)
    service.refit_now(session, project_id=project.id, now=NOW)
    service.switch_now(session, project_id=project.id, number=1, now=NOW)
    refit = session.scalars(select(NoiseRefit)).one()
    refit.base = "model-0"
    session.flush()

    assert service.standing(session, project.id).made_by == MADE_BY
    refit.in_use = False
    session.flush()
    with pytest.raises(Conflict, match="earlier version"):
        service.switch_now(session, project_id=project.id, number=1, now=NOW)


def test_a_refit_of_another_project_is_not_found(session: Session) -> None:
    settled = settled_project(session)
    service.refit_now(session, project_id=settled.id, now=NOW)
    other = Factory(session).project()

    with pytest.raises(NotFound, match="no refit 1"):
        service.switch_now(session, project_id=other.id, number=1, now=NOW)
