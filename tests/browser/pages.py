"""Every page of the service and what it can look like: loaded, empty, refused; and a sample of all combinations."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import NamedTuple

PAINTED = """() => new Promise(done => {
  setTimeout(done, 2000);  // a browser that has nothing to paint may give no frame, and would be waited for for ever
  requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(done)));
})"""
"""Waits until the page is painted and has nothing to do."""

PAGES: dict[str, dict[str, str]] = {
    "map": {
        "loaded": "/map/ntm_title?edition=2024&level=commune&area=09859",
        "empty": "/map/waste_same_day_collection_rate",
        "error": "/map/none",
    },
    "circles": {"loaded": "/map/poor_households?edition=2024&level=district&period=2024&area=250"},
    "two-maps": {
        "loaded": "/two-maps",
        "empty": "/two-maps?b=waste_same_day_collection_rate",
        "error": "/two-maps?a=none",
    },
    "compare": {
        "loaded": "/compare?areas=2024:274,2024:268,2024:250,2024:017",
        "empty": "/compare",
        "error": "/compare?areas=2024:none",
    },
    "areas": {"loaded": "/areas", "empty": "/areas?q=zzzz", "error": "/areas?edition=none"},
    "area": {"loaded": "/areas/2024/274", "empty": "/areas/2025-07/09877", "error": "/areas/2024/99999"},
    "matrix": {
        "loaded": "/matrix?edition=2024&level=district",
        "empty": "/matrix?edition=2024&level=commune&parent=274&theme=water",
        "error": "/matrix?theme=none",
    },
    "board": {"loaded": "/board", "empty": "/board?status=on_track", "error": "/board?status=none"},
    "resolution": {"loaded": "/resolution", "error": "/resolution?as_of=none"},
    "ntm": {"loaded": "/ntm", "error": "/ntm?edition=none"},
    "upgrades": {"loaded": "/upgrades", "error": "/upgrades?as_of=none"},
    "indicators": {"loaded": "/indicators", "empty": "/indicators?q=zzzz", "error": "/indicators?theme=none"},
    "indicator": {
        "loaded": "/indicators/poor_households",
        "empty": "/indicators/waste_same_day_collection_rate",
        "error": "/indicators/none",
    },
    "changes": {"loaded": "/changes", "error": "/changes?side=none"},
    "sources": {"loaded": "/sources", "empty": "/sources?q=zzzz", "error": "/sources?quality=none"},
    "about": {"loaded": "/about"},
    "figure": {
        "loaded": "/figures/poor_households/2024/274",
        "empty": "/figures/waste_same_day_collection_rate/2024/01",
        "error": "/figures/poor_households/2024/none",
    },
    "batches": {"loaded": "/batches", "error": "/batches?page=none"},
    "batch": {"loaded": "/batches/0", "error": "/batches/none"},
    "releases": {"empty": "/releases", "error": "/releases/none"},
    "past": {"loaded": "/areas/2024/274?as_of=2100-01-01", "error": "/board?as_of=1900-01-01"},
    "past-map": {"loaded": "/map/poor_households?edition=2024&level=district&as_of=2100-01-01"},
    "embed": {
        "loaded": "/embed/map/ntm_title?edition=2024&level=commune",
        "empty": "/embed/map/waste_same_day_collection_rate",
        "error": "/embed/map/none",
    },
    "ogc": {"loaded": "/ogc?f=html"},
    "none": {"error": "/no-such-page"},
}
"""Paths by page, in the states that it can be in; "training" is the loaded page over training figures. Pages of the
past are asked for a day to come, at the end of which the store is as it is."""

UNTHEMED = ("embed",)
"""Pages without the reader's theme: a sheet on another site."""

STATES = ("loaded", "empty", "error", "training")
LANGUAGES, SCHEMES, WIDTHS = ("", "/en"), ("light", "dark"), (320, 768, 1440)


class View(NamedTuple):
    """One page in one state, language, colour scheme and width in pixels."""

    page: str
    state: str
    language: str
    scheme: str
    width: int

    @property
    def path(self) -> str:
        """Where it is."""
        return self.language + PAGES[self.page]["loaded" if self.state == "training" else self.state]


def states_of(page: str) -> list[str]:
    """The states that a page can be in, training figures among them if it shows figures."""
    return [state for state in STATES if ("loaded" if state == "training" else state) in PAGES[page]]


def every_view() -> list[View]:
    """All combinations."""
    return [View(page, *rest) for page in PAGES for rest in product(states_of(page), LANGUAGES, SCHEMES, WIDTHS)]


def pairwise(every: Sequence[View], seed: int = 31) -> list[View]:
    """Few of the combinations in which each pair of values of any two properties occurs that occurs in all of them.

    Greedy: of what is left, taken in a seeded order, always that one next which has most pairs not yet seen.
    """
    shuffled = random.Random(seed).sample(every, len(every))
    unseen = {pair for view in shuffled for pair in pairs_of(view)}
    chosen = []
    while unseen:
        best = max(shuffled, key=lambda view: len(pairs_of(view) & unseen))
        chosen.append(best)
        unseen -= pairs_of(best)
    return chosen


def pairs_of(view: View) -> set[tuple[tuple[str, object], tuple[str, object]]]:
    """Every two properties of a view with their values."""
    return set(combinations(view._asdict().items(), 2))


def names_of(view: View) -> str:
    """A name for a test's parameter."""
    return "-".join([view.page, view.state, view.language.strip("/") or "vi", view.scheme, str(view.width)])


def addresses(view: View, servers: Mapping[str, str]) -> str:
    """The whole address; `servers` are those of the "real" and of the "training" figures."""
    return servers["training" if view.state == "training" else "real"] + view.path
