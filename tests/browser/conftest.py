"""Long tests: marked `soak`, left out unless the mark is asked for (`make soak`)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.stores import training_app
from tests.conftest import serve


@pytest.fixture(scope="session")
def training_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the service over training figures."""
    app = training_app(tmp_path_factory.mktemp("training") / "demo.db")
    yield from serve(app)
    app.extensions["engine"].dispose()


@pytest.fixture(scope="session")
def servers(address: str, training_address: str) -> dict[str, str]:
    """Addresses of the service over real and over training figures."""
    return {"real": address, "training": training_address}


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark."""
    config.addinivalue_line("markers", "soak: every combination; run by `make soak`")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long tests out of an ordinary run."""
    if "soak" in (config.option.markexpr or ""):
        return
    long = [item for item in items if item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]
