"""A network as CUDA's autocast has it, as far as fake tensors and bf16 on a processor can tell."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch._ops import OpOverload
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses
from torch.utils._python_dispatch import TorchDispatchMode

from core.config.presets import RECIPES, Norm, Preset
from core.training.network.bf16_norm import normalize_bf16
from core.training.network.build import build_network
from core.training.network.cast_weights import CastTogether
from core.training.network.layers import GroupNorm, LayerNorm


class Casts(TorchDispatchMode):  # type: ignore[no-untyped-call] # torch's own
    """Counts what is cast from one type to another by a launch of its own."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count = 0

    def __torch_dispatch__(
        self,
        func: OpOverload,
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - as torch has it
        self.count += func is torch.ops.aten._to_copy.default  # noqa: SLF001 - torch's own name
        return func(*args, **(kwargs or {}))


@contextmanager
def autocast_on_cuda() -> Iterator[None]:
    """Do as `torch.autocast` does, which turns itself off where there is no CUDA device."""
    torch.set_autocast_enabled("cuda", True)  # noqa: FBT003 - takes no keyword
    torch.set_autocast_dtype("cuda", torch.bfloat16)
    torch.autocast_increment_nesting()
    try:
        yield
    finally:
        torch.autocast_decrement_nesting()
        torch.clear_autocast_cache()
        torch.set_autocast_enabled("cuda", False)  # noqa: FBT003


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("norm", list(Norm))
@pytest.mark.parametrize("training", [True, False])
def test_little_is_cast_and_the_logits_are_in_single_precision(
    preset: Preset, norm: Norm, *, training: bool
) -> None:
    with FakeTensorMode(), torch.device("cuda"):
        network = build_network(norm, RECIPES[preset]).train(training)
        images = torch.empty(128, 3, 32, 32, dtype=torch.bfloat16).to(memory_format=torch.channels_last)
        activations: list[Tensor] = []
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d | GroupNorm | LayerNorm):
                module.register_forward_hook(lambda _module, _input, output: activations.append(output))
        with Casts() as casts, autocast_on_cuda():
            logits = CastTogether(network, torch.bfloat16)(images)
    assert casts.count == 2  # the weights, and what the classifier takes
    assert logits.dtype == torch.float32
    assert {values.dtype for values in activations} == {torch.bfloat16}
    if norm is not Norm.BATCH:  # which is torch's own
        assert all(values.is_contiguous(memory_format=torch.channels_last) for values in activations)


@pytest.mark.parametrize("layer", [GroupNorm(4, 16), GroupNorm(1, 16), LayerNorm([16, 8, 8])])
def test_a_norm_of_bf16_is_that_of_double_precision_rounded_once_or_twice(layer: nn.Module) -> None:
    random = torch.Generator().manual_seed(0)
    images = (3 + torch.randn(6, 16, 8, 8, generator=random)).to(memory_format=torch.channels_last)
    for parameter in layer.parameters():
        nn.init.normal_(parameter, mean=1, generator=random)
    values = images.bfloat16().requires_grad_()
    exact = values.detach().double().requires_grad_()
    out = layer(values)
    weight, bias = (parameter.detach().double().requires_grad_() for parameter in layer.parameters())
    if isinstance(layer, GroupNorm):
        right = F.group_norm(exact, layer.num_groups, weight, bias)
    else:
        right = F.layer_norm(exact, [16, 8, 8], weight, bias)
    gradient = torch.randn(out.shape, generator=random).bfloat16()
    out.backward(gradient)
    right.backward(gradient.double())  # type: ignore[no-untyped-call]
    assert out.dtype == torch.bfloat16
    torch.testing.assert_close(out.double(), right, rtol=2**-7, atol=2**-6)
    pairs = zip((values, *layer.parameters()), (exact, weight, bias), strict=True)
    for ours, theirs in pairs:
        assert ours.grad is not None
        assert theirs.grad is not None
        assert (ours.grad - theirs.grad).norm() < 2**-7 * theirs.grad.norm()
    for parameter in layer.parameters():
        assert parameter.grad is not None
        assert parameter.grad.dtype == torch.float32


def test_statistics_of_bf16_are_in_single_precision() -> None:
    images = (64 + torch.randn(2, 8, 32, 32, generator=torch.Generator().manual_seed(0))).bfloat16()
    images = images.to(memory_format=torch.channels_last)
    out = normalize_bf16(images, torch.ones(8), torch.zeros(8), 4, 1e-5).double().reshape(2, 4, 2, 32, 32)
    assert out.mean((2, 3, 4)).abs().max() < 5e-3  # bf16 has no number between 64 and 64.5
    assert (out.std((2, 3, 4)) - 1).abs().max() < 5e-3


@pytest.mark.parametrize("stock", [nn.GroupNorm(4, 16), nn.GroupNorm(1, 16)])
def test_in_single_precision_a_norm_is_torchs_to_the_bit(stock: nn.GroupNorm) -> None:
    images = torch.randn(6, 16, 8, 8, generator=torch.Generator().manual_seed(0))
    images = images.to(memory_format=torch.channels_last)
    assert torch.equal(GroupNorm(stock.num_groups, 16)(images), stock(images))


@pytest.mark.parametrize("preset", list(Preset))
def test_weights_cast_together_give_what_autocast_gives(preset: Preset) -> None:
    torch.manual_seed(0)
    network = build_network(Norm.BATCH, RECIPES[preset]).to(memory_format=torch.channels_last).eval()
    images = torch.randn(4, 3, 32, 32).to(memory_format=torch.channels_last)
    gradients = []
    for forward in (network, CastTogether(network, torch.bfloat16)):
        with torch.autocast("cpu", torch.bfloat16):
            logits = forward(images)
        logits.square().sum().backward()
        gradients.append([logits.detach(), *(weight.grad for weight in network.parameters())])
        network.zero_grad()
    # torch's own is of memory that nobody wrote, and another at each call: on a processor, in bf16
    unknown = {
        id(module.weight)
        for module in network.modules()
        if isinstance(module, nn.Conv2d) and module.dilation != (1, 1)
    }
    known = [True, *(id(weight) not in unknown for weight in network.parameters())]
    for one, other, is_known in zip(*gradients, known, strict=True):
        assert one is not None
        assert other is not None
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        assert not is_known or (one - other).norm() <= 2**-7 * one.norm()
