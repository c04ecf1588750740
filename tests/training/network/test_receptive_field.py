import pytest
import torch
from torch import Tensor, nn

from core.config.presets import RECIPES, Norm, Preset
from core.results.planned_model import planned_summary
from core.training.network.build import build_network
from core.training.network.layers import Residual
from core.training.network.summary import summarise
from core.training.network.wide_block import Mixing
from tests.wide_networks import WIDE, wide_recipe

SIDE = 160  # larger than any network's field, so that no edge cuts it off


def linear(network: nn.Sequential) -> nn.Sequential:
    """Make every output depend on all it can see: positive weights, means for maxima, norms in evaluation."""
    for block in (network, *(module for module in network if isinstance(module, Residual))):
        for place, module in enumerate(block):
            if isinstance(module, nn.MaxPool2d):
                block[place] = nn.AvgPool2d(module.kernel_size)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.constant_(module.weight, 1 / module.weight[0].numel())
    return network.double().eval()


def extents(network: nn.Sequential, side: int = SIDE) -> list[int]:
    """Return how wide the gradient of each layer's middle output is on the image, in the summary's order."""
    outputs: list[Tensor] = []
    for module in network.modules():
        if module is not network and type(module) not in {nn.Flatten, nn.Sequential, Mixing}:
            module.register_forward_hook(lambda _module, _input, output: outputs.append(output.clone()))
    image = torch.ones(1, 3, side, side, dtype=torch.float64, requires_grad=True)
    network(image)
    found = []
    for output in outputs:
        middle = output.shape[2] // 2
        (gradient,) = torch.autograd.grad(output[0, :, middle, middle].sum(), image, retain_graph=True)
        columns = gradient[0].abs().sum((0, 1)).nonzero().flatten()
        found.append(int(columns[-1] - columns[0]) + 1)
    return found


@pytest.mark.parametrize("preset", [Preset.REFERENCE, Preset.FAST])
def test_the_receptive_field_is_what_an_outputs_gradient_reaches(preset: Preset) -> None:
    network = build_network(Norm.BATCH, RECIPES[preset])
    rows = summarise(network).rows
    assert [row.receptive_field for row in rows] == extents(linear(network))


@pytest.mark.parametrize("text", WIDE)
def test_slices_side_by_side_see_what_the_widest_sees(text: str) -> None:
    network = build_network(Norm.BATCH, wide_recipe(text))
    rows = summarise(network).rows
    assert [row.receptive_field for row in rows] == extents(linear(network), side=96)


def test_the_assignments_network_sees_what_it_is_said_to() -> None:
    rows = planned_summary(Norm.BATCH, RECIPES[Preset.REFERENCE]).rows
    fields = [
        row.receptive_field
        for row in rows
        if row.name in ("Conv2d", "DepthwiseConv2d", "MaxPool2d", "AvgPool2d")
    ]
    assert fields == [3, 5, 5, 6, 10, 14, 18, 18, 20, 28, 36, 44, 72, 72]


def test_a_dilated_window_and_a_stride_count() -> None:
    network = nn.Sequential(
        nn.Conv2d(3, 2, 3, dilation=2, padding=2), nn.Conv2d(2, 2, 3, stride=2, padding=1), nn.Conv2d(2, 2, 3)
    )
    assert [row.receptive_field for row in summarise(network).rows] == [5, 7, 11]
    assert extents(network.double()) == [5, 7, 11]
