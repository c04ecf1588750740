import math
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor, nn

from core.training.native.bindings import set_num_threads
from core.training.native.muon import NativeMuon
from core.training.optim.muon import Muon, StackedMuon

# two of the sides are no whole number of vectors
SHAPES = [
    (8, 3, 3, 3),
    (16, 8, 3, 3),
    (8, 16, 1, 1),
    (64, 32, 3, 3),
    (64, 64, 1, 1),
    (64, 1, 3, 3),
    (48, 16, 1, 1),
    (30, 13, 1, 1),
    (10, 5, 3, 3),
]
LR = torch.tensor(0.05)


def weights(seed: int = 0) -> list[nn.Parameter]:
    random = torch.Generator().manual_seed(seed)
    drawn = [torch.randn(shape, generator=random) for shape in SHAPES]
    return [nn.Parameter(values.to(memory_format=torch.channels_last)) for values in drawn]


def updated(muon: Muon, parameters: list[nn.Parameter], steps: int = 5) -> list[Tensor]:
    """Return the weights and every momentum after some steps."""
    random = torch.Generator().manual_seed(1)
    for _ in range(steps):
        for i, weight in enumerate(parameters):
            # the last is so short that the epsilon in its length counts
            weight.grad = torch.randn(weight.shape, generator=random) * 10.0**-i
        muon.step()
    return [*(weight.detach() for weight in parameters), muon.momentum_buffer]


def test_it_takes_the_steps_of_torchs() -> None:
    ours, theirs = weights(), weights()
    mine, his = updated(NativeMuon(ours, LR, 0.95), ours), updated(StackedMuon(theirs, LR, 0.95), theirs)
    for one, other in zip(mine[:-1], his[:-1], strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)
    # each has them in an order of its own
    torch.testing.assert_close(mine[-1].sort().values, his[-1].sort().values)


def test_the_number_of_threads_changes_no_bit() -> None:
    results = []
    for threads in (1, 2, 3):
        with ThreadPoolExecutor(1, initializer=set_num_threads, initargs=(threads,)) as executor:
            parameters = weights()
            results.append(executor.submit(updated, NativeMuon(parameters, LR, 0.95), parameters).result())
    for other in results[1:]:
        assert all(map(torch.equal, results[0], other))


@pytest.mark.parametrize("unreal", [math.nan, math.inf])
def test_a_gradient_that_is_no_number_spoils_its_whole_matrix_and_no_other(unreal: float) -> None:
    parameters = weights()
    muon = NativeMuon(parameters, LR, 0.95)
    for weight in parameters:
        weight.grad = torch.ones_like(weight)
        weight.grad[3, 0, 0, 0] = unreal
    muon.step()
    for weight in parameters:
        matrices = weight.detach().flatten(1)[:, None] if weight.shape[1] == 1 else weight.detach()[None]
        spoilt = [bool(matrix.isnan().all()) for matrix in matrices]
        assert spoilt == ([i == 3 for i in range(len(matrices))] if len(matrices) > 1 else [True])


def test_without_gradients_nothing_moves() -> None:
    parameters = weights()
    muon = NativeMuon(parameters, LR, 0.95)
    for weight in parameters:
        weight.grad = torch.zeros_like(weight)
    muon.step()
    assert all(map(torch.equal, parameters, weights()))


def test_the_learning_rate_is_read_at_every_step() -> None:
    parameters, lr = weights(), torch.zeros(2)[1]
    muon = NativeMuon(parameters, lr, 0.95)
    updated(muon, parameters)
    assert all(map(torch.equal, parameters, weights()))
    lr.fill_(0.05)
    assert not any(map(torch.equal, updated(muon, parameters)[:-1], weights()))


@pytest.mark.parametrize("weight", [torch.ones(8, 4, 3, 3).transpose(2, 3), torch.ones(8, 4, 3, 3).double()])
def test_weights_that_cannot_be_read_are_refused(weight: Tensor) -> None:
    with pytest.raises(ValueError, match="no weight for the C"):
        NativeMuon([nn.Parameter(weight)], LR, 0.95)
