import pytest

from core.config.presets import Norm
from core.results.labelled_runs import label_runs
from core.results.seed_groups import seed_groups
from core.results.seed_spread import Series
from core.runs.run_state import RunState
from tests.report.example_runs import config
from tests.tui.compare.studies import study
from tui.charts.curve import CurveStyle
from tui.charts.seed_curves import band, group_label, mean_curve, single_curves

_LONG: Series = {1: (1.0, 10.0), 2: (2.0, 20.0), 3: (5.0, 60.0)}
_SHORT: Series = {1: (3.0, 30.0), 2: (6.0, 40.0)}


def test_a_group_is_named_with_how_many_seeds_count() -> None:
    first, second, third = study(config(Norm.LAYER, seed) for seed in range(3))
    waiting = RunState("layer-seed-2", planned=config(Norm.LAYER, 2))
    names = [
        group_label(seed_groups(label_runs(states))[0])
        for states in ([first, second, third], [first, second, waiting], [first])
    ]
    assert names == ["layer (3)", "layer (2 of 3)", "layer"]


def test_curves_of_a_group_are_drawn_in_its_style() -> None:
    (group,) = seed_groups(label_runs(study(config(Norm.LAYER, seed) for seed in (1, 2))))
    mean = mean_curve(group, "test", [_LONG, _SHORT], CurveStyle.MARKED)
    singles = list(single_curves(group, [_LONG, _SHORT]))
    assert group_label(group) == mean.label == "layer (2)"
    assert {curve.colour for curve in (mean, *singles)} == {"norm-layer"}
    assert [curve.style for curve in singles] == [CurveStyle.FAINT] * 2
    assert list(singles[1].ys) == [30, 40]
    shaded = band(group, "test", [_LONG, _SHORT])
    assert (shaded.colour, list(shaded.lows)) == ("norm-layer", [10, 20])
    assert shaded.xs == pytest.approx(mean.xs)
