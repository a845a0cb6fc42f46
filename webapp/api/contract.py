"""What every OpenAPI document of the service says alike: bounds of values, answers of refusal, and the form of 3.1."""

from __future__ import annotations

from typing import Any

from webapp.limits import LONGEST_VALUE

OPENAPI_30, OPENAPI_31 = (f"application/vnd.oai.openapi+json;version={version}" for version in ("3.0", "3.1"))
PROBLEM = "application/problem+json"

REFUSALS = {
    "400": "A parameter that is unknown, repeated, malformed or does not go with the others; more than 30 parameters",
    "404": "Nothing has this name; `nearest` has those like it",
    "405": "A method that the address does not have; `Allow` has those it has",
    "413": "The request has a body",
    "414": "The address is longer than 4000 characters",
    "429": "Too many requests of one client; `Retry-After` has the seconds to wait",
    "503": "The store is away for a moment; `Retry-After` has the seconds to wait",
}
"""Answers that every address can give beside its own; all are problem documents (RFC 9457)."""

TEXT: dict[str, Any] = {
    "type": "string",
    "maxLength": LONGEST_VALUE,
    "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
}
"""Any value of a parameter that `webapp.limits` lets through."""

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "parameter": {"type": "string"},
        "allowed": {"type": "array", "items": {"type": "string"}},
        "kind": {"type": "string"},
        "nearest": {"type": "array", "items": {"type": "string"}},
    },
}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """The document, changed in place: every operation has every refusal."""
    components = document["components"]
    components["schemas"]["Problem"] = PROBLEM_SCHEMA
    components["responses"] = {f"Status{status}": _refusal(status, about) for status, about in REFUSALS.items()}
    for entry in document["paths"].values():
        for status in REFUSALS:
            entry["get"]["responses"][status] = {"$ref": f"#/components/responses/Status{status}"}
    return document


def _refusal(status: str, about: str) -> dict[str, Any]:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    header = {"405": "Allow", "429": "Retry-After", "503": "Retry-After"}.get(status)
    headers = {"headers": {header: {"schema": {"type": "string"}}}} if header else {}
    return {"description": about, "content": content, **headers}


def as_31(node: Any) -> Any:
    """A copy of a 3.0 document, or of a part of it, in 3.1: that a value can be null is one of its types."""
    if isinstance(node, list):
        return [as_31(each) for each in node]
    if not isinstance(node, dict):
        return node
    copy = {name: as_31(value) for name, value in node.items() if name != "nullable"}
    if node.get("nullable") is True:
        copy["type"] = [node["type"], "null"]
    if "openapi" in copy and isinstance(copy["openapi"], str):
        copy["openapi"] = "3.1.0"
    return copy
