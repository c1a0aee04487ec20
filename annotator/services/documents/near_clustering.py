"""Clusters of paragraphs with nearly the same text: new documents join the old ones.

What came before is known by its stored signatures, 128 bytes a text, so no old text is read but
those that a new one may be alike to. See `domain.near_duplicates` for what is alike.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from annotator.domain.near_duplicates.joining import Group, Text, join_all
from annotator.domain.near_duplicates.likeness import can_be_alike, form_of, resemblance
from annotator.store.audit import record
from annotator.store.corpus import (
    Cluster,
    ClusterMember,
    Document,
    DocumentVersion,
    Paragraph,
    Suggestion,
    TextSignature,
)
from annotator.store.queries.documents import is_current
from annotator.store.settling import Propagation

if TYPE_CHECKING:
    from annotator.domain.near_duplicates.signatures import Bands

NEAR = "near"
LIKELY_NOISE = 0.5
_VERSIONS_AT_ONCE = 500
_TEXTS_AT_ONCE = 5_000
_KEYS_AT_ONCE = 500

Id = TypeVar("Id", int, str)


@dataclass(frozen=True, slots=True)
class NearReport:
    """`texts` that were looked at, `clusters` that hold more than before, `merged` ones gone."""

    texts: int
    clusters: int
    merged: int


def cluster_near(
    session: Session,
    *,
    project_id: int,
    version_ids: Sequence[int],
    actor_id: int | None,
    now: datetime,
) -> NearReport:
    """Bring the paragraphs of these versions into clusters with whatever is alike to them.

    Exact clusters and suggestions must be there already. The oldest text names a cluster; an exact
    one becomes near under the same id. Where a new text is alike to two clusters, the younger may
    be merged into the older: what was propagated through it goes along, and the audit trail says
    so.

    Args:
        session: of the writing transaction of an import.
        project_id: the project; one such run at a time.
        version_ids: what is new. If no text of the project was ever looked at, all of it is.
        actor_id: who brings them, for the audit trail.
        now: the moment of the import.
    """
    from annotator.domain.near_duplicates import signatures  # noqa: PLC0415 - loads numpy

    ids, table = _known(session, project_id)
    if not ids:
        version_ids = _all_versions(session, project_id)
    found = NearReport(0, 0, 0)
    # Once for the whole run: the signatures of an import join the table batch by batch.
    index = _Index(ids, table, signatures.candidates)
    for some in _new_texts(session, project_id, version_ids):
        groups = _join(session, project_id, some, index)
        merged = [_store(session, project_id, group) for group in groups]
        for into, gone in merged:
            for cluster_id in gone:
                record(
                    session,
                    action="clusters.merged",
                    at=now,
                    actor_id=actor_id,
                    project_id=project_id,
                    object_id=into,
                    merged=cluster_id,
                )
        found = NearReport(
            found.texts + len(some),
            found.clusters + len(groups),
            found.merged + sum(len(gone) for _, gone in merged),
        )
    return found


@dataclass(slots=True)
class _Index:
    """The signatures of the project: row `n` of `table` is that of the signature `ids[n]`."""

    ids: list[int]
    table: "Bands"
    candidates: "Callable[[Bands, int], dict[int, list[int]]]"


@dataclass(slots=True)
class _Texts:
    """Texts of the database by key, with the groups of those that are in a stored cluster."""

    session: Session
    project_id: int
    by_key: dict[str, Text] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)

    def load(self, keys: Collection[str]) -> None:
        """Read those that stand in a document today; the others stay unknown."""
        clusters: dict[str, int] = {}
        for row in self._rows(keys, current=True):
            self.by_key[row.duplicate_key] = Text(row.duplicate_key, form_of(row.text), row.id)
            if row.cluster_id is not None:
                clusters[row.duplicate_key] = row.cluster_id
        self._load_groups(set(clusters.values()) - self.groups.keys())
        for key, cluster_id in clusters.items():
            self.by_key[key].group = self.groups[cluster_id]

    def _load_groups(self, cluster_ids: Collection[int]) -> None:
        """The oldest text names a cluster, and stands for it even where it was withdrawn."""
        names: dict[str, int] = {}
        for some in _portions(sorted(cluster_ids)):
            rows = self.session.execute(select(Cluster.id, Cluster.key).where(Cluster.id.in_(some)))
            names |= {row.key: row.id for row in rows}
        for row in self._rows(names, current=False):
            oldest = Text(row.duplicate_key, form_of(row.text), row.id)
            cluster_id = names[row.duplicate_key]
            self.groups[cluster_id] = Group(oldest, cluster_id=cluster_id)

    def _rows(self, keys: Collection[str], *, current: bool) -> Iterator[Row[Any]]:
        """The first paragraph with each key, with its cluster."""
        for some in _portions(sorted(keys)):
            first = (
                select(func.min(Paragraph.id).label("id"))
                .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
                .join(Document, Document.id == DocumentVersion.document_id)
                .where(Paragraph.duplicate_key.in_(some), Document.project_id == self.project_id)
                .group_by(Paragraph.duplicate_key)
            )
            if current:
                first = first.where(is_current())
            chosen = first.subquery()
            rows = self.session.execute(
                select(
                    Paragraph.id, Paragraph.duplicate_key, Paragraph.text, ClusterMember.cluster_id
                )
                .join(chosen, chosen.c.id == Paragraph.id)
                .outerjoin(ClusterMember, ClusterMember.paragraph_id == Paragraph.id)
            )
            yield from cast("Iterator[Row[Any]]", rows)


def _known(session: Session, project_id: int) -> "tuple[list[int], Bands]":
    from annotator.domain.near_duplicates import signatures  # noqa: PLC0415 - loads numpy

    rows = session.execute(
        select(TextSignature.id, TextSignature.bands)
        .where(TextSignature.project_id == project_id)
        .order_by(TextSignature.id)
    ).all()
    return [row.id for row in rows], signatures.loaded([row.bands for row in rows])


def _all_versions(session: Session, project_id: int) -> Sequence[int]:
    return session.scalars(
        select(DocumentVersion.id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.project_id == project_id)
        .order_by(DocumentVersion.id)
    ).all()


def _new_texts(
    session: Session, project_id: int, version_ids: Sequence[int]
) -> Iterator[dict[str, tuple[int, str]]]:
    """Texts that may have near-duplicates and have no signature yet: key -> (paragraph, form)."""
    some: dict[str, tuple[int, str]] = {}
    for versions in _portions(version_ids, _VERSIONS_AT_ONCE):
        rows = session.execute(
            select(Paragraph.id, Paragraph.duplicate_key, Paragraph.text)
            .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
            .join(Document, Document.id == DocumentVersion.document_id)
            .outerjoin(
                TextSignature,
                (TextSignature.project_id == project_id)
                & (TextSignature.duplicate_key == Paragraph.duplicate_key),
            )
            .where(Paragraph.version_id.in_(versions), TextSignature.id.is_(None), is_current())
            .order_by(Paragraph.id)
        )
        for row in rows:
            if row.duplicate_key not in some and can_be_alike(form := form_of(row.text)):
                some[row.duplicate_key] = (row.id, form)
        if len(some) >= _TEXTS_AT_ONCE:
            yield some
            some = {}
    if some:
        yield some


def _join(
    session: Session, project_id: int, new: dict[str, tuple[int, str]], index: _Index
) -> list[Group]:
    import numpy as np  # noqa: PLC0415 - the web starts without it

    from annotator.domain.near_duplicates import signatures  # noqa: PLC0415 - loads numpy

    made = np.stack([signatures.signature(form) for _, form in new.values()])
    rows = [
        {"project_id": project_id, "duplicate_key": key, "bands": signatures.stored(one)}
        for key, one in zip(new, made, strict=True)
    ]
    stored = session.scalars(
        insert(TextSignature).returning(TextSignature.id, sort_by_parameter_order=True), rows
    )
    index.ids += list(stored)
    index.table = np.concatenate([index.table, made])
    first = len(index.ids) - len(new)
    compared = index.candidates(index.table, len(new))
    keys = _keys(session, {index.ids[row] for of_one in compared.values() for row in of_one})
    texts = _Texts(session, project_id)
    texts.load({*keys.values(), *(key for n, key in enumerate(new) if first + n in compared)})
    order = {key: first + n for n, key in enumerate(new)}
    noise = _likely_noise(session, [new[key][0] for key, n in order.items() if n in compared])
    return join_all(
        [texts.by_key[key] for key, row in order.items() if row in compared],
        lambda text: (
            other
            for row in compared[order[text.key]]
            if (other := texts.by_key.get(keys[index.ids[row]])) is not None
        ),
        welds=lambda text: text.age not in noise,
    )


def _keys(session: Session, signature_ids: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in _portions(sorted(signature_ids)):
        rows = session.execute(
            select(TextSignature.id, TextSignature.duplicate_key).where(TextSignature.id.in_(some))
        )
        found |= {row.id: row.duplicate_key for row in rows}
    return found


def _likely_noise(session: Session, paragraph_ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for some in _portions(paragraph_ids):
        found.update(
            session.scalars(
                select(Suggestion.paragraph_id).where(
                    Suggestion.paragraph_id.in_(some), Suggestion.probability >= LIKELY_NOISE
                )
            )
        )
    return found


def _store(session: Session, project_id: int, group: Group) -> tuple[int, list[int]]:
    """Write what came to a group; the id of its cluster, and of those that are no more."""
    cluster_id = group.cluster_id
    if cluster_id is None:
        cluster_id = session.scalars(
            insert(Cluster).returning(Cluster.id),
            [{"project_id": project_id, "kind": NEAR, "key": group.oldest.key}],
        ).one()
    keys = set(group.keys)
    if group.absorbed:
        of_absorbed = ClusterMember.cluster_id.in_(group.absorbed)
        # They are measured against another text from now on.
        keys |= _keys_in(session, [cluster_id, *group.absorbed])
        session.execute(update(ClusterMember).where(of_absorbed).values(cluster_id=cluster_id))
        through = Propagation.cluster_id.in_(group.absorbed)
        session.execute(update(Propagation).where(through).values(cluster_id=cluster_id))
        session.execute(delete(Cluster).where(Cluster.id.in_(group.absorbed)))
    session.execute(
        update(Cluster)
        .where(Cluster.id == cluster_id)
        .values(kind=NEAR, key=group.oldest.key)
        .execution_options(synchronize_session=False)
    )
    _write_members(session, project_id, cluster_id, group, keys)
    return cluster_id, group.absorbed


def _keys_in(session: Session, cluster_ids: Sequence[int]) -> set[str]:
    members = (
        select(Paragraph.duplicate_key)
        .join(ClusterMember, ClusterMember.paragraph_id == Paragraph.id)
        .where(ClusterMember.cluster_id.in_(cluster_ids))
    )
    return set(session.scalars(members.distinct()))


def _write_members(
    session: Session, project_id: int, cluster_id: int, group: Group, keys: Collection[str]
) -> None:
    for some in _portions(sorted(keys)):
        rows = session.execute(
            select(Paragraph.id, Paragraph.text, ClusterMember.cluster_id)
            .join(DocumentVersion, DocumentVersion.id == Paragraph.version_id)
            .join(Document, Document.id == DocumentVersion.document_id)
            .outerjoin(ClusterMember, ClusterMember.paragraph_id == Paragraph.id)
            .where(
                Paragraph.duplicate_key.in_(some), Document.project_id == project_id, is_current()
            )
        ).all()
        likeness = {
            text: round(resemblance(form_of(text), group.oldest.form), 4)
            for text in {row.text for row in rows}
        }
        known = [
            {"paragraph_id": row.id, "similarity": likeness[row.text]}
            for row in rows
            if row.cluster_id is not None
        ]
        new = [
            {
                "paragraph_id": row.id,
                "cluster_id": cluster_id,
                "similarity": likeness[row.text],
            }
            for row in rows
            if row.cluster_id is None
        ]
        if known:
            session.execute(update(ClusterMember), known)
        if new:
            session.execute(insert(ClusterMember), new)


def _portions(ids: Sequence[Id], size: int = _KEYS_AT_ONCE) -> Iterator[Sequence[Id]]:
    for at in range(0, len(ids), size):
        yield ids[at : at + size]
