"""Says once what is new in each run, for whatever shows lines one after another."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import partial

from core.results.data_cautions import repeated_images
from core.runs.events import DataLoaded
from core.runs.run_state import RunState

Line = tuple[Hashable, Callable[[], str]]  # what it is about, and how to write it


class Narrator:
    """Remembers what was logged; `lines` gives all that is worth logging of a run, each under its own key."""

    def __init__(self, lines: Callable[[RunState], Iterable[Line]]) -> None:
        self._lines = lines
        self._said: defaultdict[tuple[str, float | None], set[Hashable]] = defaultdict(set)

    def news(self, runs: Iterable[RunState]) -> Iterator[str]:
        """Yield what has not been logged yet; of a run tried again, everything again."""
        return (line() for line in self.new_lines(runs))

    def new_lines(self, runs: Iterable[RunState]) -> Iterator[Callable[[], str]]:
        """Yield the same as what writes each line, now or anew where there is other room for it."""
        for run in runs:
            said = self._said[run.name, run.started_at]
            for key, line in self._lines(run):
                if key not in said:
                    said.add(key)
                    yield line

    def pass_over(self, runs: Iterable[RunState]) -> None:
        """Take what there is to log of `runs` as logged."""
        for run in runs:
            self._said[run.name, run.started_at].update(key for key, _ in self._lines(run))

    def forget(self) -> None:
        """Say everything again."""
        self._said.clear()


def notices(run: RunState) -> Iterator[Line]:
    """Give a line for each of the run's notices, and for what its images have twice, or was done to them."""
    for text in (*_changed_images(run.data), *repeated_images(run.data)) if run.data else ():
        yield ("images", text), partial("{}: {}".format, run.name, text)
    if run.stalled:
        yield ("stalled", run.updated_at), lambda: f"{run.name}: stalled: {run.stalled}"
    for text in run.notices:
        yield ("notice", text), partial("{}: {}".format, run.name, text)


def _changed_images(data: DataLoaded) -> Iterator[str]:
    if data.adjustments:
        yield f"changed to be read: {'; '.join(data.adjustments)}"


def data_words(run: RunState) -> str:
    """Say which images a run has; nothing before they are loaded."""
    if run.data is None:
        return ""
    counts = f"{run.data.train_images:,} training and {run.data.test_images:,} test images"
    return f"{run.data.label}, {counts}"


def device_words(run: RunState) -> str:
    """Say what a run computes on; nothing before that is known."""
    found = run.environment
    if found is None:
        return ""
    # a GPU's own instructions are another matter
    instructions = found.instruction_set if found.device == "cpu" else ""
    name = ", ".join(filter(None, (found.device_name, instructions)))
    return f"{found.place} ({name})"
