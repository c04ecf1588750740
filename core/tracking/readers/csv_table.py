"""Tables of metrics: Lightning's ``metrics.csv``, and any other CSV."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from core.tracking.readers.growing_lines import first_lines
from core.tracking.readers.lightning_settings import hparams
from core.tracking.readers.line_source import LineSource
from core.tracking.readers.plain_values import StepAxis, number, scalars
from core.tracking.readers.telling import Telling, tag_name
from core.tracking.source import Told

_SEPARATORS: Final = {".csv": ",\t;", ".tsv": "\t"}
_RUN_COLUMNS: Final = ("run", "run_name")
_MOST_RUNS: Final = 1_000
_LOOKED_AT: Final = 2**16  # bytes, for a header
_MARK: Final = "\ufeff"


class CsvTable:
    """A file named .csv or .tsv whose first line is a header: names, not all of them numbers."""

    name = "CSV"

    def reads(self, path: Path) -> bool:
        """Tell whether the file is one, or has no whole line yet."""
        if path.suffix.lower() not in _SEPARATORS:
            return False
        lines = first_lines(path, _LOOKED_AT)
        if not lines:
            return lines is not None
        names = _cells(lines[0], _separator(path, lines[0]))
        return names is not None and any(number(name) is None for name in names)

    def open(self, path: Path, run: str) -> "CsvSource":
        """Return what reads it."""
        return CsvSource(path, run)


class CsvSource(LineSource):
    """One table; a column `run` or `run_name` says which run each line is of. A run is there with a number.

    A line without a time has the time when the file was last written, as it was read. A table that is written
    anew, as Lightning does for every new column, is read anew: what it has told before is not told twice.
    """

    def __init__(self, path: Path, run: str) -> None:
        super().__init__(path)
        self._run = run
        self._names: list[str] = []
        self._separator = ","
        self._split = ""
        self._runs: dict[str, Telling] = {}
        self._axes: dict[str, StepAxis] = {}

    def _begin_again(self) -> None:
        self._names = []
        for run in self._runs.values():
            run.read_again()

    def _take(self) -> Iterator[Told]:
        for run in self._runs.values():
            yield from run.take()

    def _read_header(self, line: str) -> None:
        self._separator = _separator(self._path, line)
        self._names = [name.strip() for name in _cells(line, self._separator) or [""]]
        self._split = next((name for name in _RUN_COLUMNS if name in self._names), "")
        self._axes = {}

    def _read_line(self, line: str, written: float) -> None:
        if not self._names:
            self._read_header(line.removeprefix(_MARK))
            return
        cells = _cells(line, self._separator)
        if cells is None or len(cells) > len(self._names):
            self._telling("", written).notice(
                "lines that do not fit the table's header are passed over", written
            )
            return
        fields: dict[str, object] = dict(zip(self._names, cells, strict=False))
        own = str(fields.pop(self._split, "")).strip()
        own = tag_name(own) if own else ""
        if own not in self._axes and len(self._axes) >= _MOST_RUNS:
            self._telling("", written).notice(f"more than {_MOST_RUNS:,} runs: the first are read", written)
            return
        axis = self._axes.setdefault(own, StepAxis(self._names))
        run: Telling | None = None
        for scalar in scalars(fields, axis, written):
            run = run or self._telling(own, written)
            run.scalar(*scalar)

    def _telling(self, own: str, written: float) -> Telling:
        run = self._runs.get(own)
        if run is None:
            name = f"{self._run}/{own}" if own else self._run
            run = self._runs[own] = Telling(name, CsvTable.name, rereads=True)
            run.begin(written, hparams(self._path), name=own)
        return run


def _separator(path: Path, header: str) -> str:
    return max(_SEPARATORS[path.suffix.lower()], key=header.count)


def _cells(line: str, separator: str) -> list[str] | None:
    """Return the cells of a line; None where it is none, such as half of one with a line break in quotes."""
    try:
        return next(csv.reader([line.rstrip("\r")], delimiter=separator, strict=True), None)
    except csv.Error:
        return None
