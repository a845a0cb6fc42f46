"""schemathesis over every OpenAPI document, in this process: all phases, the same cases at every run."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis import Case, CheckContext, Response
from schemathesis.engine import Status, events, from_schema

DOCUMENTS = ("/api/v1/openapi.json", "/ogc/api", "/ogc/api/3.1")
"""The last says of the same operations what the one before it says, in the words of OpenAPI 3.1: it is for soak."""
SEED = 9
DEPENDENT = {
    "/areas": {"level": "not every edition has every level"},
    "/indicators/{indicator}": {"as_of": "a day before the first data"},
    "/ntm": {"as_of": "a day before the first data"},
    "/values": {
        "level": "not every edition has every level, nor every indicator a meaning at each",
        "stratum": "not every indicator has every stratum",
        "period": "the day exists",
        "display": "carried figures are shown as they are",
        "rebase": "either this or `aggregate`",
        "as_of": "a day before the first data",
    },
    "/collections/{collectionId}/items": {
        "bbox": "the north is not south of the south",
        "datetime": "the day exists, and the end is not before the beginning",
        "as_of": "a day before the first data, or a collection without figures",
    },
    "/collections/{collectionId}/items/{featureId}": {
        "as_of": "a day before the first data, or a collection without figures"
    },
}
DEPENDENT["/values.csv"] = DEPENDENT["/values"]
"""Parameters whose values, right by themselves, may not go with others or with what there is, which no schema can say:
such a question is 400, and the answer names the parameter and what is allowed. No other right value is refused."""


@schemathesis.check
def refusal_has_its_reason(_ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """400 to what the schema allows is for a dependent parameter only, whose value is not among those allowed."""
    right = case.meta is not None and case.meta.generation.mode.is_positive
    if right and response.status_code == 400:
        problem = response.json()
        reasons = DEPENDENT.get(case.operation.path, {})
        assert problem.get("parameter") in reasons, problem["detail"]
        assert problem["value"] not in problem["allowed"], problem["detail"]


def read(app: Flask, address: str) -> dict[str, Any]:
    """The document at an address, of the service in this process."""
    document: dict[str, Any] = json.loads(app.test_client().get(address).data)
    document["servers"] = [{"url": "/api/v1" if address.startswith("/api/v1") else "/ogc"}]
    return document


def run(app: Flask, document: dict[str, Any], examples: int) -> tuple[list[str], set[str], Counter[str]]:
    """Failures in words, the phases that ran, and how many cases of each operation were asked."""
    schema = schemathesis.openapi.from_dict(document)
    schema.app = app
    schema.config.seed = SEED
    schema.config.update(headers={"Accept-Encoding": "identity"})  # the client of WSGI does not unpack
    accepted = schema.config.checks.positive_data_acceptance
    accepted.expected_statuses = [*accepted.expected_statuses, "400"]  # see `refusal_has_its_reason`
    schema.config.generation.update(max_examples=examples, deterministic=True, database="none")
    failures: list[str] = []
    phases: set[str] = set()
    asked: Counter[str] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.PhaseFinished) and event.status != Status.SKIP:
            phases.add(event.phase.name.value)
        if isinstance(event, events.NonFatalError):
            failures.append(f"{event.label}: {event.value}")
        if isinstance(event, events.ScenarioFinished):
            asked.update(node.value.operation.label for node in event.recorder.cases.values())
            for case_id, checks in event.recorder.checks.items():
                label = event.recorder.cases[case_id].value.operation.label
                failures += [f"{label}: {check.failure_info.failure}" for check in checks if check.failure_info]
    return failures, phases, asked


def cut_short(asked: Counter[str], examples: int) -> dict[str, int]:
    """Operations with more questions than could ever be asked that were asked fewer than they should have been."""
    return {label: number for label, number in asked.items()
            if label.removeprefix("GET ") in DEPENDENT and number < examples}  # fmt: skip


@pytest.mark.parametrize("address", DOCUMENTS[:2])
def test_no_case_of_a_hundred_an_operation_is_answered_otherwise_than_described(app: Flask, address: str) -> None:
    failures, phases, asked = run(app, read(app, address), 100)
    assert not failures, "\n".join(sorted(set(failures))[:20])
    assert {"coverage", "fuzzing", "stateful"} <= phases, phases
    assert cut_short(asked, 100) == {}


@pytest.mark.soak
@pytest.mark.parametrize("address", DOCUMENTS)
def test_no_case_of_a_thousand_an_operation_is_answered_otherwise_than_described(app: Flask, address: str) -> None:
    failures, _phases, asked = run(app, read(app, address), 1_000)
    assert not failures, "\n".join(sorted(set(failures))[:20])
    assert cut_short(asked, 1_000) == {}


def test_a_refusal_without_a_reason_is_noticed(app: Flask) -> None:
    """The document allows a language that the service does not have."""
    document = read(app, DOCUMENTS[0])
    document["paths"] = {"/areas": document["paths"]["/areas"]}
    [language] = [each for each in document["paths"]["/areas"]["get"]["parameters"] if each["name"] == "lang"]
    language["schema"]["enum"] = ["de"]
    failures, _phases, _asked = run(app, document, 5)
    assert any("refusal_has_its_reason" in failure and "“lang”" in failure for failure in failures), failures


def test_a_document_that_says_otherwise_is_noticed(app: Flask) -> None:
    document = read(app, DOCUMENTS[0])
    document["paths"] = {"/editions": document["paths"]["/editions"]}
    [content] = document["paths"]["/editions"]["get"]["responses"]["200"]["content"].values()
    content["schema"]["properties"] = {"editions": {"type": "integer"}}
    failures, _phases, _cases = run(app, document, 1)
    assert any("GET /editions" in failure and "schema" in failure for failure in failures), failures
