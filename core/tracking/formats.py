"""What is known of the files that training tools write, and finding them below a folder."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

from core.errors import InputError
from core.printable import printable
from core.tracking.own_runs import OwnRuns
from core.tracking.readers.csv_table import CsvTable
from core.tracking.readers.json_lines import JsonLines
from core.tracking.readers.tensorboard_events import TensorBoard
from core.tracking.readers.trackio_database import Trackio
from core.tracking.readers.trainer_state import STATE, TrainerState
from core.tracking.readers.unreadable import Unreadable
from core.tracking.readers.wandb_run import Wandb
from core.tracking.source import Format, Source

FORMATS: Final[tuple[Format, ...]] = (
    OwnRuns(),
    TensorBoard(),
    TrainerState(),
    Wandb(),
    Trackio(),
    JsonLines(),
    CsvTable(),
)
"""Every format; the first one that knows a file reads it."""

KINDS: Final = (
    "a run of core.tracking, TensorBoard's event files, a CSV such as Lightning's metrics.csv, "
    "JSONL with a step, Hugging Face's trainer_state.json, a .wandb of W&B, a .db of trackio"
)

_DEEPEST: Final = 12
_MOST_SOURCES: Final = 1_000
_MOST_ENTRIES: Final = 200_000
_NAMELESS: Final = {"metrics.csv", STATE}
"""Files that each run has, called by their folder."""


def recognised(path: Path) -> Iterator[Source]:
    """Yield what reads each run at or below `path`, a file or a folder, in the order of their names.

    A run is called by where it stands below `path`, as TensorBoard does, `path` itself by its own name; no
    two are called the same. Files that no format knows, links, hidden folders and what cannot be looked at
    are passed over; so is what is more than 12 folders deep, behind 200,000 files or behind 1,000 runs. What
    could be read with a package that is missing says so by a notice. A folder can have nothing that is known.

    Raises:
        InputError: there is no such path or it cannot be read, it is a file that no format knows, or all
            there is needs a package that is missing.
    """
    names = _Names(path)
    if not _is_folder(path):
        yield _only(path, names)
        return
    missing: list[tuple[Path, str, InputError]] = []
    found = 0
    for kind, place in _known_below(path):
        name = names.new(place)
        try:
            source = kind.open(place, name)
        except InputError as error:
            missing.append((place, name, error))
            continue
        found += 1
        yield source
    if missing and not found:
        raise missing[0][2]
    for place, name, why in missing:
        yield Unreadable(place, name, str(why))


def _is_folder(path: Path) -> bool:
    """Tell whether `path` is a folder, else a file.

    Raises:
        InputError: it is missing, or cannot be read.
    """
    try:
        path.stat()
        if path.is_dir():
            os.scandir(path).close()
            return True
    except (FileNotFoundError, NotADirectoryError, ValueError):  # a name with a NUL is none
        raise InputError(f"{path}: there is no such file or folder; give one with {KINDS}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    return False


def _only(path: Path, names: "_Names") -> Source:
    try:
        kind = next((kind for kind in FORMATS if kind.reads(path)), None)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    if kind is None:
        raise InputError(f"{path}: is none of the files that are known: {KINDS}")
    return kind.open(path, names.new(path))


def _known_below(top: Path) -> Iterator[tuple[Format, Path]]:
    """Yield each file and folder that a format knows, the first 1,000, folders before what they hold."""
    found = entries = 0
    waiting: list[tuple[Path, int, frozenset[Format]]] = [(top, 0, frozenset())]
    while waiting:
        folder, depth, above = waiting.pop()
        known = [kind for kind in FORMATS if _reads(kind, folder)]
        folders, files = _entries(folder)
        entries += len(folders) + len(files)
        # the files of a run that is a folder are that run's, in its folders, too
        whole = above.union(known)
        if isinstance(next(iter(known), None), OwnRuns):
            known, folders, files = known[:1], [], []
        for kind in known:
            yield kind, folder
        for file in files:
            for kind in [kind for kind in FORMATS if kind not in whole and _reads(kind, file)][:1]:
                yield kind, file
                found += 1
        found += len(known)
        if found >= _MOST_SOURCES or entries >= _MOST_ENTRIES:
            return
        if depth < _DEEPEST:
            waiting += [(below, depth + 1, whole) for below in reversed(folders)]


def _reads(kind: Format, path: Path) -> bool:
    try:
        return kind.reads(path)
    except OSError:
        return False


def _entries(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the folders and the files in a folder, each sorted by name, without links and hidden folders."""
    folders, files = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                    folders.append(folder / entry.name)
                elif entry.is_file(follow_symlinks=False):
                    files.append(folder / entry.name)
    except OSError:
        return [], []
    return sorted(folders), sorted(files)


class _Names:
    """Gives each run a name of its own, by where it stands below the path that was given."""

    def __init__(self, top: Path) -> None:
        self._top = Path(os.path.abspath(top))  # noqa: PTH100 - without ".." and unlike resolve() with links
        self._given: set[str] = set()

    def new(self, place: Path) -> str:
        """Return the name of what stands at `place`."""
        wanted = self._wanted(Path(os.path.abspath(place)), is_file=place.is_file())  # noqa: PTH100 - as above
        name = next((name for name in wanted if name not in self._given), "")
        for number in count(2):
            if name and name not in self._given:
                break
            name = f"{wanted[-1]} ({number})"
        self._given.add(name)
        return name

    def _wanted(self, place: Path, *, is_file: bool) -> list[str]:
        """Return names for it, the best first: that of its folder where it is but one file of it."""
        paths = [place.parent] if place.name in _NAMELESS or place.suffix == ".wandb" else []
        paths += [place.with_suffix(""), place] if is_file else [place]
        top = self._top
        names = [
            path.relative_to(top).as_posix() if path.is_relative_to(top) else path.name for path in paths
        ]
        return [printable(self._top.name if name == "." else name) or "run" for name in names]
