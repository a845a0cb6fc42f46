"""Coverage, counted by batch and not by reader; indexes by batch, so that what a batch did is found at once."""

from alembic import op
import sqlalchemy as sa


revision = '0006'
down_revision = '0005'

KEY = {'indicator_id': 64, 'edition_id': 16, 'level': 16, 'stratum': 8, 'year': 4}

OUTCOMES = """
SELECT o.indicator_id, o.edition_id, a.level, o.stratum, {year}, count(DISTINCT o.area_code)
FROM observation o JOIN area a ON a.edition_id = o.edition_id AND a.code = o.area_code
WHERE o.status <> 'planned' GROUP BY o.indicator_id, o.edition_id, a.level, o.stratum{by_year}
"""
INDEXES = {
    'ix_observation_batch_id_id': ('observation', ['batch_id', 'id']),
    'ix_observation_entered_id': ('observation', ['entered_id']),
    'ix_superseded_entered_id': ('superseded', ['entered_id']),
    'ix_superseded_ended_id': ('superseded', ['ended_id']),
}


def upgrade() -> None:
    collation = 'C' if op.get_bind().dialect.name == 'postgresql' else None
    op.create_table('coverage',
    *(sa.Column(name, sa.String(length=length, collation=collation), nullable=False) for name, length in KEY.items()),
    sa.Column('areas', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint(*KEY, name='pk_coverage')
    )
    for year, by_year in (('substr(o.period, 1, 4)', ', substr(o.period, 1, 4)'), ("''", '')):
        op.execute('INSERT INTO coverage ' + OUTCOMES.format(year=year, by_year=by_year))
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, _columns) in reversed(INDEXES.items()):
        op.drop_index(name, table_name=table)
    op.drop_table('coverage')
