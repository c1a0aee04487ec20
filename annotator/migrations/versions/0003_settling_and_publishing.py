"""Adjudication, gold, releases, jobs and the audit trail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from annotator.migrations.append_only import allow_changes, refuse_changes

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "adjudications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("codebook_version_id", sa.Integer(), nullable=False),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("adjudicator_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("blind_alternatives", JSON, nullable=True),
        sa.Column("alternatives", JSON, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("cause", TEXT, nullable=True),
        sa.Column("self_adjudicated", sa.Boolean(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(outcome = 'decided') = (alternatives IS NOT NULL)",
            name=op.f("ck_adjudications_decided_has_alternatives"),
        ),
        sa.CheckConstraint(
            "cause IS NULL OR cause IN ('slip', 'guideline_gap', 'ambiguous_text', 'missing_context', 'outside_knowledge')",
            name=op.f("ck_adjudications_cause_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('decided', 'undecidable', 'codebook_unclear')",
            name=op.f("ck_adjudications_outcome_known"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_adjudications_number_positive")),
        sa.ForeignKeyConstraint(
            ["adjudicator_id"], ["users.id"], name=op.f("fk_adjudications_adjudicator_id")
        ),
        sa.ForeignKeyConstraint(
            ["codebook_version_id"],
            ["codebook_versions.id"],
            name=op.f("fk_adjudications_codebook_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name=op.f("fk_adjudications_subject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjudications")),
        sa.UniqueConstraint(
            "subject_id",
            "question",
            "adjudicator_id",
            "number",
            name=op.f("uq_adjudications_subject_id_question_adjudicator_id_number"),
        ),
    )
    op.create_table(
        "adjudication_leases",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name=op.f("fk_adjudication_leases_subject_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_adjudication_leases_user_id")
        ),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_adjudication_leases")),
    )
    with op.batch_alter_table("adjudication_leases", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_adjudication_leases_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "gold_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("policy", TEXT, nullable=False),
        sa.Column("parameters", JSON, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["users.id"], name=op.f("fk_gold_batches_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_gold_batches_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold_batches")),
    )
    with op.batch_alter_table("gold_batches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_gold_batches_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "gold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("codebook_version_id", sa.Integer(), nullable=False),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("alternatives", JSON, nullable=True),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("people", JSON, nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(method IN ('person', 'consensus')) = (people IS NOT NULL)",
            name=op.f("ck_gold_people_if_by_people"),
        ),
        sa.CheckConstraint(
            "(state = 'decided') = (alternatives IS NOT NULL)",
            name=op.f("ck_gold_decided_has_alternatives"),
        ),
        sa.CheckConstraint(
            "method IN ('unanimous', 'majority', 'model', 'person', 'consensus', 'propagated')",
            name=op.f("ck_gold_method_known"),
        ),
        sa.CheckConstraint(
            "state IN ('decided', 'void', 'undecidable', 'codebook_unclear')",
            name=op.f("ck_gold_state_known"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["gold_batches.id"], name=op.f("fk_gold_batch_id")),
        sa.ForeignKeyConstraint(
            ["codebook_version_id"],
            ["codebook_versions.id"],
            name=op.f("fk_gold_codebook_version_id"),
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_gold_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold")),
        sa.UniqueConstraint("subject_id", "question", name=op.f("uq_gold_subject_id_question")),
    )
    with op.batch_alter_table("gold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gold_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "propagations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("annotation_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["annotation_id"], ["annotations.id"], name=op.f("fk_propagations_annotation_id")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["gold_batches.id"], name=op.f("fk_propagations_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["clusters.id"], name=op.f("fk_propagations_cluster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_propagations")),
    )
    with op.batch_alter_table("propagations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_propagations_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_propagations_cluster_id"), ["cluster_id"], unique=False
        )

    op.create_table(
        "releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("manifest", JSON, nullable=False),
        sa.Column("folder", TEXT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_releases_number_positive")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_releases_made_by_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_releases_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_releases_project_id_number")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_by", TEXT, nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("result", JSON, nullable=True),
        sa.Column("error", TEXT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(state = 'running') = (leased_until IS NOT NULL)",
            name=op.f("ck_jobs_running_has_lease"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_jobs_state_known")
        ),
        sa.CheckConstraint(
            "progress >= 0 AND progress <= 1", name=op.f("ck_jobs_progress_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_jobs_created_by_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_jobs_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jobs_project_id"), ["project_id"], unique=False)
        batch_op.create_index("ix_jobs_state_id", ["state", "id"], unique=False)

    op.create_table(
        "audit_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("object_id", sa.Integer(), nullable=True),
        sa.Column("details", JSON, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_events_action"), ["action"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_events_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    refuse_changes(op, "adjudications")
    refuse_changes(op, "audit_events")
    op.execute(
        sa.text("INSERT INTO audit_head (id, event_id, hash) VALUES (1, 0, :hash)").bindparams(
            hash="0" * 64
        )
    )


def downgrade() -> None:
    allow_changes(op, "adjudications")
    allow_changes(op, "audit_events")
    op.drop_table("audit_head")
    op.drop_table("audit_events")
    op.drop_table("jobs")
    op.drop_table("releases")
    op.drop_table("propagations")
    op.drop_table("gold")
    op.drop_table("gold_batches")
    op.drop_table("adjudication_leases")
    op.drop_table("adjudications")
