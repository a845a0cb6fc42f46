"""The audit from the command line."""

from __future__ import annotations

from sqlalchemy import text

from tests.conftest import close, over
from tests.stores import Stores


def test_the_audit_of_the_embedded_data_is_whole_until_a_figure_is_altered(stores: Stores) -> None:
    """Status 0 and a sentence; after one value was changed in the store, status 1 and the batch by number."""
    with stores.lend("embedded") as url:
        app = over(url)
        run = app.test_cli_runner().invoke
        sound = run(args=["audit", "verify"])
        assert (sound.exit_code, sound.stdout) == (0, "The audit is whole, and the figures fit it.\n")
        with app.extensions["engine"].begin() as connection:
            connection.execute(text("UPDATE observation SET value = value + 1 WHERE id = 1000"))
        broken = run(args=["audit", "verify"])
        assert broken.exit_code == 1
        assert "Figures that batch 0 entered were altered" in broken.output
        close(app)
