"""Finds the suite that `cifar-tui attach` is to show, or `cifar-tui resume` to go on with."""

from itertools import chain
from os.path import islink
from pathlib import Path

from core.errors import InputError
from core.runs.folder import RunFolder, SuiteFolder
from core.runs.index import live_suites, suites_in


def find_suite(runs_dir: Path, wanted: str | None, command: str = "attach") -> Path:
    """Return the suite's folder that `wanted` names, a path or a name below `runs_dir`, for `command`.

    A run's folder stands for its suite. Without `wanted`: the newest suite that is training, else the newest,
    of those this version can read.

    Raises:
        InputError: there is none, or this version cannot read it.
    """
    suite = _newest(runs_dir) if wanted is None else _named(runs_dir, wanted, command)
    SuiteFolder(suite).config()
    return suite


def _newest(runs_dir: Path) -> Path:
    suites = list(suites_in(runs_dir))
    if not suites:
        raise InputError(f"there is no suite in {runs_dir}; train one first, or give its folder")
    readable = filter(_can_be_read, chain(live_suites(runs_dir), suites))
    return next(readable, suites[0])  # reading it says what is wrong


def _named(runs_dir: Path, wanted: str, command: str) -> Path:
    for path in (Path(wanted), runs_dir / wanted):
        if SuiteFolder(path).exists():
            # what is named may be a link, what is in there not; and a closed folder is no error here
            return path.resolve() if islink(path) else path  # noqa: PTH114 - Path's own raises then
        parent = path.resolve().parent
        if SuiteFolder(parent).exists() and RunFolder(path).events.is_file():
            return parent
    raise InputError(
        f"{command} {wanted}: must be a suite's folder, a run's in one, or a suite's name below {runs_dir}"
    )


def _can_be_read(suite: Path) -> bool:
    try:
        SuiteFolder(suite).config()
    except InputError:
        return False
    return True
