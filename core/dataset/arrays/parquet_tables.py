"""Read a set in Parquet files, as Hugging Face's `datasets` writes them, row group by row group.

https://huggingface.co/docs/datasets/about_dataset_features: a schema's metadata says which columns are images
and what the classes are called.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from core.dataset.arrays.array_source import ArraySource
from core.dataset.arrays.raw_splits import Array, EncodedPictures, RawParts
from core.errors import InputError

IMAGE_NAMES: Final = ("image", "img", "images", "picture", "pixel_values")
LABEL_NAMES: Final = ("label", "labels", "fine_label", "class", "target", "y", "category")
_ROWS_AT_ONCE: Final = 128
_BUFFER_BYTES: Final = 2**20  # with it, and nothing read ahead, a page is read at a time, and not a row group
_MOST_ROWS_COUNTED: Final = 1_000_000


class Columns(NamedTuple):
    """Where images and labels are: `image` names the bytes within a column of images.

    `names` are the classes', () where the schema does not tell; `other_labels` are columns that are not used.
    """

    image: str
    label: str
    names: tuple[str, ...]
    other_labels: tuple[str, ...]


def described(source: ArraySource) -> ArraySource:
    """Return the source with what its files' headers tell.

    Raises:
        InputError: a file is damaged, or has no column of images or of labels.
    """
    columns = _columns(source)
    parts = [
        replace(part, count=sum(_rows(source.path, file) for file in part.places)) for part in source.parts
    ]
    if not all(part.count for part in parts):
        raise InputError(f"--data {source.path}: a part of it has no rows")
    classes = len(columns.names) or None
    if classes is None and sum(part.count or 0 for part in parts) <= _MOST_ROWS_COUNTED:
        labels = (_labels(source.path, part.places, columns) for part in parts)
        classes = len({label for of_part in labels for label in np.unique(of_part).tolist()})
    return replace(source, parts=tuple(parts), classes=classes, names=columns.names)


def read_parquet(source: ArraySource, names: Sequence[str]) -> RawParts:
    """Read the labels of the named parts, and the pictures when they are asked for.

    Raises:
        InputError: a file is damaged, or has no column of images or of labels.
    """
    columns = _columns(source)
    images: dict[str, Array | EncodedPictures] = {}
    labels = {}
    for name in names:
        places = source.part(name).places
        labels[name] = _labels(source.path, places, columns)
        images[name] = _pictures(source.path, places, columns.image)
    notes = []
    if columns.other_labels:
        unused = ", ".join(columns.other_labels)
        notes.append(f"its classes are those of the column {columns.label}; {unused} is not used")
    return RawParts(images, labels, columns.names, "parquet", tuple(notes))


def _columns(source: ArraySource) -> Columns:
    """Find the columns, which must be the same in every file."""
    found = {place: _columns_of(source.path, place) for part in source.parts for place in part.places}
    first, columns = next(iter(found.items()))
    for place, others in found.items():
        if others != columns:
            raise InputError(
                f"--data {source.path}: {Path(place).name} has other columns or classes than "
                f"{Path(first).name}; give one set"
            )
    return columns


def _columns_of(path: Path, place: str) -> Columns:
    with _opened(path, place) as file:
        schema = file.schema_arrow
    features = _features(schema.metadata)
    images = [field for field in schema if _is_image(field)]
    labels = [field for field in schema if field not in images and _is_label(field, features)]
    if not images or not labels:
        what = "images (a struct of bytes and path, or binary)" if not images else "labels"
        raise InputError(
            f"--data {path}: has the columns {', '.join(schema.names)}, none of which is one of {what}"
        )
    image = min(images, key=lambda field: _rank(field.name, IMAGE_NAMES))
    named = [field for field in labels if _class_names(features, field.name)]
    label = named[0] if named else min(labels, key=lambda field: _rank(field.name, LABEL_NAMES))
    if pa.types.is_list(label.type) or pa.types.is_large_list(label.type):
        raise InputError(
            f"--data {path}: its column {label.name} has several labels an image; one class an image is "
            "needed"
        )
    others = tuple(field.name for field in named if field is not label)
    inner = f"{image.name}.bytes" if pa.types.is_struct(image.type) else image.name
    return Columns(inner, label.name, _class_names(features, label.name), others)


def _features(metadata: dict[bytes, bytes] | None) -> dict[str, Any]:
    """Return what `datasets` says of each column; nothing where another program wrote the file."""
    try:
        found = json.loads((metadata or {})[b"huggingface"])["info"]["features"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _feature(features: dict[str, Any], name: str) -> dict[str, Any]:
    found = features.get(name)
    return found if isinstance(found, dict) else {}


def _class_names(features: dict[str, Any], name: str) -> tuple[str, ...]:
    feature = _feature(features, name)
    names = feature.get("names") if feature.get("_type") == "ClassLabel" else None
    return tuple(map(str, names)) if isinstance(names, list) else ()


def _is_image(field: Any) -> bool:  # noqa: ANN401 - pyarrow ships no types
    if pa.types.is_struct(field.type):
        return any(inner.name == "bytes" for inner in field.type)
    kind = field.type
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _is_label(field: Any, features: dict[str, Any]) -> bool:  # noqa: ANN401 - likewise
    if _feature(features, field.name).get("_type") == "ClassLabel" or field.name.lower() in LABEL_NAMES:
        return True
    kind = field.type
    plain = pa.types.is_integer(kind) or pa.types.is_string(kind)
    return bool(plain and field.name.lower().endswith("label"))


def _rank(name: str, names: Sequence[str]) -> int:
    return names.index(name.lower()) if name.lower() in names else len(names)


def _rows(path: Path, place: str) -> int:
    with _opened(path, place) as file:
        return int(file.metadata.num_rows)


def _labels(path: Path, places: Sequence[str], columns: Columns) -> Array:
    """Return the labels of files, one behind the other, as whole numbers or texts."""
    arrays = []
    for place in places:
        with _opened(path, place) as file:
            column = file.read(columns=[columns.label]).column(0)
            if column.null_count:
                raise InputError(
                    f"--data {path}: {column.null_count:,} rows of {Path(place).name} have no "
                    f"{columns.label}; every image needs one"
                )
            values = column.to_numpy()
            arrays.append(values.astype(np.str_) if values.dtype == object else values)
    return np.concatenate(arrays)


def _pictures(path: Path, places: Sequence[str], column: str) -> EncodedPictures:
    counts = [_rows(path, place) for place in places]
    starts = np.cumsum([0, *counts])

    def read(rows: Sequence[int]) -> Iterator[bytes]:
        wanted = np.asarray(rows, np.int64)
        for number, place in enumerate(places):
            first, last = np.searchsorted(wanted, starts[number : number + 2])
            if first < last:
                yield from _of_file(path, place, column, wanted[first:last] - starts[number])

    def name(row: int) -> str:
        number = int(np.searchsorted(starts, row, side="right")) - 1
        return f"row {row - starts[number]:,} of {Path(places[number]).name}"

    return EncodedPictures(range(int(starts[-1])), read, name)


def _of_file(path: Path, place: str, column: str, rows: Array) -> Iterator[bytes]:
    """Yield the pictures at ascending rows of a file; groups of rows with none of them are not read."""
    with _opened(path, place) as file:
        start = 0
        for group in range(file.metadata.num_row_groups):
            end = start + file.metadata.row_group(group).num_rows
            within = rows[(rows >= start) & (rows < end)]
            if len(within):
                for row, content in zip(within, _of_group(file, group, column, within - start), strict=True):
                    if content is None:
                        raise InputError(
                            f"{place}: its row {row:,} has no picture's bytes, but at most a path; save the "
                            "set with its pictures in it"
                        )
                    yield content
            start = end


def _of_group(file: Any, group: int, column: str, rows: Array) -> Iterator[bytes | None]:  # noqa: ANN401
    """Yield the pictures at ascending rows of a group, None where there is none."""
    start = 0
    for batch in file.iter_batches(_ROWS_AT_ONCE, row_groups=[group], columns=[column]):
        values = batch.column(0)
        values = values.field("bytes") if pa.types.is_struct(values.type) else values
        for row in rows[(rows >= start) & (rows < start + len(values))]:
            yield values[int(row) - start].as_py()
        start += len(values)


@contextmanager
def _opened(path: Path, place: str) -> Iterator[Any]:
    """Open a file; what pyarrow cannot read of it is an InputError."""
    try:
        with parquet.ParquetFile(place, buffer_size=_BUFFER_BYTES, pre_buffer=False) as file:
            yield file
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputError(
            f"--data {path}: {Path(place).name} can't be read ({reason}); get it again"
        ) from error
