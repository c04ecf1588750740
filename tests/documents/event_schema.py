"""The event file's JSON Schema, made from the types of events by `python -m tests.documents.event_schema`.

What no schema can say, the codec alone checks: that lists are as long as one another and counts no more than
their sum, that a picture is one. And a whole number may be written 1.0 for a schema, and NaN is none at all
to JSON: validators let it pass wherever a number is due.
"""

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from inspect import getdoc
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

from core.config.devices import Devices
from core.config.run_config import RunConfig
from core.config.settings import AutoOr, Kind, MultipleOf, Number, PositiveNumber, WholeNumber
from core.runs.event_checks import (
    IMAGE_DIMENSIONS,
    MOST_ADJUSTMENTS,
    MOST_CROPS,
    MOST_DIMENSIONS,
    MOST_PICTURES,
    MOST_ROWS,
)
from core.runs.event_codec import EVENT_TYPES, SEQUENCES, TIMES, VERSION
from core.runs.events import DataLoaded, Evaluated, LayerRow, MisclassifiedFound, ModelSummarised
from core.runs.evidence_events import NormalizationShown, Sample, SamplesShown, WatchedAnswered, WatchedShown
from core.runs.limits import MOST_CLASSES, Finite, Range, Text, Whole
from core.runs.parameter_norms import ParameterNorms
from core.runs.strict_values import SPARSE_LISTS, TABLE_SIDE
from tests.documents import ROOT

FILE: Final = ROOT / "assets" / "event.schema.json"

Schema = dict[str, Any]

_GREATEST: Final = sys.float_info.max
_LENGTHS: Final[dict[tuple[type, str], tuple[int, int]]] = {
    (DataLoaded, "classes"): (1, MOST_CLASSES),
    (DataLoaded, "adjustments"): (0, MOST_ADJUSTMENTS),
    (ModelSummarised, "input_shape"): (1, MOST_DIMENSIONS),
    (ModelSummarised, "rows"): (0, MOST_ROWS),
    (LayerRow, "output_shape"): (1, MOST_DIMENSIONS),
    (ParameterNorms, "layers"): (0, MOST_ROWS),
    (ParameterNorms, "weights"): (0, MOST_ROWS),
    (ParameterNorms, "gradients"): (0, MOST_ROWS),
    (Evaluated, "confusion"): (1, MOST_CLASSES),
    (MisclassifiedFound, "images"): (0, MOST_PICTURES),
    (SamplesShown, "samples"): (1, MOST_PICTURES),
    (Sample, "crops"): (0, MOST_CROPS),
    (WatchedShown, "images"): (1, MOST_PICTURES),
    (WatchedAnswered, "answers"): (1, MOST_PICTURES),
    (NormalizationShown, "shape"): (IMAGE_DIMENSIONS, IMAGE_DIMENSIONS),
    (NormalizationShown, "weight_shape"): (1, MOST_DIMENSIONS),
    (NormalizationShown, "statistics"): (0, MOST_ROWS),
}
"""What `core.runs.event_checks` asks of a single list."""

_SPARSE: Final = (Evaluated, "confusion")


def event_schema() -> Schema:
    """Return the schema of one line of an event file, of a run's or of a suite's own."""
    parts: dict[str, Schema] = {}
    events = {kind: _object(event_type, parts) for kind, event_type in EVENT_TYPES.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:cifar-tui:event:{VERSION}",
        "title": "a line of an event file of cifar-tui",
        "description": "NaN, Infinity and -Infinity stand in it as they are here, unlike in JSON.",
        "type": "object",
        "required": ["v", "seq", "t", "kind"],
        "properties": {
            "v": {"const": VERSION, "description": "the version of the file's form"},
            "seq": _number(int, SEQUENCES) | {"description": "the line's place in the file, from 0"},
            "t": _number(float, TIMES) | {"description": "when it was written, in Unix seconds"},
            "kind": {"enum": list(events)},
        },
        # by its kind, so that what a validator complains of is the event it is
        "allOf": [
            {"if": {"properties": {"kind": {"const": kind}}}, "then": {"$ref": f"#/$defs/{kind}"}}
            for kind in events
        ],
        "$defs": events | dict(sorted(parts.items())),
    }


def _object(kind: type, parts: dict[str, Schema]) -> Schema:
    """Return the schema of a dataclass: newer versions may add to it."""
    hints = get_type_hints(kind, include_extras=True)
    properties = {}
    for field in fields(kind):
        own = _narrowed(_of(hints[field.name], parts), field, kind)
        own = _sized(own, _LENGTHS.get((kind, field.name)))
        properties[field.name] = _also_sparse(own) if (kind, field.name) == _SPARSE else own
    required = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    words = " ".join((getdoc(kind) or "").partition("\n\n")[0].split())
    return {"description": words, "type": "object", "required": required, "properties": properties}


def _also_sparse(table: Schema) -> Schema:
    """Return the schema of a table that is written whole, or as what in it is not zero."""
    index, count = _number(int, Range(0, MOST_CLASSES - 1)), table["items"]["items"]
    numbers = dict(zip(SPARSE_LISTS, (index, index, count), strict=True))
    lists = {name: {"type": "array", "items": items} for name, items in numbers.items()}
    sparse = {
        "description": "counts[i] stands in row true[i], column predicted[i] of side rows; the rest is zero",
        "type": "object",
        "required": ["side", *SPARSE_LISTS],
        "properties": {"side": _number(int, TABLE_SIDE), **lists},
    }
    return {"anyOf": [table, sparse]}


def _of(kind: Any, parts: dict[str, Schema]) -> Schema:  # noqa: ANN401, PLR0911 - one answer a type
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        base, limit = arguments
        return _text(limit) if isinstance(limit, Text) else _number(base, limit)
    if origin in (UnionType, Union):
        return {"anyOf": [_of(one, parts) for one in arguments]}
    if origin in (tuple, Sequence):
        return {"type": "array", "items": _of(arguments[0], parts)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _of(arguments[1], parts)}
    if isinstance(kind, type) and is_dataclass(kind):
        if kind.__name__ not in parts:
            parts[kind.__name__] = {}  # known from here on, to itself as well
            parts[kind.__name__] = _object(kind, parts)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    if issubclass(kind, StrEnum):
        return {"enum": [str(one) for one in kind]}
    plain: dict[type, Schema] = {
        int: _number(int, Whole),
        float: _number(float, Finite),
        bool: {"type": "boolean"},
        str: {"type": "string"},
        NoneType: {"type": "null"},
    }
    return plain[kind]


def _number(kind: type, limit: Range) -> Schema:
    own = {"type": "integer" if kind is int else "number"}
    if math.isinf(limit.high):
        return own
    finite = own | {"minimum": limit.low, "maximum": limit.high}
    if not limit.open_ended:
        return finite
    infinite: Schema = {"type": "number", "not": {"type": "integer"}}  # which any finite one as great is
    return {
        "anyOf": [
            finite,
            infinite | {"exclusiveMinimum": _GREATEST},
            infinite | {"exclusiveMaximum": -_GREATEST},
        ]
    }


def _text(limit: Text) -> Schema:
    """Return the schema of a text; one that is too long is cut by who reads it, but for bytes in base64."""
    match limit.kind:
        case "base64":
            return {"type": "string", "maxLength": limit.most, "pattern": r"^[\x00-\x7f]*$"}
        case "png":
            return {"type": "string", "maxLength": limit.most, "pattern": r"^iVBORw0KGgo[\x00-\x7f]*$"}
        case _:
            return {"type": "string"}


def _sized(schema: Schema, length: tuple[int, int] | None) -> Schema:
    """Return the schema of a list with how many it can have; of a table, likewise of each row."""
    if length is None:
        return schema
    least, most = length
    items = schema["items"]
    sized = schema | {"minItems": least, "maxItems": most}
    return sized | {"items": _sized(items, length)} if "items" in items else sized


def _narrowed(schema: Schema, field: Field[Any], owner: type) -> Schema:
    """Return the schema of a setting with what its flag takes."""
    setting = field.metadata.get("setting")
    if (owner, field.name) == (RunConfig, "data"):
        return schema | {"pattern": r"^[^\x00]*[^\s\x00][^\x00]*$"}
    if (owner, field.name) == (RunConfig, "model"):
        text, nothing = schema["anyOf"]
        return {"anyOf": [text | {"pattern": r"^[^\x00]*[^\s\x00][^\x00]*:[^\W\d]\w*$"}, nothing]}
    range_of = {} if setting is None else _range(setting.kind)
    if not range_of:
        return schema
    if "anyOf" in schema:  # or None
        number, nothing = schema["anyOf"]
        return {"anyOf": [number | range_of, nothing]}
    return schema | range_of


def _range(kind: Kind) -> Schema:
    match kind:
        case MultipleOf(step=step, high=high):
            return {"minimum": step, "maximum": high, "multipleOf": step}
        case WholeNumber(low=low, high=high) | Number(low=low, high=high):
            return {"minimum": low, "maximum": high}
        case PositiveNumber(high=high):
            return {"minimum": 0, "exclusiveMinimum": 0, "maximum": high}
        case AutoOr(kind=own):
            return _range(own)
        case Devices():
            return {"pattern": kind.pattern}
        case _:
            return {}


def schema_text() -> str:
    """Return what the file has."""
    return json.dumps(event_schema(), indent=1, allow_nan=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8")
