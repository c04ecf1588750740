import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses

from core.training.batches import AugmentationParams, Normalize, augment_by_indexing
from core.training.native.augmentation import augment
from core.training.native.bindings import Source
from core.training.network.layers import Dropout
from tests.training.native.differentiable import convolution, spatial_mean
from tests.training.native.exactness import distance, nearest


def drawn(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize("side", [4, 8, 10, 32])
@pytest.mark.parametrize(("inputs", "outputs"), [(3, 8), (8, 24), (24, 32), (48, 64)])
def test_a_convolution_of_any_size_is_the_one_torch_computes(
    kernel: int, side: int, inputs: int, outputs: int
) -> None:
    values = drawn(5, side, side, inputs)
    weight = drawn(outputs, inputs, kernel, kernel, seed=2).requires_grad_()
    exact_weight = weight.detach().double().requires_grad_()
    out, sums = convolution(Source(values), weight)
    exact = F.conv2d(values.permute(0, 3, 1, 2).double(), exact_weight, padding=kernel // 2)
    grad_output, grad_sums = drawn(*out.shape, seed=3), drawn(*sums.shape, seed=4)
    torch.autograd.backward([out, sums], [grad_output, grad_sums])
    exact_sums = torch.stack([exact.sum((2, 3)), (exact**2).sum((2, 3))], 1)
    torch.autograd.backward(
        [exact, exact_sums], [grad_output.permute(0, 3, 1, 2).double(), grad_sums.double()]
    )
    assert weight.grad is not None
    assert exact_weight.grad is not None
    assert distance(out.permute(0, 3, 1, 2), exact) < nearest(1e-6)
    assert distance(sums, exact_sums) < nearest(1e-6)
    assert distance(weight.grad, exact_weight.grad) < nearest(1e-5)


def test_a_depthwise_kernel_learns_where_nothing_before_it_does() -> None:
    values, weight = drawn(5, 8, 8, 16), drawn(24, 16, 1, 1, seed=2)
    ours, exact = (
        drawn(16, 1, 3, 3, seed=3).to(kind).requires_grad_() for kind in (torch.float, torch.double)
    )
    out, _ = convolution(Source(values), weight, depthwise=ours)
    channels_first = values.permute(0, 3, 1, 2).double()
    right = F.conv2d(F.conv2d(channels_first, exact, padding=1, groups=16), weight.double())
    grad_output = drawn(*out.shape, seed=4)
    torch.autograd.backward([out], [grad_output])
    torch.autograd.backward([right], [grad_output.permute(0, 3, 1, 2).double()])
    assert ours.grad is not None
    assert exact.grad is not None
    assert distance(ours.grad, exact.grad) < nearest(1e-5)


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize("depthwise", [False, True])
@pytest.mark.parametrize("pools", [False, True])
@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("side", [4, 10])
def test_what_stands_around_a_convolution_is_what_torch_computes(
    kernel: int, side: int, *, depthwise: bool, pools: bool, residual: bool
) -> None:
    if (depthwise and kernel == 3) or (pools and residual):
        pytest.skip("no such layer")
    inputs, outputs, images = 24, 24 if residual else 32, 37
    leaves = [
        drawn(images, side, side, inputs),
        1 + drawn(images, inputs, seed=2) / 4,
        drawn(images, inputs, seed=3),
        drawn(outputs, inputs, kernel, kernel, seed=4),
        drawn(inputs, 1, 3, 3, seed=5),
    ]
    ours = [leaf.clone().requires_grad_() for leaf in leaves]
    values, scale, shift, weight, own = ours
    out, sums = convolution(
        Source(values, scale, shift),
        weight,
        depthwise=own if depthwise else None,
        pools=pools,
        residual=residual,
    )
    exact = [leaf.double().requires_grad_() for leaf in leaves]
    values, scale, shift, weight, own = exact
    whole = values.permute(0, 3, 1, 2)
    active = F.relu(whole * scale[:, :, None, None] + shift[:, :, None, None])
    if depthwise:
        active = F.conv2d(active, own, padding=1, groups=inputs)
    right = F.conv2d(active, weight, padding=kernel // 2)
    right = F.max_pool2d(right, 2) if pools else right + whole if residual else right
    right_sums = torch.stack([right.sum((2, 3)), (right**2).sum((2, 3))], 1)
    grad_output, grad_sums = drawn(*out.shape, seed=6), drawn(*sums.shape, seed=7) / 16
    torch.autograd.backward([out, sums], [grad_output, grad_sums])
    torch.autograd.backward(
        [right, right_sums], [grad_output.permute(0, 3, 1, 2).double(), grad_sums.double()]
    )
    assert distance(out.permute(0, 3, 1, 2), right) < nearest(1e-6)
    assert distance(sums, right_sums) < nearest(1e-6)
    for our, their in zip(ours[: 5 if depthwise else 4], exact, strict=False):
        assert our.grad is not None
        assert their.grad is not None
        assert distance(our.grad, their.grad) < nearest(1e-4, 0.1)


def test_a_pool_keeps_the_first_of_equals_and_sends_the_gradient_there() -> None:
    values = torch.zeros(1, 2, 2, 8).requires_grad_()
    weight = torch.eye(8).view(8, 8, 1, 1)
    out, _ = convolution(Source(values), weight, pools=True)
    out.backward(torch.ones_like(out))  # type: ignore[no-untyped-call]
    assert values.grad is not None
    assert values.grad[0, :, :, 0].tolist() == [[1, 0], [0, 0]]


def test_what_the_layers_cannot_do_is_refused() -> None:
    one = torch.ones(1, 8)
    with pytest.raises(ValueError, match="even side"):
        convolution(Source(torch.ones(1, 5, 5, 8)), torch.ones(8, 8, 1, 1), pools=True)
    with pytest.raises(ValueError, match="kernel of 1"):
        convolution(Source(torch.ones(1, 4, 4, 8)), torch.ones(8, 8, 3, 3), depthwise=torch.ones(8, 1, 3, 3))
    with pytest.raises(ValueError, match="keeps the shape"):
        convolution(Source(torch.ones(1, 4, 4, 8)), torch.ones(16, 8, 3, 3), residual=True)
    with pytest.raises(ValueError, match="32 values"):
        spatial_mean(Source(torch.ones(1, 3, 3, 8), one, one, dropped=13))


@pytest.mark.parametrize("kernel", [1, 3])
def test_a_gradient_for_the_images_is_refused_and_they_can_be_computed_without(kernel: int) -> None:
    values = drawn(2, 8, 8, 3).requires_grad_()
    weight = drawn(8, 3, kernel, kernel, seed=2)
    with pytest.raises(ValueError, match=r"no gradient for 3 channels.*the torch network itself"):
        convolution(Source(values), weight)
    with torch.no_grad():
        out, _ = convolution(Source(values), weight)
    assert torch.equal(out, convolution(Source(values.detach()), weight)[0])


def test_nan_is_not_swallowed() -> None:
    one = torch.ones(2, 8)
    values = torch.zeros(2, 4, 4, 8)
    values[1, 2, 3, 5] = math.nan
    weight = torch.eye(8).view(8, 8, 1, 1)
    assert spatial_mean(Source(values, one, one)).isnan().sum() == 1
    assert convolution(Source(values), weight, pools=True)[0].isnan().any()
    assert convolution(Source(values, one, one), weight)[0].isnan().any()


def test_dropout_drops_its_share_keeps_the_mean_and_sends_no_gradient_to_what_it_dropped() -> None:
    dropped, seed = Dropout(0.05, torch.Generator().manual_seed(3)).draw()
    values = torch.ones(64, 16, 16, 16).requires_grad_()
    one = torch.ones(64, 16)
    source = Source(values, one, torch.zeros(64, 16), dropped=dropped, seed=seed)
    out, _ = convolution(source, torch.eye(16).view(16, 16, 1, 1))
    out.backward(torch.ones_like(out))  # type: ignore[no-untyped-call]
    kept = 256 / 243  # 13/256 is the nearest to 0.05
    assert sorted(set(out.flatten().tolist())) == pytest.approx([0, kept], rel=nearest(1e-6, 2**-8))
    assert (out == 0).double().mean().item() == pytest.approx(13 / 256, abs=0.002)
    assert out.float().mean().item() == pytest.approx(1, abs=nearest(0.002, 0.006))
    assert values.grad is not None
    assert torch.equal(values.grad > 0, out > 0)
    assert values.grad.max().item() == pytest.approx(kept)


def test_dropout_draws_other_masks_for_other_seeds_and_the_same_for_the_same() -> None:
    values, one = torch.ones(4, 8, 8, 8), torch.ones(1, 8).expand(4, 8)
    weight = torch.eye(8).view(8, 8, 1, 1)
    first, again, other = (
        convolution(Source(values, one, one, dropped=128, seed=seed), weight)[0] for seed in (5, 5, 2**40 + 5)
    )
    assert torch.equal(first, again)
    assert 0.4 < (first == other).double().mean() < 0.6
    assert 0.4 < (first[0] == first[1]).double().mean() < 0.6


def test_images_are_cropped_from_their_reflection_flipped_and_normalized() -> None:
    images = torch.randint(256, (3, 8, 8, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    mean, std = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([4.0, 5.0, 6.0])
    padded = F.pad(images.permute(0, 3, 1, 2).float(), (2,) * 4, mode="reflect")
    params = torch.tensor([[2, 0, 2], [-2, 2, -1], [1, -2, 2], [0, 1, 1]])
    out = augment(images, params.unbind(), mean, std)
    for i, (index, top, left, flip) in enumerate(params.T.tolist()):
        cut = padded[index, :, top + 2 : top + 10, left + 2 : left + 10]
        expected = (cut.flip(2) if flip else cut) - mean[:, None, None]
        torch.testing.assert_close(out[i], expected / std[:, None, None])
    assert out.is_contiguous(memory_format=torch.channels_last)


def test_torch_alone_gives_the_same_images() -> None:
    images = torch.randint(256, (9, 32, 32, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    params = AugmentationParams(*torch.tensor([[8, 0, 3], [-4, 4, 0], [31, -31, 1], [0, 1, 1]]).unbind())
    normalize = Normalize(torch.tensor([110.0, 120.0, 130.0]), torch.tensor([60.0, 61.0, 62.0]))
    ours = augment(images, params.columns, normalize.mean, normalize.std)
    assert torch.equal(ours, augment_by_indexing(images, params, normalize))
