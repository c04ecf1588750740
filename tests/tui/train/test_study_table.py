from dataclasses import replace
from itertools import product

import pytest

from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from tests.report.example_runs import EPOCHS, finished_events, state
from tui.train.run_view import RunView
from tui.train.study import Study, study_of
from tui.train.study_cell import Room, cell_content, spread_lines, spread_of
from tui.train.study_table import fitted

RUN = RunConfig(norm=Norm.BATCH, data="demo")


def study(seeds: int, presets: int = 1, rates: int = 1) -> Study:
    runs = [
        replace(RUN, norm=norm, seed=seed, preset=preset, learning_rate=rate / 100)
        for seed, preset, rate, norm in product(
            range(seeds), list(Preset)[:presets], range(1, rates + 1), Norm
        )
    ]
    found = study_of(SuiteConfig(tuple(runs), "cifar-tui"))
    assert found is not None
    return found


@pytest.mark.parametrize(("width", "room"), [(40, Room.TIGHT), (56, Room.USUAL), (82, Room.WIDE)])
def test_cells_say_as_much_as_there_is_room_for(width: int, room: Room) -> None:
    fit = fitted(study(8), EPOCHS, width, 12, chosen=0)
    assert (fit.room, fit.more) == (room, "")
    assert (len(fit.rows), len(fit.columns)) == (8, 3)


@pytest.mark.parametrize("shape", [(3,), (8,), (5, 2), (1, 1, 3), (40, 3, 3)])
@pytest.mark.parametrize("size", [(42, 9), (58, 14), (78, 12), (118, 20), (198, 50)])
def test_every_run_is_shown_where_it_is_chosen_and_what_is_not_shown_is_told(
    shape: tuple[int, ...], size: tuple[int, int]
) -> None:
    table = study(*shape)
    for chosen in range(0, len(table.labels), 7):
        fit = fitted(table, EPOCHS, *size, chosen)
        assert fit.width <= size[0]
        assert fit.height <= size[1]
        row, column = table.place_of(chosen)
        assert row in fit.rows
        assert column in fit.columns
        assert ("groups" in fit.more) is (len(fit.columns) < len(table.columns))
        assert ("seeds" in fit.more) is (len(fit.rows) < len(table.seeds))
        x = fit.left + (column - fit.columns.start) * (fit.cell + 1)
        y = fit.lines_above + row - fit.rows.start
        assert fit.run_at(table, x, y) == fit.run_at(table, x + fit.cell, y) == chosen
        assert fit.run_at(table, x, fit.lines_above - 1) is None
        assert fit.run_at(table, fit.left - 1, y) is None


def test_the_arrows_tell_where_there_is_more() -> None:
    table = study(8, 3)
    assert fitted(table, EPOCHS, 58, 12, chosen=0).more == "groups 1–4 of 9 →  seeds 1–6 of 8 ↓"
    assert fitted(table, EPOCHS, 58, 12, chosen=4).more == "groups 5–8 of 9 ←→  seeds 1–6 of 8 ↓"
    assert fitted(table, EPOCHS, 58, 12, chosen=71).more == "groups 6–9 of 9 ←  seeds 3–8 of 8 ↑"


def test_a_name_of_any_length_is_whole() -> None:
    folder = "/data/" + "x" * 50
    configs = [replace(RUN, seed=seed, data=data) for seed in (0, 1) for data in ("demo", folder)]
    table = study_of(SuiteConfig(tuple(configs), "cifar-tui"))
    assert table is not None
    fit = fitted(table, EPOCHS, 58, 14, chosen=0)
    assert folder in "".join(fit.heads[1])
    assert fit.height <= 14


@pytest.mark.parametrize("room", Room)
def test_a_cell_fits_its_room_however_its_run_stands(room: Room) -> None:
    config = replace(RUN, epochs=EPOCHS)
    finished = state(finished_events(config))
    width = room.width(EPOCHS)
    for queued in (False, True):
        assert cell_content(RunView(finished, config, queued), room, width).cell_length == width


def test_only_finished_runs_are_in_the_mean_and_one_has_no_deviation() -> None:
    done = state(finished_events(RUN))
    broken_off = state(finished_events(RUN)[:-1])
    assert spread_lines(spread_of([broken_off]), Room.USUAL) == ("–", "–", "0 of 1")
    assert spread_lines(spread_of([done, broken_off]), Room.USUAL) == ("73.51%", "–", "1 of 2")
    assert spread_lines(spread_of([done, done]), Room.TIGHT) == ("73.5", "0.00", "2 of 2")
