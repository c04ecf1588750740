"""Writes the scalars of runs in a format that other programs read: whole, or not at all."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Final

from core.errors import InputError
from core.report.places import (
    check_file_place,
    check_folder_place,
    place_named,
    replace_file,
    staging_beside,
    target_of,
)
from core.report.scalars.recorded_run import RecordedRun
from core.report.scalars.scalar import Scalar
from core.report.scalars.told_scalars import told_scalars
from core.runs.folder import RunFolder, SuiteFolder
from core.runs.safe_files import new_folder

_FLAG: Final = "--out"


class Format(StrEnum):
    """What scalars are written as."""

    TENSORBOARD = "tensorboard"  # a folder, with images, texts and hyperparameters
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"

    @property
    def is_folder(self) -> bool:
        """Tell whether it is a folder rather than a file."""
        return self is Format.TENSORBOARD

    def place(self, name: str) -> Path:
        """Return where the export of what is called `name` goes if nobody says: to the folder one is in."""
        return Path(f"{name}-{self}" if self.is_folder else f"{name}.{self}")


_LIBRARIES: Final = {Format.TENSORBOARD: "tensorboard", Format.PARQUET: "pyarrow"}
"""What is not installed with this program, but by an extra of the format's name."""


def check_library(to: Format) -> None:
    """Check whether what `to` needs is installed.

    Raises:
        InputError: it is not; the message says how it comes.
    """
    library = _LIBRARIES.get(to)
    if library is not None and find_spec(library) is None:
        raise InputError(
            f"--to {to}: needs {library}; install cifar-tui[{to}], or in a clone: "
            f"uv run --extra {to} cifar-tui export ..."
        )


def check_export(to: Format, out: Path) -> None:
    """Check early whether scalars can be written to `out`.

    Raises:
        InputError: the format's library is missing; or `out` is what must not be replaced, such as a folder
            that holds something or a file among a run's own, or cannot be written.
    """
    check_library(to)
    with place_named(_FLAG, out) as target:
        check = check_folder_place if to.is_folder else check_file_place
        check(_FLAG, out, target)
        for folder in target.absolute().parents:
            if SuiteFolder(folder).exists() or RunFolder(folder).events.exists():
                raise InputError(f"{_FLAG} {out}: lies in {folder}, among runs' own files; name another")


def place_below(logdir: Path, name: str) -> Path:
    """Make a folder in `logdir`, which is made as well, for the export of what is called `name`.

    A number follows the name where there is one already.

    Raises:
        InputError: it cannot be made.
    """
    try:
        logdir.mkdir(parents=True, exist_ok=True)
        return new_folder(logdir, name)
    except OSError as error:
        raise InputError(f"--tensorboard {logdir}: cannot be written ({error.strerror})") from None


def export_scalars(runs: Sequence[RecordedRun], to: Format, out: Path) -> None:
    """Write every scalar of `runs` to `out`: a folder for TensorBoard, else a file, which is replaced.

    Whatever goes wrong, and also after Ctrl-C, what was there stays. The same events give the same bytes,
    but for Parquet, which names the version that wrote it.

    Raises:
        InputError: as `check_export`.
        OSError: the disk is full, or the like, or an event file cannot be read any more.
    """
    check_export(to, out)
    target = target_of(out)
    with staging_beside(target) as staging:
        staged = staging / "scalars"
        _write(runs, to, staged)
        if to.is_folder:
            staged.rename(target)
        else:
            replace_file(target, staged)


def _write(runs: Sequence[RecordedRun], to: Format, staged: Path) -> None:
    """Write to `staged`, by the format's own module, which is imported here: others need not be there."""
    match to:
        case Format.TENSORBOARD:
            from core.report.scalars.tensorboard_folder import write_tensorboard  # noqa: PLC0415 - see above

            write_tensorboard(runs, staged)
        case Format.CSV:
            from core.report.scalars.text_files import write_csv  # noqa: PLC0415 - see above

            write_csv(_all_scalars(runs), staged)
        case Format.JSONL:
            from core.report.scalars.text_files import write_jsonl  # noqa: PLC0415 - see above

            write_jsonl(_all_scalars(runs), staged)
        case Format.PARQUET:
            from core.report.scalars.parquet_file import write_parquet  # noqa: PLC0415 - see above

            write_parquet(_all_scalars(runs), staged)


def _all_scalars(runs: Sequence[RecordedRun]) -> Iterator[Scalar]:
    return chain.from_iterable(map(told_scalars, runs))
