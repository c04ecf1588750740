import pytest
import torch
from torch import nn

from core.config.presets import RECIPES, Norm, Preset
from core.training.network.build import build_network
from core.training.network.dropout_masks import share_masks
from core.training.network.layers import Dropout

CPU = torch.device("cpu")


@pytest.fixture
def two_dropouts() -> nn.Sequential:
    return nn.Sequential(
        Dropout(0.25, torch.Generator()), nn.MaxPool2d(2), Dropout(0.25, torch.Generator())
    ).train()


def ones(count: int) -> torch.Tensor:
    return torch.ones(count, 3, 32, 32).to(memory_format=torch.channels_last)


def test_its_share_is_dropped_and_the_mean_kept(two_dropouts: nn.Sequential) -> None:
    share_masks(two_dropouts, 64, CPU).manual_seed(0)
    two_dropouts(ones(1))  # draws; the first layer's mask can then be asked for by itself
    dropped = two_dropouts[0](ones(64))
    assert dropped.unique().tolist() == pytest.approx([0, 4 / 3])
    assert (dropped == 0).double().mean().item() == pytest.approx(0.25, abs=0.005)
    assert dropped.is_contiguous(memory_format=torch.channels_last)


def test_a_gradient_passes_where_its_activation_did(two_dropouts: nn.Sequential) -> None:
    share_masks(two_dropouts, 8, CPU).manual_seed(0)
    two_dropouts(ones(8))
    images = ones(5).requires_grad_()
    dropped = two_dropouts[0](images)
    dropped.sum().backward()
    assert images.grad is not None
    assert torch.equal(images.grad, dropped)


def test_masks_differ_by_pass_by_layer_and_by_image_and_follow_the_seed(two_dropouts: nn.Sequential) -> None:
    random = share_masks(two_dropouts, 8, CPU)

    def masks(seed: int | None) -> tuple[torch.Tensor, torch.Tensor]:
        if seed is not None:
            random.manual_seed(seed)
        two_dropouts(ones(8))
        return two_dropouts[0](ones(8)), two_dropouts[2](ones(8)[:, :, :16, :16])

    first, second = masks(1)
    assert not torch.equal(first[:, :, :16, :16], second)
    assert not torch.equal(first[0], first[1])
    assert not torch.equal(masks(None)[0], first)
    assert torch.equal(masks(1)[0], first)
    assert torch.equal(masks(1)[1], second)


def test_evaluation_drops_nothing_and_draws_nothing(two_dropouts: nn.Sequential) -> None:
    random = share_masks(two_dropouts, 8, CPU)
    before = random.get_state()
    two_dropouts.eval()
    assert (two_dropouts(ones(20)) == 1).all()
    assert torch.equal(random.get_state(), before)


def test_a_network_keeps_its_weights_and_their_names() -> None:
    torch.manual_seed(0)
    network = build_network(Norm.BATCH, RECIPES[Preset.REFERENCE])
    before = {name: values.clone() for name, values in network.state_dict().items()}
    share_masks(network, 4, CPU)
    after = network.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], values) for name, values in before.items())
    assert network.training
    assert not any(isinstance(layer, Dropout) for layer in network)


def test_a_network_without_dropout_stays_as_it_is() -> None:
    network = build_network(Norm.BATCH, RECIPES[Preset.TUNED])
    layers = list(network)
    share_masks(network, 4, CPU)
    assert list(network) == layers
