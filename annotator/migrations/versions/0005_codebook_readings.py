"""Who has read which codebook version, and when a task was skipped."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "codebook_readings",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("codebook_version_id", sa.Integer(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["codebook_version_id"],
            ["codebook_versions.id"],
            name=op.f("fk_codebook_readings_codebook_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_codebook_readings_user_id")
        ),
        sa.PrimaryKeyConstraint(
            "user_id", "codebook_version_id", name=op.f("pk_codebook_readings")
        ),
    )
    op.add_column("assignments", sa.Column("skipped_at", MOMENT, nullable=True))
    # The audit trail knows when each of the tasks that are skipped by now was.
    op.execute(
        "UPDATE assignments SET skipped_at = (SELECT max(audit_events.at) FROM audit_events "
        "WHERE audit_events.action = 'assignment.skipped' "
        "AND audit_events.object_id = assignments.id) WHERE state = 'skipped'"
    )


def downgrade() -> None:
    op.drop_column("assignments", "skipped_at")
    op.drop_table("codebook_readings")
