import pytest

from core.config.network_plan import planned_layers
from core.config.presets import Norm
from core.config.wide_architecture import Gating, Shrinking, Slice, Stage, WideArchitecture
from tests.wide_networks import WIDE, wide_recipe


@pytest.mark.parametrize("text", WIDE)
def test_an_architecture_is_written_and_read(text: str) -> None:
    assert str(WideArchitecture.of(text)) == text


def test_what_is_written_says_all_of_it() -> None:
    stage = Stage(
        2, (Slice(8), Slice(8, 3), Slice(16, 7, 2), Slice(8, 7, 3, pooled=True), Slice(8, pooled=True))
    )
    made = WideArchitecture((stage,), Gating.NONE, Shrinking.POOL, scaled=False)
    assert str(made) == "wide none pool plain 2*8+8k3+16k7d2+8pk7d3+8p"
    assert stage.width == 48


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wide silu stride scaled", "and stages"),
        ("16 full16", "and stages"),
        ("wide relu stride scaled 1*8", "relu"),
        ("wide silu stride scaled 8+8k3", "blocks times the slices"),
        ("wide silu stride scaled 2*8+k3", "a slice is written"),
        ("wide silu stride scaled 1*8k4", "kernel of 1, 3, 5 or 7"),
        ("wide silu stride scaled 1*8k3d0", "a dilation"),
        ("wide silu stride scaled 0*8", "1 to 64 blocks"),
        ("wide silu stride scaled 1*8 1*8 1*8 1*8 1*8 1*8", "1 to 5 stages"),
    ],
)
def test_what_is_none_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        WideArchitecture.of(text)


def test_the_candidate_of_two_stages_is_within_the_limit() -> None:
    recipe = wide_recipe("wide silu stride scaled 2*8+8k3+8k7+8pk7d2 3*16+16k3+16k7+8pk7d2")
    layers = planned_layers(Norm.GROUP, recipe)
    assert sum(layer.parameters for layer in layers) == 49_440
    assert [layer.name for layer in layers[1:11]] == [
        *("DepthwiseConv2d", "DepthwiseConv2d", "AvgPool2d", "DepthwiseConv2d", "GroupNorm", "Conv2d"),
        *("SiLUGate", "Conv2d", "ChannelScale", "DepthwiseConv2d"),
    ]
