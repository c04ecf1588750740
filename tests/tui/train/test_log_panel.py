from pathlib import Path

import pytest
from textual.widgets import Log

from core.config.presets import Norm
from core.runs.events import Notice
from tests.report.example_runs import config
from tests.tui.charts.stepped_runs import stepped_events
from tests.tui.runs.runs_app import until
from tests.tui.runs.suites_on_disk import write
from tests.tui.train.watched import half_trained_suite, watched
from tui.app.dashboard import Dashboard

_LONG = "no C++ layers: " + " ".join(["there is no compiler to be found on this machine"] * 3)


def lines(app: Dashboard) -> list[str]:
    return [line for line in app.screen.query_one(Log).lines if line]


@pytest.mark.parametrize("width", [80, 120])
async def test_every_line_names_its_run_and_is_whole(tmp_path: Path, width: int) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    write(suite, Norm.GROUP, stepped_events(config(Norm.GROUP), 1, extra_steps=70))
    write(suite, Norm.GROUP, [Notice(text=_LONG)])
    async with watched(suite, size=(width, 24)) as (app, pilot):
        await until(pilot, lambda: any("no C++ layers" in line for line in lines(app)))
        written = lines(app)
        assert max(map(len, written)) <= width - 5  # frame, padding, scroll bar
        assert [line for line in written if line[0] != " " and not line.startswith(tuple(Norm))] == []
        assert f"group: {_LONG}" in " ".join(line.strip() for line in written)
        pace = "it/s]"
        assert sum(line.startswith("layer: Train: Loss=") and line.endswith(pace) for line in written) == 3


async def test_a_new_width_is_used(tmp_path: Path) -> None:
    suite = half_trained_suite(tmp_path / "runs")
    write(suite, Norm.LAYER, [Notice(text=_LONG)])
    async with watched(suite, size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: any("no C++ layers" in line for line in lines(app)))
        write(suite, Norm.BATCH, [Notice(text="said last")])
        await until(pilot, lambda: lines(app)[-1] == "batch: said last")
        assert not any(line.endswith("█| 391/391 [00:17<00:00, 21.78it/s]") for line in lines(app))
        await pilot.resize_terminal(200, 40)
        whole = f"layer: {_LONG}"
        await until(pilot, lambda: whole in lines(app))
        assert any("100%|██████████| 391/391" in line for line in lines(app))
        assert lines(app)[-1] == "batch: said last"
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: whole not in lines(app))
        log = app.screen.query_one(Log)
        assert log.max_scroll_y > 0
        assert log.is_vertical_scroll_end  # the newest line is in sight, and the next one will be
