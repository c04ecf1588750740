import pytest
import torch
from torch import nn

from core.training.network.layers import ChannelLayerNorm, Dropout, LayerNorm


@pytest.fixture
def images() -> torch.Tensor:
    values = torch.randn(6, 5, 8, 8, generator=torch.Generator().manual_seed(1))
    return values.to(memory_format=torch.channels_last)


def test_layer_norm_computes_what_the_stock_layer_does(images: torch.Tensor) -> None:
    ours, stock = LayerNorm([5, 8, 8]), nn.LayerNorm([5, 8, 8])
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.normal_(generator=torch.Generator().manual_seed(2))
    stock.load_state_dict(ours.state_dict())
    torch.testing.assert_close(ours(images), stock(images))
    assert ours(images).is_contiguous(memory_format=torch.channels_last)


def test_channel_layer_norm_is_layer_norm_with_a_scale_a_channel(images: torch.Tensor) -> None:
    layer = ChannelLayerNorm(5)
    torch.testing.assert_close(layer(images), nn.LayerNorm([5, 8, 8], elementwise_affine=False)(images))
    assert sum(p.numel() for p in layer.parameters()) == 10


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    ones = torch.ones(64, 16, 16, 16).to(memory_format=torch.channels_last)
    dropped = Dropout(0.05, torch.Generator().manual_seed(3))(ones)
    survivors = dropped[dropped > 0]
    assert survivors.unique().tolist() == pytest.approx([256 / 243])  # 13/256 is the nearest to 0.05
    assert (dropped == 0).double().mean().item() == pytest.approx(13 / 256, abs=0.002)
    assert dropped.mean().item() == pytest.approx(1, abs=0.002)


def test_dropout_does_nothing_in_evaluation(images: torch.Tensor) -> None:
    assert torch.equal(Dropout(0.5, torch.Generator()).eval()(images), images)
