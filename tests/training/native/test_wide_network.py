import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses

from core.config.presets import LayerNormKind, Norm
from core.config.wide_architecture import Gating
from core.training.native.bindings import set_num_threads
from core.training.native.errors import NotAvailableError
from core.training.native.network import FusedNetwork
from core.training.network.build import build_network
from tests.training.native.exactness import distance, nearest
from tests.wide_networks import NORMS, WIDE, wide_recipe


def made(text: str, norm: Norm, kind: LayerNormKind) -> nn.Sequential:
    torch.manual_seed(1)
    network = build_network(norm, wide_recipe(text, kind))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.3 * torch.rand_like(parameter) * (parameter.ndim != 4))
    return network.to(memory_format=torch.channels_last)


def batch(images: int) -> Tensor:
    values = torch.randn(images, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    return values.to(memory_format=torch.channels_last)


def gradients(network: nn.Module, forward: Callable[[Tensor], Tensor], images: Tensor) -> list[Tensor]:
    """Return the logits, then the gradient of every parameter."""
    logits = forward(images)
    F.cross_entropy(logits, torch.arange(len(images)) % 10).backward()  # type: ignore[no-untyped-call]
    return [logits.detach(), *(p.grad for p in network.parameters() if p.grad is not None)]


@pytest.mark.parametrize("text", WIDE)
@pytest.mark.parametrize(("norm", "kind"), NORMS)
def test_it_computes_what_torch_does_in_double_precision(norm: Norm, kind: LayerNormKind, text: str) -> None:
    network = made(text, norm, kind)
    exact = copy.deepcopy(network).double()
    ours = gradients(network, FusedNetwork(network), batch(5))
    theirs = gradients(exact, exact, batch(5).double())
    assert distance(ours[0], theirs[0]) < nearest(3e-6)
    # of bf16, another of four can be the greatest; the scales of a norm that is nearly undone get the least
    assert max(map(distance, ours[1:], theirs[1:])) < nearest(1e-4, 0.3)
    assert len(ours) == 1 + len(list(network.parameters()))


@pytest.mark.parametrize("gating", Gating)
def test_every_gate_is_torchs(gating: Gating) -> None:
    network = made(f"wide {gating} stride scaled 1*8k3", *NORMS[2])
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(3)  # far into where a gate is bent
    exact = copy.deepcopy(network).double()
    ours = gradients(network, FusedNetwork(network), batch(3))
    theirs = gradients(exact, exact, batch(3).double())
    assert distance(ours[0], theirs[0]) < nearest(3e-6)
    assert max(map(distance, ours[1:], theirs[1:])) < nearest(1e-4, 0.3)


@pytest.mark.parametrize(("norm", "kind"), [NORMS[0], NORMS[3]])
def test_it_evaluates_what_torch_does(norm: Norm, kind: LayerNormKind) -> None:
    network = made(WIDE[0], norm, kind)
    fused = FusedNetwork(network)
    fused(batch(8))  # moves a batch norm's running statistics
    exact = copy.deepcopy(network).double().eval()
    network.eval()
    with torch.no_grad():
        assert distance(fused(batch(8)), exact(batch(8).double())) < nearest(1e-5)


@pytest.mark.parametrize(("norm", "kind"), [NORMS[0], NORMS[3]])
def test_the_number_of_threads_changes_no_bit(norm: Norm, kind: LayerNormKind) -> None:
    network = made(WIDE[0], norm, kind)
    results = []
    for threads in (1, 3, 16):
        with ThreadPoolExecutor(1, initializer=set_num_threads, initargs=(threads,)) as executor:
            same = copy.deepcopy(network)
            results.append(executor.submit(gradients, same, FusedNetwork(same), batch(18)).result())
    for other in results[1:]:
        assert all(map(torch.equal, results[0], other))


def test_values_that_are_no_numbers_show() -> None:
    network = made(WIDE[0], *NORMS[3])
    images = batch(2)
    images[1, 0, 5, 5] = torch.nan
    with torch.no_grad():
        first, second = FusedNetwork(network)(images)
    assert first.isfinite().all()
    assert second.isnan().all()


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("wide silu stride scaled 1*12+12k3", LayerNormKind.PIXEL, r"Conv2d\(3, 24|12 channels"),
        ("wide silu stride scaled 1*64+64k3", LayerNormKind.PIXEL, r"Conv2d\(3, 128"),
        ("wide silu stride scaled 1*8+8k3", LayerNormKind.ELEMENTWISE, "behind LayerNorm"),
        ("wide silu pool scaled 1*16 1*40", LayerNormKind.PIXEL, r"Conv2d\(16, 40"),
    ],
)
def test_what_there_are_no_layers_for_is_torchs(text: str, kind: LayerNormKind, words: str) -> None:
    with pytest.raises(NotAvailableError, match=words):
        FusedNetwork(made(text, Norm.LAYER, kind))
