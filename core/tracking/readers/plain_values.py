"""Numbers, steps, times and settings, as text files and JSON hold them; nothing here raises."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from reprlib import Repr
from typing import Any, Final

from core.printable import printable
from core.runs.limits import MOST

STEP_KEYS: Final = ("step", "global_step", "_step", "iteration", "iter", "epoch")
"""Names of what counts steps, the best first."""
TIME_KEYS: Final = ("time", "timestamp", "_timestamp", "wall_time")
"""Names of what tells when a line was written."""
_TAG_KEYS: Final = ("tag", "metric", "key", "name")
_VALUE_KEY: Final = "value"

_DEEPEST: Final = 10
_MOST_CONFIG: Final = 1_000
_MOST_LETTERS: Final = 1_000
_LONGEST_NUMBER: Final = 400
_LATEST: Final = 2.0**37
_EARLIEST: Final = 1e8
"""Of a Unix time, in 1973: a smaller "time" is a duration."""

_brief = Repr()
_brief.maxlist = _brief.maxtuple = _brief.maxset = _brief.maxdict = 20
_brief.maxstring = _brief.maxlong = _brief.maxother = _MOST_LETTERS
_brief.maxlevel = 3


def number(value: object) -> float | None:
    """Return a number of JSON, or one that is written as text; None for what is none."""
    match value:
        case float():
            return value
        case int():  # a bool, too
            try:
                return float(value)
            except OverflowError:
                return None
        case str():
            return _number_of_text(value)
        case _:
            return None


def _number_of_text(text: str) -> float | None:
    if len(text) > _LONGEST_NUMBER or "_" in text:  # Python takes 20_24 for a number
        return None
    try:
        return float(text)
    except ValueError:
        return None


def whole(value: object) -> int | None:
    """Return a number as a step, from 0, rounded down; None for what is none."""
    found = None if isinstance(value, bool) else number(value)
    return int(found) if found is not None and 0 <= found <= MOST else None


def moment(value: object) -> float | None:
    """Return Unix seconds: given as such, as milliseconds or by ISO 8601; None for what is no time."""
    found = None if isinstance(value, bool) else number(value)
    if found is None and isinstance(value, str):
        try:
            found = datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError, OSError):
            return None
    if found is not None and found > _LATEST:
        found /= 1_000
    return found if found is not None and _EARLIEST <= found <= _LATEST else None


def leaves(fields: Mapping[Any, object], above: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    """Yield what nested `fields` hold, by names joined with "/".

    A field that says its `_type`, as W&B and trackio describe pictures and tables, is none.
    """
    for name, value in fields.items():
        if not isinstance(value, Mapping) or not value or depth == _DEEPEST:
            yield f"{above}{name}", value
        elif "_type" not in value:
            yield from leaves(value, f"{above}{name}/", depth + 1)


def config_texts(fields: Mapping[Any, object]) -> dict[str, str]:
    """Return settings as texts, each on one line, by names joined with "/"."""
    texts = islice(leaves(fields), _MOST_CONFIG)
    return {printable(name[:_MOST_LETTERS]): _text(value) for name, value in texts}


def _text(value: object) -> str:
    try:
        text = value if isinstance(value, str) else _brief.repr(value)
    except ValueError:  # Python writes no number of more than 4,300 digits
        text = "a very large number"
    return printable(text[:_MOST_LETTERS])


class StepAxis:
    """Finds the step of each line of a file, by the best of `STEP_KEYS` that it has had so far.

    A line without it belongs to the step before. Where `names`, all there are, have none of them, lines are
    counted.
    """

    def __init__(self, names: Iterable[str] | None = None) -> None:
        self._places = list(STEP_KEYS) if names is None else [key for key in STEP_KEYS if key in set(names)]
        self._counts = names is not None and not self._places
        self._step = 0
        self._lines = 0
        self._rank = len(STEP_KEYS) if names is None else 0
        self.key = "" if names is None else next(iter(self._places), "")

    def step(self, fields: Mapping[str, object]) -> int:
        """Return the step of the line with `fields`."""
        self._lines += 1
        if self._counts:
            return self._lines - 1
        for rank, key in enumerate(self._places[: self._rank + 1]):
            found = whole(fields.get(key))
            if found is not None:
                self._rank, self.key, self._step = rank, key, found
                break
        return self._step


def _wide(fields: Mapping[str, object]) -> Mapping[str, object]:
    """Return a line of the long form, a quantity's name and value, as one of the wide form; others as it is.

    Such are the tables and lines of `cifar-tui export`. Where a line says whose run it is, so does the name.
    """
    for key in _TAG_KEYS:
        tag = fields.get(key)
        if isinstance(tag, str) and tag.strip() and _VALUE_KEY in fields:
            run = fields.get("run")
            name = f"{run}/{tag.strip()}" if isinstance(run, str) and run else tag.strip()
            return {name: fields[_VALUE_KEY], **{key: fields[key] for key in TIME_KEYS if key in fields}}
    return fields


def scalars(
    fields: Mapping[str, object], axis: StepAxis, time: float
) -> Iterator[tuple[str, int, float, float]]:
    """Yield the quantities of one line: tag, step, value, and its time where it has one, else `time`."""
    step = axis.step(fields)
    fields = _wide(fields)
    for key in TIME_KEYS:
        found = moment(fields.get(key))
        if found is not None:
            time = found
            break
    for tag, value in leaves(fields):
        found = number(value)
        if found is None or tag == axis.key or (tag in TIME_KEYS and moment(value) is not None):
            continue
        yield tag, step, found, time
