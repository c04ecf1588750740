"""Find a set in Parquet files, as Hugging Face keeps data sets: by the names of files and folders."""

import os
import re
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Final

from core.dataset.arrays.array_source import ArrayForm, ArraySource, FoundPart
from core.dataset.arrays.parts import TEST_NAMES, TRAINING_NAMES, in_order
from core.errors import InputError

_SUFFIX: Final = ".parquet"
_MAGIC: Final = b"PAR1"
_PART: Final = re.compile(rf"({'|'.join((*TRAINING_NAMES, *TEST_NAMES))})(?:[-_.].*)?", re.IGNORECASE)
_NUMBERED: Final = re.compile(r".*-(\d{5})-of-(\d{5})")
_MOST_LISTED: Final = 10_000  # of a folder
_MOST_FOLDERS: Final = 20


def find_parquet(path: Path) -> ArraySource | None:
    """Return the set in the file `path`, or in the folder `path` and below; None for neither.

    A part's files begin with its name, as "train-00000-of-00002.parquet", or lie in a folder of that name.

    Raises:
        InputError: a file is missing or cut, there are several sets, or pyarrow is not installed.
    """
    files = _below(path) if path.is_dir() else [path] if _is_parquet(path) else []
    if not files:
        return None
    for file in files:
        _check_whole(path, file)
    found: dict[str, list[Path]] = {}
    for file in files:
        found.setdefault(_part(file, path), []).append(file)
    if len(found) > 1 and "" in found:
        raise InputError(
            f"--data {path}: {found[''][0].name} is neither of train nor of test by its name; name it so, or "
            "give one file"
        )
    parts = [FoundPart(name, tuple(map(str, found[name]))) for name in in_order(found)]
    for part in parts:
        _check_numbered(path, part.places)
    if find_spec("pyarrow") is None:
        raise InputError(
            f"--data {path}: Parquet needs pyarrow; install cifar-tui[parquet], or in a clone: uv run "
            "--extra parquet cifar-tui ..."
        )
    from core.dataset.arrays.parquet_tables import described  # noqa: PLC0415 - pyarrow, where it is needed

    place = path.resolve()
    name = place.parent.name if place.name == "data" else place.name.removesuffix(".parquet")
    return described(ArraySource(ArrayForm.PARQUET, path, tuple(files), tuple(parts), f"{name} (parquet)"))


def _below(folder: Path) -> list[Path]:
    """Return a set's files: in the folder, in folders named as parts, or in the only one below."""
    if files := _in(folder):
        return files
    inner = _folders_in(folder)
    parts = [entry for entry in inner if _PART.fullmatch(entry.name)]
    if files := [file for entry in parts for file in _in(entry)]:
        return files
    holding = [entry for entry in inner if entry not in parts and _has_files(entry)]
    if len(holding) > 1:
        names = ", ".join(entry.name for entry in holding)
        raise InputError(f"--data {folder}: holds several sets ({names}); give one, such as {holding[0]}")
    return _below(holding[0]) if holding else []


def _has_files(folder: Path) -> bool:
    """Tell whether a folder, or one within it that is named as a part, holds Parquet files."""
    return bool(_in(folder)) or any(
        _in(entry) for entry in _folders_in(folder) if _PART.fullmatch(entry.name)
    )


def _in(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        names = [entry.name for entry in islice(entries, _MOST_LISTED) if entry.name.endswith(_SUFFIX)]
    return sorted(file for name in names if _is_parquet(file := folder / name))


def _folders_in(folder: Path) -> list[Path]:
    """Return the folders in a folder; none where they are so many that they are of pictures."""
    with os.scandir(folder) as entries:
        names = [
            entry.name for entry in islice(entries, _MOST_LISTED) if entry.name[0] != "." and entry.is_dir()
        ]
    return sorted(folder / name for name in names) if len(names) <= _MOST_FOLDERS else []


def _is_parquet(file: Path) -> bool:
    return file.suffix == _SUFFIX and not file.name.startswith(".") and file.is_file()


def _part(file: Path, path: Path) -> str:
    names = (file.stem,) if file == path else (file.stem, file.parent.name)
    found = next((match for name in names if (match := _PART.fullmatch(name))), None)
    return "" if found is None or file == path else found[1].lower()


def _check_whole(path: Path, file: Path) -> None:
    """Raise InputError where a file does not begin and end as one that was written to its end."""
    with file.open("rb") as stream:
        start = stream.read(len(_MAGIC))
        stream.seek(max(0, file.stat().st_size - len(_MAGIC)))
        end = stream.read(len(_MAGIC))
    if (start, end) != (_MAGIC, _MAGIC):
        kind = "is cut short" if start == _MAGIC else "is no Parquet file"
        if start == b"vers":
            kind = "is a Git LFS pointer, not the file itself (git lfs pull gets it)"
        raise InputError(f"--data {path}: {file.name} {kind}; get it again")


def _check_numbered(path: Path, files: tuple[str, ...]) -> None:
    """Raise InputError where of files numbered as "00000-of-00002" one is missing."""
    numbered = [match for file in files if (match := _NUMBERED.fullmatch(Path(file).stem))]
    for match in numbered[:1]:
        there = {int(other[1]) for other in numbered}
        if missing := sorted(set(range(int(match[2]))) - there):
            first = Path(files[0]).stem.rpartition("-of-")[0][:-5]
            raise InputError(
                f"--data {path}: {first}{missing[0]:05}-of-{match[2]}.parquet is missing; get it as well"
            )
