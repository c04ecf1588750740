import pytest
import torch
from torch import nn

from core.config.presets import RECIPES, Norm, Preset
from tests.bench.loop_task import TorchOptimizer
from tests.bench.torch_optimizers import torch_optimizer
from tests.bench.usual_loop import usual_network

pytestmark = pytest.mark.bench


def network(*, channels_last: bool) -> nn.Sequential:
    """Return the network of `tuned` with batch norm, always with the same weights and gradients."""
    torch.manual_seed(0)
    made = usual_network(Norm.BATCH, RECIPES[Preset.TUNED])
    gradients = [torch.randn_like(weight) for weight in made.parameters()]
    made = made.to(memory_format=torch.channels_last if channels_last else torch.contiguous_format)
    for weight, gradient in zip(made.parameters(), gradients, strict=True):
        weight.grad = torch.empty_like(weight).copy_(gradient)
    return made


@pytest.mark.parametrize("channels_last", [True, False])
def test_muon_is_torch_s_on_hidden_convolutions_taken_as_matrices_and_sgd_on_the_rest(
    *, channels_last: bool
) -> None:
    trained, *others = (network(channels_last=channels_last) for _ in range(3))
    by_muon, by_sgd = ([*other.parameters()] for other in others)
    optimizer = torch_optimizer(trained, TorchOptimizer.MUON, fused=True)
    optimizer.step()
    *hidden, _classifier = (place for place, weight in enumerate(by_muon) if weight.ndim == 4)
    for place in hidden:
        weight = by_muon[place]
        assert weight.grad is not None
        matrix = nn.Parameter(weight.detach().flatten(1))
        matrix.grad = weight.grad.flatten(1)
        torch.optim.Muon([matrix], lr=0.02, momentum=0.95, weight_decay=0.0).step()  # type: ignore[no-untyped-call]
        by_muon[place] = nn.Parameter(matrix.detach().view(weight.shape))
    torch_optimizer(others[1], TorchOptimizer.SGD, fused=True).step()
    for place, weight in enumerate(trained.parameters()):
        expected = by_muon[place] if place in hidden else by_sgd[place]
        # a product in bf16 rounds otherwise where its columns are in another order
        torch.testing.assert_close(weight, expected, rtol=0, atol=1e-3)


@pytest.mark.parametrize("kind", TorchOptimizer)
def test_gradients_are_forgotten(kind: TorchOptimizer) -> None:
    trained = network(channels_last=True)
    optimizer = torch_optimizer(trained, kind, fused=True)
    optimizer.step()
    optimizer.zero_grad()
    assert [weight.grad for weight in trained.parameters()] == [None] * len(list(trained.parameters()))
