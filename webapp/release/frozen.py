"""Releases that were made: what each was made from, whether its files are as they were, and what changed since."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from geo.errors import DomainError
from indicators.history import CONTENT, KEY
from indicators.models import Batch, Observation, Superseded
from webapp.reports.batch import digest

MANIFEST = "manifest.json"
WHOLE = ("download/all.xlsx", "download/all.csv")
"""Files of a release that hold all its figures."""


class BrokenRelease(DomainError):
    """A folder whose manifest is not there or cannot be read."""


@dataclass(frozen=True)
class Frozen:
    """A release: the folder's name, the day it was made, the data version and last batch in it, how many files, and
    which of them hold all figures."""

    name: str
    released: str
    data_version: int
    batch: int | None
    training: bool
    files: int
    whole: tuple[str, ...] = ()


@dataclass(frozen=True)
class Since:
    """How the figures differ from those of a release: so many came, say something else, or went; and by which batches.

    What a later batch put back as it was counts nowhere.
    """

    added: int
    changed: int
    removed: int
    batches: tuple[int, ...]


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a release. Raises: BrokenRelease."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        _ = manifest["made_from"]["released"], manifest["made_from"]["data_version"], manifest["files"].items()
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise BrokenRelease(f"{folder.name}: no manifest of a release ({MANIFEST}) can be read there.") from error
    return manifest


def read_releases(folder: Path) -> list[Frozen]:
    """The releases in a folder, newest first; what has no manifest is none, and is left out."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            manifest = read_manifest(path)
        except BrokenRelease:
            continue
        made = manifest["made_from"]
        found.append(
            Frozen(path.name, made["released"], made["data_version"], made.get("batch"), made.get("training", False),
                   len(manifest["files"]), tuple(name for name in WHOLE if name in manifest["files"]))
        )  # fmt: skip
    return sorted(found, key=lambda each: (each.released, each.data_version, each.name), reverse=True)


def find_faults(folder: Path) -> list[str]:
    """Files that are missing, were altered or do not belong; nothing if the release is as it was made.

    Raises: BrokenRelease.
    """
    expected = read_manifest(folder)["files"]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    faults = [f"{name}: missing" for name in expected.keys() - there]
    faults += [f"{name}: not of this release" for name in there - expected.keys()]
    faults += [
        f"{name}: altered"
        for name in expected.keys() & there
        if digest((folder / name).read_bytes()) != expected[name]["sha256"]
    ]
    return sorted(faults)


def changed_since(session: Session, release: Frozen) -> Since | None:
    """What stands now beside what stood when a release was made; None for one that does not say which batch was its
    last."""
    if release.batch is None:
        return None
    came = Observation.entered_id > release.batch
    went = (Superseded.ended_id > release.batch) & (Superseded.entered_id <= release.batch)
    entered = session.scalar(select(func.count()).select_from(Observation).where(came)) or 0
    ended = session.scalar(select(func.count()).select_from(Superseded).where(went)) or 0
    same_key = and_(*(getattr(Observation, name) == getattr(Superseded, name) for name in KEY))
    pairs = select(func.count()).select_from(Observation).join(Superseded, same_key).where(came, went)
    alike = (getattr(Observation, name).is_not_distinct_from(getattr(Superseded, name)) for name in CONTENT)
    both, unchanged = session.scalar(pairs) or 0, session.scalar(pairs.where(*alike)) or 0
    batches = select(Batch.id).where(Batch.id > release.batch).order_by(Batch.id)
    return Since(entered - both, both - unchanged, ended - both, tuple(session.scalars(batches)))
