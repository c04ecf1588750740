"""Labels of any kind as numbers of classes, and what the classes are called."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from core.dataset.arrays.raw_splits import Array
from core.dataset.images import Labels
from core.errors import InputError
from core.runs.limits import FEWEST_CLASSES, MOST_CLASSES

_NAMED: Final = 5  # of what is many


class Labelled(NamedTuple):
    """The classes' names, each part's labels as indices of them, and lines for people."""

    classes: tuple[str, ...]
    labels: dict[str, Labels]
    notes: tuple[str, ...]


def labelled(parts: Mapping[str, Array], names: Sequence[str], train: str, where: str) -> Labelled:
    """Give a number to each class of the labels in `parts`, of which `train` is trained on.

    Labels are whole numbers (N,) or (N, 1), texts, or of each image as many numbers as there are classes, one
    of which is 1. `names` are the classes' where they are known, else they are called what their labels are.
    A class without any training image is none.

    Raises:
        InputError: they are other than that, or an image has several or a class that is not trained on.
    """
    flat, notes = {}, list[str]()
    for part, labels in parts.items():
        flat[part], one_hot = _flat(labels, f"--data {where}: {part or 'the set'}")
        if one_hot and not notes:
            notes.append("each label is a row of zeros with a one: its place is taken as the class")
    if any(labels.dtype.kind == "U" for labels in flat.values()):
        flat, names = {part: labels.astype(np.str_) for part, labels in flat.items()}, ()
    values = np.unique(flat[train])
    for part, labels in flat.items():
        _check_known(labels, values, names, f"--data {where}: {part or 'the set'}")
    if not FEWEST_CLASSES <= len(values) <= MOST_CLASSES:
        raise InputError(
            f"--data {where}: has {_count(len(values))}; {FEWEST_CLASSES} to {MOST_CLASSES:,} are "
            "needed, one for each output of the networks"
        )
    classes = tuple(str(names[value] if len(names) else value) for value in values)
    if len(set(classes)) < len(classes):
        raise InputError(f"--data {where}: two of its classes are called the same")
    for part, labels in flat.items():
        if missing := sorted(set(values.tolist()) - set(labels.tolist())):
            listed = ", ".join(classes[place] for place in np.searchsorted(values, missing[:_NAMED]))
            more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            notes.append(f"{part} has no images of {listed}{more}")
    numbered = {part: np.searchsorted(values, labels).astype(np.int64) for part, labels in flat.items()}
    return Labelled(classes, numbered, tuple(notes))


def _flat(labels: Array, where: str) -> tuple[Array, bool]:
    """Return labels one a number or text, (N,), and whether they were rows with a one."""
    if labels.dtype.kind not in "biufUS":
        raise InputError(f"{where}: its labels are {labels.dtype}; they must be whole numbers or texts")
    if labels.ndim > 1 and labels.shape[1:] == (1,) * (labels.ndim - 1):
        labels = labels.reshape(len(labels))
    one_hot = labels.ndim > 1
    if one_hot:
        if labels.ndim != 2 or labels.dtype.kind in "US" or not _is_one_hot(labels):  # noqa: PLR2004 - rows
            raise InputError(
                f"{where}: its labels are {labels.shape}, several an image; one class an image is needed"
            )
        labels = labels.argmax(axis=1)
    if labels.dtype.kind == "f":
        if not np.all(np.isfinite(labels)) or np.any(labels != np.floor(labels)):
            raise InputError(f"{where}: its labels are {labels.dtype}, and not whole numbers; classes are")
        labels = labels.astype(np.int64)
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels, "utf-8", "backslashreplace")
    return labels, one_hot


def _is_one_hot(labels: Array) -> bool:
    return bool(np.all((labels == 0) | (labels == 1)) and np.all(labels.sum(axis=1) == 1))


def _check_known(labels: Array, values: Array, names: Sequence[str], where: str) -> None:
    """Raise InputError where a label is of no class that is trained on, or that has a name."""
    if len(names):
        wrong = labels[(labels < 0) | (labels >= len(names))]
        if len(wrong):
            raise InputError(
                f"{where}: {len(wrong):,} of its labels are none, such as {wrong[0]}; they must be from 0 to "
                f"{len(names) - 1}; images without a class cannot be tested on: give another --test-split, "
                "or --holdout 0.1"
            )
    unknown = labels[~np.isin(labels, values)]
    if len(unknown):
        named = sorted({str(names[value] if len(names) else value) for value in np.unique(unknown)})[:_NAMED]
        raise InputError(
            f"{where}: has images of {', '.join(named)}, of which there are no training images; both need "
            "the same classes"
        )


def _count(classes: int) -> str:
    return "1 class" if classes == 1 else f"{classes:,} classes"
