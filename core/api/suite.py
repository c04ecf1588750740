"""Suites and runs that were trained before, from their event files alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from core.errors import InputError
from core.printable import printable
from core.runs.run_state import RunState
from core.runs.suite_state import states_in


@dataclass(frozen=True, slots=True)
class Suite:
    """The runs that were trained together, in the suite's order, and the folder `path` they are kept in.

    It is a sequence of them: ``suite[0]``, ``len(suite)``, ``for run in suite``; ``suite["batch"]`` is a run
    by its name. `train` returns one and `load_suite` reads one; neither changes later.
    """

    path: Path
    runs: tuple[RunState, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The runs' names, which are also their folders'."""
        return tuple(run.name for run in self.runs)

    def __iter__(self) -> Iterator[RunState]:
        return iter(self.runs)

    def __len__(self) -> int:
        return len(self.runs)

    def __getitem__(self, which: int | str) -> RunState:
        """Return a run by its place or its name.

        Raises:
            KeyError: no run has the name.
            IndexError: there are not so many.
        """
        if isinstance(which, int):
            return self.runs[which]
        if which not in self.names:
            raise KeyError(f"no run {which}; must be one of {', '.join(self.names)}")
        return self.runs[self.names.index(which)]

    def __repr__(self) -> str:
        told = ", ".join(f"{run.name}: {run.outcome}" for run in self.runs)
        return f"<Suite {printable(str(self.path))}: {told}>"


def load_suite(path: str | PathLike[str]) -> Suite:
    """Read the suite in a folder such as ``runs/20260102-030405-tuned``; one in training as it stands now.

    Raises:
        InputError: it is no suite's folder, or cannot be read.
    """
    return Suite(Path(path), states_in(Path(path)))


def load_run(path: str | PathLike[str]) -> RunState:
    """Read one run from its folder, such as ``runs/20260102-030405-tuned/batch``, or that of a suite of one.

    Raises:
        InputError: it is neither, or cannot be read.
    """
    states = states_in(Path(path))
    if len(states) != 1:
        names = ", ".join(state.name for state in states)
        raise InputError(f"{path}: has several runs; name the folder of one of {names}, or use load_suite")
    return states[0]
