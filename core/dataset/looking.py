"""Look into a folder or an archive of images before anything starts, and remember what was seen.

It is remembered for as long as nothing of it changes: the Start screen looks again every two seconds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.config.image_options import ImageOptions
from core.dataset.cache_keys import entries_folder
from core.dataset.entry_description import Described, described
from core.dataset.found_tree import archive_key, open_tree, surveyed
from core.dataset.image_tree.look import PATIENCE, Look, look_at
from core.dataset.tree.folder import FolderTree, Stamp
from core.dataset.tree.tree import Tree
from core.environment import default_cache_folder

_MOST_REMEMBERED: Final = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of the images at `path`.

    `look` is None of an archive that takes long to go through, or that is in the cache: then `cached` tells
    what was read from it. `held_out` and `tested_on` say what the test images are, where it is not as usual.
    """

    path: Path
    look: Look | None = None
    cached: Described | None = None
    held_out: float | None = None
    tested_on: str | None = None


@dataclass(frozen=True, slots=True)
class _Remembered:
    seen: Seen
    is_unchanged: Callable[[], bool]


_REMEMBERED: Final[dict[tuple[Path, ImageOptions], _Remembered]] = {}


def look_into(path: Path, options: ImageOptions) -> Seen:
    """Return what is seen of a folder or an archive, within a second or two.

    Raises InputError where its images cannot be used, as far as names and headers tell, and OSError.
    """
    known = _REMEMBERED.pop((path, options), None)
    if known is None or not known.is_unchanged():
        known = _seen_of_folder(path, options) if path.is_dir() else _seen_of_archive(path, options)
    _REMEMBERED[path, options] = known
    while len(_REMEMBERED) > _MOST_REMEMBERED:
        _REMEMBERED.pop(next(iter(_REMEMBERED)), None)
    return known.seen


def _seen_of_folder(path: Path, options: ImageOptions) -> _Remembered:
    tree = FolderTree(path)
    seen = _seen(tree, options)
    before = {place: tree.stamp(place) for place in tree.touched}
    return _Remembered(seen, lambda: _stamps(path, before) == before)


def _stamps(path: Path, places: Iterable[str]) -> dict[str, Stamp]:
    tree = FolderTree(path)
    try:
        return {place: tree.stamp(place) for place in places}
    except OSError:
        return {}


def _seen_of_archive(path: Path, options: ImageOptions) -> _Remembered:
    key = archive_key(path, options)

    def is_unchanged() -> bool:
        return archive_key(path, options) == key

    cached = described(entries_folder(default_cache_folder()) / key)
    if cached is not None:
        return _Remembered(Seen(path, cached=cached), is_unchanged)
    tree = open_tree(path, PATIENCE)
    return _Remembered(_seen(tree, options) if tree.complete else Seen(path), is_unchanged)


def _seen(tree: Tree, options: ImageOptions) -> Seen:
    survey = surveyed(tree, options)
    splits = survey.splits
    return Seen(tree.path, look_at(survey), held_out=splits.holdout, tested_on=splits.other_test)
