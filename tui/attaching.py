"""Finds the suite that `cifar-tui attach` is to show."""

from pathlib import Path

from core.errors import InputError
from core.live_suites import live_suites
from core.run_folder import RunFolder, SuiteFolder


def find_suite(runs_dir: Path, wanted: str | None) -> Path:
    """Return the suite's folder that `wanted` names, a path or a name below `runs_dir`.

    A run's folder stands for its suite. Without `wanted`: the newest suite that is training, else the newest.

    Raises:
        InputError: there is none, or this version cannot read it.
    """
    suite = _newest(runs_dir) if wanted is None else _named(runs_dir, wanted)
    SuiteFolder(suite).config()
    return suite


def _newest(runs_dir: Path) -> Path:
    for suite in live_suites(runs_dir):
        return suite
    try:
        suites = [folder for folder in runs_dir.iterdir() if _is_suite(folder)]
    except FileNotFoundError:
        suites = []
    except OSError as error:
        raise InputError(f"--runs-dir {runs_dir}: cannot be read ({error.strerror})") from None
    if not suites:
        raise InputError(f"there is no suite in {runs_dir}; train one first, or give its folder")
    return max(suites)  # named after the time


def _named(runs_dir: Path, wanted: str) -> Path:
    for path in (Path(wanted), runs_dir / wanted):
        if _is_suite(path):
            return path
        parent = path.resolve().parent
        if RunFolder(path).events.is_file() and _is_suite(parent):
            return parent
    raise InputError(
        f"attach {wanted}: must be a suite's folder, a run's in one, or a suite's name below {runs_dir}"
    )


def _is_suite(folder: Path) -> bool:
    return (folder / "suite.json").is_file()
