"""PostgreSQL by its URL alone: the same answers as from SQLite, readers that cannot write, restarts without a 500."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from boundaries.areas import load_places
from boundaries.layers import read_finest
from boundaries.spatial import texts_compared_otherwise
from indicators.audit import verify
from indicators.intake.importing import apply_plan, plan_import
from indicators.intake.reading import Wish
from tests.boundaries.imports.province import layer
from tests.conftest import close, over
from tests.postgres import QUICK, Server
from tests.stores import Stores
from tests.webapp.test_boundary_crash import OPTIONS
from webapp import db
from webapp.engines import TRIES, open_engine, retried
from webapp.today import today

PAGES = ("/", "/en/", "/areas", "/compare", "/board", "/ntm", "/upgrades", "/matrix", "/changes", "/gazetteer.json",
         "/map/population?edition=2024&level=district", "/map/population.json?edition=2024&level=commune",
         "/api/v1/areas?edition=2025-07&level=commune", "/api/v1/indicators",
         "/api/v1/values?indicator=population&edition=2024&level=commune&rebase=1",
         "/api/v1/values.csv?indicator=ntm_title&edition=2024&level=commune", "/ogc/collections")  # fmt: skip
VALUES = "/api/v1/values?indicator=population&edition=2024&level=district&period=2022"
HEADER = "indicator_id,edition,level,area_code,period,stratum,value,unit,status,source_id"
ROW = "population,2024,district,001,2022,all,999999,persons,final,danviet-6bbf6c"


def take_in(app: Flask, folder: Path) -> None:
    """Ba Đình gets 999,999 people."""
    path = folder / "a.csv"
    path.write_text(f"{HEADER}\n{ROW}\n", "utf-8")
    with Session(app.extensions["engine"]) as session:
        plan = plan_import(session, path, Wish(), today())
        apply_plan(session, plan, "Lan", {warning.rule: "test" for warning in plan.warnings})


def test_pages_api_and_files_are_the_same_bytes_on_both_engines(sqlite_stores: Stores, postgres_stores: Stores) -> None:
    """PostgreSQL here sorts as Vietnamese does, so a list that left its order to the database would differ."""
    with sqlite_stores.lend("embedded") as one, postgres_stores.lend("embedded") as other:
        apps = over(one), over(other)
        for path in PAGES:
            left, right = (app.test_client().get(path) for app in apps)
            assert (left.status_code, right.status_code) == (200, 200), path
            assert left.data == right.data, path
        for app in apps:
            with Session(app.extensions["engine"]) as session:
                assert verify(session) == []
            close(app)


def test_a_write_through_what_answers_requests_fails(stores: Stores) -> None:
    with stores.lend("embedded") as url:
        app = over(url)
        for statement in ("UPDATE data_state SET version = 9", "CREATE TABLE x (id integer)"):
            with app.app_context(), pytest.raises(DBAPIError, match=r"read.?only"):
                db.session().execute(text(statement))
        close(app)


def test_a_request_sees_one_moment_of_the_store(stores: Stores, tmp_path: Path) -> None:
    """The version is read, then an import is committed, then the figures are read: both are of before."""
    with stores.lend("embedded") as url:
        app = over(url)
        query = text("SELECT count(*) FROM observation WHERE value = 999999")
        with app.app_context():
            before = db.data_version()
            take_in(app, tmp_path)
            assert db.session().scalar(query) == 0
        with app.app_context():
            assert (db.data_version(), db.session().scalar(query)) == (before + 1, 1)
        close(app)


def test_an_import_by_one_host_shows_at_the_next_request_on_the_other(stores: Stores, tmp_path: Path) -> None:
    with stores.lend("embedded") as url:
        one, other = over(url), over(url)
        assert other.test_client().get(VALUES).get_json()["areas"][0]["value"] != 999999
        take_in(one, tmp_path)
        assert other.test_client().get(VALUES).get_json()["areas"][0]["value"] == 999999
        for app in (one, other):
            close(app)


def test_a_migration_that_fails_half_way_leaves_nothing(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last step fails; not one table is there afterwards."""

    def fail(*_: object) -> None:
        raise RuntimeError("half-way")

    url = stores.empty()
    engine = open_engine(url)
    tables = "sqlite_master" if stores.engine == "sqlite" else "pg_tables WHERE schemaname = 'public'"
    with monkeypatch.context() as patched:
        patched.setattr(db, "add_geometry", fail)
        with pytest.raises(RuntimeError):
            db.migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(text(f"SELECT count(*) FROM {tables}")) == 0  # noqa: S608
    db.migrate(engine)
    engine.dispose()
    stores.drop(url)


def test_shapes_are_there_as_geometry_and_text_is_compared_by_code_points(postgres_stores: Stores) -> None:
    with postgres_stores.lend("embedded") as url:
        engine = open_engine(url)
        with engine.connect() as connection:
            assert texts_compared_otherwise(connection) == []
            found = connection.execute(text(
                "SELECT count(*), bool_and(ST_IsValid(geom)) FROM area_shape JOIN area USING (edition_id, code)"
            )).one()  # fmt: skip
            assert tuple(found) == (connection.scalar(text("SELECT count(*) FROM area")), True)
            mausoleum = "ST_Point(105.8342, 21.0368, 4326)"
            inside = f"SELECT code FROM area_shape WHERE edition_id = '2024' AND ST_Covers(geom, {mausoleum})"  # noqa: S608
            assert "001" in connection.scalars(text(inside)).all()  # Ba Đình
        engine.dispose()


def test_an_imported_edition_keeps_its_shapes_in_full_detail(postgres_stores: Stores, tmp_path: Path) -> None:
    """Four communes of a made-up province, stored as they came: their lines are off by nothing. The levels above are
    those of the layer. All are what the engine of points on this machine reads from the files."""
    layer().to_file(tmp_path / "province.gpkg", driver="GPKG")
    with postgres_stores.lend("embedded") as url:
        app = over(url, LAYERS_DIR=str(tmp_path / "layers"))
        done = app.test_cli_runner().invoke(args=["boundaries", "import", str(tmp_path / "province.gpkg"), *OPTIONS])
        assert done.exit_code == 0, done.output
        with Session(app.extensions["engine"]) as session:
            load_places(session)
            for level, off_m in (("commune", 0.0), ("district", 20.0), ("city", 20.0)):
                shapes, tolerance_m = read_finest("mau", level)
                query = (
                    "SELECT code, tolerance_m, wkb, ST_IsValid(geom) FROM area_shape JOIN area USING (edition_id, "
                    "code) WHERE edition_id = 'mau' AND level = :level ORDER BY code"
                )
                found = session.execute(text(query), {"level": level}).all()
                assert tolerance_m == off_m
                wkb = shapes.set_index("code").geometry.to_wkb()
                assert [tuple(row) for row in found] == [(code, off_m, wkb[code], True) for code in sorted(wkb.index)]
        close(app)


class Serialization(Exception):
    sqlstate = "40001"


def test_a_serialization_failure_is_tried_again_and_nothing_else_is() -> None:
    tries: list[int] = []

    def work() -> str:
        tries.append(1)
        if len(tries) < TRIES:
            raise OperationalError("x", None, Serialization())
        return "done"

    assert (retried(work), len(tries)) == ("done", TRIES)
    with pytest.raises(OperationalError):
        retried(lambda: (_ for _ in ()).throw(OperationalError("x", None, Exception("connection lost"))))


def test_a_restart_of_the_server_shows_readers_no_500(postgres: Server) -> None:
    """While it is down, ready answers go on and the rest says when to come again; afterwards all is as before."""
    server = Server(QUICK)
    name = server.create()
    app = over(server.url(name))
    app.testing = False
    with app.app_context():
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    client = app.test_client()
    assert client.get(VALUES).status_code == 200
    server.stop()
    ready, new = client.get(VALUES), client.get(VALUES.replace("district", "commune"))
    assert (ready.status_code, new.status_code) == (200, 503)
    assert int(new.headers["Retry-After"]) > 0
    server.start()
    assert client.get(VALUES.replace("district", "commune")).status_code == 200
    close(app)
    server.close()


def test_a_role_that_may_only_read_is_enough_for_readers(postgres_stores: Stores) -> None:
    """The least right that a public process can have: SELECT. It cannot write even where it asks to."""
    server = postgres_stores.server
    assert server
    with postgres_stores.lend("embedded") as url:
        name = str(make_url(url).database)
        server.execute("CREATE ROLE reader LOGIN")
        server.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", name)
        reader = make_url(url).set(username="reader").render_as_string()
        app = over(reader)
        for path in (*PAGES, "/readyz"):
            assert app.test_client().get(path).status_code == 200, path
        with app.extensions["engine"].connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text("UPDATE data_state SET version = 9"))
        close(app)
    server.execute("DROP ROLE reader")
