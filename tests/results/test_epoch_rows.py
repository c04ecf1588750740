import pytest

from core.results.epoch_rows import epoch_rows, step_rows
from core.runs.run_state import RunState
from core.runs.step_series import StepSeries
from tests.report.example_runs import example_states


def test_a_row_has_what_an_epoch_came_to() -> None:
    run = example_states()[0]
    rows = epoch_rows(run)
    assert [row.epoch for row in rows] == list(range(1, 21))
    assert rows[-1].test_accuracy == run.last_accuracy
    assert rows[-1].elapsed_seconds == pytest.approx(
        sum(row.train_seconds + (row.test_seconds or 0) for row in rows)
    )


def test_a_run_without_an_epoch_has_no_rows() -> None:
    assert epoch_rows(RunState("batch")) == []
    assert step_rows(RunState("batch")) == []


def test_a_long_runs_steps_are_put_together() -> None:
    losses = StepSeries().extended(float(step) for step in range(1, 2052))
    run = RunState("batch", step_losses=losses, step_accuracies=losses)
    rows = step_rows(run)
    assert sum(row.steps for row in rows) == 2051
    assert (rows[0].step, rows[0].steps, rows[0].loss, rows[0].epoch) == (2.5, 4, 2.5, None)
    assert (rows[-1].step, rows[-1].steps, rows[-1].loss) == (2050.0, 3, 2050.0)
