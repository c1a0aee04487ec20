"""Suggestions of noise refitted to a project's own gold."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "noise_refits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("base", TEXT, nullable=False),
        sa.Column("fit", JSON, nullable=False),
        sa.Column("held_out", JSON, nullable=False),
        sa.Column("paragraphs", sa.Integer(), nullable=False),
        sa.Column("noise", sa.Integer(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_noise_refits_number_positive")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_noise_refits_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["users.id"], name=op.f("fk_noise_refits_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_noise_refits")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_noise_refits_project_id_number")),
    )
    op.create_index(
        "uq_noise_refits_in_use",
        "noise_refits",
        ["project_id"],
        unique=True,
        sqlite_where=sa.text("in_use"),
        postgresql_where=sa.text("in_use"),
    )


def downgrade() -> None:
    op.drop_index("uq_noise_refits_in_use", table_name="noise_refits")
    op.drop_table("noise_refits")
