"""Codebooks, rounds, assignments, annotations and disclosures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from annotator.migrations.append_only import allow_changes, refuse_changes

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "codebook_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.Column("yaml", TEXT, nullable=False),
        sa.Column("editorial", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_codebook_versions_number_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_codebook_versions_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_codebook_versions_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codebook_versions")),
        sa.UniqueConstraint(
            "project_id", "content_hash", name=op.f("uq_codebook_versions_project_id_content_hash")
        ),
        sa.UniqueConstraint(
            "project_id", "number", name=op.f("uq_codebook_versions_project_id_number")
        ),
    )
    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("codebook_version_id", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("overlap", sa.Integer(), nullable=False),
        sa.Column("sample_share", sa.Double(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("suggestions", TEXT, nullable=False),
        sa.Column("thresholds", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('cleanup', 'training', 'pilot', 'main', 'retest')",
            name=op.f("ck_rounds_kind_known"),
        ),
        sa.CheckConstraint(
            "suggestions IN ('hidden', 'after_choice', 'random_share')",
            name=op.f("ck_rounds_suggestions_known"),
        ),
        sa.CheckConstraint("overlap >= 1", name=op.f("ck_rounds_overlap_positive")),
        sa.CheckConstraint(
            "sample_share > 0 AND sample_share <= 1", name=op.f("ck_rounds_sample_share_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["codebook_version_id"],
            ["codebook_versions.id"],
            name=op.f("fk_rounds_codebook_version_id"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_rounds_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_rounds_project_id_name")),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("occasion", sa.Integer(), nullable=False),
        sa.Column("inclusion_probability", sa.Double(), nullable=False),
        sa.Column("overlapping", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("skip_reason", TEXT, nullable=True),
        sa.Column("flag_note", TEXT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(state = 'skipped') = (skip_reason IS NOT NULL)",
            name=op.f("ck_assignments_skip_has_reason"),
        ),
        sa.CheckConstraint(
            "reason IN ('sample', 'adaptive', 'recode', 'retest')",
            name=op.f("ck_assignments_reason_known"),
        ),
        sa.CheckConstraint(
            "scope IN ('paragraph', 'document', 'source')", name=op.f("ck_assignments_scope_known")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'skipped', 'withdrawn')",
            name=op.f("ck_assignments_state_known"),
        ),
        sa.CheckConstraint(
            "inclusion_probability > 0 AND inclusion_probability <= 1",
            name=op.f("ck_assignments_inclusion_probability_in_range"),
        ),
        sa.CheckConstraint("occasion >= 1", name=op.f("ck_assignments_occasion_positive")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_assignments_round_id")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name=op.f("fk_assignments_subject_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_assignments_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint(
            "round_id",
            "subject_id",
            "user_id",
            "reason",
            "occasion",
            name=op.f("uq_assignments_round_id_subject_id_user_id_reason_occasion"),
        ),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assignments_queue", ["user_id", "round_id", "state", "rank"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_assignments_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "annotations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "origin IN ('person', 'imported', 'machine')", name=op.f("ck_annotations_origin_known")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_annotations_revision_positive")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_annotations_assignment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotations")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_annotations_assignment_id")),
    )
    op.create_table(
        "annotation_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("annotation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("save_id", TEXT, nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("spans", JSON, nullable=False),
        sa.Column("note", TEXT, nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("context_before", sa.Integer(), nullable=False),
        sa.Column("context_after", sa.Integer(), nullable=False),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.Column("suggestion_shown", sa.Boolean(), nullable=False),
        sa.Column("suggested_label", TEXT, nullable=True),
        sa.Column("after_feedback", sa.Boolean(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "context_before >= 0 AND context_after >= 0",
            name=op.f("ck_annotation_revisions_context_not_negative"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_annotation_revisions_number_positive")),
        sa.CheckConstraint(
            "seconds IS NULL OR seconds >= 0",
            name=op.f("ck_annotation_revisions_seconds_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["annotation_id"],
            ["annotations.id"],
            name=op.f("fk_annotation_revisions_annotation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation_revisions")),
        sa.UniqueConstraint(
            "annotation_id", "number", name=op.f("uq_annotation_revisions_annotation_id_number")
        ),
        sa.UniqueConstraint("save_id", name=op.f("uq_annotation_revisions_save_id")),
    )
    op.create_table(
        "disclosures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("shown_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('votes', 'gold', 'feedback', 'unmasked')",
            name=op.f("ck_disclosures_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name=op.f("fk_disclosures_subject_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_disclosures_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosures")),
    )
    with op.batch_alter_table("disclosures", schema=None) as batch_op:
        batch_op.create_index(
            "ix_disclosures_subject_id_user_id", ["subject_id", "user_id"], unique=False
        )

    refuse_changes(op, "annotation_revisions")
    refuse_changes(op, "disclosures")


def downgrade() -> None:
    allow_changes(op, "annotation_revisions")
    allow_changes(op, "disclosures")
    op.drop_table("disclosures")
    op.drop_table("annotation_revisions")
    op.drop_table("annotations")
    op.drop_table("assignments")
    op.drop_table("rounds")
    op.drop_table("codebook_versions")
