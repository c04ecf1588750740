from dataclasses import replace

import pytest

from core.config.grid import NORMS, Grid, Sweep, parse_seeds, parse_sweep
from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig, settings
from core.config.settings import Switch
from core.errors import InputError

BATCH = RunConfig(norm=Norm.BATCH, epochs=3)
EVERY_NORM = Grid(BATCH, tuple(Norm))
STUDY = Grid(
    BATCH,
    (Norm.GROUP, Norm.BATCH),
    (Preset.TUNED, Preset.FAST),
    (3, 4, 5),
    (Sweep("batch_size", (64, 128)), Sweep("learning_rate", (0.01, 0.02))),
)


def test_norms_keep_the_order_given() -> None:
    assert NORMS.parse_several("group, batch") == (Norm.GROUP, Norm.BATCH)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "--norm : must be one of batch, layer, group"),
        ("batch,", "--norm batch,: each must be one of batch, layer, group"),
        ("batch,batch", "--norm batch,batch: must have each value once"),
        ("instance", "--norm instance: must be one of batch, layer, group"),
    ],
)
def test_bad_norms_are_refused(text: str, message: str) -> None:
    with pytest.raises(InputError) as refusal:
        NORMS.parse_several(text)
    assert str(refusal.value) == message


def test_every_combination_is_there_once_and_whole_comparisons_come_first() -> None:
    runs = STUDY.runs()
    assert len(set(runs)) == len(runs) == STUDY.count == 2 * 2 * 3 * 2 * 2
    assert [run.norm for run in runs[:4]] == [Norm.GROUP, Norm.BATCH] * 2
    assert [run.seed for run in runs] == sorted(run.seed for run in runs)
    assert {(run.preset, run.seed) for run in runs[:8]} == {(Preset.TUNED, 3)}
    assert runs[0] == STUDY.base
    assert {run.epochs for run in runs} == {3}


def test_what_does_not_vary_is_the_bases() -> None:
    assert Grid(BATCH).runs() == (BATCH,)
    assert Grid(BATCH, tuple(Norm)).runs() == tuple(replace(BATCH, norm=norm) for norm in Norm)


def test_a_grid_is_known_by_its_runs_also_when_some_were_deleted() -> None:
    assert Grid.around(STUDY.runs()) == STUDY
    assert Grid.around((*STUDY.runs()[:5], *STUDY.runs()[6:])) == STUDY
    assert Grid.around(Grid(BATCH).runs()) == Grid(BATCH)


@pytest.mark.parametrize(
    ("text", "first", "seeds"),
    [
        ("1", None, (0,)),
        ("4", None, (0, 1, 2, 3)),
        ("4", 7, (7, 8, 9, 10)),
        ("3,5,7", None, (3, 5, 7)),
        ("9, 2", None, (9, 2)),
    ],
)
def test_seeds_are_so_many_or_a_list(text: str, first: int | None, seeds: tuple[int, ...]) -> None:
    assert parse_seeds(text, first) == seeds


@pytest.mark.parametrize(
    ("text", "sweep"),
    [
        ("lr=0.01,0.014", Sweep("learning_rate", (0.01, 0.014))),
        ("learning_rate=0.01", Sweep("learning_rate", (0.01,))),
        ("batch-size=64, 128", Sweep("batch_size", (64, 128))),
        ("flip-average=on,off", Sweep("flip_average", (Switch.ON, Switch.OFF))),
    ],
)
def test_a_setting_is_swept_by_its_flags_name_or_its_fields(text: str, sweep: Sweep) -> None:
    assert parse_sweep(text) == sweep
    assert parse_sweep(str(sweep)) == sweep


def test_no_setting_is_swept_twice() -> None:
    with pytest.raises(InputError, match="--sweep lr: must be given once, with all its values"):
        Grid(BATCH, sweeps=(Sweep("learning_rate", (0.1,)), Sweep("learning_rate", (0.2,))))


def test_a_grid_checks_its_values_however_it_is_made() -> None:
    with pytest.raises(InputError, match="--batch-size 0: must be a whole number from 1"):
        Grid(BATCH, sweeps=(Sweep("batch_size", (64, 0)),))
    with pytest.raises(InputError, match="--seed 4294967296: must be a whole number"):
        Grid(BATCH, seeds=parse_seeds("2", 2**32 - 1))


def test_there_are_at_most_a_thousand_runs() -> None:
    assert len(Grid(BATCH, seeds=parse_seeds("1000", None)).runs()) == 1_000
    with pytest.raises(InputError, match="1,002 runs: must be at most 1,000; take fewer seeds or values"):
        Grid(BATCH, tuple(Norm), seeds=parse_seeds("334", None))


def test_the_command_line_leaves_defaults_out() -> None:
    assert EVERY_NORM.command_line() == "cifar-tui --norm batch,layer,group --epochs 3"
    averaged = replace(EVERY_NORM, base=replace(BATCH, flip_average=Switch.ON))
    assert averaged.command_line().endswith("--epochs 3 --flip-average on")
    off = settings()["flip_average"].parse("off")
    assert replace(averaged, base=replace(averaged.base, flip_average=off)) == EVERY_NORM
    assert (
        EVERY_NORM.command_line({"parallel": 2, "checkpoint_seconds": 60.0, "keep": ()})
        == "cifar-tui --norm batch,layer,group --epochs 3 --parallel 2"
    )


def test_the_command_line_has_what_varies() -> None:
    assert STUDY.command_line() == (
        "cifar-tui --norm group,batch --preset tuned,fast --epochs 3 --seed 3 --seeds 3 "
        "--sweep batch-size=64,128 --sweep lr=0.01,0.02"
    )
    assert Grid(BATCH, seeds=(0, 1)).command_line() == "cifar-tui --norm batch --epochs 3 --seeds 2"
    assert Grid(BATCH, seeds=(7, 3)).command_line() == "cifar-tui --norm batch --epochs 3 --seeds 7,3"
    assert Grid(BATCH, seeds=(7,)).command_line() == "cifar-tui --norm batch --epochs 3 --seed 7"
