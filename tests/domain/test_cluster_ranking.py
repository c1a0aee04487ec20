"""The member that stands for a cluster is the one that a whole table would choose."""

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.cluster_ranking import ClusterRanking
from annotator.domain.judgments import Judgment
from annotator.domain.long_table import LongTable
from annotator.domain.settling import count_clusters_once

MEMBERS = [("", "s1"), ("d1", "p1"), ("d1", "p2"), ("d2", "p3"), ("d3", "p4")]


@given(
    st.lists(st.tuples(st.sampled_from(MEMBERS), st.integers(0, 3)), max_size=20),
    st.integers(0, 5),
)
def test_it_is_that_of_the_whole_table_after_any_votes(
    votes: list[tuple[tuple[str, str], int]], seed: int
) -> None:
    ranking, now = ClusterRanking(seed), dict[tuple[str, str], int]()
    for member, judgments in votes:
        ranking.vote(member, judgments)
        now[member] = judgments
    rows = [
        Judgment(item, f"rater {number}", "q", "a", document=document or None, cluster="c")
        for (document, item), judgments in now.items()
        for number in range(judgments)
    ]
    table = count_clusters_once(LongTable.of(rows), seed=seed)
    counted = {table.names.items[number] for number in table.items[table.counted].tolist()}
    assert {ranking.chosen} - {None} == counted
    assert sorted(ranking.members) == sorted(member for member, votes in now.items() if votes)


def test_nobody_stands_for_a_cluster_without_judgments() -> None:
    ranking = ClusterRanking(1)
    ranking.vote(("d1", "p1"), 2)
    ranking.vote(("d1", "p1"), 0)
    assert ranking.chosen is None
