"""The headless display on a terminal: three progress bars, and a line an epoch above them."""

from types import TracebackType
from typing import Any, Final, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from core.runs.suite_state import SuiteState
from tui.text.suite_progress import suite_bars
from tui.text.wording import clock


class _Remaining(ProgressColumn):
    """Time left as the suite's own estimate gives it, which counts evaluation and queued runs."""

    def render(self, task: Task) -> Text:
        left = task.fields["left"]
        return Text("" if left is None else f"{clock(left)} left", style="progress.remaining")


_NOTHING: Final[dict[str, Any]] = {"name": "", "count": "", "note": "", "left": None}


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
        self._tasks = [self._progress.add_task("", total=1.0, **_NOTHING) for _ in range(3)]

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def log(self, text: str) -> None:
        """Print a line above the bars."""
        self._console.print(text, highlight=False, markup=False)

    def update(self, suite: SuiteState) -> None:
        """Draw how the suite stands."""
        for task, bar in zip(self._tasks, suite_bars(suite, alive=True), strict=True):
            self._progress.update(
                task, completed=bar.done, name=bar.name, count=bar.count, note=bar.note, left=bar.left
            )
