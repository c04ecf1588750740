"""Files of a JSON object a line, as many loops write their metrics."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from core.tracking.readers.growing_lines import first_lines
from core.tracking.readers.line_source import LineSource
from core.tracking.readers.plain_values import STEP_KEYS, StepAxis, scalars, whole
from core.tracking.readers.telling import Telling
from core.tracking.source import Told

_NAMES: Final = {".jsonl", ".ndjson"}
_LOOKED_AT: Final = 2**16  # bytes, for a step among the first lines


class JsonLines:
    """A file named .jsonl or .ndjson with a step among its first lines, or without a whole line yet."""

    name = "JSONL"

    def reads(self, path: Path) -> bool:
        """Tell whether the file is one, and none of the dashboard's own."""
        if path.suffix.lower() not in _NAMES:
            return False
        lines = first_lines(path, _LOOKED_AT)
        if lines is None:
            return False
        found = [parsed for line in lines if (parsed := json_object(line)) is not None]
        if found and {"seq", "kind"} <= found[0].keys():
            return False
        return not lines or any(whole(line.get(key)) is not None for line in found for key in STEP_KEYS)

    def open(self, path: Path, run: str) -> "JsonLinesSource":
        """Return what reads it."""
        return JsonLinesSource(path, run)


class JsonLinesSource(LineSource):
    """One file, which is one run; the run is there with the first number.

    A line without a time has the time when the file was last written, as it was read.
    """

    def __init__(self, path: Path, run: str) -> None:
        super().__init__(path)
        self._run = Telling(run, JsonLines.name, rereads=True)
        self._axis = StepAxis()

    def _begin_again(self) -> None:
        self._run.read_again()
        self._axis = StepAxis()

    def _read_line(self, line: str, written: float) -> None:
        fields = json_object(line)
        if fields is None:
            self._run.notice("lines that are no JSON objects are passed over", written)
            return
        for scalar in scalars(fields, self._axis, written):
            self._run.scalar(*scalar)

    def _take(self) -> Iterator[Told]:
        return iter(self._run.take())


def json_object(text: str | bytes) -> dict[str, Any] | None:
    """Return the object that JSON holds, None where it is something else or none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
