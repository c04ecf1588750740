"""Finds the run that a command about trained networks is given."""

from pathlib import Path

from core.errors import InputError
from core.runs.folder import RunFolder, SuiteFolder


def find_run(runs_dir: Path, wanted: str, command: str) -> Path:
    """Return the folder of the run that `wanted` names, a path or one below `runs_dir`, for `command`.

    A suite's folder stands for its run where it has but one.

    Raises:
        InputError: there is none, or there are several.
    """
    for path in (Path(wanted), runs_dir / wanted):
        if RunFolder(path).events.is_file():
            return path
        if SuiteFolder(path).exists():
            return _only(path, f"{command} {wanted}")
    raise InputError(f"{command} {wanted}: must be a run's folder, or SUITE/RUN below {runs_dir}")


def _only(suite: Path, given: str) -> Path:
    names = SuiteFolder(suite).config().names
    if len(names) > 1:
        one_of = ", ".join(names)
        raise InputError(f"{given}: is a suite; give one of its runs, {one_of}, as in {given}/{names[0]}")
    return suite / names[0]
