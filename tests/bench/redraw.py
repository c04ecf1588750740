"""How long both plots take, from the runs' states to Textual's strips: three variants, four curves each.

``uv run python -m tests.bench redraw`` on a quiet machine.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical

from core.runs.run_state import RunState
from tests.tui.charts.stepped_runs import stepped_runs
from tui.app.themes import DARK
from tui.charts.chart import Chart
from tui.charts.run_curves import Axis, accuracy_chart, loss_chart

_ROUNDS = 40
_SIZE = (200, 60)


class _Plots(App[None]):
    """Both plots, side by side or one above the other."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False

    def __init__(self, box: type[Horizontal] | type[Vertical]) -> None:
        super().__init__()
        self._box = box

    def compose(self) -> ComposeResult:
        with self._box():
            yield Chart(id="loss")
            yield Chart(id="accuracy")

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name

    def draw(self, runs: Sequence[RunState], axis: Axis) -> int:
        """Draw both plots, and return how many cells they have."""
        loss, accuracy = self.query_one("#loss", Chart), self.query_one("#accuracy", Chart)
        loss.show(loss_chart(runs, axis=axis, smoothing=0.9, log_y=False))
        accuracy.show(accuracy_chart(runs, axis=axis, smoothing=0.9))
        lines = (chart.render_line(y) for chart in (loss, accuracy) for y in range(chart.size.height))
        return sum(line.cell_length for line in lines)


def measure() -> dict[str, object]:
    """Return the milliseconds both plots take together in a 200 by 60 terminal, in two layouts."""
    runs = stepped_runs()
    steps = sum(result.train.batches for result in runs[0].epochs)
    figures = {
        f"{name}_{axis}": asyncio.run(_milliseconds(box, runs, axis))
        for name, box in (("beside", Horizontal), ("above", Vertical))
        for axis in Axis
    }
    return {"variants": len(runs), "steps_a_variant": steps, "rounds": _ROUNDS, "milliseconds": figures}


async def _milliseconds(
    box: type[Horizontal] | type[Vertical], runs: Sequence[RunState], axis: Axis
) -> dict[str, float]:
    app = _Plots(box)
    times = []
    async with app.run_test(size=_SIZE) as pilot:
        await pilot.pause()
        for i in range(_ROUNDS):
            # one more step, so that nothing is as it was drawn before
            grown = [
                replace(
                    run,
                    step_losses=run.step_losses.extended([1 + 0.01 * i]),
                    step_accuracies=run.step_accuracies.extended([0.5 + 0.001 * i]),
                )
                for run in runs
            ]
            began = time.perf_counter()
            app.draw(grown, axis)
            times.append(1_000 * (time.perf_counter() - began))
            await pilot.pause()
    return {"median": round(median(times), 2), "max": round(max(times), 2)}
