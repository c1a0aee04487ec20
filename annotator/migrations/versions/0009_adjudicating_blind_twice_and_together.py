"""Decisions made blind, twice, together or on copies of a text, and how they are taken back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from annotator.migrations.append_only import allow_changes, refuse_changes

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
NEW_COLUMNS = ("participants", "agreed_on", "overruled", "second", "replaced")


def upgrade() -> None:
    op.add_column("adjudications", sa.Column("participants", JSON, nullable=True))
    op.add_column("adjudications", sa.Column("agreed_on", sa.Date(), nullable=True))
    op.add_column("adjudications", sa.Column("overruled", sa.Boolean(), nullable=True))
    op.add_column(
        "adjudications",
        sa.Column("second", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("adjudications", sa.Column("replaced", JSON, nullable=True))
    _decisions()
    _differences()
    with op.batch_alter_table("propagations", schema=None) as batch_op:
        batch_op.alter_column("annotation_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("adjudication_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_propagations_adjudication_id"),
            "adjudications",
            ["adjudication_id"],
            ["id"],
        )


def _decisions() -> None:
    op.create_table(
        "adjudication_undos",
        sa.Column("adjudication_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["adjudication_id"],
            ["adjudications.id"],
            name=op.f("fk_adjudication_undos_adjudication_id"),
        ),
        sa.PrimaryKeyConstraint("adjudication_id", name=op.f("pk_adjudication_undos")),
    )
    op.create_table(
        "blind_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("adjudicator_id", sa.Integer(), nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("alternatives", JSON, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(outcome = 'decided') = (alternatives IS NOT NULL)",
            name=op.f("ck_blind_decisions_decided_has_alternatives"),
        ),
        sa.CheckConstraint(
            "outcome IN ('decided', 'undecidable', 'codebook_unclear')",
            name=op.f("ck_blind_decisions_outcome_known"),
        ),
        sa.ForeignKeyConstraint(
            ["adjudicator_id"], ["users.id"], name=op.f("fk_blind_decisions_adjudicator_id")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name=op.f("fk_blind_decisions_subject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_decisions")),
        sa.UniqueConstraint(
            "subject_id",
            "question",
            "adjudicator_id",
            name=op.f("uq_blind_decisions_subject_id_question_adjudicator_id"),
        ),
    )
    refuse_changes(op, "adjudication_undos")
    refuse_changes(op, "blind_decisions")
    op.create_table(
        "adjudication_settings",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("blind_first", sa.Boolean(), nullable=False),
        sa.Column("second_share", sa.Double(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "second_share >= 0 AND second_share <= 1",
            name=op.f("ck_adjudication_settings_second_share_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_adjudication_settings_project_id")
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_adjudication_settings")),
    )
    op.create_table(
        "recodes",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_recodes_assignment_id")
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_recodes")),
    )


def _differences() -> None:
    op.create_table(
        "accepted_differences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("signature", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("accepted_by_id", sa.Integer(), nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["users.id"], name=op.f("fk_accepted_differences_accepted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["clusters.id"], name=op.f("fk_accepted_differences_cluster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accepted_differences")),
        sa.UniqueConstraint(
            "cluster_id",
            "question",
            "signature",
            name=op.f("uq_accepted_differences_cluster_id_question_signature"),
        ),
    )


def downgrade() -> None:
    # What was copied from a decision of a lead cannot be told in the older tables.
    op.execute("DELETE FROM propagations WHERE annotation_id IS NULL")
    with op.batch_alter_table("propagations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_propagations_adjudication_id"), type_="foreignkey")
        batch_op.drop_column("adjudication_id")
        batch_op.alter_column("annotation_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("accepted_differences")
    op.drop_table("recodes")
    op.drop_table("adjudication_settings")
    allow_changes(op, "blind_decisions")
    allow_changes(op, "adjudication_undos")
    op.drop_table("blind_decisions")
    op.drop_table("adjudication_undos")
    for column in NEW_COLUMNS:
        op.drop_column("adjudications", column)
