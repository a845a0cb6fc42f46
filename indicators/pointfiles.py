"""Files of points, read in batches: CSV or Parquet, only the columns asked for, blanks as nulls and nothing guessed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet

from boundaries.names import nearest
from geo.errors import BadParameter, DomainError, UnknownName
from indicators.expressions import Kind, finite

BLOCK = 4 << 20  # bytes of CSV parsed at once
ROWS = 1 << 17  # rows of Parquet read at once
TYPES = {"number": pa.float64(), "text": pa.string()}
ENDINGS = (".csv", ".parquet")


class Batch(NamedTuple):
    """Columns by name, their number of rows, and how much of the file is read by now, from 0 to 1."""

    columns: Mapping[str, Any]
    rows: int
    read: float


def read_batches(path: Path, kinds: Mapping[str, Kind]) -> Iterator[Batch]:
    """The columns of a file, batch by batch; memory does not grow with the file. NaN and infinity are blanks.

    Raises: BadParameter for another ending. UnknownName for a column that the file lacks. DomainError for a file that
    cannot be read, or a cell of a number column that is none.
    """
    if path.suffix.lower() not in ENDINGS:
        raise BadParameter("FILE", path.name, [f"a file ending in {ending}" for ending in ENDINGS])
    try:
        yield from (_read_csv if path.suffix.lower() == ".csv" else _read_parquet)(path, kinds)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        reason = " ".join(str(error).split())
        raise DomainError(
            f"{path.name} cannot be read: {reason}. CSV is UTF-8, with commas, a header row, decimal points and blanks "
            "for what is not known; nothing was written."
        ) from error


def _read_csv(path: Path, kinds: Mapping[str, Kind]) -> Iterator[Batch]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            header = next(csv.reader(lines), [])
    except UnicodeDecodeError as error:
        raise DomainError(f"{path.name} is not UTF-8. Save it again as UTF-8.") from error
    _check_columns(path, header, kinds)
    options = arrow_csv.ConvertOptions(
        include_columns=list(kinds),
        column_types={name: TYPES[kind] for name, kind in kinds.items()},
        null_values=[""],
        strings_can_be_null=True,
    )
    size, whole = 0, max(path.stat().st_size, 1)
    with path.open("rb") as stream:
        reader = arrow_csv.open_csv(
            stream, read_options=arrow_csv.ReadOptions(block_size=BLOCK), convert_options=options
        )
        for batch in reader:
            size = min(size + BLOCK, whole)
            yield Batch({name: _known(batch.column(name)) for name in kinds}, batch.num_rows, size / whole)


def _read_parquet(path: Path, kinds: Mapping[str, Kind]) -> Iterator[Batch]:
    with parquet.ParquetFile(path, pre_buffer=False) as file:  # else all of it is read ahead
        _check_columns(path, file.schema_arrow.names, kinds)
        done, whole = 0, max(file.metadata.num_rows, 1)
        for batch in file.iter_batches(batch_size=ROWS, columns=list(kinds)):
            done += batch.num_rows
            columns = {name: _cast(name, batch.column(name), TYPES[kind]) for name, kind in kinds.items()}
            yield Batch(columns, batch.num_rows, done / whole)


def _cast(name: str, column: Any, wanted: Any) -> Any:
    try:
        return _known(pc.cast(_known(column), wanted))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DomainError(
            f"Column {name!r} holds {column.type}, which is no {wanted}. Compare text with 'text', numbers with 1."
        ) from error


def _known(column: Any) -> Any:
    """The column, with blanks for what is no finite number where it holds floats."""
    return finite(column) if pa.types.is_floating(column.type) else column


def _check_columns(path: Path, header: list[str], kinds: Mapping[str, Kind]) -> None:
    for name in kinds:
        if header.count(name) != 1:
            kind = f"column of {path.name}" if name not in header else f"single column of {path.name}"
            raise UnknownName(kind, name, nearest(name, header))
