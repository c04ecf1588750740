"""How an event stands in the event file: one JSON object a line.

A line is ``{"v": version, "seq": number, "t": Unix seconds, "kind": name, ...the event's fields}``. NaN and
infinity are written as Python's json writes them (``NaN``, ``Infinity``) and survive the round trip. Text is
UTF-8, escaped only where JSON must. A line of an unknown kind, or one that cannot be read, becomes an
`UnknownEvent` and is never an error: a newer version may have written it.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from operator import eq
from typing import TYPE_CHECKING, Any, Final

from core.errors import InputError
from core.runs.events import Event, Record, UnknownEvent

if TYPE_CHECKING:
    import cattrs

VERSION: Final = 1


def _kind(event_type: type[Any]) -> str:
    """Turn the class name into the file's spelling: StepsDone -> steps_done."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in event_type.__name__).lstrip("_")


_TYPES: Final[dict[str, type[Any]]] = {_kind(t): t for t in Event.__args__ if t is not UnknownEvent}
_KINDS: Final[dict[type[Any], str]] = {t: kind for kind, t in _TYPES.items()}
# what json and the conversions of a number raise for lines from "[" * 100_000 to {"seq": 1e999}
_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class _Codec:
    """The libraries between an event and its line."""

    converter: "cattrs.Converter"
    dumps: Callable[[object], bytes]
    loads: Callable[[str], Any]


@cache
def _codec() -> _Codec:
    # here, for screens that name events before they read one: the two take 75 ms to import
    import cattrs  # noqa: PLC0415
    import orjson  # noqa: PLC0415

    converter = cattrs.Converter(detailed_validation=False)
    # tuples of numbers are most of every file: each is turned in one call, not number by number
    for numbers, number in ((tuple[float, ...], float), (tuple[int, ...], int)):
        is_one = partial(eq, numbers)
        converter.register_structure_hook_func(is_one, partial(_number_tuple, number))
        converter.register_unstructure_hook_func(is_one, lambda values: values)
    return _Codec(converter, orjson.dumps, orjson.loads)


def _number_tuple(number: type[float], values: Iterable[Any], _type: object) -> tuple[float, ...]:
    return tuple(map(number, values))


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
    """Read one line of the event file; what this version cannot read becomes an `UnknownEvent`."""
    kind = "unreadable"
    sequence, time = -1, float("nan")
    codec = _codec()
    try:
        fields = _fields(codec, line)
        kind, sequence, time = str(fields["kind"]), int(fields["seq"]), float(fields["t"])
        return Record(sequence, time, codec.converter.structure(fields, _TYPES[kind]))
    except (*_UNREADABLE, InputError):
        return Record(sequence, time, UnknownEvent(kind=kind, line=line.rstrip("\n")))


def _fields(codec: _Codec, line: str) -> Any:  # noqa: ANN401 - whatever the line holds
    try:
        return codec.loads(line)
    except ValueError:  # NaN, infinity and half a surrogate pair are json's alone
        return json.loads(line)
