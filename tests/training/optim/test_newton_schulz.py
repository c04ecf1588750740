import pytest
import torch

from core.training.optim.newton_schulz import orthogonalize


def random(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


def newton_schulz(matrix: torch.Tensor) -> torch.Tensor:
    """Iterate on one matrix itself, as published, in double precision."""
    x: torch.Tensor = matrix.double() / (matrix.double().norm() + 1e-7)
    for _ in range(5):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.float()


@pytest.mark.parametrize("shape", [(3, 8, 27), (2, 32, 288), (1, 16, 16)])
def test_every_singular_value_comes_near_one(shape: tuple[int, int, int]) -> None:
    values = torch.linalg.svdvals(orthogonalize(random(*shape)))
    assert values.min().item() > 0.5
    assert values.max().item() < 1.3


@pytest.mark.parametrize("shape", [(8, 27), (16, 72), (64, 288), (16, 16)])
@pytest.mark.parametrize("decades", [0, 2, 4, 8])
def test_accumulating_the_products_gives_what_the_published_iteration_does(
    shape: tuple[int, int], decades: int
) -> None:
    u, _, v = torch.linalg.svd(random(*shape), full_matrices=False)
    matrix = u * torch.logspace(0, -decades, shape[0]) @ v
    # in single precision the smallest directions of a badly conditioned matrix are off by a thousandth of the
    # length a step has in every direction
    error = torch.linalg.matrix_norm(orthogonalize(matrix[None])[0] - newton_schulz(matrix), ord=2)
    assert error.item() < (2e-3 if decades else 1e-5)


def test_rows_and_columns_of_zeros_change_nothing() -> None:
    matrix = random(1, 16, 72)
    padded = torch.zeros(1, 64, 288)
    padded[:, :16, :72] = matrix
    result = orthogonalize(padded)
    torch.testing.assert_close(result[:, :16, :72], orthogonalize(matrix), rtol=1e-5, atol=1e-5)
    result[:, :16, :72] = 0
    assert (result == 0).all()


def test_zeros_stay_zeros() -> None:
    assert (orthogonalize(torch.zeros(2, 8, 27)) == 0).all()
