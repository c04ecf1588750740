from dataclasses import replace

import pytest

from core.config.grid import Grid, Sweep
from core.config.presets import RECIPES, Norm, Preset
from core.config.recipe_edits import recipe_settings
from core.config.run_config import RunConfig
from core.errors import InputError
from tui.start.choice import Choice
from tui.start.fields import SETTINGS
from tui.start.limits import badges, most_parameters

DEFAULTS = RunConfig(norm=Norm.BATCH, data="demo", epochs=3, limit_train=500)
CHOICE = Choice.of(Grid(DEFAULTS, tuple(Norm)))


def test_it_begins_with_what_the_command_line_gave() -> None:
    assert [run.norm for run in CHOICE.suite().runs] == list(Norm)
    assert {run.epochs for run in CHOICE.suite().runs} == {3}
    assert CHOICE.suite().runs[0] == DEFAULTS


def test_how_many_train_at_once_goes_into_the_suite_and_its_command() -> None:
    assert CHOICE.suite().parallel is None
    assert "--parallel" not in CHOICE.suite().command
    two = Choice.of(Grid(DEFAULTS, tuple(Norm)), {"parallel": 2})
    assert two.text("parallel") == "2"
    assert two.suite().parallel == 2
    assert two.suite().command.endswith("--limit-train 500 --parallel 2")
    assert two.with_text("parallel", "auto").suite() == CHOICE.suite()


STUDY = Grid(
    DEFAULTS, tuple(Norm), (Preset.TUNED, Preset.FAST), (3, 4, 5), (Sweep("learning_rate", (0.01, 0.02)),)
)


def test_what_the_command_line_varied_is_trained_and_can_be_edited() -> None:
    choice = Choice.of(STUDY)
    assert choice.grid() == STUDY
    assert [choice.text(field) for field in ("seed", "seeds", "learning_rate")] == ["3", "3", "0.01,0.02"]
    assert choice.suite().command == STUDY.command_line()
    assert choice.with_text("learning_rate", "").grid() == replace(
        STUDY, base=replace(STUDY.base, learning_rate=None), sweeps=()
    )


def test_several_presets_are_one_of_the_keys_stops() -> None:
    choice, seen = Choice.of(STUDY), []
    for _ in range(len(Preset) + 1):
        choice = choice.next_preset()
        seen.append(choice.presets)
    assert seen == [*((preset,) for preset in Preset), STUDY.presets]


@pytest.mark.parametrize(
    ("seed", "seeds", "trained"),
    [
        ("5", "", (5,)),
        ("5", "3", (5, 6, 7)),
        ("", "7,3", (7, 3)),
        ("", "2", (0, 1)),
        ("0", "7,3", None),
        ("5", "7,3", None),
        ("x", "3", None),
    ],
)
def test_seeds_are_so_many_or_a_list(seed: str, seeds: str, trained: tuple[int, ...] | None) -> None:
    choice = CHOICE.with_text("seed", seed).with_text("seeds", seeds)
    if trained is None:
        assert len(choice.mistakes) == 1
    else:
        assert choice.grid().seeds == trained
        assert Choice.of(choice.grid()).grid() == choice.grid()


def test_too_many_runs_are_a_mistake_of_the_seeds() -> None:
    assert "1,500 runs: must be at most 1,000" in CHOICE.with_text("seeds", "500").mistakes["seeds"]


def test_norms_are_chosen_and_left_out() -> None:
    without = CHOICE.toggled(Norm.LAYER)
    assert [run.norm for run in without.suite().runs] == [Norm.BATCH, Norm.GROUP]
    assert without.highlighted is Norm.LAYER
    assert without.toggled(Norm.LAYER).norms == frozenset(Norm)


def test_all_means_all_and_then_none() -> None:
    assert CHOICE.toggled(Norm.GROUP).all_toggled().norms == frozenset(Norm)
    none = CHOICE.all_toggled()
    with pytest.raises(InputError, match="choose a norm"):
        none.suite()


def test_the_highlight_goes_round() -> None:
    assert CHOICE.moved(-1).highlighted is Norm.GROUP
    assert CHOICE.moved(-1).moved(1).highlighted is Norm.BATCH


def test_presets_go_round() -> None:
    choice = CHOICE
    seen = []
    for _ in Preset:
        choice = choice.next_preset()
        seen.append(choice.preset)
    assert set(seen) == set(Preset)
    assert choice.preset is CHOICE.preset


@pytest.mark.parametrize(
    ("field", "text", "wanted"),
    [
        ("epochs", "0", "a whole number from 1"),
        ("epochs", "", "a whole number from 1"),
        ("epochs", "2.5", "a whole number from 1"),
        ("learning_rate", "nan", "a number above 0"),
        ("device", "tpu", "one of auto, cpu, cuda, mps"),
        ("data", "  ", "auto, demo, torchvision:NAME, a folder, an archive or a file"),
        ("seed", "-1", "a whole number from 0"),
        ("seeds", "0", "a whole number from 1 to 1,000, or a list of different seeds"),
        ("seeds", "3,3", "a list of different seeds"),
        ("learning_rate", "0.1,x", "each must be a number above 0"),
        ("parallel", "0", "auto or a whole number from 1"),
    ],
)
def test_a_wrong_text_says_what_would_be_right_and_trains_nothing(field: str, text: str, wanted: str) -> None:
    wrong = CHOICE.with_text(field, text)
    assert wanted in wrong.mistakes[field]
    assert list(wrong.mistakes) == [field]
    with pytest.raises(InputError):
        wrong.suite()


@pytest.mark.parametrize("field", SETTINGS)
def test_an_empty_text_is_the_default_where_there_is_one(field: str) -> None:
    empty = CHOICE.with_text(field, "")
    optional = field in {
        "learning_rate",
        "limit_train",
        "limit_test",
        "model",
        "parallel",
        "seed",
        "seeds",
        "export",
        "test_split",
        "holdout",
    }
    optional |= field in recipe_settings()
    assert (field not in empty.mistakes) is optional


def test_broken_limits_are_told_before_anything_is_trained() -> None:
    assert [badge.kept for badge in badges(CHOICE)] == [True, True, None]
    assert [badge.kept for badge in badges(CHOICE.with_text("epochs", "21"))] == [True, False, None]


def test_limits_are_judged_over_all_that_is_chosen() -> None:
    every = Choice.of(Grid(RunConfig(norm=Norm.BATCH, preset=Preset.REFERENCE), tuple(Norm)))
    parameters, _, accuracy = badges(every)
    assert (parameters.kept, parameters.words) == (False, "146,008 parameters ≥ 50,000")
    assert (accuracy.kept, accuracy.words) == (False, "70% accuracy: published 67.66%")
    without_layer = every.toggled(Norm.LAYER)
    assert [badge.kept for badge in badges(without_layer)] == [True, True, True]
    several = Choice.of(
        Grid(DEFAULTS, (Norm.LAYER,), (Preset.TUNED, Preset.REFERENCE)),
    )
    assert badges(several)[0].kept is False


def test_images_that_are_not_cifar10s_are_judged_by_no_limit() -> None:
    (only,) = badges(CHOICE.with_text("epochs", "21"), 1_000, cifar10=False)
    assert (only.kept, only.words) == (None, "limits: for CIFAR-10 alone")


def test_limits_are_judged_for_as_many_classes_as_there_are() -> None:
    assert badges(CHOICE, 2)[0].kept is True
    assert badges(CHOICE, 1_000)[0].kept is False
    layers = CHOICE.with_text("layer_norm", "elementwise")
    counts = [most_parameters(layers.with_text("image_size", sizes), Norm.LAYER) for sizes in ("32", "32,64")]
    assert counts == [146_008, 459_352]
    wrong = layers.with_text("image_size", "33")  # then it is the preset as it is
    assert most_parameters(wrong, Norm.LAYER) == 41_992


def test_the_published_accuracy_stands_for_the_reference_preset() -> None:
    reference = Choice.of(Grid(RunConfig(norm=Norm.LAYER, preset=Preset.REFERENCE)))
    assert badges(reference)[2].kept is False
    assert badges(reference.with_text("epochs", "many"))[1].kept is None


def test_what_is_wrong_is_said_of_the_field() -> None:
    wrong = CHOICE.with_texts({"epochs": "many", "limit_train": "0", "seed": "3", "seeds": "1,2"})
    assert wrong.mistakes == {
        "epochs": "epochs many: must be a whole number from 1 to 1,000",
        "limit_train": "limit train 0: must be a whole number from 1 to 1,000,000",
        "seeds": "seed 3 seeds 1,2: give one of the two, or how many seeds from 3 on",
    }


def test_the_recipe_is_edited_by_its_fields_and_is_the_presets_again() -> None:
    edited = CHOICE.with_texts({"dropout": "0.1", "flip": "off", "learning_rate": "0.02"})
    assert edited.edited == ("dropout", "flip")
    assert (edited.recipe.dropout, edited.recipe.flip) == (0.1, False)
    assert edited.suite().command.endswith("--limit-train 500 --set dropout=0.1 --set flip=off")
    assert Choice.of(edited.grid()).grid() == edited.grid()
    assert edited.with_the_presets_recipe() == CHOICE.with_text("learning_rate", "0.02")
    swept = CHOICE.with_text("dropout", "0,0.1")
    assert [run.recipe.dropout for run in swept.suite().runs] == [0.0] * 3 + [0.1] * 3


def test_what_a_preset_does_not_take_is_a_mistake_of_its_field() -> None:
    fast = replace(CHOICE, presets=(Preset.FAST,)).with_text("dropout", "0.1")
    assert fast.mistakes == {"dropout": "dropout 0.1: must be 0 in fast and best, which have none"}
    assert fast.recipe == RECIPES[Preset.FAST]
    sgd = CHOICE.with_texts({"optimizer": "sgd", "auxiliary_momentum": "0.5"})
    assert sgd.mistakes == {"auxiliary_momentum": "SGD momentum 0.5: must go with the optimizer muon"}
    assert list(CHOICE.with_text("crop_padding", "99").mistakes) == ["crop_padding"]


def test_limits_are_judged_by_what_is_edited() -> None:
    assert badges(CHOICE.with_text("layer_norm", "elementwise"))[0].words == "146,008 parameters ≥ 50,000"
    assert badges(CHOICE.with_text("layer_norm", "channel,elementwise"))[0].kept is False
    reference = Choice.of(Grid(RunConfig(norm=Norm.BATCH, preset=Preset.REFERENCE)))
    assert badges(reference.with_text("dropout", "0.1"))[2].words == "70% accuracy: after training"


def test_places_are_no_part_of_the_suite() -> None:
    elsewhere = CHOICE.with_texts({"runs_dir": "/elsewhere", "export": "report.md"})
    assert elsewhere.suite() == CHOICE.suite()
    assert list(CHOICE.with_text("runs_dir", " ").mistakes) == ["runs_dir"]
