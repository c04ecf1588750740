from itertools import combinations
from pathlib import Path

import pytest
from textual.geometry import Offset
from textual.widgets import Log

from core.config.presets import Norm, Preset
from core.runs.events import Phase, PhaseChanged
from core.runs.life_events import RunFinished
from core.runs.suite_events import JobEnded
from tests.runs.made_suites import log
from tests.tui.runs.runs_app import text_of, until
from tests.tui.train.studies import EPOCHS, epoch_of, half_trained_study, write
from tests.tui.train.watched import half_trained_suite, orders, shown, watched
from tui.app.dashboard import Dashboard

TWO = (Preset.REFERENCE, Preset.TUNED)
SIZES = [(60, 18), (80, 24), (120, 40), (200, 60)]


def rows(app: Dashboard) -> list[str]:
    """Return the table's lines."""
    return shown(app, "#grid").splitlines()


def logged(app: Dashboard) -> str:
    return "\n".join(app.screen.query_one(Log).lines)


async def test_every_run_is_a_cell_and_every_group_has_its_mean(tmp_path: Path) -> None:
    async with watched(half_trained_study(tmp_path / "runs"), size=(120, 40)) as (app, _):
        assert rows(app)[0].split() == ["seed", "batch", "layer", "group"]
        assert " ".join(rows(app)[1].split()) == "0▸✓ done 73.51% ✓ done 67.84% ✓ done 70.62%"
        assert " ".join(rows(app)[4].split()) == "3 ✗ failed 52.69% ■ stopped 61.67% ✓ done 70.51%"
        assert " ".join(rows(app)[5].split()) == "4 ● 15/20 71.91% ● 1/20 · waiting"
        # of 73.51, 73.14 and 72.77; the failed run's is none of them
        assert rows(app)[9].split() == ["mean", "73.14%", "67.47%", "70.31%"]
        assert rows(app)[10].split() == ["±", "sd", "0.37", "0.37", "0.33"]
        assert " ".join(rows(app)[11].split()) == "done 3 of 8 3 of 8 4 of 8"
        assert "12 of 24 runs, about " in str(app.screen.query_one("#grid").border_title)
        assert not app.screen.query_one("#cards").display


async def test_a_cell_follows_its_runs_file(tmp_path: Path) -> None:
    suite = half_trained_study(tmp_path / "runs")
    run = suite.config().config_of("batch-seed-4")
    async with watched(suite, size=(120, 40)) as (app, pilot):
        write(suite, "batch-seed-4", epoch_of(run, 15))
        await until(pilot, lambda: "● 15/20   72.44%" in rows(app)[5])
        write(suite, "batch-seed-4", [PhaseChanged(phase=Phase.PAUSED)])
        await until(pilot, lambda: "‖ 15/20   72.44%" in rows(app)[5])
        for epoch in range(16, EPOCHS + 1):
            write(suite, "batch-seed-4", epoch_of(run, epoch))
        log(suite, JobEnded(run="batch-seed-4"))
        write(suite, "batch-seed-4", [RunFinished()])
        await until(pilot, lambda: "✓ done    73.03%" in rows(app)[5])
        assert rows(app)[9].split()[1] == "73.11%"
        assert "13 of 24 runs" in str(app.screen.query_one("#grid").border_title)


async def test_the_verdict_is_said_and_goes_on_with_the_results(tmp_path: Path) -> None:
    suite = half_trained_study(tmp_path / "runs")
    run = suite.config().config_of("batch-seed-4")
    async with watched(suite, size=(120, 40)) as (app, pilot):
        await until(pilot, lambda: "batch 73.14%" in shown(app, "#running-verdict"))
        for epoch in range(15, EPOCHS + 1):
            write(suite, "batch-seed-4", epoch_of(run, epoch))
        write(suite, "batch-seed-4", [RunFinished()])
        await until(pilot, lambda: "batch 73.11%" in shown(app, "#running-verdict"))


async def test_the_chosen_cell_is_what_is_skipped_and_retried(tmp_path: Path) -> None:
    suite = half_trained_study(tmp_path / "runs")
    async with watched(suite, size=(120, 40)) as (app, pilot):
        assert "k skip" not in shown(app, "#key-bar")
        await pilot.press("up", "up", "up", "up")
        await until(pilot, lambda: "k skip" in shown(app, "#key-bar"))
        assert "▸● 15/20" in rows(app)[5]
        await pilot.press("k", "y")
        await until(pilot, lambda: orders(suite) == [("skip", "batch-seed-4")])
        await pilot.press("up")
        await until(pilot, lambda: "r retry" in shown(app, "#key-bar"))
        assert "loss is nan" in shown(app, "#study .card")
        await pilot.press("r")
        await until(pilot, lambda: orders(suite)[1:] == [("retry", "batch-seed-3")])
        await until(pilot, lambda: "▸· queued  52.69%" in rows(app)[4])


async def test_another_run_than_the_chosen_one_is_not_skipped(tmp_path: Path) -> None:
    suite = half_trained_study(tmp_path / "runs")
    write(suite, "layer-seed-4", [RunFinished()])  # now one run alone is under way
    async with watched(suite, size=(120, 40)) as (app, pilot):
        await until(pilot, lambda: "✓ done" in rows(app)[5])
        await pilot.press("k")
        await pilot.pause()
        assert "k skip" not in shown(app, "#key-bar")
        assert orders(suite) == []


async def test_a_click_chooses_and_a_second_one_follows_the_run_alone(tmp_path: Path) -> None:
    suite = half_trained_study(tmp_path / "runs")
    async with watched(suite, size=(120, 40)) as (app, pilot):
        where = Offset(rows(app)[5].index("1/20") + 1, 5 + 1)  # inside the frame
        await pilot.click("#grid", offset=where)
        await until(pilot, lambda: "▸● 1/20" in rows(app)[5])
        assert "layer, seed 4" in str(app.screen.query_one("#study .card").border_title)
        assert "batch-seed-0" in logged(app)
        await pilot.click("#grid", offset=where)
        await until(pilot, lambda: "batch-seed-0" not in logged(app))
        assert app.screen.query_one(Log).border_title == "Log of layer, seed 4"


async def test_plots_and_log_follow_the_chosen_run_until_all_are_wanted_again(tmp_path: Path) -> None:
    suite = half_trained_study(tmp_path / "runs")
    async with watched(suite, size=(120, 40)) as (app, pilot):
        accuracy = app.screen.query_one("#accuracy")
        assert "layer" in str(accuracy.border_title)
        await pilot.press("enter", "right", "right", "down")
        await until(pilot, lambda: "group-seed-1: Test set" in logged(app))
        assert "layer" not in logged(app)
        assert "group" in str(accuracy.border_title)
        assert "layer" not in str(accuracy.border_title)
        assert "enter all runs" in shown(app, "#key-bar")
        await pilot.press("enter")
        await until(pilot, lambda: "layer-seed-0: Test set" in logged(app))
        assert "layer" in str(accuracy.border_title)
        assert app.screen.query_one(Log).border_title == "Log"


async def test_states_are_told_apart_in_ascii(tmp_path: Path) -> None:
    suite = half_trained_study(tmp_path / "runs")
    write(suite, "batch-seed-4", [PhaseChanged(phase=Phase.PAUSED)])
    async with watched(suite, size=(80, 24), ascii_only=True) as (app, pilot):
        await until(pilot, lambda: "Too few seeds to call" in text_of(app))
        drawn = text_of(app)
        assert drawn.isascii()
        for cell in (">vdone  73.5", "xfail  52.7", "#stop  61.7", "|15/20 71.9", "*1/20", ".waiting"):
            assert cell in drawn


async def test_tab_goes_from_the_table_to_the_plots_and_the_arrows_read_them(tmp_path: Path) -> None:
    async with watched(half_trained_study(tmp_path / "runs"), size=(120, 40)) as (app, pilot):
        assert app.screen.focused is app.screen.query_one("#grid")
        await pilot.press("tab", "left")
        await until(pilot, lambda: "20:" in str(app.screen.query_one("#loss").border_subtitle))
        assert "0▸✓ done" in rows(app)[1]


async def test_cards_come_back_with_a_suite_of_one_run_a_norm(tmp_path: Path) -> None:
    suite = half_trained_study(tmp_path / "runs")
    cards = half_trained_suite(tmp_path / "other")
    async with watched(suite, size=(80, 24)) as (app, pilot):
        app.open_suite(cards.path)
        await until(pilot, lambda: "● training 4/20" in shown(app, "#cards .norm-layer"))
        assert not app.screen.query_one("#grid").region.area
        assert [app.screen.query_one(f"#{part}").size.height for part in ("progress", "log")] == [3, 3]
        app.open_suite(suite.path)
        await until(pilot, lambda: "12 of 24 runs" in text_of(app))
        assert rows(app)[0].split() == ["seed", "batch", "layer", "group"]


@pytest.mark.parametrize(("seeds", "presets"), [(3, TWO[:1]), (8, TWO[:1]), (5, TWO)])
async def test_every_size_shows_the_whole_table_without_overlap(
    seeds: int, presets: tuple[Preset, ...], tmp_path: Path
) -> None:
    suite = half_trained_study(tmp_path / "runs", seeds, presets)
    async with watched(suite) as (app, pilot):
        await until(pilot, lambda: "are being compared" not in text_of(app))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: "mean " in shown(app, "#grid"))
            names = ("running-verdict", "progress", "grid", "loss", "accuracy", "log")
            parts = [app.screen.query_one(f"#{name}") for name in names]
            parts += [*app.screen.query("#study .card")]
            regions = [part.region for part in parts if part.region.area]
            assert all(app.screen.region.contains_region(region) for region in regions), size
            assert not any(one.overlaps(other) for one, other in combinations(regions, 2)), size
            table = rows(app)
            assert all(len(line) <= app.screen.query_one("#grid").size.width for line in table)
            whole = all(f"{seed:>4}" in "".join(line[:4] for line in table) for seed in range(seeds))
            assert whole or "seeds 1–" in table[-1]
            heads = table[0].split().count(str(Norm.GROUP)) == len(presets)
            assert heads or "groups 1–" in table[-1]
            title = str(app.screen.query_one("#grid").border_title)
            assert f"{title} " in text_of(app), size
