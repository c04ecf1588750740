from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from core.runs.run_state import Outcome, RunState
from tests.report.example_runs import example_states
from tests.report.partial_runs import waiting
from tests.tui.compare.showing import SUITE, ComparingApp, lines, snapshot, text
from tui.compare.panel import Panel
from tui.compare.panels import PANELS
from tui.compare.tabs import PanelTabs
from tui.frame.key_bar import KeyBar

_TITLES = [kind.title for kind in PANELS]
_OFFERED = {"y": "log y", "x": "time", "n": "next run", "z": "zoom", "e": "export"}


def _early(run: RunState, epochs: int) -> RunState:
    return replace(run, outcome=Outcome.RUNNING, epochs=run.epochs[:epochs])


async def _open(pilot: Pilot[None], title: str) -> None:
    await pilot.pause()
    for _ in range(_TITLES.index(title)):
        await pilot.press("tab")
    await pilot.pause()


def _offered(app: ComparingApp) -> set[str]:
    """Return which of the comparison's keys the key bar offers."""
    bar = str(app.screen.query_one(KeyBar).content)
    return {key for key, label in _OFFERED.items() if f"{key} {label}" in bar}


@pytest.mark.parametrize(("size", "count"), [((80, 24), 1), ((120, 40), 2), ((200, 60), 6)])
async def test_the_sentence_the_figures_and_as_many_panels_as_there_is_room_for_are_shown(
    size: tuple[int, int], count: int
) -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        shown = text(app)
        assert "No verdict: batch 73.51%, group 70.62% and layer" in shown
        assert "CIFAR-10 (JPEG)" in shown
        assert "Against published, points" in shown
        assert "41,992 ★" in shown
        assert "✗ broken" in shown
        assert all(title in shown for title in _TITLES)
        assert len(app.screen.query(Panel)) == count


async def test_every_panel_shows_its_part() -> None:
    parts = {
        "Figures": ("73.51%",),
        "Curves": ("accuracy", "loss", "70%", "epoch"),
        "Gap": ("gap, points", "training minus test accuracy"),
        "Classes": ("automobile", "58.5%", "55.6%"),
        "Confusion": ("batch, epoch 20", "cat → dog 149 of 1,000", "run 1 of 3"),
        "Mistakes": ("mistakes: batch", "✓ cat", "✗ dog 41%", "run 1 of 3"),
    }
    app = ComparingApp(example_states())
    async with app.run_test(size=(100, 30)) as pilot:
        for title in _TITLES:
            await pilot.pause()
            shown = text(app)
            assert [word for word in parts[title] if word not in shown] == [], title
            await pilot.press("tab")


async def test_panels_are_chosen_with_keys_and_with_the_mouse() -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("right_square_bracket", "tab")
        assert "gap, points" in text(app)
        await pilot.press("left_square_bracket")
        assert "loss" in text(app)
        await pilot.press("shift+tab", "shift+tab")
        assert "mistakes: batch" in text(app)
        await pilot.click(PanelTabs, offset=(" Figures  Curves  Gap  Clas".index("Clas"), 0))
        await pilot.pause()
        assert "test accuracy by class" in text(app)


async def test_a_click_into_a_panel_makes_it_the_current_one() -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.click("#accuracy", offset=(20, 8))
        await pilot.press("tab")
        await pilot.pause()
        assert "gap, points" in text(app)


async def test_hidden_panels_are_not_written_until_they_are_shown_again() -> None:
    batch, layer, _ = example_states()
    app = ComparingApp([batch], snapshot([batch]))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab")
        cells = app.screen.query_one("#cells", Static)
        before = cells.content
        app.comparison.show_suite(snapshot([batch, layer]), plots=True)
        await pilot.pause()
        assert cells.content is before
        await pilot.press("shift+tab")
        assert "layer" in str(cells.content)


async def test_keys_are_offered_only_where_they_do_something() -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=(100, 30)) as pilot:
        offered = []
        for _ in PANELS:
            await pilot.pause()
            offered.append(_offered(app))
            await pilot.press("tab")
        assert offered == [{"e"}, {"x", "y", "e"}, {"e"}, {"e"}, {"n", "e"}, {"n", "z", "e"}]


async def test_a_run_without_mistakes_has_no_zoom() -> None:
    batch, layer, _ = example_states()
    assert batch.misclassified is not None
    flawless = replace(batch, misclassified=replace(batch.misclassified, images=()))
    app = ComparingApp([flawless, layer])
    async with app.run_test(size=(80, 24)) as pilot:
        await _open(pilot, "Mistakes")
        assert _offered(app) == {"n", "e"}
        await pilot.press("n")
        await pilot.pause()
        assert _offered(app) == {"n", "z", "e"}


async def test_both_plots_are_read_with_keys() -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=(60, 18)) as pilot:
        await _open(pilot, "Curves")
        await pilot.press("down", "left")
        await pilot.pause()
        assert app.screen.focused is app.screen.query_one("#loss")
        assert "20: ●" in lines(app)[-2]
        await pilot.press("up")
        assert app.screen.focused is app.screen.query_one("#accuracy")


async def test_one_run_has_no_next() -> None:
    app = ComparingApp(example_states()[:1])
    async with app.run_test(size=(80, 24)) as pilot:
        await _open(pilot, "Confusion")
        assert _offered(app) == {"e"}


async def test_axes_are_changed() -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=(100, 30)) as pilot:
        await _open(pilot, "Curves")
        await pilot.press("x", "y")
        await pilot.pause()
        shown = text(app)
        assert "time 0:00" in shown
        assert "loss, logarithmic" in shown
        await pilot.press("x", "y")
        await pilot.pause()
        assert "logarithmic" not in text(app)


async def test_n_shows_the_next_run_and_after_the_last_the_first() -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=(80, 24)) as pilot:
        await _open(pilot, "Confusion")
        await pilot.press("n")
        await pilot.pause()
        assert "layer, epoch 20" in text(app)
        await pilot.press("n", "tab")
        await pilot.pause()
        assert "mistakes: group" in text(app)
        await pilot.press("n")
        await pilot.pause()
        assert "mistakes: batch" in text(app)


async def test_images_can_be_drawn_larger() -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=(80, 24)) as pilot:
        await _open(pilot, "Mistakes")
        before = text(app).count("▀")
        await pilot.press("z")
        await pilot.pause()
        assert text(app).count("▀") > before
        assert "✓ cat ✗ dog 41%" in text(app)


async def test_a_report_on_what_is_compared_can_be_asked_for() -> None:
    app = ComparingApp(example_states())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("e")
        await pilot.pause()
        assert app.exports == [(SUITE,)]


async def test_with_nothing_to_compare_that_is_said() -> None:
    app = ComparingApp([])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "There is nothing to compare yet" in text(app)
        assert not app.screen.query(Panel)
        assert _offered(app) == set()
        assert "tab" not in app.screen.active_bindings
        app.comparison.show_suite(snapshot(example_states()), plots=True)
        await pilot.pause()
        assert "73.51%" in text(app)
        assert _offered(app) == {"e"}


# -- a suite under way ---------------------------------------------------------------------------------


async def test_the_open_suite_is_followed() -> None:
    batch, layer, _ = example_states()
    early = _early(batch, 3)
    app = ComparingApp([early], snapshot([early]))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "3 of 20" in text(app)
        app.comparison.show_suite(snapshot([batch, _early(layer, 4), waiting()]), plots=True)
        await pilot.pause()
        shown = text(app)
        assert "After 4 epochs, the last that all have reached: no verdict: batch" in shown
        assert "4 of 20" in shown


def _legend(app: ComparingApp) -> str:
    """Return the words above the plot of the loss."""
    return next(line for line in lines(app) if "─ loss " in line).partition("─ loss ")[2]


async def test_plots_wait_until_there_is_time_for_them() -> None:
    batch, layer, _ = example_states()
    app = ComparingApp([batch], snapshot([batch]))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        app.comparison.show_suite(snapshot([batch, layer]), plots=False)
        await pilot.pause()
        assert "146,008" in text(app)
        assert "layer" not in _legend(app)
        app.comparison.show_suite(snapshot([batch, layer]), plots=True)
        await pilot.pause()
        assert "layer" in _legend(app)


async def test_steps_alone_change_nothing() -> None:
    batch, _, _ = example_states()
    app = ComparingApp([batch], snapshot([batch]))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        cells = app.screen.query_one("#cells", Static)
        before = cells.content
        app.comparison.show_suite(snapshot([replace(batch, epoch_steps=7, updated_at=1.0)]), plots=True)
        await pilot.pause()
        assert cells.content is before


async def test_a_second_run_brings_the_key_to_the_next_one() -> None:
    batch, layer, _ = example_states()
    app = ComparingApp([batch], snapshot([batch]))
    async with app.run_test(size=(80, 24)) as pilot:
        await _open(pilot, "Confusion")
        assert "n" not in _offered(app)
        app.comparison.show_suite(snapshot([batch, layer]), plots=True)
        await pilot.pause()
        assert "n" in _offered(app)


async def test_another_choice_is_shown_when_the_screen_comes_back() -> None:
    batch, layer, group = example_states()
    app = ComparingApp([batch, layer, group])
    async with app.run_test(size=(80, 24)) as pilot:
        await _open(pilot, "Confusion")
        await pilot.press("n", "n")
        app.add_mode("other", Screen[None])
        await app.switch_mode("other")
        app.compared, app.compared_paths = (layer,), (SUITE,)
        await app.switch_mode("compare")
        await pilot.pause()
        shown = text(app)
        assert "layer: 67.84% of the test images after 20 epochs." in shown
        assert "layer, epoch 20" in shown
