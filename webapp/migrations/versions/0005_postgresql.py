"""PostgreSQL: text compared by code points as in SQLite, and a table of shapes.

SQLite is left as it is. A PostgreSQL store that is loaded already loads anew once, to get its shapes.
"""

from alembic import op
import sqlalchemy as sa


revision = '0005'
down_revision = '0004'

TABLES = ['area', 'audit_entry', 'batch', 'breaks', 'data_state', 'edition', 'goal', 'indicator', 'named_place',
          'observation', 'recognition', 'source', 'succession', 'superseded', 'theme', 'unit', 'upgrade_criterion',
          'upgrade_milestone', 'upgrade_status', 'value_label']


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != 'postgresql':
        return
    quote = connection.dialect.identifier_preparer.quote
    texts = connection.execute(sa.text(
        "SELECT table_name, column_name, character_maximum_length FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND data_type = 'character varying' AND table_name = ANY(:tables)"
    ), {'tables': TABLES})
    for table, column, length in texts.all():
        kind = f'VARCHAR({length})' if length else 'VARCHAR'
        op.execute(f'ALTER TABLE {quote(table)} ALTER COLUMN {quote(column)} TYPE {kind} COLLATE "C"')
    op.create_table('area_shape',
    sa.Column('edition_id', sa.String(length=16, collation='C'), nullable=False),
    sa.Column('code', sa.String(length=16, collation='C'), nullable=False),
    sa.Column('tolerance_m', sa.Double(), nullable=False),
    sa.Column('wkb', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id', 'code'], ['area.edition_id', 'area.code'], name='fk_area_shape_edition_id_code', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('edition_id', 'code', name='pk_area_shape')
    )
    op.execute("UPDATE data_state SET digest = ''")


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_table('area_shape')
