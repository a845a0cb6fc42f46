"""Every setting of the service: one row each, read from the environment, checked, and listed by `flask settings`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limits import parse_many

from geo.errors import DomainError
from webapp.exposure import SHORTEST_SECRET, find_exposure

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


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def _environment(text: str) -> str:
    if text not in ("production", "development"):
        raise ValueError
    return text


def _secret(text: str) -> str:
    if text and len(text) < SHORTEST_SECRET:
        raise ValueError
    return text


def _rate(text: str) -> str:
    if text:
        parse_many(text)
    return text


def _redis(text: str) -> str:
    if text and not text.startswith(("redis://", "rediss://", "redis+unix://")):
        raise ValueError
    return text


def _database(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError
    return text


def _replica(text: str) -> str:
    return _database(text) if text else text


def _yes_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError
    return text == "yes"


def _site(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError
    return text.rstrip("/")


def _contact(text: str) -> str:
    if text and not text.startswith(("mailto:", "https://")):
        raise ValueError
    return text


def _metrics(text: str) -> str:
    host, mark, port = text.rpartition(":")
    if text and not (host and mark and _port(port)):
        raise ValueError
    return text


def _log_format(text: str) -> str:
    if text not in ("auto", "json", "text"):
        raise ValueError
    return text


def _log_level(text: str) -> str:
    if text not in ("debug", "info", "warning", "error"):
        raise ValueError
    return text


def _tiles(text: str) -> str:
    if text and not (text.startswith("https://") and all(f"{{{name}}}" in text for name in "zxy")):
        raise ValueError
    return text


@dataclass(frozen=True)
class Setting:
    """Name of the environment variable, default, how it is read, what is allowed, and what it is for; the value of a
    `secret` one is in no message."""

    name: str
    default: str
    read: Callable[[str], Any]
    allowed: str
    help: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("HOST", "127.0.0.1", str, "an address", "Address that the server listens on."),
    Setting("PORT", "8000", _port, "1 to 65535", "Port that the server listens on."),
    Setting("WORKERS", "3", _positive, "1 or more", "Server processes."),
    Setting("THREADS", "4", _positive, "1 or more", "Requests that each process answers at once."),
    Setting(
        "ENVIRONMENT",
        "development",
        _environment,
        "production or development",
        "Production does not start without SECRET_KEY or with debugging on.",
    ),
    Setting(
        "SECRET_KEY",
        "",
        _secret,
        f"{SHORTEST_SECRET} characters or more",
        "Key under which addresses of clients are hashed, so that neither limits nor logs hold an address; the same on "
        "all hosts. Blank: a new one at every start.",
        secret=True,
    ),
    Setting(
        "TRUSTED_PROXIES",
        "0",
        _whole,
        "0 or more",
        "Proxies of yours in front of the service: so many entries of X-Forwarded-For and -Proto are believed.",
    ),
    Setting(
        "RATE_PAGES",
        "300/minute",
        _rate,
        "blank or NUMBER/PERIOD",
        "Pages that one client address may ask for; blank: no limit. The machine itself has none.",
    ),
    Setting(
        "RATE_API",
        "600/minute",
        _rate,
        "blank or NUMBER/PERIOD",
        "The same for /api, /ogc and the data of pages.",
    ),
    Setting("RATE_DOWNLOADS", "60/minute", _rate, "blank or NUMBER/PERIOD", "The same for files and reports."),
    Setting(
        "REDIS_URL",
        "",
        _redis,
        "blank, redis://…, rediss://… or redis+unix://…",
        "Where several hosts count requests together. Blank: each process counts by itself.",
        secret=True,
    ),
    Setting(
        "REQUEST_SECONDS",
        "60",
        _positive,
        "1 or more",
        "Longest time for one request; a process in which one takes longer is replaced.",
    ),
    Setting(
        "WORKER_MB",
        "1024",
        _positive,
        "1 or more",
        "Memory that a process may take beyond what it starts with, in megabytes; a request that needs more gets 503.",
    ),
    Setting(
        "DATABASE_URL",
        "sqlite:///instance/hanoi.db",
        _database,
        "sqlite:///PATH or postgresql+psycopg://…",
        "The store; a relative path is taken from the project's folder.",
        secret=True,
    ),
    Setting(
        "READ_DATABASE_URL",
        "",
        _replica,
        "blank, sqlite:///PATH or postgresql+psycopg://…",
        "A replica of the store for all that only reads. Blank: DATABASE_URL.",
        secret=True,
    ),
    Setting("DB_POOL_SIZE", "5", _positive, "1 or more", "Connections to the store that a process keeps open."),
    Setting("DB_POOL_RECYCLE_S", "1800", _positive, "1 or more", "Seconds after which a connection is opened anew."),
    Setting("DB_POOL_PRE_PING", "yes", _yes_no, "yes or no", "Try a kept connection before it is used again."),
    Setting(
        "DB_STATEMENT_TIMEOUT_MS",
        "15000",
        _whole,
        "0 or more",
        "Longest time for one question of a reader to PostgreSQL, in milliseconds; 0: no limit.",
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
    Setting(
        "METRICS_ADDRESS",
        "",
        _metrics,
        "blank or ADDRESS:PORT, not the service's own port",
        "Internal address that serves /metrics for Prometheus, and nothing else. Blank: no metrics.",
    ),
    Setting(
        "LOG_FORMAT",
        "auto",
        _log_format,
        "auto, json or text",
        "Form of the log: one JSON object a line, or plain lines; auto: plain on a terminal.",
    ),
    Setting(
        "LOG_LEVEL",
        "info",
        _log_level,
        "debug, info, warning or error",
        "What is logged; info has a line for each request.",
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
            given = "…" if setting.secret else repr(text)
            problems.append(f"{setting.name}={given}: allowed is {setting.allowed}.")
    if problems:
        raise BadSetting(" ".join(problems))
    debug = environment.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no")
    if exposed := find_exposure(values, debug):
        raise BadSetting(" ".join(exposed))
    return values
