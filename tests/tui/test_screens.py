from itertools import product
from pathlib import Path

import pytest
from textual.widget import Widget

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from tests.runs.made_suites import at_work, beating
from tests.tui.runs.runs_app import until
from tests.tui.screen_files import FOLDER, SIZES, file_of, screens
from tests.tui.train.watched import half_trained_suite
from tui.app.dashboard import Dashboard
from tui.frame.options import DashboardOptions


@pytest.mark.parametrize("size", SIZES)
async def test_every_screen_looks_as_it_is_known_to(size: tuple[int, int], tmp_path: Path) -> None:
    drawn = await screens(size, tmp_path)
    known = {path.stem for path in FOLDER.glob(f"*-{size[0]}x{size[1]}.txt")}
    assert {file_of(name, size).stem for name in drawn} == known
    for name, text in drawn.items():
        assert text == file_of(name, size).read_text(encoding="utf-8"), name


async def test_at_and_below_every_breakpoint_nothing_is_cut_and_nothing_overlaps(tmp_path: Path) -> None:
    live = half_trained_suite(tmp_path / "runs")
    options = DashboardOptions(
        grid=Grid(RunConfig(norm=Norm.BATCH, data="demo"), tuple(Norm)), runs_dir=tmp_path / "runs"
    )
    app = Dashboard(options)
    with at_work(live), beating(live):
        async with app.run_test(size=(100, 30)) as pilot:
            app.open_suite(live.path)
            await until(pilot, lambda: app.current_mode == "train")
            for columns, lines in (*product((60, 61, 79, 80, 119, 120), (18, 23, 24, 35, 36)), (300, 100)):
                await pilot.resize_terminal(columns, lines)
                assert (app.size.width, app.size.height) == (columns, lines)
                assert_apart(app.screen)


def assert_apart(parent: Widget) -> None:
    """Fail where two widgets beside each other overlap, or one stands out of a parent that cannot scroll."""
    flowing = (child for child in parent.children if child.display and not child.styles.dock)
    shown = [child for child in flowing if child.region.area]
    for at, child in enumerate(shown):
        others = shown[at + 1 :]
        assert not any(child.region.overlaps(other.region) for other in others), (child, others)
        if not parent.is_scrollable:
            assert parent.region.contains_region(child.region), (child, parent, parent.app.size)
        if not child.is_scrollable:
            assert_apart(child)
