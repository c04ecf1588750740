"""The plots of one page of tags, as many as the screen has room for."""

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult
from textual.containers import Grid
from textual.events import Resize
from textual.message import Message

from tui.charts.chart import Chart
from tui.charts.curve import ChartSpec

_LEAST_WIDTH: Final = 38  # columns of one plot
_LEAST_HEIGHT: Final = 9  # lines
MOST: Final = 12


class ChartGrid(Grid):
    """Shows plots side by side and below each other; `room` is how many there is room for."""

    class Changed(Message):
        """There is room for more plots, or for fewer."""

    def __init__(self) -> None:
        super().__init__(id="tracked-charts")
        self.room = 1
        self._alone: int | None = None
        self._specs: tuple[ChartSpec, ...] = ()

    def compose(self) -> ComposeResult:
        """Make all plots there can be; those that are not needed are not shown."""
        for number in range(MOST):
            chart = Chart(id=f"tag-{number}", classes="frame")
            chart.display = number == 0
            yield chart

    @property
    def charts(self) -> list[Chart]:
        """The plots, shown or not."""
        return list(self.query(Chart))

    @property
    def alone(self) -> int | None:
        """Which plot has all the room; None where all share it."""
        return self._alone

    def on_resize(self, event: Resize) -> None:
        """Find out how many plots there is room for."""
        width, height = event.size
        room = min(max(width // _LEAST_WIDTH, 1) * max(height // _LEAST_HEIGHT, 1), MOST)
        if room != self.room:
            self.room = room
            self.post_message(self.Changed())

    def show(self, specs: Sequence[ChartSpec]) -> None:
        """Draw `specs`, as many as there is room for."""
        count = max(len(specs), 1)
        if len(specs) != len(self._specs):
            self._alone = None
        self._specs = tuple(specs)
        self._arrange()
        empty = ChartSpec(title="", x_label="", empty="no value yet")
        for number, chart in enumerate(self.charts[:count]):
            chart.show(specs[number] if specs else empty)

    def show_next_alone(self) -> None:
        """Give the first plot all the room, then the next, then all share it."""
        last = max(len(self._specs), 1) - 1
        self._alone = 0 if self._alone is None else None if self._alone >= last else self._alone + 1
        self._arrange()

    def forget(self) -> None:
        """Look at all there is again: other quantities are shown."""
        self._alone = None
        for chart in self.charts:
            chart.forget()

    def _arrange(self) -> None:
        shown = {self._alone} if self._alone is not None else set(range(max(len(self._specs), 1)))
        for number, chart in enumerate(self.charts):
            chart.display = number in shown
        columns = min(max(self.size.width // _LEAST_WIDTH, 1), len(shown))
        rows = -(-len(shown) // columns)
        while columns > 1 and (columns - 1) * rows >= len(shown):
            columns -= 1
        self.styles.grid_size_columns, self.styles.grid_size_rows = columns, rows
