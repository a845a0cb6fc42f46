"""Places that the resolution names."""

from alembic import op
import sqlalchemy as sa


revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_table('named_place',
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('name_vi', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('action_vi', sa.String(), nullable=False),
    sa.Column('action_en', sa.String(), nullable=False),
    sa.Column('locator', sa.String(), nullable=False),
    sa.Column('areas', sa.String(), nullable=False),
    sa.Column('basis', sa.String(length=16), nullable=False),
    sa.Column('source_id', sa.String(length=64), nullable=True),
    sa.Column('note_vi', sa.String(), nullable=True),
    sa.Column('note_en', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_named_place_source_id')),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_named_place')),
    sa.UniqueConstraint('id', name=op.f('uq_named_place_id'))
    )


def downgrade() -> None:
    op.drop_table('named_place')
