import colorsys
from itertools import combinations, permutations

import pytest

from core.config.presets import Norm
from core.results.run_styles import COLOURS, SHAPES, RunColour, run_style, styles_of

_MOST_APART = 20  # degrees of hue, of 360, that two shades of one colour may be apart


def _hue(colour: str) -> float:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return 360 * colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)[0]


def test_the_norm_decides_whatever_the_order() -> None:
    for norms in permutations(Norm):
        assert [style.colour.name for style in styles_of(norms)] == [f"norm-{norm}" for norm in norms]


def test_runs_of_one_norm_take_what_is_no_norms() -> None:
    styles = styles_of([Norm.GROUP, Norm.GROUP, None, Norm.BATCH, Norm.GROUP])
    names = [style.colour.name for style in styles]
    assert names == ["norm-group", "extra-1", "extra-2", "norm-batch", "extra-3"]


def test_no_two_runs_look_alike() -> None:
    for norms in ([Norm.LAYER] * 46, [*Norm] * 16, [None] * 46):
        styles = styles_of(norms)
        assert len(set(styles)) == len(norms)
        for field in ("mark", "ascii_mark", "matplotlib_mark", "ascii_line", "line"):
            looks = {(style.colour, getattr(style.shape, field)) for style in styles}
            assert len(looks) == len(norms)


def test_a_few_runs_differ_in_colour_and_in_shape() -> None:
    for one, other in combinations(map(run_style, range(len(COLOURS))), 2):
        assert one.colour != other.colour
        assert one.shape != other.shape


def test_no_sign_means_two_things() -> None:
    signs = [sign for shape in SHAPES for sign in (shape.ascii_mark, shape.ascii_line)]
    assert len(set(signs)) == len(signs)
    assert all(map(str.isascii, signs))


@pytest.mark.parametrize("colour", COLOURS[:-1], ids=lambda colour: colour.name)  # the last one has no hue
def test_a_colour_is_the_same_hue_on_every_ground(colour: RunColour) -> None:
    hues = [_hue(shade) for shade in (colour.on_dark, colour.on_light, colour.on_black)]
    assert max(hues) - min(hues) < _MOST_APART
