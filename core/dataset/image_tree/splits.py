"""Which folders of a tree hold training images and which test images, by what people call them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.config.image_options import ImageOptions
from core.dataset.image_tree.endings import Kind, kind_of
from core.dataset.split_names import TEST, TRAINING, VALIDATION
from core.dataset.tree.tree import Tree, joined
from core.errors import InputError

DEFAULT_HOLDOUT: Final = 0.1
_TRAIN: Final = (*TRAINING, "trn")
_TEST: Final = (*TEST, "tst")
_ROLES: Final = (*_TRAIN, *_TEST, *VALIDATION)
_NO_LETTER: Final = re.compile(r"[^a-z]+")
_DEEPEST_WRAPPING: Final = 8


@dataclass(frozen=True, slots=True)
class Splits:
    """Where the folders of the classes are: the training images' and the test images'.

    `test` is None where a share, `holdout`, of the training images is held out instead. `remarks` are lines
    on what was taken for what.
    """

    train: str
    test: str | None
    holdout: float | None
    remarks: tuple[str, ...] = ()

    @property
    def other_test(self) -> str | None:
        """The name of the test split, where that is another than usual."""
        name = (self.test or "").rpartition("/")[2]
        return name if name and name.casefold() not in _TEST else None


def find_splits(tree: Tree, options: ImageOptions) -> Splits | None:
    """Return where the images are, in one or more wrapping folders or none; None where no image is found.

    Raises InputError where that cannot be told; the message says what would be right.
    """
    above, root = _unwrapped(tree)
    if not tree.scan(root).folders and has_images(tree, root):
        root = above  # a folder of images alone is a class, and the only one
    folders = tree.scan(root).folders
    if not folders:
        return None
    roles = _roles(tree, root, folders)
    if not roles:
        return _unsplit(tree, root, folders, options)
    return _Choice(tree, root, roles, folders, options).splits()


def percent(share: float) -> str:
    """Return a share for people: "10%"."""
    return f"{100 * share:.3g}%"


def has_images(tree: Tree, place: str) -> bool:
    """Tell whether images lie directly in a place, by their names."""
    return any(kind_of(name) is Kind.IMAGE for name in tree.scan(place).files)


def innermost(tree: Tree) -> str:
    """Return the place behind all folders that hold one folder and nothing to be chosen from."""
    return _unwrapped(tree)[1]


def _unwrapped(tree: Tree) -> tuple[str, str]:
    """Return the innermost place, and the one it is in."""
    above = place = ""
    for _ in range(_DEEPEST_WRAPPING):
        found = tree.scan(place)
        if len(found.folders) != 1 or _is_role(found.folders[0]) or has_images(tree, place):
            break
        above, place = place, joined(place, found.folders[0])
    return above, place


def _is_role(name: str) -> bool:
    return name.casefold() in _ROLES


def _roles(tree: Tree, root: str, folders: Sequence[str]) -> tuple[str, ...]:
    """Return the folders that are splits; none where "train" and the like are classes among others."""
    roles = tuple(filter(_is_role, folders))
    others = [name for name in folders if name not in roles]
    classes = roles and others and not any(tree.scan(joined(root, name)).folders for name in roles)
    if classes and any(has_images(tree, joined(root, name)) for name in others):
        return ()
    return roles


def _unsplit(tree: Tree, root: str, folders: Sequence[str], options: ImageOptions) -> Splits:
    _refuse_splits_unseen(tree, root, folders)
    if options.test_split is not None:
        raise InputError(
            f"--data {tree.path} --test-split {options.test_split}: there are no splits, but classes alone; "
            f"give --holdout {DEFAULT_HOLDOUT} instead"
        )
    share = DEFAULT_HOLDOUT if options.holdout is None else options.holdout
    remark = f"there is no test split: {percent(share)} of each class is held out to test on"
    return Splits(root, None, share, remarks=(remark,))


def _refuse_splits_unseen(tree: Tree, root: str, folders: Sequence[str]) -> None:
    """Raise InputError where folders that would be classes are splits by half of their names, or hold splits.

    Those are "training_set" and "test_set", "seg_train" and "seg_test".
    """
    likely = []
    for name in folders:
        within = joined(root, name)
        inner = tree.scan(within).folders
        if not inner or has_images(tree, within):
            continue
        if split := next(filter(_is_role, inner), None):
            raise InputError(
                f"--data {tree.path}: {within}/{split} is a split within a class; make it {split}/{name}"
            )
        if not set(_ROLES).isdisjoint(_NO_LETTER.split(name.casefold())):
            likely.append(name)
    if len(likely) > 1:
        raise InputError(
            f"--data {tree.path}: {_listed(likely)} seem to be splits; call them train/ and test/"
        )


@dataclass(frozen=True, slots=True)
class _Choice:
    """The folders in `root`, of which `roles` are splits by their names."""

    tree: Tree
    root: str
    roles: tuple[str, ...]
    folders: tuple[str, ...]
    options: ImageOptions

    def splits(self) -> Splits:
        """Choose."""
        train = self._train()
        test = self._test(train)
        others = [name for name in self.folders if name not in {train, test}]
        usable = [name for name in others if self._may_be_split(name, train)]
        remarks = [
            *self._called(train, "train"),
            *_unlabelled([name for name in others if name in self.roles and name not in usable]),
        ]
        if test is None:
            share = DEFAULT_HOLDOUT if self.options.holdout is None else self.options.holdout
            remarks.append(self._held_out(share, train, usable))
            return Splits(self._at(train), None, share, tuple(remarks))
        remarks += self._told(test)
        if usable:
            remarks.append(f"{_listed(usable)} not used; --test-split can name another")
        return Splits(self._at(train), self._at(test), None, tuple(remarks))

    def _may_be_split(self, name: str, train: str) -> bool:
        """Tell whether a folder has folders: some of the training classes', unless it is called a split."""
        folders = self.tree.scan(self._at(name)).folders
        if name in self.roles:
            return bool(folders)
        return not set(folders).isdisjoint(self.tree.scan(self._at(train)).folders)

    def _train(self) -> str:
        found = self._named(_TRAIN)
        if not found:
            raise self._refusal(
                f"has {self.roles[0]}/ but no train/; call the folder with the training images train/"
            )
        if len(found) > 1:
            raise self._refusal(f"has {found[0]}/ and {found[1]}/; keep one of the two")
        if not self.tree.scan(self._at(found[0])).folders:
            raise self._refusal(
                f"{found[0]}/ has no folders of classes; put the images of each class into one of its own, "
                f"such as {found[0]}/cat/"
            )
        return found[0]

    def _test(self, train: str) -> str | None:
        if self.options.test_split is not None:
            return self._asked(self.options.test_split, train)
        if self.options.holdout is not None:
            return None
        for names in (_TEST, VALIDATION):
            found = [name for name in self._named(names) if self.tree.scan(self._at(name)).folders]
            if len(found) > 1:
                either = " or ".join(f"--test-split {name}" for name in found)
                raise self._refusal(f"has {_listed(found)}; give {either}")
            if found:
                return found[0]
        return None

    def _asked(self, wanted: str, train: str) -> str:
        others = [name for name in self.folders if name != train]
        found = [name for name in others if _same(name, wanted)]
        if not found:
            there = [f"--test-split {name}" for name in others] or [f"--holdout {DEFAULT_HOLDOUT}"]
            raise InputError(
                f"--data {self.tree.path} --test-split {wanted}: there is no {wanted}/ beside {train}/; give "
                f"{' or '.join(there)}"
            )
        exact = wanted if wanted in found else found[0]
        if not self.tree.scan(self._at(exact)).folders:
            raise self._refusal(f"{exact}/ has no folders of classes, so nobody knows what is right there")
        return exact

    def _held_out(self, share: float, train: str, usable: Sequence[str]) -> str:
        held = f"{percent(share)} of each class in {train}/ is held out to test on"
        if not usable:
            return f"there is no test split: {held}"
        if self.options.holdout is not None:
            return f"{_listed(usable)} not used: {held}"
        return f"there is no test/: {held}; --test-split {usable[0]} would take {usable[0]}/ instead"

    def _told(self, test: str) -> Iterator[str]:
        if test.casefold() in VALIDATION and self.options.test_split is None:
            yield f"there is no test/ with classes: {test}/ is taken to test on"
        else:
            yield from self._called(test, "test")

    def _called(self, name: str, usual: str) -> Iterator[str]:
        if name != usual and _is_role(name) and name.casefold() not in VALIDATION:
            yield f"{name}/ is taken for {usual}/"

    def _named(self, names: Iterable[str]) -> list[str]:
        return [name for name in self.roles if name.casefold() in names]

    def _at(self, name: str) -> str:
        return joined(self.root, name)

    def _refusal(self, reason: str) -> InputError:
        return InputError(f"--data {_shown(self.tree.path, self.root)}: {reason}")


def _unlabelled(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield f"{name}/ has no folders of classes, so nobody knows what is right there: it is not used"


def _listed(names: Iterable[str]) -> str:
    return " and ".join(f"{name}/" for name in names)


def _same(name: str, wanted: str) -> bool:
    return unicodedata.normalize("NFC", name).casefold() == unicodedata.normalize("NFC", wanted).casefold()


def _shown(path: Path, root: str) -> str:
    return f"{path}/{root}" if root else str(path)
