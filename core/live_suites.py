"""Which suites are training right now, whoever started them."""

from collections.abc import Iterator
from pathlib import Path

from core.run_folder import SuiteFolder


def live_suites(runs_dir: Path) -> Iterator[Path]:
    """Yield the folders below `runs_dir` in which a worker is at work, newest first.

    Each is looked at when its turn comes, so that the first costs no look at the older ones.
    """
    try:
        folders = sorted(runs_dir.iterdir(), reverse=True)
    except OSError:  # no such folder yet, or not ours to read: nothing that could be watched
        return
    yield from filter(_alive, folders)


def _alive(folder: Path) -> bool:
    try:
        return SuiteFolder(folder).alive()
    except OSError:
        return False
