"""Whether a service that others can reach is ready for them: with a key of its own and without debugging."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

SHORTEST_SECRET = 32
"""Fewest characters of SECRET_KEY."""

REMEDY = "python3 -c 'import secrets; print(secrets.token_hex(32))' prints one"


def find_exposure(values: Mapping[str, Any], debug: bool) -> list[str]:
    """What keeps the service from starting: nothing where the machine alone can reach it and it is in development."""
    production, host = values["ENVIRONMENT"] == "production", values["HOST"]
    if not production and is_loopback(host):
        return []
    where = "ENVIRONMENT=production" if production else f"HOST={host!r} lets other machines in and"
    problems = []
    if not values["SECRET_KEY"]:
        problems.append(f"{where} needs SECRET_KEY, {SHORTEST_SECRET} characters or more ({REMEDY}).")
    if debug:
        problems.append(f"{where} does not go with FLASK_DEBUG, which shows code and runs it: unset it.")
    return problems


def is_loopback(host: str) -> bool:
    """Whether the machine itself alone can reach the address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
