"""Turns what JSON held into the values of our own types, or refuses it: nothing is guessed or rounded."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args, get_origin

from core.config.recipe_edits import RecipeEdits
from core.config.run_config import RunConfig
from core.errors import InputError
from core.printable import printable, printable_lines
from core.runs.limits import MOST_CLASSES, Finite, Line, Range, Text, Whole, png_size
from core.runs.packed import PackedCounts, PackedFloats
from core.runs.sparse_counts import SparseCounts

if TYPE_CHECKING:
    import cattrs

Hook = Callable[[Any, Any], Any]

UNREADABLE: Final = (
    *(ValueError, KeyError, TypeError, AttributeError),
    *(OverflowError, RecursionError, InputError),
)
"""What json and `strict_converter` raise for lines from "[" * 100_000 to {"seq": 1e999}."""

TABLE_SIDE: Final = Range(1, MOST_CLASSES)
SPARSE_LISTS: Final = ("true", "predicted", "counts")

_JSON_NUMBERS: Final[dict[type[float], set[type[float]]]] = {float: {int, float}, int: {int}}


@cache
def strict_converter() -> "cattrs.Converter":
    """Return the converter, which raises one of `UNREADABLE`.

    Numbers and texts are those that `core.runs.limits` says, each of JSON's own type, and a text comes out
    printable. Those that are kept as they are name a run's images, and the file of its network: whoever
    trains it opens them.
    """
    # here, for screens that name events before they read one: it takes 70 ms to import
    import cattrs  # noqa: PLC0415
    from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override  # noqa: PLC0415

    converter = cattrs.Converter(detailed_validation=False)
    hooks: dict[type, Hook] = {
        int: _number(int, Whole),
        float: _number(float, Finite),
        bool: lambda value, _: _of_type(value, bool),
        str: _text(Line),
        StrEnum: lambda value, kind: kind(_of_type(value, str)),  # else each were but a text, as it is one
    }
    for kind, hook in hooks.items():
        converter.register_structure_hook(kind, hook)
    converter.register_structure_hook_factory(_is_limited, _limited)
    converter.register_structure_hook_factory(_is_row, _row)
    converter.register_structure_hook_factory(_is_numbers, _numbers)
    converter.register_unstructure_hook_func(_is_numbers, lambda values: values)
    converter.register_structure_hook_factory(_is_packed, _packed)
    converter.register_unstructure_hook_func(_is_packed, _unpacked)
    data = override(struct_hook=lambda value, _: path_text(value))
    model = override(struct_hook=lambda value, _: None if value is None else path_text(value))
    converter.register_structure_hook(
        RunConfig, make_dict_structure_fn(RunConfig, converter, data=data, model=model)
    )
    # what nobody edited stands in no file, as in those of versions without edits, or without such a setting
    edits = make_dict_unstructure_fn(RecipeEdits, converter, _cattrs_omit_if_default=True)
    converter.register_unstructure_hook(RecipeEdits, edits)
    later = override(omit_if_default=True)
    own = make_dict_unstructure_fn(
        RunConfig, converter, edits=later, image_size=later, model=later, model_digest=later
    )
    converter.register_unstructure_hook(RunConfig, own)
    return converter


def path_text(value: object) -> str:
    """Return the text of a path as it is.

    Raises:
        ValueError: it is no text, or none that a path can be.
    """
    text: str = _of_type(value, str)
    if "\0" in text:
        raise ValueError("a path with a zero byte")
    return text


def _is_limited(kind: object) -> bool:
    return get_origin(kind) is Annotated


def _limited(kind: Any) -> Hook:  # noqa: ANN401 - a type
    base, limit = get_args(kind)
    return _text(limit) if isinstance(limit, Text) else _number(base, limit)


def _is_row(kind: object) -> bool:
    """Tell whether `kind` is tuple[..., ...] of one type."""
    return get_origin(kind) is tuple and get_args(kind)[1:] == (Ellipsis,)


def _row(kind: Any, converter: "cattrs.Converter") -> Hook:  # noqa: ANN401 - a type
    """Return what takes a list alone: a text is one of its characters to others."""
    part, _ = get_args(kind)
    structure = converter.get_structure_hook(part)
    return lambda values, _: tuple(structure(value, part) for value in _of_type(values, list))


def _is_numbers(kind: object) -> bool:
    """Tell whether `kind` is tuple[int, ...], tuple[float, ...] or such a one with a limit."""
    return _is_row(kind) and _limits(get_args(kind)[0])[0] in _JSON_NUMBERS


def _limits(kind: Any) -> tuple[Any, Any]:  # noqa: ANN401 - a type
    return get_args(kind) if _is_limited(kind) else (kind, Whole if kind is int else Finite)


def _numbers(kind: Any) -> Hook:  # noqa: ANN401 - a type
    return _numbers_of(get_args(kind)[0])


def _numbers_of(kind: Any) -> Hook:  # noqa: ANN401 - a type
    """Most of every file: they are turned in one call each, not number by number."""
    number, limit = _limits(kind)
    types = _JSON_NUMBERS[number]

    def structure(values: Any, _: object) -> tuple[float, ...]:  # noqa: ANN401 - whatever the line holds
        if not types.issuperset(map(type, _of_type(values, list))):
            raise ValueError("not all are numbers")
        numbers = tuple(map(number, values))
        limit.check_all(numbers)
        return numbers

    return structure


def _is_packed(kind: object) -> bool:
    """Tell whether `kind` is Sequence[float] or Sequence[Sequence[int]], or such a one with a limit."""
    return get_origin(kind) is Sequence


def _packed(kind: Any) -> Hook:  # noqa: ANN401 - a type
    (part,) = get_args(kind)
    if not _is_packed(part):
        numbers = _numbers_of(part)
        return lambda values, _: PackedFloats(numbers(values, None))
    row = _numbers_of(get_args(part)[0])
    return lambda rows, _: _table(rows, row)


def _table(written: Any, row: Hook) -> PackedCounts | SparseCounts:  # noqa: ANN401 - whatever the line holds
    if type(written) is not dict:
        return PackedCounts([row(values, None) for values in _of_type(written, list)])
    side = _of_type(written["side"], int)
    TABLE_SIDE.check(side)
    return SparseCounts(side, *(row(written[name], None) for name in SPARSE_LISTS))


def _unpacked(values: Sequence[Any]) -> object:
    return values.as_written() if isinstance(values, SparseCounts) else tuple(values)


def _number(number: type[float], limit: Range) -> Hook:
    types = _JSON_NUMBERS[number]

    def structure(value: Any, _: object) -> float:  # noqa: ANN401 - whatever the line holds
        if type(value) not in types:
            raise ValueError("no number")
        limit.check(value)
        return number(value)

    return structure


def _text(limit: Text) -> Hook:
    def structure(value: object, _: object) -> str:
        text: str = _of_type(value, str)
        match limit.kind:
            case "line":
                return printable(_cut(text, limit.most))
            case "lines":
                return printable_lines(text[-limit.most :])  # the end of a traceback says most
            case "png":
                png_size(text)
        if len(text) > limit.most or not text.isascii():
            raise ValueError("no bytes in base64")
        return text

    return structure


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _of_type(value: Any, kind: type) -> Any:  # noqa: ANN401 - whatever the line holds
    if type(value) is not kind:
        raise ValueError(f"no {kind.__name__}")
    return value
