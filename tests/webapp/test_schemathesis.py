"""schemathesis over every OpenAPI document, in this process: all phases, the same cases at every run."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.engine import Status, events, from_schema

DOCUMENTS = ("/api/v1/openapi.json", "/ogc/api", "/ogc/api/3.1")
SEED = 9
DEPENDENT = ("/areas", "/values", "/values.csv", "/ntm", "/indicators/{indicator}", "/collections/{collectionId}/items")
"""Where values that are right by themselves need not go together, and no schema can say so: an indicator and its
levels, an edition and its levels, the corners of a box, an edition without titles, a day before the first load. Such a
question is 400; every other check holds there too."""
ACCEPTED = {(f"GET {path}", "positive_data_acceptance") for path in DEPENDENT}


def read(app: Flask, address: str) -> dict[str, Any]:
    """The document at an address, of the service in this process."""
    document: dict[str, Any] = json.loads(app.test_client().get(address).data)
    document["servers"] = [{"url": "/api/v1" if address.startswith("/api/v1") else "/ogc"}]
    return document


def run(app: Flask, document: dict[str, Any], examples: int) -> tuple[list[str], set[str], int]:
    """Failures in words, the phases that ran, and how many cases were asked."""
    schema = schemathesis.openapi.from_dict(document)
    schema.app = app
    schema.config.seed = SEED
    schema.config.update(headers={"Accept-Encoding": "identity"})  # the client of WSGI does not unpack
    schema.config.generation.update(max_examples=examples, deterministic=True, database="none")
    failures: list[str] = []
    phases: set[str] = set()
    cases = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.PhaseFinished) and event.status != Status.SKIP:
            phases.add(event.phase.name.value)
        if isinstance(event, events.NonFatalError):
            failures.append(f"{event.label}: {event.value}")
        if isinstance(event, events.ScenarioFinished):
            cases += len(event.recorder.cases)
            for case_id, checks in event.recorder.checks.items():
                label = event.recorder.cases[case_id].value.operation.label
                failures += [f"{label}: {check.failure_info.failure}" for check in checks
                             if check.failure_info and (label, check.name) not in ACCEPTED]  # fmt: skip
    return failures, phases, cases


@pytest.mark.parametrize("address", DOCUMENTS)
def test_no_case_of_a_hundred_an_operation_is_answered_otherwise_than_described(app: Flask, address: str) -> None:
    failures, phases, cases = run(app, read(app, address), 100)
    assert not failures, "\n".join(sorted(set(failures))[:20])
    assert {"coverage", "fuzzing", "stateful"} <= phases, phases
    assert cases > 300


@pytest.mark.soak
@pytest.mark.parametrize("address", DOCUMENTS)
def test_no_case_of_a_thousand_an_operation_is_answered_otherwise_than_described(app: Flask, address: str) -> None:
    failures, _phases, cases = run(app, read(app, address), 1_000)
    assert not failures, "\n".join(sorted(set(failures))[:20])
    assert cases > 3_000


def test_a_document_that_says_otherwise_is_noticed(app: Flask) -> None:
    document = read(app, DOCUMENTS[0])
    document["paths"] = {"/editions": document["paths"]["/editions"]}
    [content] = document["paths"]["/editions"]["get"]["responses"]["200"]["content"].values()
    content["schema"]["properties"] = {"editions": {"type": "integer"}}
    failures, _phases, _cases = run(app, document, 1)
    assert any("GET /editions" in failure and "schema" in failure for failure in failures), failures
