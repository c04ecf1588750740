from dataclasses import replace

import pytest

from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.runs.run_state import RunState
from tests.report.example_runs import config, state
from tests.report.partial_runs import demo, diverged, ended_by_its_loss, waiting
from tests.tui.charts.stepped_runs import STEPS, stepped_events, stepped_run
from tui.charts.curve import Curve, CurveStyle
from tui.charts.run_curves import Axis, accuracy_chart, loss_chart


@pytest.fixture(scope="module")
def runs() -> tuple[RunState, ...]:
    """Two epochs and a part of the third."""
    return tuple(stepped_run(norm, 2, extra_steps=100) for norm in (Norm.BATCH, Norm.LAYER))


def _curve(curves: tuple[Curve, ...], label: str, style: CurveStyle) -> Curve:
    (found,) = (curve for curve in curves if curve.label == label and curve.style is style)
    return found


def test_every_run_has_a_raw_a_smoothed_and_a_test_curve(runs: tuple[RunState, ...]) -> None:
    curves = loss_chart(runs, axis=Axis.EPOCH, smoothing=0.9, log_y=False).curves
    assert [(curve.label, curve.part) for curve in curves] == [
        (label, part) for label in ("batch", "layer") for part in ("raw", "training, smoothed 0.9", "test")
    ]
    assert [curve.colour for curve in curves[::3]] == ["norm-batch", "norm-layer"]


def test_without_smoothing_the_line_is_what_was_measured(runs: tuple[RunState, ...]) -> None:
    curves = loss_chart(runs[:1], axis=Axis.EPOCH, smoothing=0.0, log_y=False).curves
    assert [curve.part for curve in curves] == ["training", "test"]
    assert curves[0].ys == runs[0].step_losses.curve()[1]


def test_steps_are_parts_of_epochs(runs: tuple[RunState, ...]) -> None:
    chart = loss_chart(runs, axis=Axis.EPOCH, smoothing=0.0, log_y=False)
    line = _curve(chart.curves, "batch", CurveStyle.LINE)
    assert line.xs[0] == pytest.approx(1 / STEPS)
    assert line.xs[-1] == pytest.approx(2 + 100 / STEPS)
    assert _curve(chart.curves, "batch", CurveStyle.MARKED).xs == (1, 2)
    assert (chart.x_label, chart.clock) == ("epoch", False)


def test_time_counts_training_and_evaluation(runs: tuple[RunState, ...]) -> None:
    chart = loss_chart(runs, axis=Axis.TIME, smoothing=0.0, log_y=False)
    line = _curve(chart.curves, "batch", CurveStyle.LINE)
    first, second = runs[0].epochs
    assert _curve(chart.curves, "batch", CurveStyle.MARKED).xs == (
        first.seconds,
        first.seconds + second.seconds,
    )
    assert line.xs[STEPS - 1] == pytest.approx(first.train.seconds)
    assert (chart.x_label, chart.clock) == ("time", True)


def test_accuracy_is_in_percent(runs: tuple[RunState, ...]) -> None:
    chart = accuracy_chart(runs, axis=Axis.EPOCH, smoothing=0.0)
    tested = _curve(chart.curves, "layer", CurveStyle.MARKED)
    assert tested.ys == tuple(100 * test.accuracy for test in runs[1].tests)
    line = _curve(chart.curves, "layer", CurveStyle.LINE)
    assert line.ys == tuple(100 * share for share in runs[1].step_accuracies.curve()[1])
    assert chart.percent


def test_limit_and_published_results_are_marked_where_that_is_fair(runs: tuple[RunState, ...]) -> None:
    tuned = RunConfig(norm=Norm.GROUP, preset=Preset.TUNED, data="images")
    labels = {
        name: [guide.label for guide in accuracy_chart(shown, axis=Axis.EPOCH, smoothing=0.0).guides]
        for name, shown in {
            "reference": runs,
            "tuned": (state(stepped_events(tuned, 1), "group"),),
            "a part": (state(stepped_events(replace(tuned, limit_train=500), 1), "group"),),
            "demo": (demo(),),
        }.items()
    }
    assert labels == {
        "reference": ["limit 70%", "published batch 73.42%", "published layer 67.66%"],
        "tuned": ["limit 70%"],
        "a part": [],
        "demo": [],
    }


def test_settings_of_one_norm_differ_in_shape() -> None:
    settings = [replace(config(Norm.BATCH), epochs=epochs) for epochs in (10, 20)]
    states = [state(stepped_events(setting, 1), "batch") for setting in settings]
    first, second = (
        curve
        for curve in accuracy_chart(states, axis=Axis.EPOCH, smoothing=0.0).curves
        if curve.style is CurveStyle.LINE
    )
    assert (first.label, second.label) == ("batch, epochs 10", "batch, epochs 20")
    assert first.colour == second.colour
    assert first.shape != second.shape


def test_a_run_that_has_not_begun_has_no_points() -> None:
    chart = loss_chart([waiting()], axis=Axis.TIME, smoothing=0.5, log_y=True)
    assert [curve.xs for curve in chart.curves] == [(), (), ()]
    assert chart.empty == "waits for the first step: not begun yet"


def test_the_same_runs_give_an_equal_chart(runs: tuple[RunState, ...]) -> None:
    assert accuracy_chart(runs, axis=Axis.TIME, smoothing=0.9) == accuracy_chart(
        runs, axis=Axis.TIME, smoothing=0.9
    )
    assert loss_chart([diverged()], axis=Axis.EPOCH, smoothing=0.0, log_y=True).title == "loss, logarithmic"


def test_seeds_are_one_curve_as_far_as_all_have_come() -> None:
    seeds = [
        state(stepped_events(config(Norm.BATCH, seed), epochs, extra_steps=50), "batch")
        for seed, epochs in ((0, 3), (1, 1))
    ]
    charts = [
        loss_chart(seeds, axis=Axis.EPOCH, smoothing=0.0, log_y=False, single_seeds=single)
        for single in (False, True)
    ]
    first, second = (seed.step_losses for seed in seeds)
    assert first.stride > second.stride
    assert [curve.part for curve in charts[0].curves] == ["training", "test"]
    training, tested = charts[0].curves
    assert training.label == "batch (2)"
    wide = second.widened(first.stride)
    both = [(one + other) / 2 for one, other in zip(first.points, wide.points, strict=False)]
    assert list(training.ys) == pytest.approx(both)
    assert list(tested.xs) == [1]
    (shaded,) = charts[0].bands
    assert (shaded.xs, shaded.lows) == (tested.xs, tested.ys)  # made-up seeds are alike
    assert [curve.style for curve in charts[1].curves][:2] == [CurveStyle.FAINT] * 2


def test_a_seed_under_way_is_drawn_beside_the_mean_of_those_that_finished() -> None:
    finished = [state(stepped_events(config(Norm.BATCH, seed), 2), "batch") for seed in (0, 1)]
    under_way = state(stepped_events(config(Norm.BATCH, 2), 1, extra_steps=50), "batch")
    chart = loss_chart([*finished, under_way], axis=Axis.EPOCH, smoothing=0.0, log_y=False)
    assert [(curve.part, curve.label) for curve in chart.curves] == [
        ("one seed", "batch"),
        ("training", "batch (2 of 3)"),
        ("test", "batch (2 of 3)"),
    ]
    assert list(chart.curves[2].xs) == [1, 2]


@pytest.mark.parametrize(("axis", "x"), [(Axis.EPOCH, 2.5), (Axis.TIME, None)])
def test_a_diverged_run_is_marked_where_it_happened(axis: Axis, x: float | None) -> None:
    run = ended_by_its_loss()
    chart = loss_chart([run, demo()], axis=axis, smoothing=0.0, log_y=False)
    (mark,) = chart.marks
    by_time = sum(result.seconds for result in run.epochs) + run.epochs[-1].train.seconds / 2
    assert mark.x == pytest.approx(by_time if x is None else x, abs=0.1)
