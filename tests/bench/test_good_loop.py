from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.config.devices import Device
from core.config.presets import RECIPES, Norm, Preset
from core.config.run_config import RunConfig
from core.dataset.demo import demo_images
from tests.bench.good_loop import GoodLoop
from tests.bench.loop_task import OPPONENTS, TorchOptimizer, TorchWay
from tests.bench.usual_loop import usual_network

pytestmark = pytest.mark.bench

GOOD = {name: way for name, way in OPPONENTS.items() if way.good}
EAGER = {name: way for name, way in GOOD.items() if not way.compiled}
DEMO = RunConfig(norm=Norm.BATCH, data="demo", device=Device.CPU, batch_size=16, limit_train=300)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Batches this small are not worth threads that wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


# each way, and each optimizer where it is compiled and where it is not
@pytest.mark.parametrize(("name", "optimizer"), list(zip(GOOD, cycle(TorchOptimizer), strict=False)))
def test_it_learns(name: str, optimizer: TorchOptimizer) -> None:
    """Compiled as far as torch's own functions: code in C++ takes a minute to make."""
    way = replace(GOOD[name], channels_last=True, optimizer=optimizer)
    loop = GoodLoop(DEMO, way, compiler="aot_eager")
    assert loop.train_epoch() == 300
    first = loop.loss
    for _ in range(4):
        loop.train_epoch()
    assert loop.loss < 0.95 * first
    assert loop.accuracy > 0.15  # of ten classes


@pytest.mark.parametrize("norm", Norm)
def test_its_network_is_the_usual_one_in_the_layout_asked_for(norm: Norm) -> None:
    usual = usual_network(norm, RECIPES[Preset.TUNED])
    for channels_last in (True, False):
        loop = GoodLoop(replace(DEMO, norm=norm), TorchWay(good=True, channels_last=channels_last))
        assert str(loop.network) == str(usual)
        loop.network.load_state_dict(usual.state_dict())
        first = next(loop.network.parameters())
        assert first.is_contiguous(memory_format=torch.channels_last) == channels_last


@pytest.mark.parametrize("norm", Norm)
@pytest.mark.parametrize("name", EAGER)
def test_its_convolutions_compute_in_bf16_only_where_asked(name: str, norm: Norm) -> None:
    loop = GoodLoop(replace(DEMO, norm=norm, limit_train=16), GOOD[name])
    outputs: list[torch.dtype] = []
    gradients: list[torch.dtype] = []

    def note(_layer: nn.Module, _inputs: object, output: Tensor) -> None:
        outputs.append(output.dtype)
        output.register_hook(lambda gradient: gradients.append(gradient.dtype))  # type: ignore[no-untyped-call]

    convolutions = [layer for layer in loop.network.modules() if isinstance(layer, nn.Conv2d)]
    for layer in convolutions:
        layer.register_forward_hook(note)
    loop.train_epoch()
    expected = torch.bfloat16 if GOOD[name].bf16 else torch.float32
    assert outputs == gradients == [expected] * len(convolutions)
    assert {weight.dtype for weight in loop.network.parameters()} == {torch.float32}


def test_its_crops_and_flips_are_parts_of_the_reflected_images() -> None:
    loop = GoodLoop(replace(DEMO, limit_train=4), TorchWay(good=True, channels_last=True))
    plain = GoodLoop(
        replace(DEMO, preset=Preset.REFERENCE, limit_train=4), TorchWay(good=True, recipe_augmentation=True)
    )
    every = torch.arange(4)
    images = plain.batch(every)
    assert torch.equal(images, plain.batch(every))  # the reference preset neither crops nor flips
    reflected = np.pad(images.numpy(), [(0, 0), (0, 0), (4, 4), (4, 4)], mode="reflect")
    seen = set()
    for _ in range(40):
        batch = loop.batch(every)
        assert batch.is_contiguous(memory_format=torch.channels_last)
        for image, source in zip(batch.numpy(), reflected, strict=True):
            seen.add(_place(image, source))
    assert len(seen) > 60
    assert {flipped for _, _, flipped in seen} == {True, False}
    assert {down for down, _, _ in seen} == {right for _, right, _ in seen} == set(range(9))


def test_its_images_have_mean_0_and_deviation_1() -> None:
    config = RunConfig(norm=Norm.BATCH, preset=Preset.REFERENCE, data="demo", device=Device.CPU)
    loop = GoodLoop(config, TorchWay(good=True, recipe_augmentation=True))
    images = loop.batch(torch.arange(len(demo_images().train.labels)))
    deviation, mean = torch.std_mean(images, dim=(0, 2, 3))
    torch.testing.assert_close(mean, torch.zeros(3), rtol=0, atol=1e-3)
    torch.testing.assert_close(deviation, torch.ones(3), rtol=0, atol=1e-3)


def _place(image: np.ndarray, reflected: np.ndarray) -> tuple[int, int, bool]:
    """Return where in `reflected` [3, 40, 40] the crop `image` [3, 32, 32] lies, and whether flipped."""
    (place,) = (
        (down, right, flipped)
        for flipped in (False, True)
        for down in range(9)
        for right in range(9)
        if np.array_equal(
            image[..., :: -1 if flipped else 1], reflected[:, down : down + 32, right : right + 32]
        )
    )
    return place
