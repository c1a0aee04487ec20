"""What is labelled: projects, sources, documents with versions, paragraphs; and machine guesses."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.base import Base, Id, one_of

SCOPES = ("paragraph", "document", "source")
CLUSTER_KINDS = ("exact", "near")


class Project(Base):
    """One body of documents with its people, codebook and releases.

    `pseudonym_key` keys the pseudonyms of annotators in releases: the same person has the same
    pseudonym in every release of a project, and nobody without the key can tell who it is.
    """

    __tablename__ = "projects"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    languages: Mapped[list[Any]]
    source_blind: Mapped[bool]
    pseudonym_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class Source(Base):
    """The publisher of documents; blind labelling masks its name, `domains` and `aliases`.

    `mask_exemptions` are words that stay visible, although a mask would cover them.
    """

    __tablename__ = "sources"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str]
    domains: Mapped[list[Any]]
    aliases: Mapped[list[Any]]
    mask_exemptions: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Document(Base):
    """One article. It is the same document again when project, source and key are the same.

    `key` is the external id, else the URL, else the file name.
    """

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("source_id", "key"),
        # Masking reads the bylines of a source at every request for work.
        Index("ix_documents_source_id_byline", "source_id", "byline"),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    key: Mapped[str]
    title: Mapped[str | None]
    url: Mapped[str | None]
    byline: Mapped[str | None]
    published_on: Mapped[date | None]
    lang: Mapped[str | None]
    blindable: Mapped[bool] = mapped_column(default=True)
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    source: Mapped[Source] = relationship()
    versions: Mapped[list["DocumentVersion"]] = relationship(
        back_populates="document", order_by="DocumentVersion.number"
    )


class MergedDocument(Base):
    """A document that came with a source when that was merged into another: it can go back."""

    __tablename__ = "merged_documents"

    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), index=True)


class DocumentVersion(Base):
    """The text of a document as it was imported once.

    The text itself is `head` followed by text and tail of each paragraph of the current cut.
    `markup` keeps the HTML that a text was taken from; it is never rendered.
    """

    __tablename__ = "document_versions"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        UniqueConstraint("document_id", "text_hash"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("characters >= 1", name="characters_positive"),
    )

    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    number: Mapped[int]
    text_hash: Mapped[str]
    characters: Mapped[int]
    head: Mapped[str]
    file_name: Mapped[str]
    told: Mapped[list[Any]]
    markup: Mapped[bytes | None] = mapped_column(LargeBinary)
    imported_at: Mapped[datetime]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    document: Mapped[Document] = relationship(back_populates="versions")


class Paragraph(Base):
    """The unit that is shown and labelled. Immutable: a new cut or version supersedes it.

    `text == document[start:end]` in code points; `tail` is what follows up to the next paragraph.
    `cut` counts the cuttings of one version; `duplicate_key` is equal for texts that are the same
    but for case and spacing.
    """

    __tablename__ = "paragraphs"
    __table_args__ = (
        UniqueConstraint("version_id", "cut", "position"),
        CheckConstraint("position >= 0", name="position_not_negative"),
        CheckConstraint("start_offset >= 0 AND end_offset > start_offset", name="offsets_ordered"),
    )

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(ForeignKey("document_versions.id"))
    cut: Mapped[int] = mapped_column(default=1)
    position: Mapped[int]
    # START and END are words of SQL; the attributes keep the names of the field.
    start: Mapped[int] = mapped_column("start_offset")
    end: Mapped[int] = mapped_column("end_offset")
    text: Mapped[str]
    tail: Mapped[str]
    lang: Mapped[str | None]
    duplicate_key: Mapped[str] = mapped_column(index=True)
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("paragraphs.id"), index=True)

    version: Mapped[DocumentVersion] = relationship()


class Subject(Base):
    """Whatever can be labelled: a paragraph, a document or a source.

    One table, so that an assignment, a decision or a gold label points to any of them by one
    foreign key. `document_id` is set for paragraphs too: queues and intervals group by document.
    """

    __tablename__ = "subjects"
    __table_args__ = (
        CheckConstraint(one_of("scope", SCOPES), name="scope_known"),
        CheckConstraint("(scope = 'paragraph') = (paragraph_id IS NOT NULL)", name="paragraph_set"),
        CheckConstraint("(scope <> 'source') = (document_id IS NOT NULL)", name="document_set"),
        CheckConstraint("(scope = 'source') = (source_id IS NOT NULL)", name="source_set"),
        Index(
            "uq_subjects_document",
            "document_id",
            unique=True,
            sqlite_where=text("scope = 'document'"),
            postgresql_where=text("scope = 'document'"),
        ),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    scope: Mapped[str]
    paragraph_id: Mapped[int | None] = mapped_column(ForeignKey("paragraphs.id"), unique=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), index=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"), unique=True)

    paragraph: Mapped[Paragraph | None] = relationship()
    document: Mapped[Document | None] = relationship()
    source: Mapped[Source | None] = relationship()


class Suggestion(Base):
    """The machine's guess that a paragraph is noise; never counted as an annotation."""

    __tablename__ = "suggestions"
    __table_args__ = (
        UniqueConstraint("paragraph_id", "made_by"),
        CheckConstraint("probability >= 0 AND probability <= 1", name="probability_in_range"),
    )

    id: Mapped[Id]
    paragraph_id: Mapped[int] = mapped_column(ForeignKey("paragraphs.id"))
    noise_type: Mapped[str]
    probability: Mapped[float]
    reasons: Mapped[list[Any]]
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("paragraphs.id"))
    made_by: Mapped[str]


class Cluster(Base):
    """Paragraphs with the same or nearly the same text; statistics count a cluster once.

    `key` is the `duplicate_key` of its oldest text. An `exact` cluster has no other text; it
    becomes `near` when one that is alike comes.
    """

    __tablename__ = "clusters"
    __table_args__ = (
        UniqueConstraint("project_id", "kind", "key"),
        CheckConstraint(one_of("kind", CLUSTER_KINDS), name="kind_known"),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    kind: Mapped[str]
    key: Mapped[str]


class ClusterMember(Base):
    """A paragraph is in one cluster at most; `similarity` is to the oldest text of the cluster."""

    __tablename__ = "cluster_members"
    __table_args__ = (
        CheckConstraint("similarity >= 0 AND similarity <= 1", name="similarity_in_range"),
    )

    paragraph_id: Mapped[int] = mapped_column(ForeignKey("paragraphs.id"), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(ForeignKey("clusters.id"), index=True)
    similarity: Mapped[float]


class TextSignature(Base):
    """What a text is looked up by when another comes that may be alike; once for all its copies.

    `bands` are 128 bytes: see `domain.near_duplicates.signatures`. Texts that can have
    no near-duplicates have none.
    """

    __tablename__ = "text_signatures"
    __table_args__ = (UniqueConstraint("project_id", "duplicate_key"),)

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    duplicate_key: Mapped[str]
    bands: Mapped[bytes] = mapped_column(LargeBinary)
