from dataclasses import replace

import pytest

from core.config.grid import Grid
from core.config.presets import RECIPES, Norm, Preset
from core.config.run_config import RunConfig, settings
from core.config.suite_config import SuiteConfig, run_names, suite_settings
from core.errors import InputError


def test_the_defaults_are_the_assignment() -> None:
    config = RunConfig(norm=Norm.BATCH)
    assert (config.epochs, config.batch_size, config.seed) == (20, 128, 0)
    assert config.recipe == RECIPES[Preset.TUNED]


_DEVICES = "must be one of auto, cpu, cuda, mps, or GPUs such as cuda:0,cuda:1"


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("epochs", "0", "--epochs 0: must be a whole number from 1 to 1,000"),
        ("epochs", "2.5", "--epochs 2.5: must be a whole number from 1 to 1,000"),
        ("batch_size", "many", "--batch-size many: must be a whole number from 1 to 10,000"),
        ("image_size", "48", "--image-size 48: must be a multiple of 32 from 32 to 256"),
        ("image_size", "0", "--image-size 0: must be a multiple of 32 from 32 to 256"),
        ("image_size", "288", "--image-size 288: must be a multiple of 32 from 32 to 256"),
        ("image_size", "64.0", "--image-size 64.0: must be a multiple of 32 from 32 to 256"),
        ("learning_rate", "nan", "--lr nan: must be a number above 0, at most 100"),
        ("learning_rate", "-1", "--lr -1: must be a number above 0, at most 100"),
        ("device", "tpu", f"--device tpu: {_DEVICES}"),
        ("device", "cuda:", f"--device cuda:: {_DEVICES}"),
        ("device", "cuda:0,cpu", f"--device cuda:0,cpu: {_DEVICES}"),
        ("device", "cuda:01", f"--device cuda:01: {_DEVICES}"),
        ("preset", "", "--preset : must be one of reference, tuned, fast, best"),
        ("flip_average", "yes", "--flip-average yes: must be one of on, off"),
        ("on_divergence", "panic", "--on-divergence panic: must be one of stop, restart"),
        ("schedule", "cosine", "--schedule cosine: must be one of preset, constant, step, linear"),
    ],
)
def test_a_bad_value_is_refused_with_what_would_be_right(field: str, text: str, message: str) -> None:
    with pytest.raises(InputError) as refusal:
        settings()[field].parse(text)
    assert str(refusal.value) == " ".join(message.split())


def test_gpus_are_named_each_once_in_their_order() -> None:
    assert settings()["device"].parse("cuda:1, cuda:0,cuda:1") == "cuda:1,cuda:0"
    assert RunConfig(norm=Norm.BATCH, device="cuda:1,cuda:0") != RunConfig(norm=Norm.BATCH)


def test_a_config_checks_itself_however_it_is_made() -> None:
    with pytest.raises(InputError, match="--epochs -3: must be a whole number"):
        RunConfig(norm=Norm.BATCH, epochs=-3)


def test_a_learning_rate_scales_both_of_the_recipes_rates() -> None:
    recipe = RECIPES[Preset.TUNED]
    changed = RunConfig(norm=Norm.GROUP, preset=Preset.TUNED, learning_rate=recipe.learning_rate * 3).recipe
    assert changed.learning_rate == pytest.approx(recipe.learning_rate * 3)
    assert changed.auxiliary_learning_rate == pytest.approx(recipe.auxiliary_learning_rate * 3)


def test_a_suite_names_its_runs_after_their_norms() -> None:
    suite = SuiteConfig(Grid(RunConfig(norm=Norm.BATCH), tuple(Norm)).runs(), "cifar-tui")
    assert suite.names == ("batch", "layer", "group")


def test_a_suites_runs_are_named_by_what_differs() -> None:
    batch, layer = Grid(RunConfig(norm=Norm.BATCH), (Norm.BATCH, Norm.LAYER)).runs()
    fast = replace(layer, preset=Preset.FAST, seed=3, learning_rate=0.01)
    suite = SuiteConfig((batch, layer, fast), "cifar-tui")
    assert suite.names == (
        "batch-tuned-lr-default-seed-0",
        "layer-tuned-lr-default-seed-0",
        "layer-fast-lr-0.01-seed-3",
    )
    assert suite.config_of("layer-fast-lr-0.01-seed-3") == fast
    folders = [replace(batch, data=f"/{place}/my images") for place in ("a", "b")]
    assert run_names(folders) == ("batch-data-my-images", "batch-data-my-images-2")


def test_a_run_keeps_its_name_when_others_leave_the_suite() -> None:
    suite = SuiteConfig(tuple(RunConfig(norm=Norm.BATCH, seed=seed) for seed in range(3)), "cifar-tui")
    alone = replace(suite, runs=suite.runs[1:2], names=suite.names[1:2])
    assert alone.names == ("batch-seed-1",)


RUNS = Grid(RunConfig(norm=Norm.BATCH, epochs=3), tuple(Norm)).runs()


def test_how_many_train_at_once_is_a_number_or_auto() -> None:
    parallel = suite_settings()["parallel"]
    assert parallel.parse("auto") is None
    assert parallel.parse("3") == 3
    for text in ("0", "17", "all", ""):
        with pytest.raises(InputError) as refusal:
            parallel.parse(text)
        assert str(refusal.value) == f"--parallel {text}: must be auto or a whole number from 1 to 16"


def test_a_suite_checks_itself_however_it_is_made() -> None:
    with pytest.raises(InputError, match="--parallel 0: must be auto or a whole number"):
        SuiteConfig(RUNS, "cifar-tui", parallel=0)
