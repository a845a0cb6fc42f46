"""For every rule of the URL map an address that it answers, so that tests of all answers are generated and none is
forgotten."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import Rule

VALUES = {
    "edition": "2024", "code": "274", "indicator": "population", "collection_id": "2024.district", "item": "274",
    "name": "values.csv", "indicator_id": "population", "number": "0",
}  # fmt: skip
"""A value for each part of an address."""

QUESTIONS = {
    "api_areas.areas": {"edition": "2024", "level": "district"},
    "api_programmes.titles": {"edition": "2024"},
    "detail": {"code": "274", "level": "district", "edition": "2024"},
    "values": {"indicator": "population", "edition": "2024", "level": "district"},
    "values_csv": {"indicator": "population", "edition": "2024", "level": "district"},
    "find": {"q": "ba dinh"},
    "downloads.show": {"indicator": "population", "edition": "2024", "level": "district"},
    "downloads_en.show": {"indicator": "population", "edition": "2024", "level": "district"},
}  # fmt: skip
"""What an endpoint must be asked, by its name or the last part of it."""


def rules(app: Flask) -> list[Rule]:
    """All rules, in the order of their addresses; the layers that are shipped are files, which no rule sees."""
    return sorted(
        (rule for rule in app.url_map.iter_rules() if rule.endpoint != "geometry.layer"), key=lambda rule: rule.rule
    )


def address_of(app: Flask, rule: Rule, **values: str) -> str:
    """An address that the rule answers with 200; with other `values` one that it does not know."""
    free = rule.arguments - (rule.defaults or {}).keys()
    parts: dict[str, Any] = {**(rule.defaults or {}), **{part: VALUES[part] for part in free}}
    question = QUESTIONS.get(rule.endpoint, QUESTIONS.get(rule.endpoint.rpartition(".")[2], {}))
    with app.test_request_context():
        built = rule.build({**parts, **{part: values[part] for part in free if part in values}})
    assert built is not None, f"{rule}: give its parts a value in {__name__}.VALUES"
    query = "&".join(f"{key}={value}" for key, value in question.items())
    return built[1] + (f"?{query}" if query else "")
