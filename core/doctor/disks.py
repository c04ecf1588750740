"""Whether the folders that the program writes into can be written, and have room."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.doctor.findings import Finding, Sign, Trouble, fine

_TRIED_BYTES: Final = 65_536
_LITTLE: Final = 200_000_000  # bytes: a study's event files and checkpoints, or a compilation
_LITTLE_CACHE: Final = 600_000_000  # CIFAR-10's archive and what is decoded from it take 530 MB

CLOSED_RUNS: Final = Trouble(
    key="runs-closed",
    sign=Sign.PROBLEM,
    symptom="`--runs-dir …: must be a folder that can be written`",
    says="{folder} cannot be written ({reason})",
    means="no run can be recorded there, so that none begins",
    do="give another one by --runs-dir, or make room or leave to write in it",
)
CLOSED_CACHE: Final = Trouble(
    key="cache-closed",
    sign=Sign.WARNING,
    symptom="images are decoded, and the C++ layers compiled, at every start; or a download fails",
    says="{folder} cannot be written ({reason})",
    means="nothing that takes time is kept for the next start, and CIFAR-10 cannot be downloaded to it",
    do="let CIFAR_TUI_CACHE name a folder of your own",
)
CLOSED_TEMPORARY: Final = Trouble(
    key="temporary-closed",
    sign=Sign.WARNING,
    symptom="`no C++ layers` in a run's log, with a reason such as `No space left on device`",
    says="{folder} cannot be written ({reason})",
    means="the C++ layers cannot be compiled, and torch's own take longer",
    do="let TMPDIR name a folder of your own, with room in it",
)
LITTLE_ROOM: Final = Trouble(
    key="little-room",
    sign=Sign.WARNING,
    symptom="a run fails with `No space left on device`",
    says="{folder} has {free} left, which may not last",
    means="a run whose events cannot be written waits, and then fails",
    do="make room, or name a folder on another disk: {flag}",
)
NO_PROGRAMS: Final = Trouble(
    key="cache-noexec",
    sign=Sign.WARNING,
    symptom="`C++ layers are compiled anew at every start`",
    says="the disk of {folder} runs no programs (it is mounted noexec)",
    means="the compiled layers cannot be loaded from there; they are compiled again at every start",
    do="let CIFAR_TUI_CACHE name a folder on another disk",
)
TROUBLES: Final = (CLOSED_RUNS, CLOSED_CACHE, CLOSED_TEMPORARY, LITTLE_ROOM, NO_PROGRAMS)


@dataclass(frozen=True, slots=True)
class _Place:
    about: str
    folder: Path
    closed: Trouble
    flag: str
    little: int = _LITTLE


def check_disks(runs_dir: Path, cache: Path | None, temporary: Path | None = None) -> Iterator[Finding]:
    """Look at the runs folder, the cache and the temporary folder; None is the system's, or no cache."""
    yield from _check(_Place("runs folder", runs_dir, CLOSED_RUNS, "--runs-dir"))
    if cache is not None:
        yield from _check(_Place("cache folder", cache, CLOSED_CACHE, "CIFAR_TUI_CACHE", _LITTLE_CACHE))
        yield from _check_programs(cache)
    try:
        temporary = temporary or Path(tempfile.gettempdir())
    except FileNotFoundError as error:  # none of the system's can be written
        yield CLOSED_TEMPORARY.found("temporary folder", folder="each of them", reason=error.strerror)
    else:
        yield from _check(_Place("temporary folder", temporary, CLOSED_TEMPORARY, "TMPDIR"))


def _check(place: _Place) -> Iterator[Finding]:
    try:
        folder = _nearest(place.folder)
        _try_to_write(folder)
        free = shutil.disk_usage(folder).free
    except (OSError, ValueError) as error:  # ValueError: a zero byte in its name
        reason = getattr(error, "strerror", None) or str(error)
        yield place.closed.found(place.about, folder=place.folder, reason=reason)
        return
    if free < place.little:
        yield LITTLE_ROOM.found(place.about, folder=place.folder, free=_amount(free), flag=place.flag)
    else:
        there = "" if folder == place.folder.absolute() else ", not made yet"
        yield fine(place.about, f"{place.folder}{there}, {_amount(free)} free")


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest of those it would lie in that is there."""
    own = folder.absolute()
    return next(place for place in (own, *own.parents) if os.path.lexists(place))


def _try_to_write(folder: Path) -> None:
    """Write a file that has no name and goes at once; raises OSError where that fails."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(_TRIED_BYTES))
        file.flush()


def _check_programs(cache: Path) -> Iterator[Finding]:
    try:
        flags = os.statvfs(_nearest(cache)).f_flag
    except (OSError, ValueError):  # as the check before has said
        return
    if flags & getattr(os, "ST_NOEXEC", 0):  # which Linux alone has
        yield NO_PROGRAMS.found("cache folder", folder=cache)


def _amount(count: int) -> str:
    gigabytes = count / 1e9
    return f"{gigabytes:,.1f} GB" if gigabytes >= 1 else f"{count / 1e6:,.1f} MB"
