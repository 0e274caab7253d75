"""Which consent text was agreed to, who said to be too young, and no searches of those who never agreed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

GIVEN_ONCE = {"sqlite_autoincrement": True}


def upgrade() -> None:
    op.create_table(
        "consent_text",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("agreed_first_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_consent_text")),
    )
    with op.batch_alter_table("person", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.add_column(sa.Column("consent_digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("young_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_person_consent_digest_consent_text"),
            "consent_text",
            ["consent_digest"],
            ["digest"],
        )
    op.execute("UPDATE person SET filters = '{}' WHERE consent_version IS NULL")


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None, table_kwargs=GIVEN_ONCE) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_person_consent_digest_consent_text"), type_="foreignkey")
        batch_op.drop_column("young_at")
        batch_op.drop_column("consent_digest")
    op.drop_table("consent_text")
