"""The toy country is what its picture says: areas by counting cells, nesting, and one common refinement."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from boundaries.areas import load_places
from boundaries.models import Base
from geo.geometry import check_coverage, find_neighbours, measure_areas
from geo.overlap import measure_overlap
from indicators.catalogue import load_catalogue
from indicators.models import Observation
from indicators.table import indicator_table
from tests import toy

LAYERS = [(toy.OLD, "city"), (toy.OLD, "district"), (toy.OLD, "commune"), (toy.NEW, "city"), (toy.NEW, "commune")]


@pytest.mark.parametrize(("edition", "level"), LAYERS)
def test_each_layer_tiles_the_grid_with_the_areas_in_the_list(edition: str, level: str) -> None:
    layer = check_coverage(f"{edition} {level}", toy.layer(edition, level), toy.CRS)
    units = toy.areas().query("edition == @edition and level == @level").set_index("code")["area_km2"]
    assert (measure_areas(layer, toy.CRS) / 1e6).to_dict() == pytest.approx(units.to_dict())
    assert units.sum() == 32


def test_a_commune_borders_what_the_picture_shows() -> None:
    assert find_neighbours(toy.layer(toy.NEW, "commune")) == {
        "00001": ("00004", "00006"),
        "00004": ("00001", "00005"),
        "00005": ("00004", "00006"),
        "00006": ("00001", "00005"),
    }


def test_the_overlay_of_the_shapes_is_the_crosswalk() -> None:
    shares = measure_overlap(toy.layer(toy.OLD, "commune"), toy.layer(toy.NEW, "commune"), toy.CRS)
    by_hand = {(old, new): land for old, new, land, *_ in toy.CROSSWALK if len(old) == 5}
    measured = {(row.from_code, row.to_code): row.share for row in shares.itertuples()}
    assert measured == pytest.approx(by_hand)


def test_the_store_holds_the_figures_with_their_missing_ones_and_zeros() -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        toy.build(session)
        places = load_places(session)
        catalogue = load_catalogue(session, places)
        poor = indicator_table(session, catalogue, places, "poor_households", toy.OLD, "commune").frame()
        titles = indicator_table(session, catalogue, places, "title", toy.OLD, "commune").frame()
        assert session.scalar(select(func.count()).select_from(Observation)) == len(toy.observations())
    engine.dispose()
    assert poor["value"].fillna(-1).tolist() == [10, 0, 30, 80, -1, 60]
    reasons = titles["reason"].fillna("").tolist()
    assert reasons == ["not_applicable", "not_applicable", "", "not_collected", "not_applicable", ""]
