"""The headless display on a terminal: three progress bars, and a line an epoch above them."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from core.eta import begun_share, epoch_cost, seconds_done, seconds_left
from core.run_state import RunState
from core.suite_watch import SuiteState
from tui.wording import clock, phase_words, rate_words


class _Remaining(ProgressColumn):
    """Time left as the suite's own estimate gives it, which counts evaluation and queued runs."""

    def render(self, task: Task) -> Text:
        left = task.fields["left"]
        return Text("" if left is None else f"{clock(left)} left", style="progress.remaining")


class ProgressBars:
    """Shows the batch in the epoch, the epoch in the run and the run in the suite."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.fields[name]:<8}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[count]:>13}"),
            TextColumn("{task.fields[note]:<22}", style="progress.data.speed"),
            _Remaining(),
            console=console,
            transient=True,
            expand=True,
        )
        self._batch = self._bar("batches")
        self._epoch = self._bar("epochs")
        self._run = self._bar("runs")

    def _bar(self, name: str) -> TaskID:
        return self._progress.add_task("", total=None, name=name, count="", note="", left=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def say(self, text: str) -> None:
        """Print a line above the bars."""
        self._console.print(text, highlight=False, markup=False)

    def update(self, suite: SuiteState) -> None:
        """Draw how the suite stands."""
        run = suite.current
        if run is not None:
            self._show_run(run, suite)
        runs_done = sum(r.outcome.ended for r in suite.runs)
        epochs = [c.epochs for c in suite.config.runs]
        done = sum(len(r.tests) + begun_share(r) for r in suite.runs)
        self._progress.update(
            self._run,
            completed=done,
            total=sum(epochs),
            count=f"{runs_done}/{len(suite.runs)}",
            note="whole suite",
            left=seconds_left(suite),
        )

    def _show_run(self, run: RunState, suite: SuiteState) -> None:
        config = suite.config_of(run)
        steps = run.steps_an_epoch
        loading = run.progress if run.data is None else None
        if loading is not None:
            self._progress.update(
                self._batch,
                completed=loading.done,
                total=loading.total,
                count=f"{loading.done:,}",
                note=loading.what,
            )
        else:
            self._progress.update(
                self._batch,
                completed=run.epoch_steps,
                total=steps,
                count=f"{run.epoch_steps}/{steps or '?'}",
                note=rate_words(run),
            )
        cost = epoch_cost(run)
        self._progress.update(
            self._epoch,
            completed=len(run.tests) + begun_share(run),
            total=config.epochs,
            count=f"{len(run.tests)}/{config.epochs}",
            note=f"{run.name}: {phase_words(run)}",
            left=None if cost is None else config.epochs * cost.total - seconds_done(run, cost),
        )
