from dataclasses import replace

from core.config.grid import Grid
from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from tui.train.study import Study, study_of

RUN = RunConfig(norm=Norm.BATCH, data="demo")


def study(*runs: RunConfig) -> Study:
    found = study_of(SuiteConfig(runs, "cifar-tui"))
    assert found is not None
    return found


def test_a_suite_of_one_run_a_norm_is_none() -> None:
    assert study_of(SuiteConfig(Grid(RUN, tuple(Norm)).runs(), "cifar-tui")) is None
    assert study_of(SuiteConfig((RUN,), "cifar-tui")) is None


def test_rows_are_seeds_and_columns_what_else_differs() -> None:
    runs = [
        replace(RUN, norm=norm, preset=preset, seed=seed, learning_rate=rate)
        for seed in (7, 3)
        for preset in (Preset.TUNED, Preset.FAST)
        for norm in (Norm.LAYER, Norm.BATCH)
        for rate in (None, 0.02)
    ]
    found = study(*runs)
    assert found.seeds == (7, 3)
    assert [column.parts for column in found.columns][:3] == [
        ("layer", "tuned", "learning rate default"),
        ("layer", "tuned", "learning rate 0.02"),
        ("batch", "tuned", "learning rate default"),
    ]
    assert found.places == (tuple(range(8)), tuple(range(8, 16)))
    assert found.labels[9] == "layer, preset tuned, learning rate 0.02, seed 3"
    assert found.runs_in(1) == (1, 9)


def test_a_group_of_one_seed_is_named_without_it() -> None:
    found = study(RUN, replace(RUN, seed=1), replace(RUN, seed=1, epochs=5))
    assert [column.parts for column in found.columns] == [("batch", "epochs 20"), ("batch", "epochs 5")]


def test_one_moves_around_the_edges_and_over_gaps() -> None:
    found = study(RUN, replace(RUN, seed=1), replace(RUN, seed=2), replace(RUN, norm=Norm.GROUP, seed=1))
    assert found.places == ((0, None), (1, 3), (2, None))
    assert found.neighbour(0, -1, 0) == 2
    assert found.neighbour(0, 0, 1) == 0
    assert found.neighbour(1, 0, 1) == 3
    assert found.neighbour(3, 1, 0) == 3
