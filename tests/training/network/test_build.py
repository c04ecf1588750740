from dataclasses import replace

import pytest
import torch
from torch import nn

from core.config.network_plan import planned_blocks
from core.config.network_shape import NetworkShape
from core.config.presets import FAST, LIMITS, RECIPES, LayerNormKind, Norm, Preset
from core.results.planned_model import planned_summary
from core.training.network.build import build_network
from core.training.network.layers import Residual
from core.training.network.summary import summarise
from tests.wide_networks import NORMS, WIDE, wide_recipe


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


@pytest.mark.parametrize(
    ("preset", "parameters"), [(Preset.TUNED, 41_992), (Preset.FAST, 47_840), (Preset.BEST, 45_416)]
)
@pytest.mark.parametrize("norm", list(Norm))
def test_a_network_is_within_the_limit(norm: Norm, preset: Preset, parameters: int) -> None:
    network = build_network(norm, RECIPES[preset])
    assert sum(p.numel() for p in network.parameters()) == parameters < LIMITS.parameters


def test_a_residual_block_adds_its_input() -> None:
    block = Residual(nn.Conv2d(8, 8, 1, bias=False), nn.ReLU())
    images = torch.randn(2, 8, 4, 4)
    torch.testing.assert_close(block(images), images + block[1](block[0](images)))
    assert [b.residual for b in planned_blocks(Norm.BATCH, FAST)] == [
        False,
        *([False, *[True] * 3] * 3),
        False,
    ]


def test_a_residual_network_has_no_dropout() -> None:
    with pytest.raises(ValueError, match="no dropout"):
        replace(FAST, dropout=0.05)


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
    recipe, large = RECIPES[preset], NetworkShape(1_000, 96)
    assert planned_summary(norm, recipe) == summarise(build_network(norm, recipe))
    planned = planned_summary(norm, recipe, large)
    assert planned == summarise(build_network(norm, recipe, large), large)
    channels = 56 if preset is Preset.BEST else 64
    assert [row.output_shape for row in planned.rows[-2:]] == [(channels, 1, 1), (1_000, 1, 1)]
    assert planned.input_shape == (3, 96, 96)


@pytest.mark.parametrize("preset", list(Preset))
def test_the_mean_before_the_classifier_is_over_the_whole_image(preset: Preset) -> None:
    network = build_network(Norm.BATCH, RECIPES[preset], NetworkShape(2, 64)).eval()
    images = torch.randn(2, 3, 64, 64)
    *features, _, classifier, _ = network
    assert isinstance(classifier, nn.Conv2d)
    means = nn.Sequential(*features)(images).mean((2, 3))
    torch.testing.assert_close(network(images), means @ classifier.weight.flatten(1).t())


@pytest.mark.parametrize("text", [*WIDE, "wide none pool scaled 1*8"])
@pytest.mark.parametrize(("norm", "kind"), NORMS)
def test_a_network_of_wide_kernels_is_what_its_plan_says(norm: Norm, kind: LayerNormKind, text: str) -> None:
    recipe = wide_recipe(text, kind)
    assert planned_summary(norm, recipe) == summarise(build_network(norm, recipe))


def test_a_residual_block_ends_in_a_row_of_its_own() -> None:
    rows = planned_summary(Norm.BATCH, FAST).rows
    ends = [(row.output_shape, row.parameters) for row in rows if row.name == "Residual"]
    assert ends == [*[((48, 16, 16), 0)] * 3, *[((64, 8, 8), 0)] * 3, *[((64, 4, 4), 0)] * 3]
    assert [row.name for row in rows[6:11]] == [
        "BatchNorm2d",
        "ReLU",
        "DepthwiseConv2d",
        "Conv2d",
        "Residual",
    ]


def test_a_summary_leaves_the_network_training() -> None:
    network = build_network(Norm.BATCH, RECIPES[Preset.REFERENCE])
    summarise(network)
    assert network.training
