"""Words that source-blind masking leaves visible, and a way to the bylines of a source."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column(
        "sources", sa.Column("mask_exemptions", JSON, nullable=False, server_default="[]")
    )
    op.create_index("ix_documents_source_id_byline", "documents", ["source_id", "byline"])


def downgrade() -> None:
    op.drop_index("ix_documents_source_id_byline", table_name="documents")
    op.drop_column("sources", "mask_exemptions")
