"""What happened, as text one can select: the assignment's two lines an epoch, notices, ends."""

from collections.abc import Iterator

from textual.widgets import Log

from core.results.epoch_text import epoch_heading, evaluation_line, train_line
from core.results.outcome_text import outcome_words
from core.runs.run_state import RunState

_Key = tuple[object, ...]


class LogPanel(Log):
    """Appends what is new in each run; begins anew with another suite."""

    def __init__(self) -> None:
        super().__init__(id="log", classes="frame", max_lines=10_000)
        self.border_title = "Log"
        self._said: set[_Key] = set()

    def begin(self) -> None:
        """Forget what was said: another suite is shown."""
        self.clear()
        self._said.clear()

    def show(self, runs: tuple[RunState, ...]) -> None:
        """Write what is new in `runs`."""
        new = [(key, line) for run in runs for key, line in log_lines(run) if key not in self._said]
        if new:
            self._said.update(key for key, _ in new)
            self.write_lines([line for _, lines in new for line in lines.splitlines()])


def log_lines(run: RunState) -> Iterator[tuple[_Key, str]]:
    """Give every line worth saying of `run`, each under a key of its own."""
    if run.started is None:
        return
    mark = (run.name, run.started_at)  # a run tried again says everything again
    yield (
        (*mark, "started"),
        f"{run.name} norm, preset {run.started.config.preset}, seed {run.started.config.seed}",
    )
    if run.environment is not None:
        yield (*mark, "device"), f"{run.name}: on {run.environment.device} ({run.environment.device_name})"
    if run.data is not None:
        counts = f"{run.data.train_images:,} training and {run.data.test_images:,} test images"
        yield (*mark, "data"), f"{run.name}: {run.data.label}, {counts}"
    for text in run.notices:
        yield (*mark, "notice", text), f"{run.name}: {text}"
    for result in run.epochs:
        yield (
            (*mark, result.epoch, "train"),
            f"{run.name} {epoch_heading(result.epoch)}\n{train_line(result.train)}",
        )
        if result.test is not None:
            # named, since other runs may have spoken in between
            yield (*mark, result.epoch, "test"), f"{run.name}: {evaluation_line(result.test)}"
    if run.outcome.ended:
        yield (*mark, "end"), f"{run.name}: {outcome_words(run)}"
