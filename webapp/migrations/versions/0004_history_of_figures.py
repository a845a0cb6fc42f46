"""History of figures: batches, superseded figures, audit.

Until now a store held embedded figures only. They are dropped here and loaded anew, as batch 0, by the command that
migrates.
"""

from typing import Any

from alembic import op
import sqlalchemy as sa


revision = '0004'
down_revision = '0003'


def _statement() -> "list[sa.Column[Any]]":
    return [
        sa.Column('indicator_id', sa.String(length=64), nullable=False),
        sa.Column('edition_id', sa.String(length=16), nullable=False),
        sa.Column('area_code', sa.String(length=16), nullable=False),
        sa.Column('period', sa.String(length=10), nullable=False),
        sa.Column('stratum', sa.String(length=8), nullable=False),
        sa.Column('value', sa.Double(), nullable=False),
        sa.Column('value_high', sa.Double(), nullable=True),
        sa.Column('qualifier', sa.String(length=8), nullable=False),
        sa.Column('numerator', sa.Double(), nullable=True),
        sa.Column('denominator', sa.Double(), nullable=True),
        sa.Column('status', sa.String(length=16), nullable=False),
        sa.Column('source_id', sa.String(length=64), nullable=False),
        sa.Column('note_vi', sa.String(), nullable=True),
        sa.Column('note_en', sa.String(), nullable=True),
        sa.Column('batch_id', sa.Integer(), nullable=False),
        sa.Column('batch_row', sa.Integer(), nullable=True),
        sa.Column('entered_id', sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table('batch',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('sheet', sa.String(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('entered_by', sa.String(), nullable=False),
    sa.Column('at', sa.String(length=27), nullable=False),
    sa.Column('undoes', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['undoes'], ['batch.id'], name=op.f('fk_batch_undoes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch'))
    )
    op.create_table('audit_entry',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.String(length=27), nullable=False),
    sa.Column('entered_by', sa.String(), nullable=False),
    sa.Column('action', sa.String(length=8), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_audit_entry_batch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    op.create_table('superseded',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ended_id', sa.Integer(), nullable=False),
    *_statement(),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_superseded_batch_id')),
    sa.ForeignKeyConstraint(['entered_id'], ['batch.id'], name=op.f('fk_superseded_entered_id')),
    sa.ForeignKeyConstraint(['ended_id'], ['batch.id'], name=op.f('fk_superseded_ended_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_superseded'))
    )
    op.create_index(op.f('ix_superseded_indicator_id_edition_id_area_code'), 'superseded', ['indicator_id', 'edition_id', 'area_code'])
    op.drop_table('observation')
    op.create_table('observation',
    sa.Column('id', sa.Integer(), nullable=False),
    *_statement(),
    sa.CheckConstraint("(qualifier = 'range') = (value_high IS NOT NULL)", name='ck_observation_range'),
    sa.ForeignKeyConstraint(['edition_id', 'area_code'], ['area.edition_id', 'area.code'], name=op.f('fk_observation_edition_id_area_code')),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicator.id'], name=op.f('fk_observation_indicator_id')),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_observation_source_id')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_observation_batch_id')),
    sa.ForeignKeyConstraint(['entered_id'], ['batch.id'], name=op.f('fk_observation_entered_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_observation')),
    sa.UniqueConstraint('indicator_id', 'edition_id', 'area_code', 'period', 'stratum', 'source_id', name=op.f('uq_observation_indicator_id_edition_id_area_code_period_stratum_source_id'))
    )
    op.create_index(op.f('ix_observation_indicator_id_edition_id_period'), 'observation', ['indicator_id', 'edition_id', 'period'])
    # batch mode would drop the table to which others refer; both databases take the column in place
    op.execute('ALTER TABLE source ADD COLUMN batch_id INTEGER CONSTRAINT fk_source_batch_id REFERENCES batch (id)')
    op.add_column('data_state', sa.Column('audit_head', sa.String(length=64), nullable=False, server_default=''))
    op.execute("UPDATE data_state SET digest = ''")
