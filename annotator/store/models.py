"""Every table in one place, for migrations and for tests that compare the two."""

from annotator.store.audit import AuditEvent, AuditHead
from annotator.store.base import Base
from annotator.store.corpus import (
    Cluster,
    ClusterMember,
    Document,
    DocumentVersion,
    MergedDocument,
    Paragraph,
    Project,
    Source,
    Subject,
    Suggestion,
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
    AcceptedDifference,
    Adjudication,
    AdjudicationLease,
    AdjudicationSettings,
    AdjudicationUndo,
    BlindDecision,
    Gold,
    GoldBatch,
    Propagation,
    Recode,
)
from annotator.store.suggesting import NoiseRefit

__all__ = [
    "AcceptedDifference",
    "Adjudication",
    "AdjudicationLease",
    "AdjudicationSettings",
    "AdjudicationUndo",
    "Annotation",
    "AnnotationRevision",
    "ApiToken",
    "Assignment",
    "AuditEvent",
    "AuditHead",
    "Base",
    "BlindDecision",
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
    "MergedDocument",
    "NoiseRefit",
    "Paragraph",
    "Project",
    "Propagation",
    "Recode",
    "Release",
    "Round",
    "SignInSession",
    "SignInTry",
    "Source",
    "Subject",
    "Suggestion",
    "User",
]
