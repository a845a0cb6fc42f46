"""`flask db check` on both engines: a sound store is sound, and each planted fault is found with its remedy."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from tests.conftest import close, over
from tests.stores import Stores


def check(app: Flask) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["db", "check"])
    return done.exit_code, done.output


def execute(app: Flask, *statements: str) -> None:
    with app.extensions["engine"].begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_sound_store_is_well(stores: Stores) -> None:
    with stores.lend("embedded") as url:
        app = over(url, READ_DATABASE_URL=url)
        status, said = check(app)
        assert status == 0, said
        assert f"✓ engine: {stores.engine} " in said
        assert "✓ content: fits the audit's hashes" in said
        assert "✓ replica: data version 1 of 1" in said
        assert ("✓ geometry: PostGIS 3" in said) == (stores.engine == "postgresql")
        close(app)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE observation SET value = value + 1 WHERE id = 5", "Figures that batch 0 entered were altered"),
        ("UPDATE alembic_version SET version_num = '0000'", "The tables are at 0000, this release needs"),
    ],
)
def test_a_fault_of_either_engine_has_its_remedy(stores: Stores, statement: str, found: str) -> None:
    with stores.lend("embedded") as url:
        app = over(url)
        execute(app, statement)
        status, said = check(app)
        assert status == 1
        assert found in said
        assert "Run `flask " in said
        close(app)


def test_a_row_that_points_at_none_is_found(sqlite_stores: Stores) -> None:
    with sqlite_stores.lend("embedded") as url:
        app = over(url)
        execute(app, "PRAGMA foreign_keys=OFF")
        with app.extensions["engine"].connect() as connection:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("UPDATE observation SET source_id = 'gone' WHERE id = 5")
            connection.commit()
        status, said = check(app)
        assert (status, "Row 5 of observation points at no row of source." in said) == (1, True), said
        close(app)


def test_an_index_that_lacks_a_row_is_found_by_amcheck(postgres_stores: Stores) -> None:
    """The index is switched off while a row goes in, so no figure can be found by it, yet none is lost."""
    with postgres_stores.lend("embedded") as url:
        app = over(url)
        assert "✓ structure: not looked at: a superuser may run CREATE EXTENSION amcheck" in check(app)[1]
        execute(app, "CREATE EXTENSION amcheck")
        assert "✓ structure: sound" in check(app)[1]
        mark = "UPDATE pg_index SET indisready = {} WHERE indrelid = 'area_shape'::regclass AND indisprimary"
        execute(app, mark.format("false"))
        copied = "SELECT edition_id, 'x', tolerance_m, wkb FROM area_shape LIMIT 1"
        execute(
            app,
            "SET LOCAL session_replication_role = replica",  # no foreign keys
            f"INSERT INTO area_shape (edition_id, code, tolerance_m, wkb) {copied}",
        )
        execute(app, mark.format("true"))
        status, said = check(app)
        assert (status, "lacks matching index tuple" in said) == (1, True), said
        close(app)


def test_what_postgresql_alone_can_lack_is_found(postgres_stores: Stores) -> None:
    with postgres_stores.lend("embedded") as url:
        app = over(url)
        execute(app, "ALTER TABLE area_shape DROP COLUMN geom",
                'ALTER TABLE source ALTER COLUMN title TYPE varchar COLLATE "vi-x-icu"')  # fmt: skip
        status, said = check(app)
        assert status == 1
        assert "area_shape has no column geom. Run `flask prepare`." in said
        assert "Not by code points: source.title." in said
        close(app)


def test_a_replica_that_is_not_there_or_is_another_store_is_found(stores: Stores) -> None:
    with stores.lend("embedded") as url, stores.lend("tables") as other:
        for address, found in ((other, "It holds other data and does not follow."), (url + "x", "READ_DATABASE_URL")):
            app = over(url, READ_DATABASE_URL=address)
            status, said = check(app)
            assert (status, found in said) == (1, True), said
            close(app)
