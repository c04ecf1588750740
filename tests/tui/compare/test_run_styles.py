"""A run looks the same on a screen and in a picture."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from textual.content import Content

from core.config.presets import Norm
from core.report.curve_figures import curves
from core.report.overlay_figures import accuracy_by_epoch
from core.report.picture_plan import PictureKind, plan_pictures
from core.results.labelled_runs import label_runs
from core.results.seed_groups import seed_groups
from core.runs.run_state import RunState
from tests.report.example_runs import example_states
from tests.tui.compare.showing import ComparingApp
from tui.app.themes import LIGHT
from tui.charts.chart import Chart

_MATPLOTLIB_MARKS = {"●": "o", "▲": "^", "■": "s", "◆": "D", "▼": "v", "✚": "P", "◄": "<"}

Look = tuple[str, str]  # colour and mark


def _looks_in_pictures(states: list[RunState]) -> dict[str, set[Look]]:
    """Return how each run's lines are drawn, by its label, in the picture of all runs and in its own."""
    found: dict[str, set[Look]] = {}
    for picture in plan_pictures(seed_groups(label_runs(states))):
        draw = {PictureKind.ACCURACY_BY_EPOCH: accuracy_by_epoch, PictureKind.CURVES: curves}.get(
            picture.kind
        )
        if draw is None:
            continue
        figure = Figure()
        FigureCanvasAgg(figure)
        draw(figure, picture)
        for line in (line for axes in figure.axes for line in axes.lines if line.get_marker() != "None"):
            label = str(line.get_label()) if picture.of_all else picture.groups[0].label
            found.setdefault(label, set()).add((to_hex(line.get_color()).upper(), str(line.get_marker())))
    return found


def _looks_on(chart: Chart) -> dict[str, set[Look]]:
    """Return how each run's marks are drawn on the screen, by its label, the marks as matplotlib has them."""
    _, *entries = Content.from_markup(chart.border_title or "").plain.split("  ")
    labels = {sample[-1]: label for sample, label in map(str.split, entries)}
    found: dict[str, set[Look]] = {}
    for segment in (segment for y in range(chart.size.height) for segment in chart.render_line(y)):
        if segment.style and segment.style.color:
            colour = segment.style.color.get_truecolor().hex.upper()
            for mark in labels.keys() & set(segment.text):
                found.setdefault(labels[mark], set()).add((colour, _MATPLOTLIB_MARKS[mark]))
    return found


async def test_a_norm_has_the_same_colour_and_mark_on_the_screen_and_in_the_pictures() -> None:
    states = list(example_states())[::-1]  # the norm decides, whatever the order
    app = ComparingApp(states)
    async with app.run_test(size=(120, 40)) as pilot:
        app.theme = LIGHT.name  # pictures are on paper
        await pilot.pause()
        on_screen = _looks_on(app.screen.query(Chart).first())
    assert on_screen == _looks_in_pictures(states)
    assert {label: len(looks) for label, looks in on_screen.items()} == dict.fromkeys(map(str, Norm), 1)
    assert len(set.union(*on_screen.values())) == len(Norm)
