from dataclasses import replace

from core.config.presets import Norm
from core.runs.eta import epoch_cost
from core.runs.run_state import RunState
from tests.report.example_runs import example_states
from tests.report.partial_runs import waiting
from tests.tui.charts.stepped_runs import stepped_run
from tui.charts.run_curves import Axis, loss_chart
from tui.charts.time_end import SteadyEnd


def slower(run: RunState, factor: float) -> RunState:
    """Return `run` as if its training had taken so much longer."""
    epochs = tuple(
        replace(result, train=replace(result.train, seconds=result.train.seconds * factor))
        for result in run.epochs
    )
    return replace(run, epochs=epochs)


def test_a_run_under_way_has_its_axis_to_the_end_of_its_last_epoch() -> None:
    run = stepped_run(Norm.BATCH, 2, extra_steps=50)
    cost = epoch_cost(run)
    assert cost is not None
    end = SteadyEnd().of([*example_states(), run])
    assert 20 * cost.total < end < 1.1 * 20 * cost.total
    spec = loss_chart([run], axis=Axis.TIME, smoothing=0.0, log_y=False, time_end=end)
    assert spec.x_end == end
    assert loss_chart([run], axis=Axis.EPOCH, smoothing=0.0, log_y=False, time_end=end).x_end == 20


def test_the_end_stays_while_it_serves_and_moves_where_an_estimate_is_far_off() -> None:
    run, steady = stepped_run(Norm.BATCH, 2, extra_steps=50), SteadyEnd()
    first = steady.of([run])
    assert [steady.of([slower(run, factor)]) for factor in (1.03, 0.9, 1.04)] == [first] * 3
    longer = steady.of([slower(run, 2.0)])
    assert longer > 1.5 * first
    assert steady.of([run]) < longer


def test_there_is_no_end_before_it_can_be_estimated_or_when_all_have_ended() -> None:
    assert SteadyEnd().of([waiting()]) == 0
    begun = stepped_run(Norm.BATCH, 0, extra_steps=50)
    assert SteadyEnd().of([begun]) == 0
    assert SteadyEnd().of([replace(begun, phase_at=(begun.phase_at or 0.0) - 3)]) > 0
    assert SteadyEnd().of(example_states()) == 0
