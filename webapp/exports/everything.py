"""All figures of the store, or all of one indicator, edition or level: the tables of every year one after another.

Nothing is kept but the table that is being written, so that memory does not grow with the number of figures.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from boundaries.areas import LEVELS
from boundaries.layers import is_cut, layer_of, object_name
from boundaries.models import Area
from geo.errors import UnknownName
from indicators.catalogue import Cell
from indicators.csvfile import csv_pieces
from indicators.table import Cell as Asked
from indicators.table import IndicatorTable, tables_of_periods
from webapp.db import Snapshot, is_training, session
from webapp.exports.delimited import NAMES, describe_columns
from webapp.exports.export import LEVEL_SLUGS, Export, build_figures, public_url, slug, warning_words
from webapp.exports.links import report_path
from webapp.exports.records import Record, build_records
from webapp.i18n import N_, language, localised
from webapp.i18n import gettext as _
from webapp.past import past_words
from webapp.query import MapQuery
from webapp.today import today

PARAMETERS = ("indicator", "edition", "level", "as_of")
PIECE = 2**16
ROWS = N_("Mỗi dòng là một địa bàn trong một năm có người công bố; địa bàn không có số thì có lý do.")


@dataclass(frozen=True)
class Everything:
    """What is asked for, in the order of the catalogue; `asked` are the parameters that narrow it. `beside` says that
    the files will stand beside each other under their own names, and not at addresses of the service."""

    data: Snapshot
    asked: Mapping[str, str]
    cells: tuple[Cell, ...]
    beside: bool = False

    @property
    def stem(self) -> str:
        """The file's name without its ending, in ASCII: indicator, level, edition, period, as of other files."""
        indicator, level = self.asked.get("indicator"), self.asked.get("level")
        parts = [
            slug(self.data.catalogue.indicator(indicator).name_vi) if indicator else "moi-chi-so",
            LEVEL_SLUGS[level] if level else "moi-cap",
            self.asked.get("edition", "moi-dia-gioi"),
            "moi-thoi-diem",
            "tap-huan" if is_training() else "",
            f"tinh-den-{self.asked['as_of']}" if past_words() else "",
            "" if language() == "vi" else language(),
        ]
        return "_".join(part for part in parts if part)

    @property
    def title(self) -> str:
        """What it is, in words."""
        indicator = self.asked.get("indicator")
        if indicator is None:
            return _("Toàn bộ số liệu")
        return _("%(name)s, mọi thời điểm", name=localised(self.data.catalogue.indicator(indicator), "name"))

    @property
    def warning(self) -> str:
        """What every file of synthetic figures must say, and of figures of a past day; nothing of others."""
        return warning_words(is_training(), past_words())

    @property
    def rows(self) -> int:
        """How many rows there are: of each table one for each area, whether it has a figure or not."""
        return sum(len(self.data.catalogue.years(cell)) * len(self.data.places.at(*cell[1:3])) for cell in self.cells)

    @property
    def span(self) -> str:
        """The first and the last year of which there is a figure: `2018–2025`; nothing if there is none."""
        years = sorted({year for cell in self.cells for year in self.data.catalogue.years(cell)})
        return "–".join(dict.fromkeys((years[0], years[-1]))) if years else ""

    @property
    def address(self) -> str:
        """Where the CSV is, in full."""
        return public_url() + report_path("all.csv", self.asked)


def read_everything(data: Snapshot, args: Mapping[str, str]) -> Everything:
    """What the parameters ask for. Raises: UnknownName for an indicator, edition or level that there is not."""
    asked = {name: args[name] for name in PARAMETERS if args.get(name)}
    if "indicator" in asked:
        data.catalogue.indicator(asked["indicator"])
    if "edition" in asked:
        data.places.edition(asked["edition"])
    if asked.get("level", LEVELS[0]) not in LEVELS:
        raise UnknownName("level", asked["level"], LEVELS)
    place = {name: at for at, name in enumerate(data.catalogue.indicators)}
    wanted = asked.get("indicator"), asked.get("edition"), asked.get("level")
    cells = [
        cell
        for cell in data.catalogue.coverage
        if all(want in (None, has) for want, has in zip(wanted, cell[:3], strict=True))
    ]
    return Everything(data, asked, tuple(sorted(cells, key=lambda cell: (place[cell[0]], cell[1:]))))


def tables(everything: Everything) -> Iterator[Export]:
    """A table for each year in which somebody published a figure for some area, with the link that reopens its map; one
    of a level that is cut comes in parts."""
    data, as_of = everything.data, everything.asked.get("as_of", "")
    for cell in everything.cells:
        indicator, edition, level, stratum = cell
        for table in tables_of_periods(
            session(), data.catalogue, data.places.at(edition, level), data.catalogue.indicator(indicator),
            Asked(edition, level, stratum, None), data.catalogue.years(cell), today(),
        ):  # fmt: skip
            query = MapQuery(indicator, edition, level, table.period, stratum, as_of=as_of)
            for part in _parts(query, table):
                within = table.within(part) if part else table
                yield build_figures(data, replace(query, part=part), within)


def told(everything: Everything) -> Iterator[tuple[Export, list[Record]]]:
    """The tables with their rows."""
    areas: dict[Area, Record] = {}
    for export in tables(everything):
        yield export, build_records(export, areas)


def _parts(query: MapQuery, table: IndicatorTable) -> list[str]:
    """The units under which the map shows those of a table; one blank where it shows all at once."""
    if not is_cut(layer_of(object_name(query.edition, query.level)), query.level):
        return [""]
    parents = (row.area.parent_code or "" for row in table.rows)
    return [parent for parent, _rows in groupby(sorted(parents))]


def stream_csv(everything: Everything) -> Iterator[bytes]:
    """The rows of `values.csv` of every table under one head."""
    return csv_pieces(NAMES, (record for _export, records in told(everything) for record in records))


def stream_xlsx(everything: Everything) -> Iterator[bytes]:
    """A workbook: figures, tables, sources and what it is; gathered in a file without a name, which goes by itself."""
    from webapp.exports.everybook import write_everybook

    with tempfile.TemporaryFile() as file:
        write_everybook(everything, file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def stream_csvw(everything: Everything) -> Iterator[bytes]:
    """The description of the CSV; `url` is where that is, seen from this file."""
    data, stem = everything.data, everything.stem
    facts = {
        "url": f"{stem}.csv" if everything.beside else everything.address.rpartition("/")[2],
        "dc:identifier": f"{stem}.csv",
        "dc:title": everything.title,
        "dc:description": _(ROWS),
        "dc:language": language(),
        "dc:created": {"@value": today().isoformat(), "@type": "date"},
        "dc:hasVersion": str(data.version),
        "dc:relation": {"@id": everything.address},
    }
    yield describe_columns(facts, ["indicator", "edition", "level", "code", "stratum", "asked"])
