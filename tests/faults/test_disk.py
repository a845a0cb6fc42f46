"""The disk of store, log and temporary files is full: readers are answered, and what needs room says to come again."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.conftest import close, prepared
from tests.disks import fill, small_disk
from tests.faults.readers import PATHS, Readers, gather, kill_amid_request, recovered, serving
from tests.webapp.served import free_port

NEEDS_ROOM = "/download/values.shp.zip?indicator=population&edition=2024&level=district"


def test_readers_are_answered_while_the_disk_is_full(tmp_path: Path) -> None:
    """Cached or not, by workers that were there or began meanwhile, with numbers for Prometheus in files there too."""
    app = prepared(tmp_path / "sound.db")
    codes = [
        area["code"] for area in app.test_client().get("/api/v1/areas?edition=2024&level=commune").get_json()["areas"]
    ]
    close(app)
    gather(tmp_path / "sound.db")
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk):
        shutil.copyfile(tmp_path / "sound.db", disk / "store.db")
        settings = {"TMPDIR": str(disk), "METRICS_ADDRESS": f"127.0.0.1:{free_port()}"}
        with serving(disk, f"sqlite:///{disk / 'store.db'}", **settings) as served:
            assert served.get(NEEDS_ROOM)[0] == 200, served.said()[-3000:]
            fill(disk / "filler")
            with Readers(served, [*PATHS, *(f"/api/v1/areas/2024/{code}" for code in codes)]) as readers:
                readers.see(200, 50)
                kill_amid_request(served)
                readers.see(200, 50)
                status, headers = served.get(f"{NEEDS_ROOM}&lang=en")
                assert (status, headers.get("retry-after")) == (503, "5")
                (disk / "filler").unlink()
                assert served.get(f"{NEEDS_ROOM}&lang=en")[0] == 200
                recovered(served)
            assert readers.faults == []
            assert readers.statuses.keys() <= {0, 200}
            assert readers.statuses[0] <= 2  # what the killed worker was about to answer to two readers
