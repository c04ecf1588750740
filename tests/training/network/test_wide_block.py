import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses

from core.config.presets import LayerNormKind, Norm
from core.training.network.build import build_network
from core.training.network.layers import PixelLayerNorm
from core.training.network.wide_block import GELUGate, SigmoidGate, SiLUGate, TanhGate, WideBlock
from tests.wide_networks import wide_recipe


def block_of(text: str) -> WideBlock:
    torch.manual_seed(1)
    block = build_network(Norm.LAYER, wide_recipe(text, LayerNormKind.PIXEL)).double()[1]
    assert isinstance(block, WideBlock)
    with torch.no_grad():
        for parameter in block.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return block


def pixel_norm(values: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    mean = values.mean(1, keepdim=True)
    variance = (values - mean).square().mean(1, keepdim=True)
    return (values - mean) / (variance + 1e-5).sqrt() * weight.view(-1, 1, 1) + bias.view(-1, 1, 1)


def test_a_block_is_the_formula() -> None:
    block = block_of("wide silu stride scaled 1*4+4k3+4pk7d3+4p")
    images = torch.randn(2, 16, 12, 12, dtype=torch.float64)
    parameters = dict(block.named_parameters())
    first, second, _, _ = images.chunk(4, 1)
    means = F.conv2d(F.pad(images, (1, 1, 1, 1)), torch.full((16, 1, 3, 3), 1 / 9).double(), groups=16)
    mixed = torch.cat(
        [
            first,
            F.conv2d(second, parameters["mixing.slice1.0.weight"], padding=1, groups=4),
            F.conv2d(means[:, 8:12], parameters["mixing.slice2.1.weight"], padding=9, dilation=3, groups=4),
            means[:, 12:],
        ],
        1,
    )
    normed = pixel_norm(mixed, parameters["norm.weight"], parameters["norm.bias"])
    hidden = F.conv2d(normed, parameters["expand.weight"])
    product = hidden[:, :16] * hidden[:, :16].sigmoid() * hidden[:, 16:]
    out = F.conv2d(product, parameters["contract.weight"]) + images * parameters["scale.weight"].view(
        -1, 1, 1
    )
    torch.testing.assert_close(block(images), out, rtol=0, atol=1e-6)


def test_gates_go_through_what_they_are_called() -> None:
    values = torch.randn(1, 8, 2, 2, dtype=torch.float64)
    first, second = values.chunk(2, 1)
    inner = (2 / torch.pi) ** 0.5 * (first + 0.044715 * first**3)
    torch.testing.assert_close(SiLUGate()(values), first * first.sigmoid() * second)
    torch.testing.assert_close(GELUGate()(values), first / 2 * (1 + inner.tanh()) * second)
    torch.testing.assert_close(SigmoidGate()(values), 1 / (1 + (-first).exp()) * second)
    torch.testing.assert_close(TanhGate()(values), first.tanh() * second)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_norm_at_each_pixel_gives_what_it_takes(dtype: torch.dtype) -> None:
    values = torch.randn(2, 8, 4, 4, dtype=dtype)
    norm = PixelLayerNorm(8)
    with torch.autocast("cpu", torch.bfloat16):
        out = norm(values)
    assert out.dtype is dtype
    torch.testing.assert_close(
        out.float(), pixel_norm(values.float(), norm.weight, norm.bias), rtol=1e-2, atol=1e-2
    )
