"""The image files that files, folders and patterns on a command line stand for."""

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from core.dataset.image_tree.endings import IMAGE_SUFFIXES


class FoundImage(NamedTuple):
    """A file that is asked for, and the folder it is in directly below the one that was named, if any."""

    file: str
    group: str | None = None


def found_images(wanted: Iterable[str]) -> Iterator[FoundImage]:
    """Yield the files that `wanted` names: files as they are, of folders all images below them, by name.

    What is no path is a pattern, which a shell would have to be told to leave alone. What stands for nothing
    is yielded as it is: whoever opens it says what is wrong.
    """
    for name in wanted:
        matching = [name] if os.path.lexists(name) else sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - a name of any bytes stays what it is
        for path in matching or [name]:
            yield from _below(path) if os.path.isdir(path) else [FoundImage(path)]  # noqa: PTH112 - likewise


def _below(folder: str) -> Iterator[FoundImage]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inside = Path(place).relative_to(folder).parts
        for name in sorted(files):
            if Path(name).suffix.lower() in IMAGE_SUFFIXES and not name.startswith("."):
                yield FoundImage(os.path.join(place, name), inside[0] if inside else None)  # noqa: PTH118 - likewise
