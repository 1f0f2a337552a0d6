"""Rows in, a Parquet file out: typed columns, one row group a batch; needs the extra `parquet`."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from exchange.cells import columns
from exchange.tabular import Line
from pipeline.errors import InputError


class ParquetTable:
    """A table that is being written; close it, or the file has no end.

    `InputError` if the library for Parquet is not installed.
    """

    def __init__(self, path: Path, row: type[Line]) -> None:
        arrow, parquet = _libraries()
        kinds = {
            str: arrow.string(),
            int: arrow.int64(),
            float: arrow.float64(),
            bool: arrow.bool_(),
            date: arrow.date32(),
            tuple: arrow.list_(arrow.string()),
        }
        self._schema = arrow.schema([(name, kinds[kind]) for name, kind in columns(row).items()])
        self._table = arrow.Table.from_pylist
        self._writer = parquet.ParquetWriter(path, self._schema)

    def write(self, rows: Iterable[Line]) -> None:
        """Append these rows as one group."""
        batch = [asdict(each) for each in rows]
        if batch:
            self._writer.write_table(self._table(batch, schema=self._schema))

    def close(self) -> None:
        """Write the end of the file."""
        self._writer.close()


def _libraries() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise InputError("Parquet needs a library: pip install 'oncoflag[parquet]'") from None
    return pa, parquet
