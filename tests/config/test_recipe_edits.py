from dataclasses import replace
from pathlib import Path

import pytest

from core.config.grid import Grid, Sweep
from core.config.presets import FAST, REFERENCE, TUNED, LayerNormKind, Norm, Optimizer, Preset, Schedule
from core.config.recipe_edits import RecipeEdits
from core.config.run_config import Rates, RunConfig
from core.config.settings import Switch
from core.config.suite_config import SuiteConfig, run_names
from core.errors import InputError
from core.runs.recipe_file import read_recipe

BATCH = RunConfig(norm=Norm.BATCH)
DROPPED = BATCH.having({"dropout": 0.1})


def test_what_is_edited_takes_the_place_of_the_presets() -> None:
    values = {"dropout": 0.1, "flip": Switch.OFF, "layer_norm": LayerNormKind.ELEMENTWISE, "groups": 8}
    edited = BATCH.having({**values, "weight_decay": 0.0, "crop_padding": 4, "warmup": 0.1})
    assert edited.recipe == replace(
        TUNED,
        dropout=0.1,
        flip=False,
        layer_norm=LayerNormKind.ELEMENTWISE,
        groups=8,
        weight_decay=0.0,
        crop_padding=4,
        warmup=0.1,
    )
    assert edited.having(dict.fromkeys(edited.edits.given())) == BATCH


def test_another_optimizer_takes_rates_that_suit_it() -> None:
    sgd = BATCH.having({"optimizer": Optimizer.SGD}).recipe
    assert (sgd.learning_rate, sgd.momentum, sgd.fixed_weight_norm) == (0.15, 0.9, False)
    muon = RunConfig(norm=Norm.BATCH, preset=Preset.REFERENCE).having({"optimizer": Optimizer.MUON}).recipe
    assert (muon.auxiliary_learning_rate, muon.auxiliary_momentum) == (REFERENCE.learning_rate, 0.9)
    both = BATCH.having({"optimizer": Optimizer.SGD, "learning_rate": 0.3, "momentum": 0.5}).recipe
    assert (both.learning_rate, both.momentum) == (0.3, 0.5)


def test_a_rate_of_the_others_is_not_scaled_by_the_learning_rate() -> None:
    recipe = BATCH.having({"learning_rate": 0.028, "auxiliary_learning_rate": 0.2}).recipe
    assert (recipe.learning_rate, recipe.auxiliary_learning_rate) == (0.028, 0.2)


def test_a_schedule_is_another_presets() -> None:
    step = replace(BATCH, schedule=Rates.STEP).recipe
    assert (step.schedule, step.warmup) == (Schedule.STEP, 0.0)
    assert replace(BATCH, schedule=Rates.LINEAR).recipe == TUNED
    reference = RunConfig(norm=Norm.BATCH, preset=Preset.REFERENCE, schedule=Rates.LINEAR)
    assert reference.having({"warmup": 0.1}).recipe == replace(
        REFERENCE, schedule=Schedule.LINEAR, warmup=0.1
    )


@pytest.mark.parametrize(
    ("preset", "values", "told"),
    [
        (Preset.TUNED, {"dropout": 1.0}, "dropout 1.0: must be a number from 0 to 0.9"),
        (Preset.FAST, {"dropout": 0.1}, "dropout 0.1: must be 0 in fast and best, which have none"),
        (Preset.FAST, {"groups": 3}, "groups 3: must divide every layer's channels: one of 1, 2, 4, 8, 16"),
        (
            Preset.REFERENCE,
            {"groups": 16},
            "groups 16: must divide every layer's channels: one of 1, 2, 4, 8",
        ),
        (Preset.REFERENCE, {"warmup": 0.1}, "warmup 0.1: must go with the schedule linear, not step"),
        (Preset.REFERENCE, {"auxiliary_momentum": 0.5}, "must go with the optimizer muon"),
        (Preset.REFERENCE, {"fixed_weight_norm": Switch.ON}, "must go with the optimizer muon"),
    ],
)
def test_an_edit_that_means_nothing_is_refused(preset: Preset, values: dict[str, object], told: str) -> None:
    with pytest.raises(InputError) as refusal:
        RunConfig(norm=Norm.BATCH, preset=preset).having(values)
    assert told in str(refusal.value)


def test_a_grid_edits_each_preset_and_what_a_preset_has_already_is_no_edit() -> None:
    grid = Grid(BATCH.having({"dropout": 0.0}), presets=(Preset.TUNED, Preset.REFERENCE))
    tuned, reference = grid.runs()
    assert tuned == BATCH
    assert reference.edited == {"dropout": 0.0}
    assert Grid.around(grid.runs()) == grid
    assert grid.command_line() == "cifar-tui --norm batch --preset tuned,reference --set dropout=0.0"


def test_parts_of_a_recipe_can_be_swept() -> None:
    grid = Grid(DROPPED, sweeps=(Sweep("crop_padding", (1, 2)), Sweep("flip", (Switch.ON, Switch.OFF))))
    assert [run.recipe.crop_padding for run in grid.runs()] == [1, 1, 2, 2]
    assert [run.recipe.flip for run in grid.runs()] == [True, False, True, False]
    assert run_names(grid.runs())[0] == "batch-crop_padding-1-flip-on"
    assert Grid.around(grid.runs()) == grid
    assert grid.command_line().endswith("--set dropout=0.1 --sweep crop_padding=1,2 --sweep flip=on,off")
    with pytest.raises(InputError, match="groups 16: must divide"):
        Grid(BATCH, presets=(Preset.FAST, Preset.TUNED), sweeps=(Sweep("groups", (8, 16)),))


def test_runs_that_differ_in_an_edit_alone_are_two() -> None:
    assert SuiteConfig((BATCH, DROPPED), "cifar-tui").names == ("batch-dropout-default", "batch-dropout-0.1")


def test_a_file_has_a_line_for_each_edit(tmp_path: Path) -> None:
    file = tmp_path / "recipe.toml"
    file.write_text('# mine\nlr = 1\nschedule = "step"\nflip = false\nnesterov = "on"\ncrop_padding = 2\n')
    assert read_recipe(file) == {
        "learning_rate": 1.0,
        "schedule": Rates.STEP,
        "flip": Switch.OFF,
        "nesterov": Switch.ON,
        "crop_padding": 2,
    }
    (tmp_path / "link.toml").symlink_to(file)
    assert read_recipe(tmp_path / "link.toml") == read_recipe(file)


def test_every_part_but_the_network_can_be_edited() -> None:
    parts = set(RecipeEdits.__slots__) | {"learning_rate", "schedule"}
    assert set(FAST.__slots__) - parts == {"skeleton"}
