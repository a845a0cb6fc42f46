"""Figures by source, counted by batch and not by reader."""

from alembic import op
import sqlalchemy as sa


revision = '0007'
down_revision = '0006'

KEY = {'indicator_id': 64, 'edition_id': 16, 'source_id': 64}


def upgrade() -> None:
    collation = 'C' if op.get_bind().dialect.name == 'postgresql' else None
    op.create_table('citation',
    *(sa.Column(name, sa.String(length=length, collation=collation), nullable=False) for name, length in KEY.items()),
    sa.Column('figures', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint(*KEY, name='pk_citation')
    )
    op.execute(
        'INSERT INTO citation SELECT indicator_id, edition_id, source_id, count(*) FROM observation '
        'GROUP BY indicator_id, edition_id, source_id'
    )


def downgrade() -> None:
    op.drop_table('citation')
