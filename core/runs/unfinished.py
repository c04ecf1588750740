"""Finds the suite that trains the same runs already: what of it has finished need not be trained again."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.errors import InputError
from core.runs.event_digest import EventDigest, digest
from core.runs.folder import RunFolder, SuiteFolder, in_full
from core.runs.index import suites_in
from core.runs.run_state import Outcome
from core.runs.safe_files import open_to_read


@dataclass(frozen=True, slots=True)
class EarlierSuite:
    """A suite that was begun before; `finished` of its runs have finished.

    `alive` says whether a worker is at work there.
    """

    folder: SuiteFolder
    config: SuiteConfig
    finished: int
    alive: bool

    @property
    def complete(self) -> bool:
        """Tell whether there is nothing left to train."""
        return self.finished == len(self.config.runs)


def earlier_suite(runs_dir: Path, runs: Iterable[RunConfig]) -> EarlierSuite | None:
    """Return the newest suite below `runs_dir` that trains exactly `runs`, in any order; None without one.

    A suite of which a run was trained otherwise, by a recipe of another version, is another suite. So is one
    that cannot be read.

    Raises:
        InputError: the runs folder is there and cannot be read.
    """
    wanted = frozenset(map(in_full, runs))
    found = (_opened(SuiteFolder(path), wanted) for path in suites_in(runs_dir))
    return next(filter(None, found), None)


def _opened(folder: SuiteFolder, wanted: frozenset[RunConfig]) -> EarlierSuite | None:
    with suppress(InputError, OSError):
        config = folder.config()
        if frozenset(config.runs) != wanted:
            return None
        digests = [_digest(folder.run(name)) for name in config.names]
        if all(map(_trained_as_planned, digests, config.runs)):
            finished = sum(found.outcome is Outcome.FINISHED for found in digests)
            return EarlierSuite(folder, config, finished, folder.alive())
    return None


def _digest(run: RunFolder) -> EventDigest:
    try:
        with open_to_read(run.events) as file:
            return digest(file)
    except FileNotFoundError:
        return EventDigest()


def _trained_as_planned(found: EventDigest, run: RunConfig) -> bool:
    started = found.started
    return started is None or (started.config, started.recipe) == (run, run.recipe)
