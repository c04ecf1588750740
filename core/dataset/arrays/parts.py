"""Which part of a set is trained on, and which it is tested on, by their names."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from core.config.image_options import ImageOptions
from core.dataset.split_names import TEST, TRAINING, VALIDATION
from core.errors import InputError

TRAINING_NAMES: Final = (*TRAINING, "trainval")
TEST_NAMES: Final = (*TEST, *VALIDATION)
"""In the order in which they are looked for."""


class ChosenParts(NamedTuple):
    """The parts that are read; `test` is None where training images are held out. `unused` are all others."""

    train: str
    test: str | None
    unused: tuple[str, ...]


def choose_parts(names: Sequence[str], options: ImageOptions, where: str) -> ChosenParts:
    """Choose of the parts of the set that `--data` names as `where`; a set without parts has one called "".

    Raises:
        InputError: there is nothing to train on, or no part that `--test-split` names.
    """
    train = _found(TRAINING_NAMES, names) if len(names) > 1 else names[0]
    if train is None or train.lower() in TEST_NAMES:
        raise InputError(
            f"--data {where}: has {_listed(names)} but nothing called train; training images are needed"
        )
    others = [name for name in names if name != train]
    if options.test_split is not None:
        test = _found((options.test_split,), others)
        if test is None:
            there = f"give {_listed(others)}" if others else "leave it out, and some are held out"
            raise InputError(f"--test-split {options.test_split}: {where} has no such part; {there}")
    else:
        test = _found(TEST_NAMES, others)
    if options.holdout is not None:
        test = None
    return ChosenParts(train, test, tuple(name for name in others if name != test))


def in_order(names: Iterable[str]) -> list[str]:
    """Return names of parts as people expect them: those to train on, to test on, and any others."""
    usual = (*TRAINING_NAMES, *TEST_NAMES)
    return sorted(names, key=lambda name: usual.index(name) if name in usual else len(usual))


def _found(wanted: Sequence[str], names: Sequence[str]) -> str | None:
    by_name = {name.lower(): name for name in names}
    return next((by_name[name.lower()] for name in wanted if name.lower() in by_name), None)


def _listed(names: Sequence[str]) -> str:
    return " or ".join(sorted(names))
