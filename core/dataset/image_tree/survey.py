"""What names alone tell of the images in a tree: splits and classes, and the files of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final, Self

from core.config.image_options import ImageOptions
from core.dataset.image_tree.classes import ClassFolders, find_classes
from core.dataset.image_tree.endings import USUAL_SUFFIXES, Kind, begins_as_image, kind_of
from core.dataset.image_tree.splits import Splits, find_splits
from core.dataset.tree.folder import FolderTree
from core.dataset.tree.tree import DEEPEST, Tree, refuse_number
from core.errors import InputError

_MAGIC_BYTES: Final = 32


@dataclass(frozen=True)
class ClassFiles:
    """The files of one class in one split, by name, that are images or may be.

    Of those that are `unclear` only the content tells; `others` are known by their names to be no images.
    """

    name: str
    place: str
    files: tuple[str, ...]
    unclear: frozenset[str]
    others: tuple[str, ...]

    @classmethod
    def of(cls, name: str, place: str, files: Iterable[str]) -> Self:
        """Tell the files apart by their names."""
        told: dict[Kind, list[str]] = {kind: [] for kind in Kind}
        for file in files:
            told[Kind.IMAGE if file.endswith(USUAL_SUFFIXES) else kind_of(file)].append(file)
        unclear = told[Kind.UNCLEAR]
        return cls(
            name,
            place,
            tuple(sorted(told[Kind.IMAGE] + unclear)),
            frozenset(unclear),
            tuple(sorted(told[Kind.OTHER])),
        )


@dataclass(frozen=True)
class Survey:
    """A tree with images, and where they are in it."""

    tree: Tree
    splits: Splits
    folders: ClassFolders

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes, in their order."""
        return self.folders.names

    @property
    def remarks(self) -> tuple[str, ...]:
        """Lines on what was taken for what, and what was not taken."""
        return (*self.tree.remarks, *self.splits.remarks, *self.folders.remarks)

    @cached_property
    def train(self) -> tuple[ClassFiles, ...]:
        """What may be training images, class by class; raises InputError where a class has none."""
        return tuple(self.files_of(self.folders.train))

    @cached_property
    def test(self) -> tuple[ClassFiles, ...]:
        """The same of the test images; none where they are held out of the training images."""
        return () if self.folders.test is None else tuple(self.files_of(self.folders.test))

    def files_of(self, places: tuple[tuple[str, ...], ...]) -> Iterator[ClassFiles]:
        """Yield each class's files, those in folders within its own, too.

        Raises InputError where one has none, or has what could be read for ever.
        """
        count = 0
        for name, folders in zip(self.classes, places, strict=True):
            files = chain.from_iterable(_files(self.tree, folder, folder) for folder in folders)
            found = ClassFiles.of(name, folders[0], files)
            if not found.files:
                raise no_images(self, found)
            count += len(found.files)
            refuse_number(self.tree.path, count)
            yield found


def survey_tree(tree: Tree, options: ImageOptions) -> Survey | None:
    """Look at the names in a tree; None where no image is found.

    Raises InputError where images are found and cannot be used; the message says what would be right.
    """
    splits = find_splits(tree, options)
    return None if splits is None else Survey(tree, splits, find_classes(tree, splits))


def is_image(survey: Survey, file: str) -> bool:
    """Tell by its first bytes whether a file is a picture."""
    return begins_as_image(survey.tree.head(file, _MAGIC_BYTES) or b"")


def no_images(survey: Survey, found: ClassFiles) -> InputError:
    """Return the error for a class none of whose files is an image."""
    return InputError(_empty(survey.tree, found.place, (*found.files, *found.others)))


def _files(tree: Tree, place: str, top: str) -> list[str]:
    """Return all files below a place."""
    found = tree.scan(place)
    files = [f"{place}/{name}" for name in found.files]
    files += [_odd(tree, f"{place}/{name}") for name in found.odd if kind_of(name) is not Kind.OTHER]
    for name in found.folders:
        inner = f"{place}/{name}"
        if inner.count("/") - top.count("/") > DEEPEST:
            raise InputError(
                f"--data {tree.path}: {top} has folders in one another without end; a link in it leads back"
            )
        files += _files(tree, inner, top)
    return files


def _odd(tree: Tree, file: str) -> str:
    """Refuse what is neither a folder nor a file; a link to nothing is the reader's to name."""
    kind = tree.kind(file) if isinstance(tree, FolderTree) else None
    if kind is not None:
        raise InputError(f"--data {tree.path}: {file} is {kind}; replace or remove it")
    return file


def _empty(tree: Tree, place: str, others: tuple[str, ...]) -> str:
    if not others:
        return f"--data {tree.path}: {place} is empty; put images in it, or remove that class everywhere"
    name = min(others).removeprefix(f"{place}/")
    more = f" and {len(others) - 1:,} more" if len(others) > 1 else ""
    return f"--data {tree.path}: {place} has no images but {name}{more}; JPEG, PNG and the like are read"
