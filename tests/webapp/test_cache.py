"""Ready answers: bounded, built once however many ask, and without a trace of what failed."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest

from webapp.cache import Answer, AnswerCache, Key


def key(path: str) -> Key:
    return Key(path, (), "vi", dt.date(2026, 11, 25), 1, "code")


def test_eight_threads_that_ask_at_once_have_it_built_once() -> None:
    cache, built, begun = AnswerCache(10**6), [], threading.Barrier(8)

    def build() -> Answer:
        built.append(1)
        time.sleep(0.05)
        return Answer(b"x", "text/plain")

    def ask(_number: int) -> Answer:
        begun.wait()
        return cache.get(key("/one"), build)

    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(ask, range(8)))
    assert len(built) == 1
    assert {id(answer) for answer in given} == {id(given[0])}


def test_one_who_builds_does_not_hold_up_those_who_ask_for_something_else() -> None:
    cache, release = AnswerCache(10**6), threading.Event()

    def slow() -> Answer:
        assert release.wait(5)
        return Answer(b"slow", "text/plain")

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(cache.get, key("/slow"), slow)
        assert cache.get(key("/quick"), lambda: Answer(b"quick", "text/plain")).body == b"quick"
        release.set()
        assert waiting.result().body == b"slow"


def test_a_failure_leaves_no_trace_and_the_next_one_builds() -> None:
    cache = AnswerCache(10**6)
    with pytest.raises(ZeroDivisionError):
        cache.get(key("/one"), lambda: Answer(b"x" * (1 // 0), "text/plain"))
    assert cache.get(key("/one"), lambda: Answer(b"y", "text/plain")).body == b"y"


def test_the_least_recently_used_leave_when_the_room_is_taken() -> None:
    cache = AnswerCache(50)  # an answer counts twice: its compressed forms take room too
    for path in ("/a", "/b", "/a", "/c"):
        cache.get(key(path), lambda: Answer(b"0123456789", "text/plain"))
    built: list[str] = []
    for path in ("/a", "/c", "/b"):
        cache.get(key(path), lambda path=path: built.append(path) or Answer(b"0123456789", "text/plain"))  # type: ignore[misc]
    assert built == ["/b"]


def test_a_body_goes_when_its_brotli_is_made_and_comes_back_for_others() -> None:
    page = "Hà Nội ".encode() * 1000
    given, whole = Answer(page, "text/html"), Answer(page, "text/html")
    assert brotli.decompress(given.brotli) == page
    assert page not in vars(given).values()
    assert (given.tag, given.size) == (whole.tag, whole.size) == (hashlib.sha256(page).hexdigest()[:20], 2 * len(page))
    assert given.body == gzip.decompress(given.gzip) == page
