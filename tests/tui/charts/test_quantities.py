from dataclasses import replace

import pytest

from core.config.presets import Norm
from core.results.labelled_runs import label_runs
from core.results.seed_groups import seed_groups
from core.runs.events import DeviceSampled
from core.runs.run_state import RunState
from tests.report.example_runs import config, example_states, state
from tests.report.partial_runs import waiting
from tests.tui.charts.measured_runs import LAYERS, measured_run, measured_runs, norms, with_measurements
from tests.tui.charts.stepped_runs import STEPS, stepped_events
from tui.charts.canvas import draw
from tui.charts.chart_words import legend, readout
from tui.charts.curve import ChartSpec, CurveStyle
from tui.charts.epoch_curves import Across
from tui.charts.quantities import Page, plots_of
from tui.charts.run_curves import Axis
from tui.charts.signs import Signs


def plots(
    page: Page, runs: tuple[RunState, ...], *, axis: Axis = Axis.EPOCH, log_y: bool = False
) -> tuple[ChartSpec, ChartSpec]:
    labelled = label_runs(runs)
    return plots_of(page, seed_groups(labelled), labelled[0], Across(axis=axis), log_y=log_y)


def text_of(spec: ChartSpec, width: int = 38, height: int = 8) -> list[str]:
    drawing = draw(spec, width, height, Signs())
    assert drawing is not None
    return ["".join(piece.text for piece in line) for line in drawing.lines]


def test_rate_and_speed_have_a_point_an_epoch_for_every_run() -> None:
    runs = measured_runs()
    rate, speed = plots(Page.PACE, runs)
    assert [len(curve.xs) for curve in (*rate.curves, *speed.curves)] == [20] * 6
    assert rate.curves[0].ys[14:16] == (0.01, 0.001)
    first = runs[1].epochs[3].train
    assert speed.curves[1].ys[3] == pytest.approx(first.images / first.seconds)
    logarithmic, linear = plots(Page.PACE, runs, log_y=True)
    assert (logarithmic.title, logarithmic.log_y, linear.log_y) == ("learning rate, logarithmic", True, False)
    assert any("batch 3112" in line for line in text_of(speed))


def test_norms_are_of_the_whole_network_or_of_the_chosen_runs_convolutions() -> None:
    weights, gradients = plots(Page.NORMS, measured_runs())
    assert gradients.curves[2].ys[4] == pytest.approx(norms(5).gradient)
    assert weights.curves[0].ys[-1] == pytest.approx(norms(20).weight)
    _, by_layer = plots(Page.LAYERS, measured_runs(), log_y=True)
    assert by_layer.title == "batch: gradient norm by layer, log"
    assert [curve.label for curve in by_layer.curves] == [f"conv {number}" for number in range(1, 11)]
    assert by_layer.curves[-1].ys == tuple(norms(epoch).gradients[-1] for epoch in range(1, 21))


def test_of_more_layers_than_rows_the_first_and_the_last_are_named_beside_their_ends() -> None:
    _, spec = plots(Page.LAYERS, measured_runs(), log_y=True)
    lines = text_of(spec)
    assert lines[0].rstrip().endswith("10 0.27")
    assert lines[-3].rstrip().endswith("1 7.56e-04")
    assert all(any(f" {number} " in line[26:] for line in text_of(spec, 58, 15)) for number in range(1, 11))
    title, above = legend(spec, Signs(), 34, most_lines=2, lines_width=38)
    assert ("".join(piece.text for piece in title), above) == (spec.title, ())
    long, short = (
        "".join(piece.text for piece in readout(spec, 20.0, Signs(), width)) for width in (200, 38)
    )
    assert long.startswith("epoch 20: conv 1 7.56e-04 · conv 2 0.007 · ")
    assert short == "20: 1 7.56e-04  2 0.007  3 0.019 …"


def test_files_without_norms_say_why_there_is_nothing() -> None:
    for page in (Page.NORMS, Page.LAYERS):
        for spec in plots(page, example_states()):
            assert not any(curve.xs for curve in spec.curves)
            assert spec.empty == "the version that trained this measured no norms"
        assert plots(page, (waiting(),))[0].empty == "waits for the end of the first epoch: not begun yet"


def test_load_and_memory_stand_where_they_were_sampled() -> None:
    run = measured_run(Norm.BATCH, 2)
    load, memory = plots(Page.MACHINE, (run,))
    assert (load.title, memory.title) == ("load, cores", "memory, GiB")
    assert load.curves[0].style is CurveStyle.PLAIN
    assert load.curves[0].xs[:4] == pytest.approx([step / STEPS for step in (100, 200, 300, 391)])
    assert memory.curves[0].ys[-1] == pytest.approx(608 / 1024)
    by_time, _ = plots(Page.MACHINE, (run,), axis=Axis.TIME)
    assert by_time.curves[0].xs[3] == pytest.approx(run.epochs[0].train.seconds)


def test_a_device_that_tells_its_own_load_and_memory_is_shown() -> None:
    sample = DeviceSampled(resident_bytes=1, cpu_load=1.0, device_bytes=2**30, device_load=0.75)
    events = [*stepped_events(config(Norm.BATCH), 1), sample]
    load, memory = plots(Page.MACHINE, (state(events),))
    assert (load.title, load.percent, load.curves[0].ys) == ("load of the device", True, (75.0,))
    assert (memory.title, memory.curves[0].ys) == ("memory of the device, GiB", (1.0,))


def test_seeds_have_one_curve_of_every_quantity() -> None:
    seeds = tuple(
        state(with_measurements(stepped_events(config(Norm.BATCH, seed), 2)), "batch") for seed in (0, 1)
    )
    for page in (Page.PACE, Page.NORMS, Page.MACHINE):
        for spec in plots(page, seeds):
            assert [curve.label for curve in spec.curves] == ["batch (2)"]
            assert len(spec.curves[0].xs) == (8 if page is Page.MACHINE else 2)


def test_layers_that_change_their_names_within_a_run_are_not_mixed() -> None:
    run = measured_run(Norm.BATCH, 3)
    first = run.epochs[0]
    other = replace(norms(1), layers=tuple(f"old {place}" for place in range(len(LAYERS))))
    mixed = (replace(first, train=replace(first.train, norms=other)), *run.epochs[1:])
    spec, _ = plots(Page.LAYERS, (replace(run, epochs=mixed),))
    assert spec.curves[0].xs == (2.0, 3.0)
