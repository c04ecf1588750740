"""The folder or the archive that `--data` names, opened, and the key of what is decoded from it."""

from itertools import chain
from pathlib import Path

from core.config.image_options import ImageOptions
from core.dataset.cache_keys import entry_key
from core.dataset.image_tree.endings import is_unclear
from core.dataset.image_tree.splits import has_images, innermost
from core.dataset.image_tree.survey import Survey, survey_tree
from core.dataset.tree.folder import FolderTree, stamp_of
from core.dataset.tree.opening import open_archive
from core.dataset.tree.tree import Tree
from core.errors import InputError


def open_tree(path: Path, seconds: float | None = None) -> Tree:
    """Open a folder or an archive, which is gone through for so many seconds at most.

    Raises InputError where it is a file and no archive, OSError where it cannot be read.
    """
    tree = FolderTree(path) if path.is_dir() else open_archive(path, is_unclear, seconds)
    if tree is None:
        raise InputError(f"--data {path}: is no archive that is known here; give a folder, a .zip or a .tar")
    return tree


def opened_survey(path: Path, options: ImageOptions) -> Survey:
    """Look at all names in a folder or an archive; raises InputError where it has no images."""
    return surveyed(open_tree(path), options)


def surveyed(tree: Tree, options: ImageOptions) -> Survey:
    """Look at all names in a tree; raises InputError where it has no images."""
    survey = survey_tree(tree, options)
    if survey is None:
        raise no_images_in(tree)
    return survey


def tree_key(path: Path, options: ImageOptions) -> tuple[str, Survey | None]:
    """Return the key of what is decoded from a folder or an archive, and what its names tell.

    That is None of an archive: it is one file, which need not be looked into where nothing of it changed.
    Raises InputError and OSError.
    """
    if not path.is_dir():
        return archive_key(path, options), None
    tree = FolderTree(path)
    survey = surveyed(tree, options)
    classes = (*survey.train, *survey.test)
    stamps = ((file, *tree.stamp(file)) for found in classes for file in found.files)
    told = ((remark,) for remark in survey.remarks)  # kept with the images, though of others, too
    return entry_key(path, chain(told, stamps), options), survey


def archive_key(path: Path, options: ImageOptions) -> str:
    """Return the key of what is decoded from an archive; raises OSError."""
    return entry_key(path, [(path.name, *stamp_of(path.stat()))], options)


def no_images_in(tree: Tree) -> InputError:
    """Return the error for what holds no images in folders of classes."""
    if has_images(tree, innermost(tree)):
        return InputError(
            f"--data {tree.path}: its images are in no folders of classes; put those of each class into one "
            "of its own, such as cat/ and dog/"
        )
    return InputError(
        f"--data {tree.path}: no images found; it must hold train/<class>/ and test/<class>/ with images, or "
        "<class>/ alone, or be a .zip or .tar of that, or hold torchvision's cifar-10-batches-py/ (or "
        "cifar-10-python.tar.gz)"
    )
