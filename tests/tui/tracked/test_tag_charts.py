from core.runs.events import Record
from core.runs.tracked_events import ScalarsLogged
from core.tracking.tracked_run import TrackedRun, after
from tui.charts.curve import CurveStyle
from tui.tracked.tag_charts import Against, Drawing, styled, tag_chart


def run_of(name: str, values: dict[str, list[float]], begun: float = 100.0) -> TrackedRun:
    records = [
        Record(
            0,
            begun,
            ScalarsLogged(
                tag=tag,
                steps=tuple(range(len(of_tag))),
                values=tuple(of_tag),
                times=tuple(begun + 2.0 * step for step in range(len(of_tag))),
            ),
        )
        for tag, of_tag in values.items()
    ]
    return after(TrackedRun(name), records)


RUNS = styled([run_of("a", {"train/loss": [3.0, 2.0, 1.0]}), run_of("b", {"val/loss": [1.0]})])


def test_a_plot_has_a_curve_of_each_run_that_has_the_tag() -> None:
    spec = tag_chart("train/loss", RUNS, Drawing())
    (curve,) = spec.curves
    assert (spec.title, spec.x_label, curve.label) == ("loss", "step", "a")
    assert (curve.xs, curve.ys, curve.style) == ((0.0, 1.0, 2.0), (3.0, 2.0, 1.0), CurveStyle.MARKED)


def test_time_counts_from_each_runs_beginning() -> None:
    spec = tag_chart("train/loss", RUNS, Drawing(against=Against.TIME))
    assert spec.curves[0].xs == (0.0, 2.0, 4.0)
    assert spec.clock


def test_smoothed_curves_lie_over_their_raw_values() -> None:
    raw, smooth = tag_chart("train/loss", RUNS, Drawing(smoothing=0.5)).curves
    assert (raw.style, raw.ys) == (CurveStyle.FAINT, (3.0, 2.0, 1.0))
    assert (smooth.part, smooth.ys[0]) == ("smoothed 0.5", 3.0)
    assert 1.0 < smooth.ys[2] < 2.0


def test_runs_differ_in_colour_or_shape() -> None:
    styles = {one.style for one in styled([TrackedRun(str(number)) for number in range(80)])}
    assert len(styles) == 80
