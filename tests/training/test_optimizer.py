import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch import Tensor, nn

from core.config.presets import RECIPES, TUNED, Norm, Preset
from core.config.run_config import Rates, RunConfig
from core.training.native.muon import NativeMuon
from core.training.network.build import build_network
from core.training.optim.muon import Muon, StackedMuon, renormalize_weights
from core.training.optim.schedule import lr_factor
from core.training.optim.sgd import Sgd
from core.training.optimizer import RecipeOptimizer, fastest_muon
from tests.native_layers import need_native_layers

# as in the networks, and one with more rows than columns
SHAPES = [(8, 3, 3, 3), (16, 8, 3, 3), (8, 16, 1, 1), (32, 32, 3, 3), (64, 32, 1, 1)]

MakeMuon = Callable[[Sequence[nn.Parameter], Tensor, float], Muon]
MAKERS: dict[str, MakeMuon] = {
    **{f"min side {side}": partial(StackedMuon, min_side=side) for side in (1, 16, 64)},
    "native": NativeMuon,
}


@pytest.fixture(params=list(MAKERS))
def make_muon(request: pytest.FixtureRequest) -> MakeMuon:
    make = MAKERS[request.param]
    if make is NativeMuon:
        need_native_layers()
    return make


@pytest.mark.parametrize(("step", "factor"), [(0, 1.0), (7499, 1.0), (7500, 0.1), (9999, 0.1)])
def test_the_reference_rate_falls_to_a_tenth_after_15_of_20_epochs(step: int, factor: float) -> None:
    assert lr_factor(RECIPES[Preset.REFERENCE], step, 10_000) == factor


def test_the_tuned_rate_rises_in_equal_steps_to_its_peak_and_ends_a_step_before_zero() -> None:
    recipe = RECIPES[Preset.TUNED]
    peak, steps = 1564, 7820  # of 20 epochs of 391
    factors = [lr_factor(recipe, step, steps) for step in range(steps)]
    assert factors[: peak + 1] == pytest.approx([step / (peak + 1) for step in range(1, peak + 2)])
    assert factors[peak] == 1.0
    assert factors[peak:] == pytest.approx([left / (steps - peak) for left in range(steps - peak, 0, -1)])


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("steps", [1, 2, 3, 10])
def test_no_step_has_a_rate_of_zero_or_beyond_the_peak(preset: Preset, steps: int) -> None:
    factors = [lr_factor(RECIPES[preset], step, steps) for step in range(steps)]
    assert min(factors) > 0
    assert max(factors) <= 1


def test_a_constant_rate_is_the_same_throughout_whatever_the_preset() -> None:
    recipe = RunConfig(norm=Norm.BATCH, preset=Preset.TUNED, schedule=Rates.CONSTANT).recipe
    assert {lr_factor(recipe, step, 8) for step in range(8)} == {1.0}
    assert replace(recipe, schedule=TUNED.schedule, warmup=TUNED.warmup) == TUNED


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_muon_moves_each_weight_as_the_published_iteration_does(
    layout: torch.memory_format, make_muon: MakeMuon
) -> None:
    random = torch.Generator().manual_seed(0)
    weights = [nn.Parameter(torch.randn(s, generator=random).to(memory_format=layout)) for s in SHAPES]
    expected = [w.detach().clone() for w in weights]
    buffers = [torch.zeros_like(w) for w in expected]
    muon = make_muon(weights, torch.tensor(0.05), 0.95)
    for _ in range(3):
        for weight, alone, buffer in zip(weights, expected, buffers, strict=True):
            weight.grad = torch.randn(weight.shape, generator=random)
            buffer.mul_(0.95).add_(weight.grad)
            u, _, v = torch.linalg.svd((weight.grad + 0.95 * buffer).flatten(1), full_matrices=False)
            # the step in the singular vectors' own directions, where it is a number a direction
            s = u.T @ (weight.grad + 0.95 * buffer).flatten(1) @ v.T
            x = s.diagonal() / s.norm()
            for _ in range(5):
                x = 3.4445 * x - 4.7750 * x**3 + 2.0315 * x**5
            rows, columns = weight.flatten(1).shape
            alone.sub_((u * x @ v).view_as(alone), alpha=0.05 * max(1, rows / columns) ** 0.5)
        muon.step()
    for weight, alone in zip(weights, expected, strict=True):
        torch.testing.assert_close(weight.detach(), alone, rtol=1e-4, atol=1e-4)


def test_muon_moves_each_channel_of_a_depthwise_weight_as_alone(make_muon: MakeMuon) -> None:
    random = torch.Generator().manual_seed(0)
    whole, other = (nn.Parameter(torch.randn(s, generator=random)) for s in ((6, 1, 3, 3), (4, 6, 1, 1)))
    channels = [nn.Parameter(channel.detach().clone()[None]) for channel in whole]
    together = make_muon([whole, other], torch.tensor(0.05), 0.95)
    alone = [make_muon([channel], torch.tensor(0.05), 0.95) for channel in channels]
    for _ in range(3):
        whole.grad, other.grad = (torch.randn(w.shape, generator=random) for w in (whole, other))
        together.step()
        for channel, gradient, muon in zip(channels, whole.grad, alone, strict=True):
            channel.grad = gradient[None]
            muon.step()
    torch.testing.assert_close(whole.detach(), torch.cat([channel.detach() for channel in channels]))


def test_muon_refuses_to_step_where_a_weight_has_no_gradient(make_muon: MakeMuon) -> None:
    trained, other = (nn.Parameter(torch.ones(shape)) for shape in SHAPES[:2])
    trained.grad = torch.ones_like(trained)
    with pytest.raises(ValueError, match=r"\[16, 8, 3, 3\] has no gradient"):
        make_muon([trained, other], torch.tensor(0.05), 0.95).step()


def test_the_fastest_muon_is_the_one_in_cpp_where_there_is_a_compiler() -> None:
    need_native_layers()
    weight = nn.Parameter(torch.ones(8, 3, 3, 3))
    assert type(fastest_muon([weight], torch.tensor(0.05), 0.95)) is NativeMuon


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("decay", [0.0, 5e-4])
def test_sgd_takes_the_steps_of_torchs_own(*, nesterov: bool, decay: float) -> None:
    random = torch.Generator().manual_seed(0)
    weights = [nn.Parameter(torch.randn(shape, generator=random)) for shape in SHAPES]
    theirs = [nn.Parameter(w.detach().clone()) for w in weights]
    sgd = Sgd(weights, torch.tensor(0.1), 0.9, decay, nesterov=nesterov)
    torchs = torch.optim.SGD(
        theirs, lr=0.1, momentum=0.9, weight_decay=decay, nesterov=nesterov, foreach=False
    )
    for _ in range(3):
        for weight, other in zip(weights, theirs, strict=True):
            weight.grad = torch.randn(weight.shape, generator=random)
            other.grad = weight.grad.clone()
        sgd.step()
        torchs.step()
    for weight, other in zip(weights, theirs, strict=True):
        torch.testing.assert_close(weight, other)


@pytest.mark.parametrize("factor", [0.5, torch.full((1,), 0.5)])
def test_a_factor_is_a_number_or_a_tensor(factor: float | torch.Tensor) -> None:
    torch.manual_seed(0)
    network = build_network(Norm.BATCH, RECIPES[Preset.REFERENCE])
    weight = next(iter(network.parameters()))
    before = weight.detach().clone()
    RecipeOptimizer(network, RECIPES[Preset.REFERENCE]).step(weight.sum(), factor)
    torch.testing.assert_close(weight.detach(), before - 0.5 * 0.01)


@pytest.mark.parametrize("preset", list(Preset))
def test_a_step_moves_every_weight_and_every_momentum(preset: Preset) -> None:
    torch.manual_seed(0)
    network = build_network(Norm.GROUP, RECIPES[preset])
    optimizer = RecipeOptimizer(network, RECIPES[preset])
    before = [p.detach().clone() for p in network.parameters()]
    images, labels = torch.randn(16, 3, 32, 32), torch.arange(16) % 10
    optimizer.step(torch.nn.functional.cross_entropy(network(images), labels), 0.5)
    for old, new in zip(before, network.parameters(), strict=True):
        assert not torch.equal(old, new)
    assert sum(momentum.numel() for momentum in optimizer.state) == sum(p.numel() for p in before)
    assert all(momentum.any() for momentum in optimizer.state)


def test_a_step_at_no_rate_moves_no_weight() -> None:
    recipe = replace(RECIPES[Preset.TUNED], fixed_weight_norm=False)
    torch.manual_seed(0)
    network = build_network(Norm.BATCH, recipe)
    before = [p.detach().clone() for p in network.parameters()]
    RecipeOptimizer(network, recipe).step(network(torch.randn(4, 3, 32, 32)).square().sum(), 0.0)
    assert all(torch.equal(old, new) for old, new in zip(before, network.parameters(), strict=True))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_weights_are_renormalized_to_the_root_of_their_outputs(layout: torch.memory_format) -> None:
    random = torch.Generator().manual_seed(0)
    weights = [nn.Parameter(torch.randn(s, generator=random).to(memory_format=layout)) for s in SHAPES]
    before = [w.detach().clone() for w in weights]
    renormalize_weights(weights)
    for old, new in zip(before, weights, strict=True):
        torch.testing.assert_close(new.detach(), old * len(old) ** 0.5 / old.square().sum().sqrt())


@pytest.mark.parametrize("fixed", [False, True])
def test_a_fixed_norm_is_that_of_muons_weights_after_every_step(*, fixed: bool) -> None:
    recipe = replace(RECIPES[Preset.TUNED], fixed_weight_norm=fixed)
    torch.manual_seed(0)
    network = build_network(Norm.BATCH, recipe)
    *hidden, classifier = [w for w in network.parameters() if w.ndim == 4]
    other = classifier.detach().norm()
    optimizer = RecipeOptimizer(network, recipe)
    for _ in range(3):
        optimizer.step(network(torch.randn(4, 3, 32, 32)).square().mean(), 1.0)
        kept = [math.isclose(w.detach().norm(), len(w) ** 0.5, rel_tol=1e-5) for w in hidden]
        assert all(kept) if fixed else not any(kept)
    assert classifier.detach().norm() != other


def test_only_muon_fixes_the_norm_of_its_weights() -> None:
    with pytest.raises(ValueError, match="only Muon"):
        replace(RECIPES[Preset.REFERENCE], fixed_weight_norm=True)
