"""Scalars as a Parquet file, a row each."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import parquet

from core.report.scalars.scalar import Scalar

_GROUP_ROWS: Final = 2**17
_SCHEMA: Final = pa.schema(
    (
        pa.field("run", pa.string(), nullable=False),
        pa.field("tag", pa.string(), nullable=False),
        pa.field("step", pa.int64(), nullable=False),
        pa.field("epoch", pa.int64()),
        pa.field("wall_time", pa.float64(), nullable=False),
        pa.field("value", pa.float64(), nullable=False),
    )
)


def write_parquet(scalars: Iterable[Scalar], file: Path) -> None:
    """Write the columns of `Scalar`; no epoch is null, and NaN is NaN.

    Raises:
        OSError: the disk is full, or the like.
    """
    with parquet.ParquetWriter(file, _SCHEMA) as writer:
        for rows in _groups(iter(scalars)):
            columns = zip(zip(*rows, strict=True), _SCHEMA, strict=True)
            arrays = [pa.array(values, field.type) for values, field in columns]
            writer.write_table(pa.Table.from_arrays(arrays, schema=_SCHEMA))


def _groups(scalars: Iterator[Scalar]) -> Iterator[list[Scalar]]:
    while rows := list(islice(scalars, _GROUP_ROWS)):
        yield rows
