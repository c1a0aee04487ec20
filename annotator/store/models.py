"""Every table in one place, for migrations and for tests that compare the two."""

from annotator.store.audit import AuditEvent, AuditHead
from annotator.store.base import Base
from annotator.store.corpus import (
    Cluster,
    ClusterMember,
    Document,
    DocumentVersion,
    Paragraph,
    Project,
    Source,
    Subject,
    Suggestion,
    TextSignature,
)
from annotator.store.labelling import (
    Annotation,
    AnnotationRevision,
    Assignment,
    CodebookReading,
    CodebookVersion,
    Disclosure,
    Round,
)
from annotator.store.people import (
    ApiToken,
    Invite,
    Membership,
    SignInSession,
    SignInTry,
    User,
)
from annotator.store.publishing import Job, Release
from annotator.store.settling import (
    Adjudication,
    AdjudicationLease,
    Gold,
    GoldBatch,
    Propagation,
)

__all__ = [
    "Adjudication",
    "AdjudicationLease",
    "Annotation",
    "AnnotationRevision",
    "ApiToken",
    "Assignment",
    "AuditEvent",
    "AuditHead",
    "Base",
    "Cluster",
    "ClusterMember",
    "CodebookReading",
    "CodebookVersion",
    "Disclosure",
    "Document",
    "DocumentVersion",
    "Gold",
    "GoldBatch",
    "Invite",
    "Job",
    "Membership",
    "Paragraph",
    "Project",
    "Propagation",
    "Release",
    "Round",
    "SignInSession",
    "SignInTry",
    "Source",
    "Subject",
    "Suggestion",
    "TextSignature",
    "User",
]
