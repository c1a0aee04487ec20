"""What goes back where when a document is restored, or a merged source is taken apart."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "assignments", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_table(
        "merged_documents",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_merged_documents_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_merged_documents_source_id")
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_merged_documents")),
    )
    op.create_index(
        op.f("ix_merged_documents_source_id"), "merged_documents", ["source_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("merged_documents")
    op.drop_column("assignments", "withdrawn_at")
