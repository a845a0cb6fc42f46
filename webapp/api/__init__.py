"""The public API, version 1: JSON and CSV over the same table that the pages read."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from geo.errors import BadParameter
from webapp.cache import Answer
from webapp.i18n import LANGUAGES


def json_answer(body: Any) -> Answer:
    """A JSON document. Missing values are null; NaN cannot occur."""
    return Answer(json.dumps(body, ensure_ascii=False, allow_nan=False).encode(), "application/json")


def check_parameters(*names: str) -> None:
    """Raises BadParameter for a parameter that the address does not take, a repeat, or an unknown language."""
    for name, values in request.args.lists():
        if name not in {*names, "lang"}:
            raise BadParameter(name, values[0], [f"{known}=" for known in (*names, "lang")])
        if len(values) > 1:
            raise BadParameter(name, ", ".join(values), ["one value"])
    if request.args.get("lang", "vi") not in LANGUAGES:
        raise BadParameter("lang", request.args["lang"], LANGUAGES)
