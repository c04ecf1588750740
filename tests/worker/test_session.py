from collections.abc import Iterator

import pytest
import torch

from core.worker.session import only_repeatable_kernels


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    torch.set_deterministic_debug_mode("default")


def test_torch_is_told_to_repeat_itself() -> None:
    only_repeatable_kernels()
    assert torch.are_deterministic_algorithms_enabled()
    assert torch.is_deterministic_algorithms_warn_only_enabled()
