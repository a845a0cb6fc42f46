"""A country small enough to compute by hand: 2 provinces, 3 districts, 6 communes that became 4.

A grid of 8 × 4 cells of 1 km², row 0 in the south; letters are the communes of 2020, with their piece of 2021 below:

    row 3   a b b f f f f f        1 1 1 6 6 6 6 6
    row 2   a b b f f f f f        1 1 1 6 6 6 6 6
    row 1   c c c e e e f f        4 4 4 5 5 5 6 6
    row 0   d d d d d d d d        4 4 5 5 5 5 5 5

a + b merged whole; c and a quarter of d became one commune; the rest of d joined e; f was renamed. Three quarters of
d's 400 people live in that quarter of its land. Codes are reused as in life: the new 00004 holds a quarter of the old
00004 and bears the name of the old 00003. Between the editions, from 01/07/2020, lies a list with an unsettled 00006.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely import box, segmentize, union_all
from sqlalchemy.orm import Session

from boundaries.models import Area, Edition
from indicators.models import (
    Batch,
    Breaks,
    DataState,
    GoalRow,
    Indicator,
    Observation,
    Source,
    Theme,
    Unit,
    ValueLabel,
)
from tests.sealed import seal

OLD, BETWEEN, NEW = "2020", "2020-07", "2021"
CRS = "EPSG:6933"  # equal-area, in metres, and its axes are meridians and parallels: cells stay rectangles
HOSTILE = "Xã Đằng <b>Ngà</b> ${x}"

EDITIONS: list[dict[str, Any]] = [
    {"id": OLD, "name_vi": "Địa giới 2020", "name_en": "2020 boundaries", "valid_from": None,
     "valid_to": dt.date(2020, 6, 30), "layer": "toy.topojson"},
    {"id": NEW, "name_vi": "Địa giới 2021", "name_en": "2021 boundaries", "valid_from": dt.date(2021, 1, 1),
     "valid_to": None, "layer": "toy.topojson"},
]  # fmt: skip

AREAS = [  # edition, code, level, type, name, parent, km²
    (OLD, "01", "city", "thành phố", "Thành phố Sông Lam", None, 20),
    (OLD, "02", "city", "thành phố", "Thành phố Núi Ngọc", None, 12),
    (OLD, "001", "district", "quận", "Quận Hoà Bình", "01", 9),
    (OLD, "002", "district", "huyện", "Huyện Đông Sơn", "01", 11),
    (OLD, "003", "district", "thị xã", "Thị xã Tây Ngàn", "02", 12),
    (OLD, "00001", "commune", "phường", "Phường Hoà An", "001", 2),
    (OLD, "00002", "commune", "phường", "Phường Bến Cầu", "001", 4),
    (OLD, "00003", "commune", "xã", "Xã Đa Phúc", "001", 3),
    (OLD, "00004", "commune", "xã", "Xã Rừng Thông", "002", 8),
    (OLD, "00005", "commune", "thị trấn", "Thị trấn Đông Sơn", "002", 3),
    (OLD, "00006", "commune", "xã", HOSTILE, "003", 12),
    (NEW, "01", "city", "thành phố", "Thành phố Sông Lam", None, 20),
    (NEW, "02", "city", "thành phố", "Thành phố Núi Ngọc", None, 12),
    (NEW, "00001", "commune", "phường", "Phường Hoà Bình", "01", 6),
    (NEW, "00004", "commune", "xã", "Xã Đa Phúc", "01", 5),
    (NEW, "00005", "commune", "xã", "Xã Đông Sơn", "01", 9),
    (NEW, "00006", "commune", "xã", "Xã Ngà", "02", 12),
]

# Old commune, new commune, rectangles in cells (west, south, east, north).
PIECES = [
    ("00001", "00001", [(0, 2, 1, 4)]),
    ("00002", "00001", [(1, 2, 3, 4)]),
    ("00003", "00004", [(0, 1, 3, 2)]),
    ("00004", "00004", [(0, 0, 2, 1)]),
    ("00004", "00005", [(2, 0, 8, 1)]),
    ("00005", "00005", [(3, 1, 6, 2)]),
    ("00006", "00006", [(3, 2, 8, 4), (6, 1, 8, 2)]),
]

CROSSWALK = [  # old, new, share of land, share of people, what it rests on
    ("01", "01", 1.0, 1.0, "both"),
    ("02", "02", 1.0, 1.0, "both"),
    ("00001", "00001", 1.0, 1.0, "both"),
    ("00002", "00001", 1.0, 1.0, "both"),
    ("00003", "00004", 1.0, 1.0, "both"),
    ("00004", "00004", 0.25, 0.75, "both"),
    ("00004", "00005", 0.75, 0.25, "both"),
    ("00005", "00005", 1.0, 1.0, "both"),
    ("00006", "00006", 1.0, 1.0, "both"),
]

UNIONS = [  # the list of 01/07/2020: code, type, name, parent, communes of 2020 it was made of
    ("00001", "phường", "Phường Hoà An", "001", "00001 00002"),
    ("00003", "xã", "Xã Đa Phúc", "001", "00003"),
    ("00004", "xã", "Xã Rừng Thông", "002", "00004"),
    ("00005", "thị trấn", "Thị trấn Phố Đông", "002", "00005"),
    ("00006", "xã", "Xã Ngà", "003", ""),
]

INDICATORS = [  # id, unit, decimals, measure, direction, aggregation, weight, kinds of unit it has a meaning for
    ("population", "persons", 0, "count", "none", "sum", None, None),
    ("area_km2", "km2", 2, "level", "none", "sum", None, None),
    ("poor_households", "households", 0, "count", "lower", "sum", None, None),
    ("clean_water_rate", "%", 1, "rate", "higher", "weighted_mean", "population", None),
    ("population_density", "persons/km2", 0, "rate", "none", "weighted_mean", "area_km2", None),
    ("median_income", "million VND", 1, "level", "higher", "none", None, None),
    ("title", "", 0, "status", "higher", "none", None, "xã"),
]
LABELS = [(1, "Đạt chuẩn", "Basic"), (2, "Nâng cao", "Advanced"), (3, "Kiểu mẫu", "Model")]

# Figures of 2020 for a … f. Nobody counted the poor households of e (missing) nor the title of d; b has no poor
# household (a true zero); a title has no meaning for wards and townships.
FIGURES_OLD = {
    "population": (200, 100, 600, 400, 90, 1200),
    "area_km2": (2, 4, 3, 8, 3, 12),
    "poor_households": (10, 0, 30, 80, None, 60),
    "clean_water_rate": (90, 60, 50, 80, 100, 25),
    "population_density": (100, 25, 200, 50, 30, 100),
    "median_income": (5, 4, 3, 2, 6, 1),
    "title": (None, None, 2, None, None, 3),
}
# What was counted in the four communes of 2021. A count there shows what estimates are worth: 880 people, not 900.
FIGURES_NEW = {"population": (300, 880, 210, 1200)}
DISTRICT_POPULATION = {"001": 900, "002": 490, "003": 1200}


def areas() -> pd.DataFrame:
    """All units of both editions, as `areas.csv` has them: edition, code, level, type, name, parent_code, area_km2."""
    columns = ["edition", "code", "level", "type", "name", "parent_code", "area_km2"]
    return pd.DataFrame(AREAS, columns=columns).astype({"area_km2": float})


def crosswalk(population: bool = True) -> pd.DataFrame:
    """The crosswalk in the long form; without `population` nobody knows how d's people are spread."""
    frame = pd.DataFrame(
        [(OLD, old, NEW, new, land, people, basis, "by hand") for old, new, land, people, basis in CROSSWALK],
        columns=["from_edition", "from_code", "to_edition", "to_code", "weight_area", "weight_population", "basis",
                 "citation"],
    )  # fmt: skip
    if not population:
        frame["weight_population"] = frame["weight_population"].mask(frame["from_code"] == "00004")
    return frame


def unions() -> pd.DataFrame:
    """The table that declares the edition in between: code, type, name, parent_code, members (codes, by space)."""
    return pd.DataFrame(UNIONS, columns=["code", "type", "name", "parent_code", "members"])


def layer(edition: str, level: str) -> gpd.GeoDataFrame:
    """Shapes of one edition and level in `CRS`: `code` and `geometry`, in order of the codes."""
    units = areas().query("edition == @edition")
    parent_of = units.set_index("code")["parent_code"]
    shapes: dict[str, list[object]] = {}
    for old, new, rectangles in PIECES:
        code = old if edition == OLD else new
        while units.set_index("code").loc[code, "level"] != level:
            code = parent_of[code]
        shapes.setdefault(code, []).extend(box(*(1000 * side for side in sides)) for sides in rectangles)
    codes = sorted(shapes)
    # A vertex at every corner of a cell, so that neighbours share all vertices of their common edge.
    cells = [segmentize(union_all(shapes[code]), 1000) for code in codes]
    return gpd.GeoDataFrame({"code": codes}, geometry=cells, crs=CRS)


def observations() -> list[dict[str, Any]]:
    """Rows of the observation table: the figures of both years, and the people of each district."""
    old = [code for edition, code, level, *_ in AREAS if edition == OLD and level == "commune"]
    new = [code for edition, code, level, *_ in AREAS if edition == NEW and level == "commune"]
    rows = [_observation(name, OLD, code, "2020", value) for name, values in FIGURES_OLD.items()
            for code, value in zip(old, values, strict=True) if value is not None]  # fmt: skip
    rows += [_observation(name, NEW, code, "2021", value) for name, values in FIGURES_NEW.items()
             for code, value in zip(new, values, strict=True)]  # fmt: skip
    return rows + [_observation("population", OLD, code, "2020", value) for code, value in DISTRICT_POPULATION.items()]


def figures(indicator: str, edition: str = OLD, level: str = "commune") -> pd.DataFrame:
    """The figures of one indicator at one level as a frame: area_code, period, value; no row where there is none."""
    units = areas().query("edition == @edition and level == @level")["code"]
    rows = [
        (row["area_code"], row["period"], float(str(row["value"])))
        for row in observations()
        if row["indicator_id"] == indicator and row["edition_id"] == edition and row["area_code"] in set(units)
    ]
    return pd.DataFrame(rows, columns=["area_code", "period", "value"])


def build(session: Session) -> None:
    """Fill an empty store with the toy country and commit."""
    session.add_all(Edition(**row) for row in EDITIONS)
    session.flush()
    for edition, code, level, kind, name, parent, area in AREAS:
        session.add(Area(edition_id=edition, code=code, level=level, type=kind, name=name, parent_code=parent,
                         area_km2=float(area)))  # fmt: skip
        session.flush()  # parents first
    session.add(Theme(id="toy", name_vi="Đồ chơi", name_en="Toy", position=1))
    session.add_all(Unit(id=unit, name_vi=unit, name_en=unit) for unit in dict.fromkeys(row[1] for row in INDICATORS))
    session.add(Source(id="count-2020", publisher="Sở Thống kê", title="Số liệu 2020", title_origin="stated", url="https://example.org/2020",
                       published=dt.date(2021, 2, 1), kind="report", quality="official"))  # fmt: skip
    session.flush()
    session.add_all(_indicator(position, *row) for position, row in enumerate(INDICATORS, start=1))
    session.flush()
    session.add_all(ValueLabel(indicator_id="title", value=value, name_vi=vi, name_en=en) for value, vi, en in LABELS)
    session.add(Breaks(indicator_id="clean_water_rate", level="commune", limits="40,60,80"))
    session.add(GoalRow(indicator_id="clean_water_rate", year=2020, scope="city", operator="ge", low=80.0, unit_id="%",
                        due=dt.date(2020, 12, 31), locator="Điều 1", text_vi="80 %", text_en="80%"))  # fmt: skip
    session.add(
        Batch(id=0, kind="load", file="toy.py", sha256="toy", entered_by="toy", at="2022-01-01T00:00:00.000000Z")
    )
    session.flush()
    session.add_all(Observation(**row) for row in observations())
    session.add(DataState(id=1, version=1, digest="toy"))
    seal(session)
    session.commit()


def _indicator(
    position: int,
    name: str,
    unit: str,
    decimals: int,
    measure: str,
    direction: str,
    aggregation: str,
    weight: str | None,
    kinds: str | None,
) -> Indicator:
    words = {"name_vi": f"Chỉ số {name}", "name_en": name, "definition_vi": f"{name}.", "definition_en": f"{name}."}
    return Indicator(id=name, position=position, theme_id="toy", unit_id=unit, decimals=decimals, measure=measure,
                     direction=direction, aggregation=aggregation, weight=weight, strata="all",
                     levels="city,district,commune", area_types=kinds, tier="supporting", **words)  # fmt: skip


def _observation(indicator: str, edition: str, code: str, period: str, value: float) -> dict[str, Any]:
    return {"indicator_id": indicator, "edition_id": edition, "area_code": code, "period": period, "stratum": "all",
            "value": float(value), "qualifier": "", "status": "final", "source_id": "count-2020"}  # fmt: skip
