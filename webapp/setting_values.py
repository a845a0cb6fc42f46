"""How the text of each setting is read. Each function raises ValueError for what cannot be used."""

from __future__ import annotations

import re

from limits import parse_many

from webapp.exposure import SHORTEST_SECRET


def port(text: str) -> int:
    """A port."""
    port = int(text)
    if not 1 <= port <= 65535:
        raise ValueError
    return port


def positive(text: str) -> int:
    """A whole number from 1."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def whole(text: str) -> int:
    """A whole number from 0."""
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def environment(text: str) -> str:
    """production or development."""
    if text not in ("production", "development"):
        raise ValueError
    return text


def secret(text: str) -> str:
    """A key, long enough; or blank."""
    if text and len(text) < SHORTEST_SECRET:
        raise ValueError
    return text


def rate(text: str) -> str:
    """A rate that Flask-Limiter takes; or blank."""
    if text:
        parse_many(text)
    return text


def redis(text: str) -> str:
    """The address of a Redis; or blank."""
    if text and not text.startswith(("redis://", "rediss://", "redis+unix://")):
        raise ValueError
    return text


def database(text: str) -> str:
    """The address of a store."""
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError
    return text


def replica(text: str) -> str:
    """The address of a store; or blank."""
    return database(text) if text else text


def yes_no(text: str) -> bool:
    """yes or no."""
    if text not in ("yes", "no"):
        raise ValueError
    return text == "yes"


def site(text: str) -> str:
    """The address of a site without a slash at the end; or blank."""
    if text and not text.startswith(("http://", "https://")):
        raise ValueError
    return text.rstrip("/")


ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")


def origins(text: str) -> tuple[str, ...]:
    """Origins of sites, divided by spaces."""
    origins = tuple(text.split())
    if not all(ORIGIN.fullmatch(origin) for origin in origins):
        raise ValueError
    return origins


def contact(text: str) -> str:
    """A mail or web address; or blank."""
    if text and not text.startswith(("mailto:", "https://")):
        raise ValueError
    return text


def metrics(text: str) -> str:
    """ADDRESS:PORT; or blank."""
    host, mark, number = text.rpartition(":")
    if text and not (host and mark and port(number)):
        raise ValueError
    return text


def log_format(text: str) -> str:
    """A form of the log."""
    if text not in ("auto", "json", "text"):
        raise ValueError
    return text


def log_level(text: str) -> str:
    """A level of the log."""
    if text not in ("debug", "info", "warning", "error"):
        raise ValueError
    return text


def tiles(text: str) -> str:
    """The address of tiles with z, x and y; or blank."""
    if text and not (text.startswith("https://") and all(f"{{{name}}}" in text for name in "zxy")):
        raise ValueError
    return text
