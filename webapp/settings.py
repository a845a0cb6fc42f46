"""Every setting of the service: one row each, read from the environment, checked, and listed by `flask settings`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.errors import DomainError

ROOT = Path(__file__).resolve().parent.parent


class BadSetting(DomainError):
    """A setting whose value cannot be used; names the variable, the value and what is allowed."""


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise ValueError
    return port


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _database(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError
    return text


def _site(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError
    return text.rstrip("/")


def _contact(text: str) -> str:
    if text and not text.startswith(("mailto:", "https://")):
        raise ValueError
    return text


def _tiles(text: str) -> str:
    if text and not (text.startswith("https://") and all(f"{{{name}}}" in text for name in "zxy")):
        raise ValueError
    return text


@dataclass(frozen=True)
class Setting:
    """Name of the environment variable, default, how it is read, what is allowed, and what it is for."""

    name: str
    default: str
    read: Callable[[str], Any]
    allowed: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("HOST", "127.0.0.1", str, "an address", "Address that the server listens on."),
    Setting("PORT", "8000", _port, "1 to 65535", "Port that the server listens on."),
    Setting("WORKERS", "3", _positive, "1 or more", "Server processes."),
    Setting(
        "DATABASE_URL",
        "sqlite:///instance/hanoi.db",
        _database,
        "sqlite:///PATH or postgresql+psycopg://…",
        "The store; a relative path is taken from the project's folder.",
    ),
    Setting("DEFAULT_INDICATOR", "ntm_title", str, "an indicator id", "Indicator that the first page opens."),
    Setting(
        "REPORT_TO",
        "",
        _contact,
        "blank, mailto:ADDRESS or https://…",
        "Where readers report errors; the page's address is added. Blank: no such link.",
    ),
    Setting(
        "PUBLIC_URL",
        "",
        _site,
        "blank, http://… or https://…",
        "Where readers reach the service, for the links in files. Blank: http://HOST:PORT.",
    ),
    Setting(
        "BASEMAP_URL",
        "",
        _tiles,
        "blank, or https://…{z}…{x}…{y}…",
        "Tiles of an online map that readers may lay under ours. Blank: no such choice, nothing loads from elsewhere.",
    ),
    Setting("BASEMAP_CREDIT", "", str, "text", "Whom the tiles are credited to; shown while they are."),
    Setting(
        "LAYERS_DIR",
        "instance/layers",
        str,
        "a path",
        "Folder of imported boundary layers; a relative path is taken from the project's folder.",
    ),
    Setting("CACHE_MB", "64", _positive, "1 or more", "Memory for ready answers in each process, in megabytes."),
)


def read_settings(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """All settings by name. Raises BadSetting naming all variables that cannot be used."""
    values, problems = {}, []
    for setting in SETTINGS:
        text = environment.get(setting.name, setting.default)
        try:
            values[setting.name] = setting.read(text)
        except ValueError:
            problems.append(f"{setting.name}={text!r}: allowed is {setting.allowed}.")
    if problems:
        raise BadSetting(" ".join(problems))
    return values
