"""Signatures of texts, propagation by a lead or by labels, and tasks that check it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "text_signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("duplicate_key", TEXT, nullable=False),
        sa.Column("bands", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_text_signatures_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_signatures")),
        sa.UniqueConstraint(
            "project_id", "duplicate_key", name=op.f("uq_text_signatures_project_id_duplicate_key")
        ),
    )
    op.add_column(
        "assignments",
        sa.Column("checks_gold", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    # No earlier version of the program wrote propagations, so none can break the new checks.
    with op.batch_alter_table("propagations") as batch_op:
        batch_op.add_column(sa.Column("reopened_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_propagations_reopened_by_id"), "annotations", ["reopened_by_id"], ["id"]
        )
        batch_op.create_check_constraint(
            op.f("ck_propagations_rule_known"), "rule IN ('lead', 'agreeing_labels')"
        )
        batch_op.create_check_constraint(
            op.f("ck_propagations_annotation_unless_by_lead"),
            "(rule = 'lead') = (annotation_id IS NULL)",
        )


def downgrade() -> None:
    with op.batch_alter_table("propagations") as batch_op:
        batch_op.drop_constraint(op.f("ck_propagations_annotation_unless_by_lead"), type_="check")
        batch_op.drop_constraint(op.f("ck_propagations_rule_known"), type_="check")
        batch_op.drop_constraint(op.f("fk_propagations_reopened_by_id"), type_="foreignkey")
        batch_op.drop_column("reopened_by_id")
    op.drop_column("assignments", "checks_gold")
    op.drop_table("text_signatures")
