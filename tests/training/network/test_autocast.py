"""A network as CUDA's autocast has it, as far as fake tensors and bf16 on a processor can tell."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from core.config.presets import RECIPES, Norm, Preset
from core.training.network.build import build_network


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
def test_the_logits_are_in_single_precision(preset: Preset, norm: Norm, *, training: bool) -> None:
    with FakeTensorMode(), torch.device("cuda"):
        network = build_network(norm, RECIPES[preset]).train(training)
        images = torch.empty(128, 3, 32, 32, dtype=torch.bfloat16).to(memory_format=torch.channels_last)
        with autocast_on_cuda():
            logits = network(images)
    assert logits.dtype == torch.float32
