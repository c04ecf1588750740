import pytest
import torch
from torch import nn

from core.config.devices import Device
from core.config.presets import RECIPES, Norm, Preset
from core.config.run_config import RunConfig
from core.training.network.build import build_network
from tests.bench.loop_task import TorchWay
from tests.bench.usual_loop import UsualLoop, usual_network

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("preset", [Preset.REFERENCE, Preset.TUNED])
@pytest.mark.parametrize("norm", Norm)
def test_the_usual_network_is_ours_from_stock_layers(norm: Norm, preset: Preset) -> None:
    recipe = RECIPES[preset]
    torch.manual_seed(0)
    ours, usual = build_network(norm, recipe).eval(), usual_network(norm, recipe).eval()
    for weight in ours.parameters():
        nn.init.normal_(weight, std=0.3)  # also the scales and shifts that begin as ones and zeros
    usual.load_state_dict(ours.state_dict())
    assert all(type(layer).__module__.startswith("torch.nn.") for layer in usual)
    assert [weight.shape for weight in usual.parameters()] == [weight.shape for weight in ours.parameters()]
    images = torch.randn(5, 3, 32, 32)
    with torch.no_grad():
        expected = ours(images.to(memory_format=torch.channels_last))
        torch.testing.assert_close(usual(images), expected, rtol=1e-4, atol=1e-4)


def test_another_network_than_the_assignment_s_is_refused() -> None:
    with pytest.raises(ValueError, match="assignment's network"):
        usual_network(Norm.BATCH, RECIPES[Preset.FAST])


@pytest.mark.parametrize("channels_last", [True, False])
def test_an_epoch_of_the_usual_loop_trains_on_every_image(*, channels_last: bool) -> None:
    config = RunConfig(norm=Norm.BATCH, data="demo", device=Device.CPU, batch_size=64, limit_train=160)
    loop = UsualLoop(config, TorchWay(channels_last=channels_last))
    layouts: list[bool] = []
    for layer in loop.network[:-2]:  # what follows has images of one pixel, and no layout
        layer.register_forward_hook(lambda _layer, images, _output: layouts.append(_is_last(images[0])))
    before = [weight.clone() for weight in loop.network.parameters()]
    assert loop.train_epoch() == 160
    assert all(not torch.equal(old, new) for old, new in zip(before, loop.network.parameters(), strict=True))
    assert set(layouts) == {channels_last}


@pytest.mark.parametrize(("recipe_augmentation", "same_every_time"), [(False, False), (True, True)])
def test_it_augments_as_the_preset_does_only_where_asked(
    *, recipe_augmentation: bool, same_every_time: bool
) -> None:
    """The reference preset neither crops nor flips."""
    config = RunConfig(
        norm=Norm.BATCH, preset=Preset.REFERENCE, data="demo", device=Device.CPU, limit_train=16
    )
    loop = UsualLoop(config, TorchWay(recipe_augmentation=recipe_augmentation))
    images = [torch.stack([loop.images[index][0] for index in range(16)]) for _ in range(2)]
    assert images[0].shape == (16, 3, 32, 32)
    assert torch.equal(*images) == same_every_time


def _is_last(images: torch.Tensor) -> bool:
    return images.is_contiguous(memory_format=torch.channels_last)
