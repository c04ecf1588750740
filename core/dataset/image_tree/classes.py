"""The classes of a tree: folders of the same name in each split."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.dataset.image_tree.splits import Splits, has_images
from core.dataset.tree.tree import Tree, joined
from core.errors import InputError
from core.runs.limits import FEWEST_CLASSES, MOST_CLASSES

_MOST_DIGITS: Final = 18

_Places = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ClassFolders:
    """The names of the classes, and of each the folders with its training and its test images.

    A class has several folders where its name is written in two ways, with accents apart from their letters
    and not, which look the same. `test` is None where test images are held out of the training images.
    """

    names: tuple[str, ...]
    train: tuple[tuple[str, ...], ...]
    test: tuple[tuple[str, ...], ...] | None
    remarks: tuple[str, ...] = ()


def find_classes(tree: Tree, splits: Splits) -> ClassFolders:
    """Return the classes in their order: by name, or by number where all are whole numbers.

    Raises InputError where a split has none or others than the other, or there are too few or too many.
    """
    train = _by_name(tree, splits.train)
    test = None if splits.test is None else _by_name(tree, splits.test)
    if test is not None and (unmatched := sorted(train.keys() ^ test.keys())):
        raise InputError(_unmatched(tree, splits, unmatched[0], train.keys(), test.keys()))
    _check_number(tree, splits, len(train))
    names = _ordered(train)
    twice = [name for name in names if _differ(train, test, name)]
    remarks = [f"{name!r} is written in two ways that look the same: taken for one class" for name in twice]
    stray = [place for place in (splits.train, splits.test) if place and has_images(tree, place)]
    remarks += [f"images directly in {place}/ belong to no class: not used" for place in stray]
    return ClassFolders(
        names,
        tuple(train[name] for name in names),
        None if test is None else tuple(test[name] for name in names),
        tuple(remarks),
    )


def _by_name(tree: Tree, split: str) -> _Places:
    found: dict[str, tuple[str, ...]] = {}
    for folder in tree.scan(split).folders:
        name = unicodedata.normalize("NFC", folder)
        found[name] = (*found.get(name, ()), joined(split, folder))
    return found


def _differ(train: _Places, test: _Places | None, name: str) -> bool:
    """Tell whether the folders of a class have more than one name."""
    places = (*train[name], *(() if test is None else test[name]))
    return len({place.rpartition("/")[2] for place in places}) > 1


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    by_name = sorted(names)
    if all(name.isascii() and name.isdecimal() and len(name) <= _MOST_DIGITS for name in by_name):
        return tuple(sorted(by_name, key=int))
    return tuple(by_name)


def _check_number(tree: Tree, splits: Splits, count: int) -> None:
    if FEWEST_CLASSES <= count <= MOST_CLASSES:
        return
    where = f" in {splits.train}/" if splits.train else ""
    number = f"{count:,} class{'es' * (count != 1)}{where}"
    wanted = (
        "two or more are needed" if count < FEWEST_CLASSES else f"up to {MOST_CLASSES:,} can be told apart"
    )
    raise InputError(f"--data {tree.path}: {number}; {wanted}, each a folder of images")


def _unmatched(tree: Tree, splits: Splits, name: str, train: Iterable[str], test: Iterable[str]) -> str:
    places = (splits.train, str(splits.test))
    (present, absent), others = (places, test) if name in train else (places[::-1], train)
    alike = next((other for other in others if other.casefold() == name.casefold()), None)
    hint = (
        f"call {absent}/{alike} the same"
        if alike is not None
        else f"give it images there, too, or remove {present}/{name}"
    )
    return f"--data {tree.path}: class {name!r} is in {present}/ but not in {absent}/; {hint}"
