import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from statistics import median

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses

from core.config.presets import RECIPES, Norm, Preset
from core.training.native.bindings import kept_type, set_num_threads
from core.training.native.errors import NotAvailableError
from core.training.native.network import FusedNetwork
from core.training.network.build import build_network
from tests.training.native.exactness import distance, nearest


def made(norm: Norm, preset: Preset, dropout: float = 0.0) -> nn.Sequential:
    torch.manual_seed(1)
    network = build_network(norm, replace(RECIPES[preset], dropout=dropout))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.3 * torch.rand_like(parameter) * (parameter.ndim != 4))
    return network.to(memory_format=torch.channels_last)


def batch(images: int) -> tuple[Tensor, Tensor]:
    values = torch.randn(images, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    return values.to(memory_format=torch.channels_last), torch.arange(images) % 10


def gradients(network: nn.Module, forward: Callable[[Tensor], Tensor], images: Tensor) -> list[Tensor]:
    """Return the logits, then the gradient of every parameter."""
    logits = forward(images)
    F.cross_entropy(logits, torch.arange(len(images)) % 10).backward()  # type: ignore[no-untyped-call]
    return [logits.detach(), *(p.grad for p in network.parameters() if p.grad is not None)]


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("norm", list(Norm))
def test_it_computes_what_torch_does_in_double_precision(norm: Norm, preset: Preset) -> None:
    network = made(norm, preset)
    exact = copy.deepcopy(network).double()
    images, _ = batch(21)
    ours = gradients(network, FusedNetwork(network), images)
    theirs = gradients(exact, exact, images.double())
    assert distance(ours[0], theirs[0]) < nearest(1e-5)
    # a value that rounding moves over ReLU's zero moves a gradient by more
    assert max(map(distance, ours[1:], theirs[1:])) < nearest(2e-2, 0.6)
    assert len(ours) == 1 + len(list(network.parameters()))


@pytest.mark.parametrize("preset", [Preset.REFERENCE, Preset.FAST])
@pytest.mark.parametrize("norm", list(Norm))
def test_in_bf16_it_comes_as_near_as_torch_does(norm: Norm, preset: Preset) -> None:
    if kept_type() is torch.float32:
        pytest.skip("this processor multiplies in single precision")
    network = made(norm, preset)
    exact, stock = copy.deepcopy(network).double(), copy.deepcopy(network)
    images, _ = batch(21)

    def mixed(images: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            logits: Tensor = stock(images)
        return logits.float()

    ours = gradients(network, FusedNetwork(network), images)
    right = gradients(exact, exact, images.double())
    theirs = gradients(stock, mixed, images)
    our, their = ([distance(*pair) for pair in zip(found, right, strict=True)] for found in (ours, theirs))
    assert our[0] < 2 * their[0]
    assert median(our) < 1.5 * median(their)
    assert max(our) < 1.5 * max(their)


@pytest.mark.parametrize("norm", list(Norm))
def test_it_evaluates_what_torch_does(norm: Norm) -> None:
    network = made(norm, Preset.TUNED)
    fused = FusedNetwork(network)
    images, _ = batch(40)
    fused(images)  # moves a batch norm's running statistics
    exact = copy.deepcopy(network).double().eval()
    network.eval()
    with torch.no_grad():
        assert distance(fused(images), exact(images.double())) < nearest(1e-5)


def test_a_batch_norm_keeps_the_statistics_that_torch_keeps() -> None:
    network = made(Norm.BATCH, Preset.TUNED)
    stock = copy.deepcopy(network)
    images, _ = batch(40)
    FusedNetwork(network)(images)
    stock(images)
    for name, buffer in network.named_buffers():
        torch.testing.assert_close(
            buffer, stock.get_buffer(name), rtol=nearest(1e-5, 1e-2), atol=nearest(1e-6, 1e-2)
        )


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("norm", list(Norm))
def test_the_number_of_threads_changes_no_bit(norm: Norm, preset: Preset) -> None:
    network = made(norm, preset, dropout=RECIPES[preset].dropout)
    images, _ = batch(37)
    results = []
    for threads in (1, 2, 3, 8, 16):
        with ThreadPoolExecutor(1, initializer=set_num_threads, initargs=(threads,)) as executor:
            same = copy.deepcopy(network)
            results.append(executor.submit(gradients, same, FusedNetwork(same), images).result())
    for other in results[1:]:
        assert all(map(torch.equal, results[0], other))


def test_a_gradient_lies_in_memory_as_its_weight_does() -> None:
    network = made(Norm.GROUP, Preset.TUNED)
    gradients(network, FusedNetwork(network), batch(8)[0])
    for parameter in network.parameters():
        assert parameter.grad is not None
        if parameter.ndim == 4 and parameter.shape[2] == 3:
            assert parameter.grad.stride() == parameter.stride()


def test_a_gradient_for_the_images_is_torchs_to_compute() -> None:
    network = build_network(Norm.BATCH, RECIPES[Preset.TUNED])
    images = torch.zeros(2, 3, 32, 32).requires_grad_()
    with pytest.raises(ValueError, match="call the torch network itself"):
        FusedNetwork(network)(images)
    with torch.no_grad():
        assert torch.equal(FusedNetwork(network)(images), FusedNetwork(network)(images.detach()))
    network(images).sum().backward()
    assert images.grad is not None


def test_a_batch_of_another_size_and_weights_that_moved_are_followed() -> None:
    network = made(Norm.BATCH, Preset.TUNED)
    fused = FusedNetwork(network)
    gradients(network, fused, batch(8)[0])
    for parameter in network.parameters():
        parameter.data = 1.5 * parameter.data.clone()
    for images in (8, 5, 8):
        network.zero_grad()
        again = copy.deepcopy(network)
        ours = gradients(network, fused, batch(images)[0])
        assert all(map(torch.equal, ours, gradients(again, FusedNetwork(again), batch(images)[0])))


def test_only_the_newest_batch_can_be_gone_backward_from() -> None:
    network = made(Norm.BATCH, Preset.TUNED)
    fused = FusedNetwork(network)
    older, newer = fused(batch(8)[0]), fused(batch(8)[0])
    with pytest.raises(RuntimeError, match="go backward first"):
        older.sum().backward()  # type: ignore[no-untyped-call]
    newer.sum().backward()  # type: ignore[no-untyped-call]


def test_a_batch_norm_in_evaluation_learns_nothing() -> None:
    with pytest.raises(ValueError, match="batch norm in evaluation"):
        FusedNetwork(made(Norm.BATCH, Preset.TUNED).eval())(batch(2)[0])


def test_gradients_of_logits_that_lie_otherwise_in_memory_are_read_right() -> None:
    network = made(Norm.GROUP, Preset.TUNED)
    fused = FusedNetwork(network)
    drawn = torch.randn(10, 8, generator=torch.Generator().manual_seed(3)).t()
    found = []
    for grad in (drawn, drawn.contiguous()):
        network.zero_grad()
        fused(batch(8)[0]).backward(grad)  # type: ignore[no-untyped-call]
        found.append([parameter.grad for parameter in network.parameters()])
    assert all(map(torch.equal, *found))


def test_a_network_with_other_layers_is_refused_by_name() -> None:
    with pytest.raises(NotAvailableError, match="Sigmoid"):
        FusedNetwork(nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.Sigmoid()))
    with pytest.raises(NotAvailableError, match="Identity, ReLU"):
        FusedNetwork(nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.Identity(), nn.ReLU()))
    with pytest.raises(NotAvailableError, match=r"Conv2d\(3, 9"):
        FusedNetwork(nn.Sequential(nn.Conv2d(3, 9, 3, padding=1, bias=False), nn.BatchNorm2d(9), nn.ReLU()))
