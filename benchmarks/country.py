"""A made-up country through `flask boundaries import`: time and greatest memory of the whole command, and what its map
sends first and for one province.

`python -m benchmarks.country` takes 3,321 communes in 34 provinces with three million vertices and writes the result,
dated, to benchmarks/COUNTRY.md; `measure` takes smaller ones for tests. `python -m benchmarks.country FILE` writes the
made-up province of docs/boundaries.md.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

UNITS, PROVINCES, VERTICES = 3321, 34, 3_000_000
BOX = (103.5, 10.0, 107.5, 22.0)
RESULTS = Path(__file__).with_name("COUNTRY.md")
HEAD = """# A country, measured

Written by `python -m benchmarks.country`; newest first. Allowed: 300 s and 2,000 MB.

| day | units | provinces | vertices | seconds | MB | first map, kB | one province, kB | load before |
|---|---|---|---|---|---|---|---|---|
"""
PROGRAM = """
import json, sys
from benchmarks.peak import peak_memory
from webapp import create_app
result = create_app(json.loads(sys.argv[1])).test_cli_runner().invoke(args=sys.argv[2:])
print(result.output)
print(peak_memory())
sys.exit(result.exit_code)
"""
LAYERS = re.compile(r"/geometry/[0-9a-f]+\.topojson")


@dataclass(frozen=True)
class Measured:
    """Seconds and MB of the import; bytes of page and shapes of the provinces and of one of them, packed by gzip."""

    seconds: float
    megabytes: float
    first_bytes: int
    part_bytes: int


def build_country(
    units: int, provinces: int, vertices: int, seed: int = 34, box: tuple[float, ...] = BOX
) -> gpd.GeoDataFrame:
    """Communes (`ma`, `ten`, `tinh`, `ten_tinh`) as cells around random points, their edges bent; EPSG:4326.

    A commune belongs to the province whose own random point is nearest to its middle. Bending leaves slivers of less
    than a square metre between some neighbours, as real layers have them.
    """
    random = np.random.default_rng(seed)
    west, south, east, north = box

    def spread(count: int) -> shapely.MultiPoint:
        return shapely.MultiPoint(random.uniform((west, south), (east, north), (count, 2)))

    cells = shapely.get_parts(shapely.voronoi_polygons(spread(units), extend_to=shapely.box(*box)))
    cells = shapely.coverage_clean(shapely.set_precision(shapely.intersection(cells, shapely.box(*box)), 1e-7))
    step = shapely.length(cells).sum() / vertices

    def bend(xy: np.ndarray) -> np.ndarray:
        x, y = xy.T
        return xy + 0.3 * step * np.column_stack([np.sin(900 * x + 700 * y), np.cos(800 * x - 600 * y)])

    cells = shapely.transform(shapely.segmentize(cells, step), bend)
    _each, nearest = shapely.STRtree(shapely.get_parts(spread(provinces))).query_nearest(
        shapely.centroid(cells), all_matches=False
    )
    table = {
        "ma": [f"{number:05d}" for number in range(1, units + 1)],
        "ten": [f"Xã Số {number}" for number in range(1, units + 1)],
        "tinh": [f"{number + 1:02d}" for number in nearest],
        "ten_tinh": [f"Tỉnh Số {number + 1}" for number in nearest],
    }
    return gpd.GeoDataFrame(table, geometry=list(cells), crs="EPSG:4326")


def write_province(path: Path) -> None:
    """A made-up province of 40 communes in VN-2000 (EPSG:5897), in which a table has eaten the zeros of one code."""
    province = build_country(40, 1, 8000, box=(105.6, 21.2, 106.1, 21.6)).assign(tinh="99", ten_tinh="Tỉnh Mẫu")
    province["ma"] = [f"{8000 + number:05d}" for number in range(1, len(province) + 1)]
    province.loc[0, "ma"] = "8001"
    province.to_crs("EPSG:5897").to_file(path)


def import_country(file: Path, settings: dict[str, str], *options: str) -> tuple[float, float]:
    """Seconds and MB of the command in a process of its own. `settings` name the store and the folder of layers."""
    fields = ["--code-field", "ma", "--name-field", "ten", "--parent-field", "tinh", "--parent-name-field", "ten_tinh"]
    asked = ["import", str(file), "--edition", "dat-nuoc", "--level", "commune", *fields, "--repair", *options]
    command = [sys.executable, "-c", PROGRAM, json.dumps(settings), "boundaries", *asked]
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return time.monotonic() - begun, float(done.stdout.splitlines()[-1])


def measure(folder: Path, units: int, provinces: int, vertices: int, *options: str) -> Measured:
    """Write a country into an empty folder, import it into a new store there, and ask for its maps."""
    from sqlalchemy.orm import Session

    from indicators.ingest import load
    from webapp import assets, create_app, db

    build_country(units, provinces, vertices).to_file(folder / "country.gpkg", driver="GPKG")
    settings = {"DATABASE_URL": f"sqlite:///{folder / 'store.db'}", "LAYERS_DIR": str(folder / "layers")}
    assets.build_assets()
    app = create_app(settings)
    db.migrate(app.extensions["engine"])
    with Session(app.extensions["engine"]) as session:
        load(session)
    seconds, megabytes = import_country(folder / "country.gpkg", settings, *options)
    client = app.test_client()

    def loaded(address: str) -> int:
        page = client.get(address)
        layer = LAYERS.search(page.text)
        if page.status_code != 200 or layer is None:
            raise RuntimeError(f"{address} answered {page.status_code}: {page.text[:500]}")
        return sum(len(gzip.compress(each)) for each in (page.data, client.get(layer[0]).data))

    first = loaded("/map/area_km2?edition=dat-nuoc&level=commune")
    return Measured(seconds, megabytes, first, loaded("/map/area_km2?edition=dat-nuoc&level=commune&part=01"))


def main() -> None:
    if len(sys.argv) > 1:
        write_province(Path(sys.argv[1]))
        return
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(folder), UNITS, PROVINCES, VERTICES)
    cells = (
        f"{dt.date.today():%Y-%m-%d}", f"{UNITS:,}", PROVINCES, f"{VERTICES:,}", f"{measured.seconds:.0f}",
        f"{measured.megabytes:,.0f}", f"{measured.first_bytes / 1000:.0f}", f"{measured.part_bytes / 1000:.0f}",
        f"{load_before:.1f}",
    )  # fmt: skip
    older = RESULTS.read_text("utf-8").removeprefix(HEAD) if RESULTS.exists() else ""
    row = "| " + " | ".join(map(str, cells)) + " |\n"
    RESULTS.write_text(HEAD + row + older, "utf-8")
    print(row)


if __name__ == "__main__":
    main()
