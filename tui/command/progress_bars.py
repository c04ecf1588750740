"""The headless display on a terminal: three progress bars, and a line an epoch above them."""

from typing import Any, Final

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
        self._progress: Progress | None = None

    def log(self, text: str) -> None:
        """Print a line above the bars."""
        self._console.print(text, highlight=False, markup=False)

    def update(self, suite: SuiteState) -> None:
        """Draw how the suite stands."""
        progress = self._progress = self._progress or self._started()
        for task, bar in zip(progress.task_ids, suite_bars(suite, alive=True), strict=True):
            progress.update(
                task, completed=bar.done, name=bar.name, count=bar.count, note=bar.note, left=bar.left
            )
        progress.refresh()

    def hide(self) -> None:
        """Take the bars away and show the cursor."""
        progress, self._progress = self._progress, None
        if progress is not None:
            progress.stop()

    def _started(self) -> Progress:
        """Make new bars below what the terminal shows by now."""
        progress = Progress(
            TextColumn("{task.fields[name]:<8}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[count]:>16}"),
            TextColumn("{task.fields[note]:<22}", style="progress.data.speed"),
            _Remaining(),
            console=self._console,
            transient=True,
            expand=True,
            # drawn by update alone, and other people's streams are left as they are
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        for _ in range(3):
            progress.add_task("", total=1.0, **_NOTHING)
        progress.start()
        return progress
