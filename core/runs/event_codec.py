"""How an event stands in the event file: one JSON object a line.

A line is ``{"v": version, "seq": number, "t": Unix seconds, "kind": name, ...the event's fields}``. NaN and
infinity are written as Python's json writes them (``NaN``, ``Infinity``) and survive the round trip. Text is
UTF-8, escaped only where JSON must. A line of an unknown kind, or one that cannot be read, becomes an
`UnknownEvent` and is never an error: a newer version may have written it, a disk have damaged it, or a
stranger have made it up. What is read is checked here and nowhere else.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from core.runs.event_checks import check_event
from core.runs.events import Event, Record, UnknownEvent
from core.runs.limits import MOST, Range
from core.runs.strict_values import UNREADABLE, strict_converter

if TYPE_CHECKING:
    import cattrs

VERSION: Final = 1


def _kind(event_type: type[Any]) -> str:
    """Turn the class name into the file's spelling: StepsDone -> steps_done."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in event_type.__name__).lstrip("_")


EVENT_TYPES: Final[dict[str, type[Any]]] = {_kind(t): t for t in Event.__args__ if t is not UnknownEvent}
"""What a line is read as, by its kind."""

_KINDS: Final[dict[type[Any], str]] = {t: kind for kind, t in EVENT_TYPES.items()}
_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
SEQUENCES: Final = Range(-1, MOST)
TIMES: Final = Range(0, 2**37)  # Unix seconds, to the year 6325


@dataclass(frozen=True, slots=True)
class _Codec:
    """The libraries between an event and its line."""

    converter: "cattrs.Converter"
    dumps: Callable[[object], bytes]
    loads: Callable[[str], Any]


@cache
def _codec() -> _Codec:
    import orjson  # noqa: PLC0415 - as `strict_converter` has it

    return _Codec(strict_converter(), orjson.dumps, orjson.loads)


def to_line(record: Record) -> str:
    """Write `record` as one line of the event file, line feed included."""
    if isinstance(record.event, UnknownEvent):
        return record.event.line.rstrip("\n") + "\n"
    codec = _codec()
    head = {"v": VERSION, "seq": record.sequence, "t": record.time, "kind": _KINDS[type(record.event)]}
    fields = head | codec.converter.unstructure(record.event)
    try:
        line = codec.dumps(fields)
    except TypeError:  # half a surrogate pair, as in the name of a file that is no UTF-8
        return _plain_line(fields)
    # NaN and infinity come out of orjson as null, and only json writes them as they are
    return _plain_line(fields) if b"null" in line else line.decode() + "\n"


def _plain_line(fields: dict[str, Any]) -> str:
    return json.dumps(fields, separators=(",", ":")) + "\n"


def from_line(line: str) -> Record:
    """Read one line of the event file, which may hold anything.

    What comes out can be trusted: numbers are in their ranges, shapes fit, texts are printable. A line that
    this version cannot read, or that no version would write, becomes an `UnknownEvent`.
    """
    kind = "unreadable"
    sequence, time = -1, math.nan
    codec = _codec()
    try:
        if '"kind"' not in line:  # millions of lines without are quickly read
            raise ValueError("no event")
        fields = read_json(line)
        sequence, time = _place(fields["seq"], fields["t"])
        kind = _known_kind(fields["kind"])
        event = codec.converter.structure(fields, EVENT_TYPES[kind])
        check_event(event)
        return Record(sequence, time, event)
    except UNREADABLE:
        return Record(sequence, time, UnknownEvent(kind=kind, line=line.rstrip("\n")))


def read_json(line: str) -> Any:  # noqa: ANN401 - whatever the line holds
    """Read a line of JSON.

    Raises:
        ValueError: it is none.
        RecursionError: it is nested too deeply.
    """
    try:
        return _codec().loads(line)
    except ValueError:  # NaN, infinity and half a surrogate pair are json's alone
        return json.loads(line)


def _place(sequence: object, time: object) -> tuple[int, float]:
    """Check where a line says it stands in the file and in time."""
    if type(sequence) is not int or type(time) not in (int, float):
        raise TypeError("no numbers")
    SEQUENCES.check(sequence)
    TIMES.check(float(time))  # type: ignore[arg-type] # int or float, as asked
    return sequence, float(time)  # type: ignore[arg-type]


def _known_kind(kind: str) -> str:
    """Return the kind of a line where it is spelled like one, for people to read."""
    if not _KIND.fullmatch(kind):
        raise ValueError("no kind")
    return kind
