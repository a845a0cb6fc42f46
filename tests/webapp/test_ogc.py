"""OGC API – Features: what the standard asks of each address, checked without its own code."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient

from boundaries.layers import object_names, read_layer
from tests.conftest import close, over
from tests.stores import Stores
from tests.webapp.test_postgresql import take_in
from webapp.db import snapshot
from webapp.ogc.collections import collections
from webapp.ogc.schema import KEYS

COMMUNES = "/ogc/collections/2024.commune"
TITLES = "/ogc/collections/ntm_title.2024.commune"
TYPES: dict[str, tuple[type, ...]] = {"string": (str,), "number": (int, float)}
ADDRESSES = (
    "/ogc", "/ogc/", "/ogc/conformance", "/ogc/api", "/ogc/collections", COMMUNES, f"{COMMUNES}/schema",
    f"{COMMUNES}/items", f"{TITLES}/items?limit=3", f"{COMMUNES}/items/2024:00004", f"{TITLES}/items/00004",
)  # fmt: skip


def items(client: FlaskClient, query: str = "", collection: str = COMMUNES) -> Any:
    """One page of features."""
    answer = client.get(f"{collection}/items?{query}")
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data)


def codes(document: Any) -> list[str]:
    """Codes of the features, in their order."""
    return [feature["properties"]["code"] for feature in document["features"]]


def follow(client: FlaskClient, document: Any, rel: str) -> Any:
    """The document that a link leads to, None where there is no such link."""
    found = [link["href"] for link in document["links"] if link["rel"] == rel]
    if not found:
        return None
    [address] = found
    answer = client.get(address.removeprefix("http://127.0.0.1:8000"))
    assert answer.status_code == 200, address
    return json.loads(answer.data)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_answers_in_both_forms_and_languages(client: FlaskClient, address: str) -> None:
    joint = "&" if "?" in address else "?"
    for prefix in ("", "/en"):
        assert client.get(f"{prefix}{address}").headers["Content-Type"].partition(";")[0].endswith("json")
        assert client.get(f"{prefix}{address}{joint}f=json").headers["Content-Type"].partition(";")[0].endswith("json")
        pages = (
            client.get(f"{prefix}{address}{joint}f=html"),
            client.get(f"{prefix}{address}", headers={"Accept": "text/html,*/*;q=0.8"}),
        )
        for page in pages:
            assert (page.status_code, page.mimetype) == (200, "text/html")
            assert "Accept" in page.vary
            assert "<h1>" in page.text


def test_the_two_forms_of_one_address_have_their_own_tags(client: FlaskClient) -> None:
    forms = [client.get(COMMUNES, headers={"Accept": kind}) for kind in ("application/json", "text/html")]
    assert forms[0].headers["ETag"] != forms[1].headers["ETag"]
    for kind, answer in zip(("application/json", "text/html"), forms, strict=True):
        again = client.get(COMMUNES, headers={"Accept": kind, "If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        assert not answer.headers["ETag"].startswith("W/")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("query", ["x=1", "f=xml", "f=json&f=json", "lang=en"])
def test_what_is_not_known_is_refused_everywhere(client: FlaskClient, address: str, query: str) -> None:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}{query}", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert json.loads(answer.data)["parameter"] == query.partition("=")[0]


@pytest.mark.parametrize("address", ["x", "2024.ward", "2024.commune/items/99999", "2024.commune/items/2025-07:00004",
                                     "2025-07.commune/items/00001:00004", "x/items", "x/schema"])  # fmt: skip
def test_what_is_not_there_is_404_and_names_the_nearest(client: FlaskClient, address: str) -> None:
    answer = client.get(f"/ogc/collections/{address}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert json.loads(answer.data)["nearest"]


def test_the_landing_page_leads_to_all(client: FlaskClient) -> None:
    landing = json.loads(client.get("/ogc").data)
    described = [link for link in landing["links"] if link["rel"] == "service-desc"]
    assert [link["type"].rpartition("=")[2] for link in described] == ["3.0", "3.1"]
    classes = follow(client, landing, "conformance")["conformsTo"]
    assert [name.rpartition("/")[2] for name in classes] == ["core", "oas30", "geojson"]
    assert len(follow(client, landing, "data")["collections"]) > 80


def test_collections_are_the_drawn_levels_and_every_indicator_with_figures(client: FlaskClient, app: Flask) -> None:
    listed = {each["id"] for each in json.loads(client.get("/ogc/collections").data)["collections"]}
    drawn = set(object_names()) - {"neighbours"}
    with app.app_context():
        covered = {f"{indicator}.{edition}.{level}" for indicator, edition, level, stratum
                   in snapshot().catalogue.coverage
                   if stratum == snapshot().catalogue.indicators[indicator].strata.split(",")[0]}  # fmt: skip
    assert listed == drawn | {name for name in covered if name.partition(".")[2] in drawn}
    assert {"2024.commune", "2025-07.commune", "ntm_title.2024.commune"} <= listed


def test_a_collection_says_where_and_when(client: FlaskClient) -> None:
    document = json.loads(client.get("/ogc/collections/2025-07.commune").data)
    bounds = read_layer("2025-07.commune").total_bounds
    assert document["extent"]["spatial"]["bbox"] == [pytest.approx(bounds.tolist(), abs=1e-9)]
    assert document["extent"]["temporal"]["interval"] == [["2025-07-01T00:00:00+07:00", None]]
    assert json.loads(client.get(COMMUNES).data)["extent"]["temporal"]["interval"] == [
        [None, "2024-12-31T23:59:59+07:00"]
    ]
    assert follow(client, document, "describedBy")["title"] == "2025-07.commune"


@pytest.fixture(scope="module")
def every(app: Flask) -> dict[str, Any]:
    """All features of all collections."""
    client = app.test_client()
    with app.app_context():
        known = list(collections(snapshot()))
    return {name: items(client, collection=f"/ogc/collections/{name}") for name in known}


def test_every_feature_has_what_the_schema_says(client: FlaskClient, every: dict[str, Any]) -> None:
    for name, document in every.items():
        schema = json.loads(client.get(f"/ogc/collections/{name}/schema").data)["properties"]["properties"][
            "properties"
        ]
        for feature in document["features"]:
            assert list(feature["properties"]) == list(schema)
            for key, value in feature["properties"].items():
                assert isinstance(value, TYPES[schema[key]["type"]]) or (value is None and key not in KEYS), (name, key)


def test_ids_are_stable_and_name_one_place(every: dict[str, Any]) -> None:
    for name, document in every.items():
        edition = name.split(".")[-2]
        ids = [feature["id"] for feature in document["features"]]
        assert ids == [f"{edition}:{code}" for code in codes(document)]
        assert ids == sorted(set(ids))


def test_shapes_are_those_of_the_layer_wound_as_rfc_7946_asks(every: dict[str, Any]) -> None:
    for name in set(object_names()) - {"neighbours"}:
        expected = read_layer(name).set_index("code").geometry
        for feature in every[name]["features"]:
            assert feature["geometry"]["type"] == "MultiPolygon"
            shape = shapely.geometry.shape(feature["geometry"])
            for part in shape.geoms:
                assert part.exterior.is_ccw
                assert not any(ring.is_ccw for ring in part.interiors)
            assert shapely.hausdorff_distance(shape, expected[feature["properties"]["code"]]) < 1e-6


@pytest.mark.parametrize("query", ["indicator=ntm_title&edition=2024&level=commune",
                                   "indicator=population_density&edition=2025-07&level=commune"])  # fmt: skip
def test_figures_are_those_of_the_api(client: FlaskClient, every: dict[str, Any], query: str) -> None:
    parts = dict(part.split("=") for part in query.split("&"))
    features = every["{indicator}.{edition}.{level}".format(**parts)]["features"]
    told = {feature["properties"]["code"]: feature["properties"] for feature in features}
    areas = client.get(f"/api/v1/values?{query}").get_json()["areas"]
    assert len(areas) == len(told)
    for area in areas:
        for name in ("name", "period", "value", "qualifier", "status", "status_code", "reason", "source_id"):
            assert told[area["code"]][name] == area[name]


def pages(client: FlaskClient, query: str, collection: str = COMMUNES) -> Iterator[Any]:
    """A page and all that its `next` links lead to."""
    document = items(client, query, collection)
    while document:
        yield document
        document = follow(client, document, "next")


@pytest.mark.parametrize("limit", [7, 100, 289, 578, 579, 580, 10_000])
def test_pages_of_any_size_are_the_whole_set_once(client: FlaskClient, limit: int) -> None:
    whole = codes(items(client, "limit=10000"))
    found = list(pages(client, f"limit={limit}"))
    assert [code for page in found for code in codes(page)] == whole
    assert len(found) == -(-579 // limit)
    for page in found:
        assert (page["numberMatched"], page["numberReturned"]) == (579, len(page["features"]))
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", page["timeStamp"])


def test_pages_of_one_keep_the_question(client: FlaskClient) -> None:
    query = "limit=1&type=phường&bbox=105.8,20.9,105.9,21.1&datetime=2025-08-01"
    found = list(pages(client, query, "/ogc/collections/2025-07.commune"))
    assert len(found) == found[0]["numberMatched"] > 5
    assert {feature["properties"]["type"] for page in found for feature in page["features"]} == {"phường"}


def test_limits_beyond_the_largest_are_the_largest_and_a_page_beyond_the_end_is_empty(client: FlaskClient) -> None:
    assert items(client, "limit=10001")["numberReturned"] == 579
    assert items(client, f"limit={'9' * 400}")["numberReturned"] == 579
    beyond = items(client, f"offset={'9' * 30}")
    assert (beyond["numberMatched"], beyond["numberReturned"], beyond["features"]) == (579, 0, [])
    assert follow(client, beyond, "next") is None


BOXES = (
    (105.84, 21.02, 105.86, 21.04), (105.3, 20.6, 105.6, 21.2), (105.8412, 21.0281, 105.8412, 21.0281),
    (0, 0, 1, 1), (-180, -90, 180, 90), (105.99, 20.5, 106.1, 21.5),
)  # fmt: skip


@pytest.mark.parametrize("box", BOXES)
def test_a_box_finds_the_areas_that_touch_it(client: FlaskClient, box: tuple[float, ...]) -> None:
    layer = read_layer("2024.commune")
    expected = [row.code for row in layer.itertuples() if shapely.intersects(row.geometry, shapely.box(*box))]
    west, south, east, north = box
    assert codes(items(client, f"bbox={west},{south},{east},{north}")) == expected
    assert codes(items(client, f"bbox={west},{south},-50,{east},{north},9e3")) == expected


def test_a_shape_is_not_its_bounding_box(client: FlaskClient) -> None:
    layer = read_layer("2024.commune")
    found = codes(items(client, "bbox=105.805,21.02,105.807,21.022"))
    assert (
        set()
        < set(found)
        < set(layer.code[shapely.intersects(layer.envelope.array, shapely.box(105.805, 21.02, 105.807, 21.022))])
    )


def test_a_box_across_the_antimeridian_is_everything_but_what_lies_between(client: FlaskClient) -> None:
    layer = read_layer("2024.commune")
    outside = [
        row.code for row in layer.itertuples() if row.geometry.bounds[0] <= 105.5 or row.geometry.bounds[2] >= 106
    ]
    assert codes(items(client, "bbox=106,-90,105.5,90")) == outside


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("2024-12-31", True, False),
        ("2025-01-01", False, False),
        ("2025-07-01", False, True),
        ("2025-06-30T17:00:00Z", False, True),
        ("2025-06-30T16:59:59.5Z", False, False),
        ("2025-07-01t00:00:00%2B07:00", False, True),
        ("2024-12-31T16:59:59Z/2025-06-30", True, False),
        ("../2024-01-01", True, False),
        ("/2030-01-01", True, True),
        ("2025-03-01/..", False, True),
        ("../..", True, True),
    ],
)
def test_time_is_that_in_which_the_edition_was_in_force(client: FlaskClient, text: str, old: bool, new: bool) -> None:
    assert items(client, f"datetime={text}")["numberMatched"] == (579 if old else 0)
    later = items(client, f"datetime={text}", "/ogc/collections/2025-07.commune")
    assert later["numberMatched"] == (126 if new else 0)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("code=00004", ["00004"]),
        ("name=Phường Trúc Bạch", ["00004"]),
        ("name=Phu%CC%9Bo%CC%9B%CC%80ng Tru%CC%81c Ba%CC%A3ch", ["00004"]),
        ("code=00004&type=xã", []),
        ("parent_code=", []),
        ("type=%27%20OR%201=1", []),
    ],
)
def test_filters_are_equality_and_all_must_hold(client: FlaskClient, query: str, expected: list[str]) -> None:
    assert codes(items(client, query)) == expected


def test_filters_of_kind_and_parent_are_as_in_the_api(client: FlaskClient) -> None:
    areas = client.get("/api/v1/areas?edition=2024&level=commune").get_json()["areas"]
    for name, value in (("type", "phường"), ("parent_code", "001")):
        assert codes(items(client, f"{name}={value}")) == [area["code"] for area in areas if area[name] == value]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=-1", "limit=", "limit=1.5", "limit=1_0", "limit=١", "offset=-1", "offset=x", "bbox=1,2,3",
     "bbox=1,2,3,4,5", "bbox=1,9,3,4", "bbox=nan,1,2,3", "bbox=1e999,1,2,3", "bbox=", "bbox=1,2,3,4,", "datetime=",
     "datetime=2024", "datetime=2024-02-30", "datetime=2024-13-01/..", "datetime=2025-01-02/2025-01-01",
     "datetime=a/b/c", "datetime=2024-W01-1", "datetime=0001-01-01T00:00:00%2B23:00",
     "datetime=9999-12-31T23:59:59Z", "datetime=2024-01-01T00:00:00", "bbox=1,2,3,4&bbox=1,2,3,4"],
)  # fmt: skip
def test_malformed_values_are_refused_with_what_is_allowed(client: FlaskClient, query: str) -> None:
    answer = client.get(f"{COMMUNES}/items?{query}")
    assert answer.status_code == 400, answer.text
    problem = json.loads(answer.data)
    assert problem["parameter"] == query.partition("=")[0]
    assert problem["allowed"]


def test_one_feature_is_found_by_id_and_by_code_and_leads_back(client: FlaskClient) -> None:
    feature = json.loads(client.get(f"{TITLES}/items/2024:00004").data)
    assert feature == json.loads(client.get(f"{TITLES}/items/00004").data)
    assert follow(client, feature, "self") == feature
    assert follow(client, feature, "collection")["id"] == "ntm_title.2024.commune"
    listed = items(client, "code=00004", TITLES)["features"][0]
    assert {**listed, "links": feature["links"]} == feature


def test_names_and_words_are_english_below_en(client: FlaskClient) -> None:
    document = json.loads(client.get(f"/en{TITLES}/items?code=00004").data)
    assert document["features"][0]["properties"]["name"] == "Trúc Bạch ward"
    assert all("/en/ogc" in link["href"] for link in document["links"])
    assert json.loads(client.get("/en/ogc/api").data)["servers"] == [{"url": "http://127.0.0.1:8000/en/ogc"}]


def test_a_page_of_features_leads_on_as_a_page(client: FlaskClient) -> None:
    page = client.get(f"{COMMUNES}/items?limit=10&offset=10", headers={"Accept": "text/html"}).text
    found = dict(re.findall(r'rel="(prev|next)" href="([^"]+)"', page))
    assert found.keys() == {"prev", "next"}
    assert client.get(found["next"].replace("&amp;", "&")).mimetype == "text/html"


class TestOpenApi:
    """The description of the service."""

    @pytest.fixture
    def document(self, client: FlaskClient) -> Any:
        answer = client.get("/ogc/api")
        assert answer.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
        return json.loads(answer.data)

    def test_every_reference_is_within_and_leads_somewhere(self, document: Any) -> None:
        references = re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))
        assert references
        used = set()
        for reference in references:
            target = document
            assert reference.startswith("#/")
            for step in reference[2:].split("/"):
                target = target[step]
            used.add(reference)
        for kind, entries in document["components"].items():
            assert {f"#/components/{kind}/{name}" for name in entries} <= used

    def test_every_path_answers_and_every_address_is_a_path(
        self, client: FlaskClient, app: Flask, document: Any
    ) -> None:
        prefix = urlsplit(document["servers"][0]["url"]).path
        for path, entry in document["paths"].items():
            filled = path.format(collectionId="2024.commune", featureId="2024:00004")
            answer = client.get(prefix + filled)
            kind = answer.headers["Content-Type"]
            assert answer.status_code == 200
            assert kind in entry["get"]["responses"]["200"]["content"], path
        rules = {
            re.sub(r"<(\w+)>", "{}", rule.rule) for rule in app.url_map.iter_rules() if rule.rule.startswith("/ogc")
        }
        assert rules == {(prefix + re.sub(r"{\w+}", "{}", path)).removesuffix("/") for path in document["paths"]}

    def test_parameters_are_those_that_are_taken(self, client: FlaskClient, document: Any) -> None:
        operation = document["paths"]["/collections/{collectionId}/items"]["get"]
        known = [
            document["components"]["parameters"][entry["$ref"].rpartition("/")[2]] for entry in operation["parameters"]
        ]
        refused = json.loads(client.get(f"{TITLES}/items?x=1").data)["allowed"]
        assert [f"{entry['name']}=" for entry in known if entry["in"] == "query"] == refused
        without = json.loads(client.get(f"{COMMUNES}/items?as_of=2026-03-01").data)
        assert (without["parameter"], without["allowed"]) == ("as_of", [name for name in refused if name != "as_of="])
        [limit] = [entry["schema"] for entry in known if entry["name"] == "limit"]
        assert limit == {"type": "integer", "minimum": 1, "default": 1_000}

    def test_operations_have_their_own_names_and_their_path_parameters(self, document: Any) -> None:
        operations = {path: entry["get"] for path, entry in document["paths"].items()}
        assert len({operation["operationId"] for operation in operations.values()}) == len(operations)
        for path, operation in operations.items():
            named = {entry["$ref"].rpartition("/")[2] for entry in operation["parameters"]}
            assert set(re.findall(r"{(\w+)}", path)) == named & {"collectionId", "featureId"}
            assert {"200", "400"} <= operation["responses"].keys()


def check_pages(client: FlaskClient, limits: Iterable[int]) -> int:
    """Read the 579 communes with each limit, page after page; returns how many pages there were."""
    whole, count = codes(items(client, "limit=10000")), 0
    assert len(set(whole)) == 579
    for limit in limits:
        found = list(pages(client, f"limit={limit}"))
        assert [code for page in found for code in codes(page)] == whole, limit
        count += len(found)
    return count


def test_pages_of_a_sample_of_limits_are_the_whole_set_once(client: FlaskClient) -> None:
    assert check_pages(client, random.Random(9).sample(range(1, 581), 25)) > 100


@pytest.mark.soak
def test_pages_of_every_limit_are_the_whole_set_once(client: FlaskClient) -> None:
    assert check_pages(client, range(1, 581)) == sum(-(-579 // limit) for limit in range(1, 581))


@pytest.mark.parametrize("limit", [97, 193, 300])
def test_pages_read_during_an_import_are_whole_and_say_which_version_they_are_of(
    sqlite_stores: Stores, tmp_path: Path, limit: int
) -> None:
    """A figure is imported after the first page: no area is lost or repeated, and later pages say they are newer."""
    with sqlite_stores.lend("embedded") as url:
        app = over(url)
        client = app.test_client()
        whole = codes(items(client, "limit=10000", TITLES))
        page = items(client, f"limit={limit}", TITLES)
        found = [page]
        take_in(app, tmp_path)
        while page := follow(client, page, "next"):
            found.append(page)
        assert [code for each in found for code in codes(each)] == whole
        versions = [each["dataVersion"] for each in found]
        assert versions == [versions[0], *[versions[0] + 1] * (len(found) - 1)]
        assert len({each["dataVersion"] for each in pages(client, f"limit={limit}", TITLES)}) == 1
        close(app)
