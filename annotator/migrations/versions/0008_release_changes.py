"""What changed from one release to the next is kept with the newer one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column("releases", sa.Column("changes", JSON, nullable=True))


def downgrade() -> None:
    op.drop_column("releases", "changes")
