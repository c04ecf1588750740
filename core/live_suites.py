"""Which suites are training right now, whoever started them."""

from pathlib import Path

from core.run_folder import SuiteFolder


def live_suites(runs_dir: Path) -> tuple[Path, ...]:
    """Return the folders below `runs_dir` in which a worker is at work, newest first."""
    try:
        folders = sorted((p for p in runs_dir.iterdir() if (p / "lock").exists()), reverse=True)
    except OSError:  # no such folder yet, or not ours to read: nothing that could be watched
        return ()
    return tuple(folder for folder in folders if _alive(folder))


def _alive(folder: Path) -> bool:
    try:
        return SuiteFolder(folder).alive()
    except OSError:
        return False
