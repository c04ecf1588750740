import math
from dataclasses import replace

from core.config.presets import Norm
from tests.report.example_runs import example_states
from tests.report.partial_runs import (
    between_training_and_evaluation,
    demo,
    ended_by_its_loss,
    waiting,
)
from tests.tui.compare.studies import seeds_study
from tui.charts.curve import ChartSpec, Curve, CurveStyle
from tui.charts.run_curves import Axis, loss_chart
from tui.compare.curve_specs import accuracy_spec, gap_spec, loss_spec
from tui.compare.view import View, named


def _view(*, by_time: bool = False, log_y: bool = False) -> View:
    runs = named(example_states())
    return View(runs=runs, by_time=by_time, log_y=log_y)


def _curve(spec: ChartSpec, label: str, part: str) -> Curve:
    (curve,) = (curve for curve in spec.curves if (curve.label, curve.part) == (label, part))
    return curve


def test_accuracies_are_drawn_by_epoch_in_percent() -> None:
    spec = accuracy_spec(_view())
    assert len(spec.curves) == 6
    assert _curve(spec, "batch", "test").xs == tuple(range(1, 21))
    assert math.isclose(_curve(spec, "batch", "test").ys[-1], 73.51)
    assert math.isclose(_curve(spec, "batch", "training").ys[-1], 73.11)
    assert spec.guides[0].label == "limit 70%"
    assert len(spec.guides) == 4


def test_losses_can_be_drawn_by_time_and_on_a_logarithmic_axis() -> None:
    spec = loss_spec(_view(by_time=True, log_y=True))
    assert (spec.x_label, spec.clock, spec.log_y) == ("time", True, True)
    seconds = sum(result.seconds for result in example_states()[0].epochs)
    assert math.isclose(_curve(spec, "batch", "test").xs[-1], seconds)


def test_the_gap_is_training_minus_test_accuracy_beside_a_zero_line() -> None:
    spec = gap_spec(_view(by_time=True))
    assert spec.x_label == "epoch"
    assert math.isclose(spec.curves[0].ys[-1], -0.4)
    assert [guide.height for guide in spec.guides] == [0.0]


def test_an_epoch_without_its_evaluation_has_no_gap_yet() -> None:
    runs = named([between_training_and_evaluation(), waiting()])
    view = View(runs=runs)
    assert [curve.xs for curve in gap_spec(view).curves] == [(1.0,), ()]
    assert [len(curve.xs) for curve in accuracy_spec(view).curves] == [1, 0, 2, 0]


def test_runs_keep_their_colours_whoever_is_beside_them() -> None:
    batch, _, group = example_states()
    runs = named([group, batch, replace(batch, name="other")])
    spec = gap_spec(View(runs=runs))
    assert [curve.colour for curve in spec.curves] == ["norm-group", "norm-batch", "norm-batch"]
    assert spec.curves[1].shape != spec.curves[2].shape


def test_seeds_are_drawn_as_their_mean_and_a_band_and_one_by_one_where_wanted() -> None:
    runs = named(seeds_study(3))
    view = View(runs=runs)
    spec = accuracy_spec(view)
    assert [curve.label for curve in spec.curves] == [f"{norm} (3)" for norm in Norm] * 2
    mean = sum(100 * run.state.tests[4].accuracy for run in runs[:3]) / 3
    assert math.isclose(_curve(spec, "batch (3)", "test").ys[4], mean)
    assert [(shaded.part, shaded.colour) for shaded in spec.bands] == [
        ("test", f"norm-{norm}") for norm in Norm
    ]
    assert spec.bands[0].lows[4] < mean < spec.bands[0].highs[4]
    singles = accuracy_spec(replace(view, single_seeds=True))
    assert sum(curve.style is CurveStyle.FAINT for curve in singles.curves) == 9
    assert not accuracy_spec(_view()).bands


def test_a_diverged_run_is_marked_where_the_training_screen_marks_it() -> None:
    runs = [ended_by_its_loss(), demo()]
    view = View(runs=named(runs))
    for by_time, axis in ((False, Axis.EPOCH), (True, Axis.TIME)):
        trained = loss_chart(runs, axis=axis, smoothing=0.0, log_y=False)
        assert trained.marks
        own = replace(view, by_time=by_time)
        assert accuracy_spec(own).marks == loss_spec(own).marks == trained.marks
    by_epoch = loss_chart(runs, axis=Axis.EPOCH, smoothing=0.0, log_y=False)
    assert gap_spec(replace(view, by_time=True)).marks == by_epoch.marks  # its plot has no times
