"""The OpenAPI documents: held against the URL map, the parameters that are taken, and the refusals that are given."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.api.contract import OPENAPI_30, OPENAPI_31, REFUSALS, as_31

DOCUMENTS = {"/api/v1/openapi.json": OPENAPI_31, "/ogc/api": OPENAPI_30, "/ogc/api/3.1": OPENAPI_31}
FILLED = {"edition": "2024", "code": "00004", "indicator": "ntm_title", "level": "commune", "q": "Trúc Bạch"}


def read(client: FlaskClient, address: str) -> Any:
    """The document at an address."""
    answer = client.get(address)
    assert answer.headers["Content-Type"] == DOCUMENTS[address]
    return json.loads(answer.data)


@pytest.mark.parametrize("address", DOCUMENTS)
def test_every_reference_leads_to_a_part_of_the_document(client: FlaskClient, address: str) -> None:
    document = read(client, address)
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)))
    assert references
    for reference in references:
        target = document
        assert reference.startswith("#/")
        for step in reference[2:].split("/"):
            target = target[step]


@pytest.mark.parametrize("address", DOCUMENTS)
def test_every_operation_has_every_refusal_as_a_problem(client: FlaskClient, address: str) -> None:
    document = read(client, address)
    for entry in document["paths"].values():
        assert {"200", *REFUSALS} == entry["get"]["responses"].keys()
    for response in document["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("address", DOCUMENTS)
def test_every_text_in_the_query_is_bounded(client: FlaskClient, address: str) -> None:
    document = read(client, address)
    shared = document["components"].get("parameters", {}).values()
    own = [each for entry in document["paths"].values() for each in entry["get"]["parameters"] if "name" in each]
    assert [*shared, *own]
    for parameter in [*shared, *own]:
        schema = parameter["schema"]
        if schema.get("type") == "string" and "enum" not in schema:
            assert schema["maxLength"] <= 500, parameter["name"]
            assert not re.search(schema["pattern"], "a\x07"), parameter["name"]


def test_every_route_of_the_api_has_its_entry(client: FlaskClient, app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1")}
    paths = read(client, "/api/v1/openapi.json")["paths"]
    assert {re.sub(r"<(\w+)>", r"{\1}", rule) for rule in rules} == {f"/api/v1{path}" for path in paths}


def test_parameters_and_members_of_the_api_are_those_that_are_taken_and_given(client: FlaskClient) -> None:
    for path, entry in read(client, "/api/v1/openapi.json")["paths"].items():
        operation, address = entry["get"], f"/api/v1{path.format(**FILLED)}"
        asked = {each["name"]: each for each in operation["parameters"] if each["in"] == "query"}
        refused = client.get(address, query_string={"x": "1"})
        assert refused.status_code == 400
        assert refused.get_json()["allowed"] == [f"{name}=" for name in asked]
        required = {name: FILLED[name] for name, each in asked.items() if each["required"]}
        answer = client.get(address, query_string=required)
        assert answer.status_code == 200, answer.text
        for name in required:
            assert client.get(address, query_string={**required, name: None}).status_code == 400
        [(kind, content)] = operation["responses"]["200"]["content"].items()
        assert answer.headers["Content-Type"].startswith(kind)
        if kind != "text/csv":
            assert set(content["schema"]["required"]) <= json.loads(answer.data).keys()


def test_null_is_a_type_in_3_1_and_nothing_else_differs(client: FlaskClient) -> None:
    assert as_31({"type": "string", "nullable": True}) == {"type": ["string", "null"]}
    old, new = read(client, "/ogc/api"), read(client, "/ogc/api/3.1")
    assert (old["openapi"], new["openapi"]) == ("3.0.3", "3.1.0")
    assert old["paths"] == new["paths"]
    assert "nullable" not in json.dumps(new)


def test_the_page_of_each_document_of_ogc_leads_to_that_document(client: FlaskClient) -> None:
    for address, version in (("/ogc/api", "3.0"), ("/ogc/api/3.1", "3.1")):
        page = client.get(f"{address}?f=html").text
        assert f"<h1>OpenAPI {version}</h1>" in page
        assert f'{address}?f=json"' in page
