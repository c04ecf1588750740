import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.config.presets import RECIPES, Norm, Preset
from core.dataset.images import ImageSplit
from core.runs.evidence_events import NormalizedActivation
from core.training.batches import Normalize, TestImages
from core.training.network.build import build_network
from core.training.network.wide_block import WideBlock
from core.training.norm_example import show_normalization

CPU = torch.device("cpu")
TOLERANCE = 1e-5


@pytest.fixture
def tests() -> TestImages:
    images = np.random.default_rng(0).integers(0, 256, (20, 32, 32, 3), dtype=np.uint8)
    split = ImageSplit(images, np.arange(20, dtype=np.int64) % 10)
    return TestImages(split, Normalize.of(split, CPU))


def trained_looking(norm: Norm, preset: Preset) -> nn.Sequential:
    """Return a network whose scales, shifts and running statistics are no zeros and ones."""
    torch.manual_seed(0)
    network = build_network(norm, RECIPES[preset])
    for tensor in (*network.parameters(), *network.buffers()):
        if tensor.dim() in (1, 3):
            nn.init.uniform_(tensor, 0.5, 1.5)
    return network


def first_norm(network: nn.Sequential, images: Tensor) -> tuple[nn.Module, Tensor]:
    """Return the norm behind the first convolution, or behind the first block's mixing, and what it takes."""
    stem, first = network[0](images), network[1]
    return (first.norm, first.mixing(stem)) if isinstance(first, WideBlock) else (first, stem)


def at(values: torch.Tensor, example: NormalizedActivation) -> float:
    return float(values[example.image, example.channel, example.row, example.column])


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("norm", list(Norm))
@torch.no_grad()
def test_the_example_is_what_torchs_own_layer_gives(norm: Norm, preset: Preset, tests: TestImages) -> None:
    network = trained_looking(norm, preset)
    shown = show_normalization(network, tests, 7)
    layer, values = first_norm(network, tests.first(4))
    assert (shown.epoch, shown.layer, shown.shape) == (7, type(layer).__name__, tuple(values.shape))
    assert shown.example.before == pytest.approx(at(values, shown.example), abs=TOLERANCE)
    assert (shown.in_evaluation is not None) == (norm is Norm.BATCH)
    if shown.in_evaluation is not None:
        in_evaluation = at(layer.eval()(values), shown.example)
        assert shown.in_evaluation.after == pytest.approx(in_evaluation, abs=TOLERANCE)
        assert shown.in_evaluation.after != pytest.approx(shown.example.after, abs=0.01)
    assert shown.example.after == pytest.approx(at(layer.train()(values), shown.example), abs=TOLERANCE)


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("norm", list(Norm))
@torch.no_grad()
def test_every_statistic_is_that_of_the_activations_it_names(
    norm: Norm, preset: Preset, tests: TestImages
) -> None:
    network = trained_looking(norm, preset)
    shown = show_normalization(network, tests, 1)
    layer, values = first_norm(network, tests.first(4))
    values = values.double()
    for one in shown.statistics:
        channels = values[:, one.channel : one.channel + shown.channels_together]
        together = channels if one.image is None else channels[one.image]
        assert one.mean == pytest.approx(float(together.mean()), abs=TOLERANCE)
        assert one.variance == pytest.approx(float(together.var(unbiased=False)), abs=TOLERANCE)
    running = [(one.running_mean, one.running_variance) for one in shown.statistics]
    if isinstance(layer, nn.BatchNorm2d):
        assert layer.running_mean is not None
        assert layer.running_var is not None
        expected = zip(layer.running_mean.tolist(), layer.running_var.tolist(), strict=True)
        assert running == list(expected)[:4]
    else:
        assert set(running) == {(None, None)}


def test_each_norm_takes_its_own_share_of_a_batch_together(tests: TestImages) -> None:
    def shares(norm: Norm, preset: Preset) -> tuple[int, int, tuple[int, ...], int]:
        shown = show_normalization(build_network(norm, RECIPES[preset]), tests, 1)
        statistics = len(shown.statistics)
        return shown.images_together, shown.channels_together, shown.weight_shape, statistics

    assert shares(Norm.BATCH, Preset.REFERENCE) == (4, 1, (8,), 4)
    assert shares(Norm.LAYER, Preset.REFERENCE) == (1, 8, (8, 32, 32), 4)
    assert shares(Norm.LAYER, Preset.TUNED) == (1, 8, (8,), 4)
    assert shares(Norm.GROUP, Preset.REFERENCE) == (1, 2, (8,), 16)
    assert shares(Norm.GROUP, Preset.FAST) == (1, 2, (16,), 16)


@pytest.mark.parametrize("norm", list(Norm))
def test_the_network_is_left_as_it_was(norm: Norm, tests: TestImages) -> None:
    network = trained_looking(norm, Preset.REFERENCE).train()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    drawn = torch.get_rng_state()
    show_normalization(network, tests, 1)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    assert torch.equal(torch.get_rng_state(), drawn)
    assert network.training
