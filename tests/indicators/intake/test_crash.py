"""Whatever stops an import or its undo, the store is as before it or as after it, and never anything between."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.disks import LARGEST, small_disk
from tests.indicators.intake.crash import Child, Image, Trial, copy, faults, image, prepare, prepare_undo, start

STRACE = shutil.which("strace")


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return prepare(tmp_path_factory.mktemp("crash"))


@pytest.fixture(scope="module")
def undoing(trial: Trial) -> Trial:
    """The import of `trial`, to be undone."""
    return prepare_undo(trial)


Ends = tuple[Image, Image]


@pytest.fixture(scope="module")
def ends(trial: Trial) -> Ends:
    """The images before and after the import."""
    return image(trial.store), image(trial.done)


@pytest.fixture(scope="module")
def undo_ends(undoing: Trial) -> Ends:
    """The images before and after the undo."""
    return image(undoing.store), image(undoing.done)


def killed(trial: Trial, rng: random.Random, mutant: bool = False) -> tuple[Path, bool]:
    """The store after the work was killed at a random moment of the time it takes and a fifth more; and whether it had
    said that it was done."""
    store = copy(trial.store, trial.store.with_name("trial.db"))
    child = start(store, trial.job, mutant)
    child.go()
    time.sleep(rng.uniform(0, 1.2 * trial.takes))
    child.kill()
    child.wait()
    return store, child.acknowledged()


def run_trials(trial: Trial, ends: Ends, count: int, seed: int) -> tuple[int, int]:
    """Kill so many; returns how many left the image before and how many the one after."""
    rng, before, after = random.Random(seed), 0, 0
    for _ in range(count):
        store, acknowledged = killed(trial, rng)
        found = image(store)
        assert found in ends
        assert faults(store) == []
        assert found == ends[1] or not acknowledged
        before, after = before + (found == ends[0]), after + (found == ends[1])
    return before, after


def test_20_killed_imports_leave_the_image_before_or_after(trial: Trial, ends: Ends) -> None:
    """kill -9 at random moments; what was acknowledged is there."""
    assert ends[0] != ends[1]
    assert sum(run_trials(trial, ends, 20, seed=7)) == 20


@pytest.mark.soak
def test_500_killed_imports_leave_the_image_before_or_after(trial: Trial, ends: Ends) -> None:
    """Both ends are reached often, so the moments lie within the import and not beside it."""
    before, after = run_trials(trial, ends, 500, seed=2026)
    assert before + after == 500
    assert min(before, after) >= 50


def test_killed_undos_leave_the_image_before_or_after(undoing: Trial, undo_ends: Ends) -> None:
    """kill -9 at random moments; figures, history and audit are those with the import or those without it."""
    assert undo_ends[0] != undo_ends[1]
    assert sum(run_trials(undoing, undo_ends, 8, seed=11)) == 8


@pytest.mark.soak
def test_100_killed_undos_leave_the_image_before_or_after(undoing: Trial, undo_ends: Ends) -> None:
    """Both ends are reached often."""
    before, after = run_trials(undoing, undo_ends, 100, seed=2027)
    assert before + after == 100
    assert min(before, after) >= 10


def test_an_import_that_commits_in_chunks_is_caught(trial: Trial, ends: Ends) -> None:
    """The same harness against the fault it looks for: within 100 trials a mixture is seen."""
    rng = random.Random(7)
    assert any(image(killed(trial, rng, mutant=True)[0]) not in ends for _ in range(100))


def failing(trial: Trial, call: str, error: str, when: str) -> tuple[Path, int, int, bool]:
    """The store after work whose calls failed: with exit status, injected faults, and whether it said done."""
    store = copy(trial.store, trial.store.with_name("trial.db"))
    child = start(store, trial.job)
    log = store.with_suffix(".log")
    tracer = subprocess.Popen(
        [str(STRACE), "-f", "-p", str(child.pid), "-o", str(log), "-e", f"trace={call}",
         "-e", f"inject={call}:error={error}:when={when}"],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert tracer.stderr is not None
    attached = tracer.stderr.readline()
    if "attached" not in attached:
        end(child)
        pytest.fail(attached)
    child.go()
    status = child.wait()
    tracer.wait(30)
    tracer.stderr.close()
    return store, status, len(re.findall("INJECTED", log.read_text())), child.acknowledged()


def count_calls(trial: Trial, call: str) -> int:
    """How often work that is left alone makes the call."""
    _, status, _, done = failing(trial, call, "ENOSPC", "65535")
    assert (status, done) == (0, True)
    return len(re.findall(rf"{call}\(", trial.store.with_name("trial.log").read_text()))


def can_trace(trial: Trial) -> str:
    """Why system calls cannot be made to fail here; blank if they can."""
    if STRACE is None:
        return "No strace on this machine (Debian: apt-get install strace)."
    child = start(copy(trial.store, trial.store.with_name("trial.db")), trial.job)
    tracer = subprocess.Popen([STRACE, "-p", str(child.pid)], stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    said = tracer.stderr.readline()
    end(child)
    tracer.wait(30)
    tracer.stderr.close()
    return "" if "attached" in said else f"strace cannot attach here: {said.strip()}"


def end(child: Child) -> None:
    child.kill()
    child.wait()
    child.acknowledged()


@pytest.fixture(scope="module")
def traced(trial: Trial) -> Trial:
    """A trial whose calls can be made to fail; skipped with the reason otherwise, unless REQUIRE_STRACE=1."""
    reason = can_trace(trial)
    if reason and os.environ.get("REQUIRE_STRACE") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    return trial


def fail_at(trial: Trial, ends: Ends, call: str, error: str, number: int, on: str) -> None:
    store, status, injected, done = failing(trial, call, error, f"{number}{on}")
    assert injected >= 1, "the fault did not fire"
    found = image(store)
    assert found in ends
    assert faults(store) == []
    assert found == ends[1] or not done
    assert done == (status == 0)


Work = tuple[Trial, Ends]


@pytest.fixture(params=["import", "undo"])
def work(traced: Trial, ends: Ends, undoing: Trial, undo_ends: Ends, request: pytest.FixtureRequest) -> Work:
    """What is done, and the images before and after it."""
    return (traced, ends) if request.param == "import" else (undoing, undo_ends)


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_work_whose_writes_or_syncs_fail_writes_nothing(work: Work, error: str) -> None:
    """First, middle and last write, and first sync, from then on; the first ones are known to have stopped the work."""
    trial, ends = work
    calls = count_calls(trial, "pwrite64")
    assert calls > 10
    for call in ("pwrite64", "fdatasync"):
        store, status, injected, done = failing(trial, call, error, "1+")
        assert (status, done, image(store)) == (3, False, ends[0]), call
        assert injected >= 1
        assert faults(store) == []
    for number in (calls // 2, calls):
        fail_at(trial, ends, "pwrite64", error, number, "+")


@pytest.mark.soak
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
def test_every_write_and_sync_may_fail(work: Work, call: str, error: str) -> None:
    """N = 1 to all: from the N-th on, and the N-th alone."""
    trial, ends = work
    calls = count_calls(trial, call)
    assert calls
    for number in range(1, calls + 1):
        for on in ("+", ""):
            fail_at(trial, ends, call, error, number, on)


def test_an_import_on_a_full_disk_writes_nothing(trial: Trial, ends: Ends, tmp_path: Path) -> None:
    """The store fits and the import does not: it is refused, and done once there is room."""
    with small_disk(tmp_path) as resize:
        store = copy(trial.store, tmp_path / "store.db")
        resize(store.stat().st_size + 64 * 1024)
        child = start(store, trial.job)
        child.go()
        assert (child.wait(), child.acknowledged()) == (3, False)
        resize(LARGEST)
        assert image(store) == ends[0]
        assert faults(store) == []
        child = start(store, trial.job)
        child.go()
        assert (child.wait(), child.acknowledged()) == (0, True)
        assert image(store) == ends[1]
