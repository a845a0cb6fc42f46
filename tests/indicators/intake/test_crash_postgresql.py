"""On PostgreSQL too: an import or undo that is killed leaves the store as before it or as after it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from indicators.audit import verify
from tests.indicators.intake.crash import TABLES, Image, Job, planned, start, take_back, take_in
from tests.stores import Stores
from webapp.db import open_engine

PATIENCE_S = 10.0


def read(url: str, work: Callable[[Session], Any]) -> Any:
    engine = open_engine(url)
    try:
        with Session(engine) as session:
            return work(session)
    finally:
        engine.dispose()


def image(url: str) -> Image:
    """What matters of a store, once the server has seen that its client is gone; last, what the audit finds."""
    return read(url, _image)


def _image(session: Session) -> Image:
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    deadline = time.monotonic() + PATIENCE_S
    while session.scalar(others):
        assert time.monotonic() < deadline, "the server still works for a client that was killed"
        session.rollback()
        time.sleep(0.01)
    figures = session.execute(text("SELECT * FROM observation ORDER BY id")).all()
    counts = [session.execute(text(f"SELECT count(*) FROM {table}")).one() for table in TABLES]  # noqa: S608
    version = session.execute(text("SELECT version FROM data_state")).all()
    return tuple(map(tuple, figures)), tuple(map(tuple, counts)), tuple(map(tuple, version)), tuple(verify(session))


@dataclass(frozen=True)
class Trial:
    """A store, what is done to it, its images before and after, and how long it takes (seconds)."""

    stores: Stores
    url: str
    job: Job
    ends: tuple[Image, Image]
    takes: float


def timed(stores: Stores, url: str, job: Job) -> tuple[Trial, str]:
    """A trial, and the store on which its work was done once."""
    done, before = stores.copy_of(url), image(url)
    child = start(done, job)
    begun = time.monotonic()
    child.go()
    assert (child.wait(), child.acknowledged()) == (0, True)
    takes = time.monotonic() - begun
    return Trial(stores, url, job, (before, image(done)), takes), done


@pytest.fixture(scope="module")
def trials(postgres_stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Trial]]:
    """The import, and the undo of it."""
    with postgres_stores.lend("embedded") as url:
        plan = read(url, lambda session: planned(session, tmp_path_factory.mktemp("crash")))
        importing, imported = timed(postgres_stores, url, partial(take_in, plan))
        undoing, undone = timed(postgres_stores, imported, take_back)
        yield {"import": importing, "undo": undoing}
        for name in (imported, undone):
            postgres_stores.drop(name)


def killed(trial: Trial, rng: random.Random, mutant: bool = False) -> tuple[Image, bool]:
    """The image after a kill at a random moment, up to 1.5 times what the work takes; and whether it had said done."""
    url = trial.stores.copy_of(trial.url)
    child = start(url, trial.job, mutant)
    child.go()
    time.sleep(rng.uniform(0, 1.5 * trial.takes))
    child.kill()
    child.wait()
    found = image(url)
    trial.stores.drop(url)
    return found, child.acknowledged()


def run(trial: Trial, count: int, seed: int) -> tuple[int, int]:
    """Kill so many; returns how many left the image before and how many the one after."""
    rng, ends = random.Random(seed), trial.ends
    assert ends[0] != ends[1]
    assert (ends[0][-1], ends[1][-1]) == ((), ())
    reached = [0, 0]
    for _ in range(count):
        found, acknowledged = killed(trial, rng)
        assert found in ends
        assert found == ends[1] or not acknowledged
        reached[ends.index(found)] += 1
    return reached[0], reached[1]


@pytest.mark.parametrize("work", ["import", "undo"])
def test_six_that_are_killed_leave_the_image_before_or_after(trials: dict[str, Trial], work: str) -> None:
    assert sum(run(trials[work], 6, seed=7)) == 6


@pytest.mark.soak
@pytest.mark.parametrize("work", ["import", "undo"])
def test_100_that_are_killed_leave_the_image_before_or_after(trials: dict[str, Trial], work: str) -> None:
    """Both ends are reached often, so the moments lie within the work and not beside it."""
    assert min(run(trials[work], 100, seed=2026)) >= 10


def test_an_import_that_commits_in_chunks_is_caught(trials: dict[str, Trial]) -> None:
    """The same harness against the fault it looks for."""
    trial, rng = trials["import"], random.Random(7)
    assert any(killed(trial, rng, mutant=True)[0] not in trial.ends for _ in range(30))
