"""Reports of many areas: file by file, so that a batch that was killed goes on where it stopped.

A file gets its name only when it is whole. `manifest.json` lists what is finished, with its hash, and what it was made
from; where that has changed, nothing of it is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from flask import render_template

from boundaries.models import Area
from geo.errors import BadParameter
from webapp.db import Snapshot
from webapp.exports import exporters_of
from webapp.exports.export import slug
from webapp.i18n import language
from webapp.pages.gazetteer import area_name
from webapp.reports.area import area_stem, build_area_report
from webapp.reports.common import full_stem
from webapp.reports.model import Report
from webapp.today import today
from webapp.version import CODE_VERSION
from webapp.words import edition_phrase, level_text

MANIFEST = "manifest.json"
PART = ".part"
"""Ending of files that are being written."""


@dataclass(frozen=True)
class Job:
    """One file: whose report, in which format, under which name."""

    area: Area
    format: str
    name: str


@dataclass
class Batch:
    """All files of a batch, and how many were there already.

    `made_from` is what the files depend on besides their area: data, code, day and language.
    """

    data: Snapshot
    edition: str
    level: str
    formats: tuple[str, ...]
    out: Path
    jobs: tuple[Job, ...]
    made_from: dict[str, Any]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    kept: int = 0

    @classmethod
    def planned(cls, data: Snapshot, edition: str, level: str, formats: Sequence[str], out: Path) -> Self:
        """The files to make. Raises: BadParameter, UnknownName for what there is not."""
        known = [name.partition(".")[2] for name in exporters_of("area")]
        for each in formats:
            if each not in known:
                raise BadParameter("format", each, known)
        data.places.edition(edition)
        if level not in data.places.levels(edition):
            raise BadParameter("level", level, data.places.levels(edition))
        jobs = tuple(
            Job(area, each, f"{full_stem(area_stem(area))}.{each}")
            for area in data.places.at(edition, level)
            for each in dict.fromkeys(formats)
        )
        made_from = {
            "data_version": data.version, "code_version": CODE_VERSION, "extracted": today().isoformat(),
            "lang": language(),
        }  # fmt: skip
        return cls(data, edition, level, tuple(dict.fromkeys(formats)), out, jobs, made_from)


def build_files(batch: Batch) -> Iterator[Job]:
    """Make what is not there yet; yields each job when its file is whole."""
    batch.out.mkdir(parents=True, exist_ok=True)
    for rest in batch.out.glob(f"*{PART}"):
        rest.unlink()
    finished = _read_finished(batch)
    report: Report | None = None
    writers = exporters_of("area")
    for job in batch.jobs:
        if job.name in finished:
            batch.files[job.name] = finished[job.name]
            batch.kept += 1
        else:
            if report is None or report.stem != full_stem(area_stem(job.area)):
                report = build_area_report(batch.data, job.area)
            body = writers[f"area.{job.format}"].write(report)
            put_file(batch.out / job.name, body)
            batch.files[job.name] = {"code": job.area.code, "bytes": len(body), "sha256": digest(body)}
            _write_manifest(batch)
        yield job
    _write_manifest(batch)


def digest(body: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()


def put_file(path: Path, body: bytes) -> None:
    """Write a file so that it is whole under its name or not there."""
    put_pieces(path, [body])


def put_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """The same of a file that comes in pieces. What goes wrong on the way leaves nothing behind."""
    part = path.with_name(path.name + PART)
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _read_finished(batch: Batch) -> dict[str, dict[str, Any]]:
    """Files of an earlier run that were made from the same and are still what they were."""
    path = batch.out / MANIFEST
    if not path.is_file():
        return {}
    manifest = json.loads(path.read_text("utf-8"))
    if manifest["made_from"] != batch.made_from:
        return {}
    return {
        name: entry
        for name, entry in manifest["files"].items()
        if (file := batch.out / name).is_file() and digest(file.read_bytes()) == entry["sha256"]
    }


def _write_manifest(batch: Batch) -> None:
    manifest = {"made_from": batch.made_from, "files": batch.files}
    put_file(batch.out / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())


def write_archive(batch: Batch) -> Path:
    """All files with an index for people and the manifest in one zip, which it gives."""
    title = f"{level_text(batch.data.places, batch.edition, batch.level)}, {_phrase(batch)}"
    rows = [
        {"code": area.code, "name": area_name(area), "files": [job for job in batch.jobs if job.area is area]}
        for area in dict.fromkeys(job.area for job in batch.jobs)
    ]
    index = render_template("reports/index.html", title=title, rows=rows, made_from=batch.made_from)
    put_file(batch.out / "index.html", index.encode())
    path = batch.out / f"{full_stem(f'bao-cao_{slug(batch.level)}_{batch.edition}')}.zip"
    part = path.with_name(path.name + PART)
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("index.html", MANIFEST, *(job.name for job in batch.jobs)):
            archive.write(batch.out / name, name)
    part.replace(path)
    return path


def _phrase(batch: Batch) -> str:
    return edition_phrase(batch.data.places.edition(batch.edition))
