from collections.abc import Callable
from itertools import combinations

import pytest
from rich.cells import cell_len

from core.runs.run_state import RunState
from tests.tui.compare.showing import ComparingApp, lines
from tests.tui.compare.studies import presets_study, rates_study, seeds_study
from tests.tui.compare.study_screens import FOLDER, SHOWN, Shown, drawn
from tui.compare.columns import Columns
from tui.compare.panel import Panel
from tui.compare.panels import PANELS


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.name)
async def test_many_runs_look_as_they_are_known_to(shown: Shown) -> None:
    assert await drawn(shown) == shown.file.read_text(encoding="utf-8")


def test_there_is_no_picture_of_a_screen_that_is_gone() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {shown.file.name for shown in SHOWN}


@pytest.mark.parametrize("study", [lambda: seeds_study(8), presets_study, rates_study])
async def test_nothing_is_cut_and_nothing_overlaps(study: Callable[[], tuple[RunState, ...]]) -> None:
    app = ComparingApp(study())
    async with app.run_test(size=(80, 24)) as pilot:
        for size in ((80, 24), (120, 40), (200, 60)):
            await pilot.resize_terminal(*size)
            for _ in PANELS:
                await pilot.press("i")
                await pilot.press("tab")
                await pilot.pause()
                assert all(cell_len(line) == size[0] for line in lines(app))
                panels = [panel for panel in app.screen.query(Panel) if panel.display]
                assert not any(one.region.overlaps(other.region) for one, other in combinations(panels, 2))
                for columns in (one for one in app.screen.query(Columns) if one.region.area):
                    words = str(columns.content).split("\n")
                    assert max(map(cell_len, words)) <= columns.size.width
