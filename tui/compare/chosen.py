"""The runs on the screen, each with the folder it was chosen by, and how they follow the open suite."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from core.runs.run_state import RunState

if TYPE_CHECKING:
    from core.supervisor.follower import Snapshot


@dataclass(frozen=True, slots=True)
class Chosen:
    """The compared runs; `paths` names for each the folder it was chosen by, its own or its suite's."""

    runs: tuple[RunState, ...] = ()
    paths: tuple[Path, ...] = ()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder once: what a report on these runs is made from."""
        return tuple(dict.fromkeys(self.paths))

    def followed(self, snapshot: "Snapshot") -> Self:
        """Return the runs as they stand in the open suite, where they are of it.

        A suite chosen as a whole brings each of its runs along as soon as that has been evaluated; with
        nothing chosen, the open suite is.
        """
        suite, live = snapshot.folder.path.absolute(), {run.name: run for run in snapshot.state.runs}
        pairs = [(run, path.absolute()) for run, path in zip(self.runs, self.paths, strict=True)]
        runs = tuple(
            live.get(run.name, run) if path in (suite, suite / run.name) else run for run, path in pairs
        )
        known = {run.name for run, path in pairs if path == suite}
        if self.paths and not known:
            return type(self)(runs, self.paths)
        late = tuple(run for run in snapshot.state.runs if run.tests and run.name not in known)
        return type(self)((*runs, *late), (*self.paths, *[snapshot.folder.path] * len(late)))
