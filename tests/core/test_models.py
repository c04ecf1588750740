import pytest
import torch

from core.model_summary import summarise
from core.models import build_network
from core.network_plan import planned_summary
from core.presets import LIMITS, RECIPES, Norm, Preset


@pytest.mark.parametrize(
    ("norm", "parameters"), [(Norm.BATCH, 41_992), (Norm.LAYER, 146_008), (Norm.GROUP, 41_992)]
)
def test_the_reference_network_is_the_published_one(norm: Norm, parameters: int) -> None:
    summary = summarise(build_network(norm, RECIPES[Preset.REFERENCE]))
    assert summary.trainable_parameters == parameters
    assert sum(row.parameters for row in summary.rows) == parameters
    assert len(summary.rows) == 38
    assert [row.name for row in summary.rows[8:11]] == ["Conv2d", "MaxPool2d", "Conv2d"]
    assert summary.rows[-2].output_shape == (64, 1, 1)
    assert summary.rows[-1].output_shape == (10, 1, 1)


@pytest.mark.parametrize("norm", list(Norm))
def test_the_tuned_network_is_within_the_limit(norm: Norm) -> None:
    network = build_network(norm, RECIPES[Preset.TUNED])
    assert sum(p.numel() for p in network.parameters()) == 41_992 < LIMITS.parameters


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("norm", list(Norm))
def test_every_network_takes_images_and_gives_logits(norm: Norm, preset: Preset) -> None:
    network = build_network(norm, RECIPES[preset]).to(memory_format=torch.channels_last)
    logits = network(torch.randn(4, 3, 32, 32).to(memory_format=torch.channels_last))
    assert logits.shape == (4, 10)
    assert logits.isfinite().all()


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("norm", list(Norm))
def test_a_network_is_what_its_plan_says(norm: Norm, preset: Preset) -> None:
    recipe = RECIPES[preset]
    assert planned_summary(norm, recipe) == summarise(build_network(norm, recipe))


def test_a_summary_leaves_the_network_training() -> None:
    network = build_network(Norm.BATCH, RECIPES[Preset.REFERENCE])
    summarise(network)
    assert network.training
