from collections.abc import Iterator

import pytest
import torch

from core.config.devices import Device
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.worker.loaded_images import LoadedImages
from core.worker.session import Session, only_repeatable_kernels


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    torch.set_deterministic_debug_mode("default")


def test_torch_is_told_to_repeat_itself() -> None:
    only_repeatable_kernels()
    assert torch.are_deterministic_algorithms_enabled()
    assert torch.is_deterministic_algorithms_warn_only_enabled()


@pytest.mark.parametrize(("train", "test"), [(None, None), (200, None), (None, 100), (200, 100)])
def test_runs_of_two_seeds_have_the_same_images(train: int | None, test: int | None) -> None:
    first, second = (
        RunConfig(
            norm=Norm.BATCH, data="demo", device=Device.CPU, limit_train=train, limit_test=test, seed=seed
        )
        for seed in (0, 7)
    )
    loaded = LoadedImages.of(first, emit=lambda _: None)
    assert loaded.serves(second)
    assert Session.opened(second, emit=lambda _: None).data.fingerprint == loaded.data.fingerprint
