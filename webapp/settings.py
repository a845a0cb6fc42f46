"""Every setting of the service: one row each, read from the environment, checked, and listed by `flask settings`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.errors import DomainError
from webapp import setting_values as read
from webapp.exposure import SHORTEST_SECRET, find_exposure

ROOT = Path(__file__).resolve().parent.parent


class BadSetting(DomainError):
    """A setting whose value cannot be used; names the variable, the value and what is allowed."""


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
    Setting("PORT", "8000", read.port, "1 to 65535", "Port that the server listens on."),
    Setting("WORKERS", "3", read.positive, "1 or more", "Server processes."),
    Setting("THREADS", "4", read.positive, "1 or more", "Requests that each process answers at once."),
    Setting(
        "ENVIRONMENT",
        "development",
        read.environment,
        "production or development",
        "Production does not start without SECRET_KEY or with debugging on.",
    ),
    Setting(
        "SECRET_KEY",
        "",
        read.secret,
        f"{SHORTEST_SECRET} characters or more",
        "Key under which addresses of clients are hashed, so that neither limits nor logs hold an address; the same on "
        "all hosts. Blank: a new one at every start.",
        secret=True,
    ),
    Setting(
        "TRUSTED_PROXIES",
        "0",
        read.whole,
        "0 or more",
        "Proxies of yours in front of the service: so many entries of X-Forwarded-For and -Proto are believed.",
    ),
    Setting(
        "RATE_PAGES",
        "300/minute",
        read.rate,
        "blank or NUMBER/PERIOD",
        "Pages that one client address may ask for; blank: no limit. The machine itself has none.",
    ),
    Setting(
        "RATE_API",
        "600/minute",
        read.rate,
        "blank or NUMBER/PERIOD",
        "The same for /api, /ogc and the data of pages.",
    ),
    Setting("RATE_DOWNLOADS", "60/minute", read.rate, "blank or NUMBER/PERIOD", "The same for files and reports."),
    Setting(
        "REDIS_URL",
        "",
        read.redis,
        "blank, redis://…, rediss://… or redis+unix://…",
        "Where several hosts count requests together. Blank: each process counts by itself.",
        secret=True,
    ),
    Setting(
        "REQUEST_SECONDS",
        "60",
        read.positive,
        "1 or more",
        "Longest time for one request; a process in which one takes longer is replaced.",
    ),
    Setting(
        "WORKER_MB",
        "1024",
        read.positive,
        "1 or more",
        "Memory that a process may take beyond what it starts with, in megabytes; a request that needs more gets 503.",
    ),
    Setting(
        "DATABASE_URL",
        "sqlite:///instance/hanoi.db",
        read.database,
        "sqlite:///PATH or postgresql+psycopg://…",
        "The store; a relative path is taken from the project's folder.",
        secret=True,
    ),
    Setting(
        "READ_DATABASE_URL",
        "",
        read.replica,
        "blank, sqlite:///PATH or postgresql+psycopg://…",
        "A replica of the store for all that only reads. Blank: DATABASE_URL.",
        secret=True,
    ),
    Setting("DB_POOL_SIZE", "5", read.positive, "1 or more", "Connections to the store that a process keeps open."),
    Setting(
        "DB_POOL_RECYCLE_S",
        "1800",
        read.positive,
        "1 or more",
        "Seconds after which a connection is opened anew.",
    ),
    Setting("DB_POOL_PRE_PING", "yes", read.yes_no, "yes or no", "Try a kept connection before it is used again."),
    Setting(
        "DB_STATEMENT_TIMEOUT_MS",
        "15000",
        read.whole,
        "0 or more",
        "Longest time for one question of a reader to PostgreSQL, in milliseconds; 0: no limit.",
    ),
    Setting("DEFAULT_INDICATOR", "ntm_title", str, "an indicator id", "Indicator that the first page opens."),
    Setting(
        "REPORT_TO",
        "",
        read.contact,
        "blank, mailto:ADDRESS or https://…",
        "Where readers report errors; the page's address is added. Blank: no such link.",
    ),
    Setting(
        "PUBLIC_URL",
        "",
        read.site,
        "blank, http://… or https://…",
        "Where readers reach the service, for the links in files. Blank: http://HOST:PORT.",
    ),
    Setting(
        "EMBED_ORIGINS",
        "",
        read.origins,
        "blank, or https://HOST or http://HOST, with :PORT if need be, divided by spaces",
        "Sites that may show a map of this service in a frame. Blank: none may.",
    ),
    Setting(
        "BASEMAP_URL",
        "",
        read.tiles,
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
        "RELEASES_DIR",
        "instance/releases",
        str,
        "a path",
        "Folder of static releases, each in a folder of its own; /releases lists them.",
    ),
    Setting(
        "RELEASES_URL",
        "",
        read.site,
        "blank, http://… or https://…",
        "Where a web server serves that folder; blank: releases are listed without links.",
    ),
    Setting(
        "METRICS_ADDRESS",
        "",
        read.metrics,
        "blank or ADDRESS:PORT, not the service's own port",
        "Internal address that serves /metrics for Prometheus, and nothing else. Blank: no metrics.",
    ),
    Setting(
        "LOG_FORMAT",
        "auto",
        read.log_format,
        "auto, json or text",
        "Form of the log: one JSON object a line, or plain lines; auto: plain on a terminal.",
    ),
    Setting(
        "LOG_LEVEL",
        "info",
        read.log_level,
        "debug, info, warning or error",
        "What is logged; info has a line for each request.",
    ),
    Setting(
        "CACHE_MB",
        "64",
        read.positive,
        "1 or more",
        "Memory for ready answers in each process, in megabytes.",
    ),
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
