"""Clusters of paragraphs with the same text: statistics count a cluster once.

A cluster exists from the second paragraph on, and new documents join it: nothing is made anew.
"""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from annotator.store.corpus import Cluster, ClusterMember, Document, DocumentVersion, Paragraph
from annotator.store.queries.documents import is_current

EXACT = "exact"
SAME = 1.0
_AT_ONCE = 500


def cluster_exact(session: Session, *, project_id: int, version_ids: Sequence[int]) -> None:
    """Put paragraphs that are the same as one of these versions into a cluster with it.

    The same is what has the same `duplicate_key`, anywhere among the current paragraphs of the
    project. A text that is in a near cluster already brings its new copies there.
    """
    for at in range(0, len(version_ids), _AT_ONCE):
        _cluster(session, project_id, version_ids[at : at + _AT_ONCE])


def _cluster(session: Session, project_id: int, version_ids: Sequence[int]) -> None:
    loose = _loose_paragraphs(session, project_id, version_ids)
    clusters = _clusters(session, project_id, list(loose))
    repeated = [key for key, ids in loose.items() if key not in clusters and len(ids) > 1]
    clusters |= _new_clusters(session, project_id, repeated)
    members = [
        {
            "paragraph_id": paragraph_id,
            "cluster_id": clusters[key][0],
            "similarity": clusters[key][1],
        }
        for key, ids in loose.items()
        if key in clusters
        for paragraph_id in ids
    ]
    if members:
        session.execute(insert(ClusterMember), members)


def _loose_paragraphs(
    session: Session, project_id: int, version_ids: Sequence[int]
) -> dict[str, list[int]]:
    """Paragraphs of no cluster yet, by duplicate key, for every key of these versions."""
    keys = select(Paragraph.duplicate_key).where(Paragraph.version_id.in_(version_ids)).distinct()
    rows = session.execute(
        select(Paragraph.duplicate_key, Paragraph.id)
        .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .outerjoin(ClusterMember, ClusterMember.paragraph_id == Paragraph.id)
        .where(
            Paragraph.duplicate_key.in_(keys),
            Document.project_id == project_id,
            ClusterMember.paragraph_id.is_(None),
            is_current(),
        )
        .order_by(Paragraph.id)
    )
    loose: dict[str, list[int]] = {}
    for key, paragraph_id in rows:
        loose.setdefault(key, []).append(paragraph_id)
    return loose


def _clusters(
    session: Session, project_id: int, keys: Sequence[str]
) -> dict[str, tuple[int, float]]:
    """By key the cluster that such a text is in already, and its similarity there."""
    found: dict[str, tuple[int, float]] = {}
    for at in range(0, len(keys), _AT_ONCE):
        rows = session.execute(
            select(Paragraph.duplicate_key, ClusterMember.cluster_id, ClusterMember.similarity)
            .join(Cluster, Cluster.id == ClusterMember.cluster_id)
            .join(Paragraph, Paragraph.id == ClusterMember.paragraph_id)
            .where(
                Cluster.project_id == project_id,
                Paragraph.duplicate_key.in_(keys[at : at + _AT_ONCE]),
            )
            .distinct()
        )
        found.update((row.duplicate_key, (row.cluster_id, row.similarity)) for row in rows)
    return found


def _new_clusters(
    session: Session, project_id: int, keys: Sequence[str]
) -> dict[str, tuple[int, float]]:
    if not keys:
        return {}
    rows = [{"project_id": project_id, "kind": EXACT, "key": key} for key in keys]
    made = session.scalars(
        insert(Cluster).returning(Cluster.id, sort_by_parameter_order=True), rows
    )
    return {key: (cluster_id, SAME) for key, cluster_id in zip(keys, made, strict=True)}
