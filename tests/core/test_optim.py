import pytest
import torch

from core.models import build_network
from core.optim import Descent, orthogonalized, rate_factor
from core.presets import RECIPES, Norm, Preset


@pytest.mark.parametrize("shape", [(8, 27), (64, 32), (16, 16)])
def test_orthogonalized_brings_every_singular_value_near_one(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    values = torch.linalg.svdvals(orthogonalized(matrix))
    assert values.min().item() > 0.5
    assert values.max().item() < 1.3


@pytest.mark.parametrize(("progress", "factor"), [(0.0, 1.0), (0.7499, 1.0), (0.75, 0.1), (1.0, 0.1)])
def test_the_reference_rate_falls_to_a_tenth_after_15_of_20_epochs(progress: float, factor: float) -> None:
    assert rate_factor(RECIPES[Preset.REFERENCE], progress) == factor


def test_the_tuned_rate_warms_up_and_ends_at_zero() -> None:
    recipe = RECIPES[Preset.TUNED]
    assert rate_factor(recipe, 0.0) == 0.0
    assert rate_factor(recipe, recipe.warmup) == 1.0
    assert rate_factor(recipe, (1 + recipe.warmup) / 2) == pytest.approx(0.5)
    assert rate_factor(recipe, 1.0) == 0.0


@pytest.mark.parametrize("preset", list(Preset))
def test_a_step_moves_every_weight(preset: Preset) -> None:
    torch.manual_seed(0)
    network = build_network(Norm.GROUP, RECIPES[preset])
    before = [p.detach().clone() for p in network.parameters()]
    descent = Descent(network, RECIPES[preset])
    images, labels = torch.randn(16, 3, 32, 32), torch.arange(16) % 10
    descent.step(torch.nn.functional.cross_entropy(network(images), labels), 0.5)
    for old, new in zip(before, network.parameters(), strict=True):
        assert not torch.equal(old, new)
