"""Everything below a runs folder: a summary of each run, read quickly, and the deleting of runs."""

import math
import os
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from core.config.presets import Norm, Preset
from core.config.recipe_text import edited_text
from core.config.run_config import RunConfig
from core.errors import InputError
from core.printable import printable
from core.runs.event_digest import EventDigest, digest
from core.runs.folder import SuiteFolder
from core.runs.longer import may_be_longer
from core.runs.notes import note_of
from core.runs.run_state import Outcome
from core.runs.safe_files import delete_folder, open_to_read

_LOCK_SECONDS: Final = 0.3  # somebody who looks, or deletes other runs, holds the lock for a moment
_SILENT_SECONDS: Final = 10.0  # more than two of a worker's heartbeats
_READERS: Final = 8  # a disk that has to look gives several files in the time of one


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One run in few words, as `RunState` has them after a replay.

    `path` is the run's folder, or the suite's where that cannot be read: then `name` is empty. `problem` says
    in a line why nothing more is known; else all but the times and the accuracies is. `network` tells whose
    network it is where not the preset's, `edited` what of the preset's recipe is edited, `data` is the
    images' label, until they are loaded what `--data` named; `size` is in bytes, times are Unix seconds,
    `seconds` those of training and evaluation. `learning_rate` is
    the peak; `seeds` counts the seeds that the suite trains the run's network with; `note` is what a person
    noted of the run. `locked` says whether a worker is at work in the suite; None where it was not looked,
    because every run has ended. `stalled` says that a worker lives, but has written nothing for longer than
    it should. `can_be_longer` is said of a run that has finished and seems to have what it takes to be
    trained for more epochs.
    """

    path: Path
    suite: str
    name: str = ""
    outcome: Outcome | None = None
    norm: Norm | None = None
    preset: Preset | None = None
    network: str | None = None
    edited: str = ""
    seed: int | None = None
    seeds: int = 1
    batch_size: int | None = None
    learning_rate: float | None = None
    limit_train: int | None = None
    limit_test: int | None = None
    epochs_wanted: int | None = None
    epochs_done: int = 0
    last_accuracy: float | None = None
    best_accuracy: float | None = None
    seconds: float | None = None
    note: str = ""
    data: str = ""
    started_at: float | None = None
    updated_at: float | None = None
    size: int = 0
    locked: bool | None = None
    problem: str | None = None
    stalled: bool = False
    can_be_longer: bool = False


def suites_in(runs_dir: Path) -> Iterator[Path]:
    """Yield the suites' folders below `runs_dir`, newest first: they are named after the time they were made.

    Each is looked at when its turn comes, so that the first costs no look at the older ones.

    Raises:
        InputError: the folder is there and cannot be read; before anything is yielded.
    """
    try:
        names = sorted(os.listdir(runs_dir), reverse=True)  # noqa: PTH208 - a thousand at each look
    except FileNotFoundError:
        names = []
    except OSError as error:
        raise InputError(f"--runs-dir {runs_dir}: cannot be read ({error.strerror})") from None
    return (path for path in map(runs_dir.joinpath, names) if SuiteFolder(path).exists())


def live_suites(runs_dir: Path) -> Iterator[Path]:
    """Yield those in which a worker is seen at work, newest first; none where `runs_dir` cannot be read."""
    with suppress(InputError):
        yield from filter(_alive, suites_in(runs_dir))


def _alive(suite: Path) -> bool:
    return bool(_locked(SuiteFolder(suite)))


def list_runs(runs_dir: Path) -> tuple[RunSummary, ...]:
    """Return every run below `runs_dir`, the newest suite first, the runs of a suite in its order.

    Raises:
        InputError: the folder is there and cannot be read.
    """
    return tuple(iter_runs(runs_dir))


def iter_runs(runs_dir: Path) -> Generator[RunSummary, None, None]:
    """Yield the same one by one, as they are read.

    Raises:
        InputError: as for `list_runs`.
    """
    suites = suites_in(runs_dir)
    with ThreadPoolExecutor(_READERS) as readers:
        try:
            for runs in readers.map(suite_runs, suites):
                yield from runs
        finally:
            readers.shutdown(cancel_futures=True)


def suite_runs(path: Path, now: Callable[[], float] = time.time) -> tuple[RunSummary, ...]:
    """Return the runs of the suite in `path`, or one summary that says why they cannot be read.

    `now` gives Unix seconds.
    """
    folder = SuiteFolder(path)
    try:
        config = folder.config()
    except InputError as error:
        return (RunSummary(path=path, suite=folder.name, size=_size(path), problem=str(error)),)
    configs = dict(zip(config.names, config.runs, strict=True))
    runs = _with_seeds(configs, [_run(folder, name, run) for name, run in configs.items()])
    if not any(run.outcome in (Outcome.RUNNING, Outcome.WAITING) for run in runs):
        return tuple(runs)
    locked = _locked(folder)
    if locked is False:
        # read again, for what a worker said last that ended between the two looks
        again = [_run(folder, r.name, configs[r.name]) if r.outcome is Outcome.RUNNING else r for r in runs]
        runs = _with_seeds(configs, again)
        runs = [replace(r, outcome=Outcome.LOST) if r.outcome is Outcome.RUNNING else r for r in runs]
    silent = locked is True and now() - _last_written(folder, configs) > _SILENT_SECONDS
    return tuple(
        replace(run, locked=locked, stalled=silent and run.outcome is Outcome.RUNNING) for run in runs
    )


def _with_seeds(configs: Mapping[str, RunConfig], runs: Iterable[RunSummary]) -> list[RunSummary]:
    """Tell of each run how many of its suite differ in nothing but the seed, itself included."""
    kinds = {name: replace(config, seed=0) for name, config in configs.items()}
    counts = Counter(kinds.values())
    return [replace(run, seeds=counts[kinds[run.name]]) for run in runs]


def delete_runs(runs_dir: Path, paths: Iterable[Path]) -> None:
    """Delete runs, given by their folders, and a suite with its last run; or whole suites, by theirs.

    A run that has not started has no folder yet and is given by the one it would have.

    Raises:
        InputError: a path is neither below `runs_dir`, or a worker is at work in its suite, and nothing was
            deleted; or something cannot be deleted.
    """
    to_delete: dict[Path, set[str]] = {}
    for path in paths:
        suite, names = _owner(runs_dir, path)
        to_delete.setdefault(suite, set()).update(names)
    for suite in to_delete:
        if _locked(SuiteFolder(suite)):
            raise _in_use(suite)
    for suite, names in to_delete.items():
        try:
            with SuiteFolder(suite).lock().acquire(timeout=_LOCK_SECONDS):
                _delete(suite, names)
        except TimeoutError:
            raise _in_use(suite) from None
        except OSError as error:
            raise InputError(f"{suite}: cannot be deleted ({error.strerror})") from None


def _in_use(suite: Path) -> InputError:
    return InputError(f"{suite}: is being trained; stop it before deleting its runs")


def _locked(folder: SuiteFolder) -> bool | None:
    try:
        return folder.alive()
    except OSError:
        return None


def _last_written(folder: SuiteFolder, runs: Iterable[str]) -> float:
    """Return when the worker last wrote an event, in Unix seconds; infinity where that cannot be seen."""
    written = []
    for file in (folder.log, *(folder.run(name).events for name in runs)):
        with suppress(OSError):
            written.append(file.stat().st_mtime)
    return max(written, default=math.inf)


def _size(folder: Path) -> int:
    size = 0
    for place, _, files in os.walk(folder):
        for name in files:
            with suppress(OSError):  # it went meanwhile
                size += os.lstat(f"{place}/{name}").st_size
    return size


def _run(suite: SuiteFolder, name: str, config: RunConfig) -> RunSummary:
    folder = suite.run(name)
    problem = None
    try:
        with open_to_read(folder.events) as file:
            found = digest(file)
    except FileNotFoundError:
        found = EventDigest()
    except OSError as error:
        found, problem = EventDigest(), f"{folder.events}: cannot be read ({error.strerror})"
    config = found.started.config if found.started else config
    return RunSummary(
        path=folder.path,
        suite=suite.name,
        name=name,
        outcome=None if problem else found.outcome,
        norm=config.norm,
        preset=config.preset,
        network=config.network,
        edited=edited_text(config.edited),
        seed=config.seed,
        batch_size=config.batch_size,
        learning_rate=(found.started or config).recipe.learning_rate,
        limit_train=config.limit_train,
        limit_test=config.limit_test,
        epochs_wanted=config.epochs,
        epochs_done=found.epochs_evaluated,
        last_accuracy=found.last_accuracy,
        best_accuracy=found.best_accuracy,
        seconds=found.seconds,
        note=note_of(folder),
        data=found.data or printable(config.data),
        started_at=found.started_at,
        updated_at=found.updated_at,
        size=_size(folder.path),
        problem=problem,
        can_be_longer=may_be_longer(found.outcome, found.started, found.epochs_evaluated, folder.checkpoint),
    )


def _owner(runs_dir: Path, path: Path) -> tuple[Path, set[str]]:
    """Return the suite that `path` is or lies in, and the names of the runs it stands for."""
    root, place = runs_dir.resolve(), path.resolve()
    suite = place if place.parent == root else place.parent
    names = set(_names(suite))
    if (
        suite.parent != root
        or not SuiteFolder(suite).exists()
        or (place != suite and place.name not in names)
    ):
        raise InputError(f"{path}: must be the folder of a run or of a suite below {runs_dir}")
    return suite, names if place == suite else {place.name}


def _names(suite: Path) -> tuple[str, ...]:
    try:
        return SuiteFolder(suite).config().names
    except InputError:
        return ()


def _delete(suite: Path, to_delete: set[str]) -> None:
    names = _names(suite)
    if to_delete.issuperset(names):
        delete_folder(suite)
        return
    # first out of the list of what the suite trains: there, a run without a folder is one that waits
    config = SuiteFolder(suite).config()
    kept = tuple(name for name in names if name not in to_delete)
    SuiteFolder(suite).write_config(replace(config, runs=tuple(map(config.config_of, kept)), names=kept))
    for name in to_delete:
        if (suite / name).exists():
            delete_folder(suite / name)
