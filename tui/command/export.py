"""`cifar-tui export`: finds the runs, and writes their scalars."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from core.errors import InputError
from core.report.scalars import Format, RecordedRun, check_export, check_library, export_scalars, place_below
from core.runs.folder import RunFolder, SuiteFolder, check_runs_dir
from tui.command.standard_streams import print_path


def export(wanted: str, runs_dir: Path, to: Format, out: Path | None) -> None:
    """Write the scalars of the run or the suite `wanted` to `out`, and the path to standard output.

    `wanted` is a folder, or a suite's name below `runs_dir`. Runs that have not started are left out.

    Raises:
        InputError: there is none, none has started, its files cannot be read, or `out` cannot be written.
    """
    folder = _found(wanted, runs_dir)
    place = out or to.place(_name(folder))
    check_export(to, place)
    _write(_recorded(folder), to, place, "--out")
    print_path(place)


def check_logdir(logdir: Path) -> None:
    """Check early, before hours of training, whether suites can be written for TensorBoard below `logdir`.

    Raises:
        InputError: TensorBoard's package is missing, or it is no folder that can be written.
    """
    check_library(Format.TENSORBOARD)
    check_runs_dir(logdir, "--tensorboard")


def export_below(logdir: Path, suite: Path) -> Path:
    """Write the scalars of `suite` for TensorBoard into a folder of its own below `logdir`; return that.

    Raises:
        InputError: as `export`.
    """
    runs = _recorded(suite)
    place = place_below(logdir, _name(suite))
    _write(runs, Format.TENSORBOARD, place, "--tensorboard")
    return place


def _recorded(folder: Path) -> list[RecordedRun]:
    """Return what the runs in `folder` that have started told."""
    try:
        runs = [RecordedRun.read(name, run.events) for name, run in _runs(folder)]
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror or error})") from None
    if not any(run.records for run in runs):
        raise InputError(f"export {folder}: no run of it has started")
    return [run for run in runs if run.records]


def _write(runs: Sequence[RecordedRun], to: Format, place: Path, flag: str) -> None:
    try:
        export_scalars(runs, to, place)
    except OSError as error:
        raise InputError(f"{flag} {place}: cannot be written ({error.strerror or error})") from None


def _found(wanted: str, runs_dir: Path) -> Path:
    """Return the folder of the suite or the run that is `wanted`."""
    for path in (Path(wanted), runs_dir / wanted):
        if SuiteFolder(path).exists() or RunFolder(path).events.is_file():
            return path
    raise InputError(
        f"export {wanted}: must be a suite's folder (with suite.json), a run's (with events.jsonl), "
        f"or a suite's name below {runs_dir}"
    )


def _runs(folder: Path) -> Iterator[tuple[str, RunFolder]]:
    suite = SuiteFolder(folder)
    if not suite.exists():
        yield folder.resolve().name, RunFolder(folder)
        return
    for name in suite.config().names:
        yield name, suite.run(name)


def _name(folder: Path) -> str:
    """Return what the export is named after: the suite, and the run where it is one of a suite."""
    place = folder.resolve()
    in_suite = not SuiteFolder(place).exists() and SuiteFolder(place.parent).exists()
    return f"{place.parent.name}-{place.name}" if in_suite else place.name
