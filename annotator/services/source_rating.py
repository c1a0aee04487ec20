"""What people said of how reliable a source is, as one share per person."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from annotator.domain.reliability import criteria, weighted_share
from annotator.services import codebooks
from annotator.store.queries import corpus_figures as queries


@dataclass(frozen=True, slots=True)
class Reliability:
    """The mean, lowest and highest share of criteria passed, 0 to 1, over `raters` people.

    `withheld`: the reader still has the source to rate, so that nothing is told.
    """

    raters: int
    mean: float | None
    low: float | None
    high: float | None
    withheld: bool = False


def reliability_of(session: Session, *, source_id: int, user_id: int) -> Reliability:
    """The ratings of a source, as a lead may see them; who could judge nothing is left out."""
    if queries.has_to_rate(session, source_id=source_id, user_id=user_id):
        return Reliability(0, None, None, None, withheld=True)
    shares = []
    for rating in queries.ratings(session, source_id=source_id):
        codebook = codebooks.codebook_of(rating.version)
        if criteria(codebook):
            shares.append(weighted_share(codebook, rating.answers).share)
    found = [share for share in shares if share is not None]
    if not found:
        return Reliability(0, None, None, None)
    return Reliability(len(found), sum(found) / len(found), min(found), max(found))
