"""Trains a suite by a worker, as the command line does, and waits for its end."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Final

from core.api.asked import asked_suite
from core.api.suite import Suite
from core.config.presets import Norm
from core.dataset.availability import check_source
from core.environment import single_precision
from core.runs.folder import SuiteFolder, check_runs_dir, create_suite
from core.runs.notes import with_notes
from core.runs.suite_state import SuiteReader, SuiteState
from core.runs.unfinished import earlier_suite
from core.supervisor.beginning import begin_suite, refuse_bad_input, touched_runs
from core.supervisor.resuming import resume
from core.supervisor.worker_process import WorkerProcess, in_use

_POLL_SECONDS: Final = 0.1
_KILL_SECONDS: Final = 1.0

Progress = Callable[[SuiteState], object]
"""Is called with how every run stands, whenever there is something new."""


def train(
    *,
    norm: str | Sequence[str] = tuple(Norm),
    seeds: int | Sequence[int] | None = None,
    runs_dir: str | PathLike[str] = "runs",
    fresh: bool = False,
    progress: Progress | None = None,
    **settings: object,
) -> Suite:
    """Train runs in a process of their own, and return them when all have ended, however they did.

    `settings` are those of `RunConfig`, of a recipe (`RecipeEdits`) and of `SuiteConfig`, by their fields'
    names: ``preset="tuned", epochs=5, data="demo", learning_rate=0.02, dropout=0.1, parallel=1``. They take
    what the flags take; a list of values trains with each of them. `seeds` is how many from `seed` on, or a
    list of them. What of the same runs has finished below `runs_dir` is not trained again, and what was
    begun goes on, unless all is to be `fresh`. A run's `outcome` tells how it ended.

    `progress` is called with a `SuiteState` up to ten times a second. Whatever it raises, and Ctrl-C as well,
    ends the worker and is passed on; the next call of the same goes on from the last checkpoints.

    Raises:
        InputError: a setting is none or has no such value, or the images or the device cannot be used; or
            somebody trains the same runs. Nothing is left behind.
        OSError: no worker can be started.
    """
    single_precision()  # refuses what the worker could not compute in
    config = asked_suite(norm, seeds, settings)
    folder = Path(runs_dir)
    check_source(config.runs[0].data, config.runs[0].image_options)
    check_runs_dir(folder)
    earlier = None if fresh else earlier_suite(folder, config.runs)
    if earlier is None:
        suite = create_suite(folder, config, datetime.now().astimezone())
        before = SuiteReader(suite).poll()
        state = _followed(begin_suite(suite), progress)
    else:
        suite = earlier.folder
        before = state = SuiteReader(suite).poll()
        if earlier.alive:
            raise in_use(suite)
        if not earlier.complete:
            state = _followed(resume(earlier, config), progress)
    refuse_bad_input(touched_runs(before, state), suite, made_here=earlier is None)
    return _ended(suite, state)


def _followed(worker: WorkerProcess, progress: Progress | None) -> SuiteState:
    """Follow the worker to its end; where that is not waited for, end it."""
    heard = -1
    try:
        while worker.running:
            state = worker.poll()
            if progress is not None and worker.reader.heard != heard:
                heard = worker.reader.heard
                progress(state)
            time.sleep(_POLL_SECONDS)
        state = worker.poll()
        if progress is not None:
            progress(state)
    except BaseException:
        worker.terminate(_KILL_SECONDS)
        worker.poll()  # records how the runs ended that were under way
        raise
    return state


def _ended(folder: SuiteFolder, state: SuiteState) -> Suite:
    return Suite(folder.path, with_notes(folder, state.runs))
