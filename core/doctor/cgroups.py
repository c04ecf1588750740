"""How much of the processor a container may use, which the number of its cores does not tell."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_ROOT: Final = Path("/sys/fs/cgroup")
_OWN: Final = Path("/proc/self/cgroup")


def processor_limit(root: Path = _ROOT, own: Path = _OWN) -> float | None:
    """Return how many cores' worth of time this process may take; None where nothing limits it.

    `root` is where the system shows its control groups, `own` the file that names those of this process. Each
    group is limited by those above it as well.
    """
    limits = [limit for folder in _folders(root, own) if (limit := _limit(folder)) is not None]
    return min(limits, default=None)


def _folders(root: Path, own: Path) -> Iterator[Path]:
    yield root
    yield root / "cpu"  # of version 1, as a container sees it
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return
    for line in lines:
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        base = root / controllers if controllers else root
        place = base / path.lstrip("/")
        yield from (folder for folder in (place, *place.parents) if folder.is_relative_to(base))


def _limit(folder: Path) -> float | None:
    with suppress(OSError, ValueError, ZeroDivisionError):
        quota, period = (folder / "cpu.max").read_text(encoding="ascii").split()
        return None if quota == "max" else int(quota) / int(period)
    with suppress(OSError, ValueError, ZeroDivisionError):
        count = int((folder / "cpu.cfs_quota_us").read_text(encoding="ascii"))
        period = (folder / "cpu.cfs_period_us").read_text(encoding="ascii")
        return None if count < 0 else count / int(period)
    return None
