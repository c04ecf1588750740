import colorsys
from collections.abc import Iterable
from itertools import permutations, product

import pytest

from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.results.labelled_runs import label_runs
from core.results.run_styles import COLOURS, SHAPES, RunColour, RunStyle, extra_style, norm_style
from core.runs.run_state import RunState

_MOST_APART = 20  # degrees of hue, of 360, that two shades of one colour may be apart
_SIGNS = ("mark", "ascii_mark", "matplotlib_mark", "ascii_line", "line")


def _hue(colour: str) -> float:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return 360 * colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)[0]


def _styles(configs: Iterable[RunConfig]) -> tuple[RunStyle, ...]:
    return tuple(run.style for run in label_runs([RunState("run", planned=config) for config in configs]))


def _grid(rates: int, seeds: int = 1) -> list[RunConfig]:
    """Return three norms in three presets with so many rates."""
    cells = product(Norm, Preset, range(1, rates + 1), range(seeds))
    return [
        RunConfig(norm=norm, preset=preset, learning_rate=rate / 100, seed=seed)
        for norm, preset, rate, seed in cells
    ]


def _assert_apart(styles: Iterable[RunStyle]) -> None:
    """Fail where two styles share their colour and one of their signs."""
    listed = list(styles)
    for field in _SIGNS:
        assert len({(style.colour, getattr(style.shape, field)) for style in listed}) == len(listed)
    dashes = {(style.colour, style.shape.dash_period, style.shape.dash_drawn) for style in listed}
    assert len(dashes) == len(listed)


def test_a_norm_has_its_own_colour_and_mark_whatever_the_order() -> None:
    for norms in permutations(Norm):
        styles = _styles(RunConfig(norm=norm) for norm in norms)
        assert styles == tuple(map(norm_style, norms))
        assert [style.colour.name for style in styles] == [f"norm-{norm}" for norm in norms]


def test_seeds_look_alike() -> None:
    styles = _styles(RunConfig(norm=norm, seed=seed) for seed in range(8) for norm in Norm)
    assert styles == tuple(map(norm_style, Norm)) * 8


def test_a_value_of_a_setting_has_one_place_in_every_norm_and_in_every_order() -> None:
    configs = _grid(rates=2, seeds=2)
    styles = dict(zip(configs, _styles(configs), strict=True))
    assert styles[configs[0]] == norm_style(Norm.BATCH, 0)
    places = list(product(Preset, (0.01, 0.02)))
    for config, style in styles.items():
        assert style == norm_style(config.norm, places.index((config.preset, config.learning_rate or 0)))
    other_order = [*configs[1::2], *configs[::2]]
    assert dict(zip(other_order, _styles(other_order), strict=True)) == styles


def test_no_two_kinds_of_a_large_study_look_alike() -> None:
    _assert_apart(_styles(_grid(rates=len(SHAPES) // len(Preset))))


def test_a_norm_takes_every_shape_before_one_comes_again() -> None:
    for norm in Norm:
        assert {norm_style(norm, setting).shape for setting in range(len(SHAPES))} == set(SHAPES)


def test_up_to_four_settings_no_shape_is_there_twice() -> None:
    shapes = [norm_style(norm, setting).shape for setting in range(4) for norm in Norm]
    assert len(set(shapes)) == len(shapes)


def test_a_repeat_is_told_from_what_it_repeats() -> None:
    again = RunConfig(norm=Norm.GROUP, seed=1)
    styles = _styles([again, RunConfig(norm=Norm.GROUP, seed=2), again])
    assert styles == (*[norm_style(Norm.GROUP, 0)] * 2, norm_style(Norm.GROUP, 1))


def test_runs_of_an_unknown_norm_take_what_is_no_norms() -> None:
    states = [RunState("one"), RunState("batch", planned=RunConfig(norm=Norm.BATCH)), RunState("other")]
    looks = (extra_style(0), norm_style(Norm.BATCH), extra_style(1))
    assert tuple(run.style for run in label_runs(states)) == looks
    assert tuple(run.style for run in label_runs(states[::-1])) == looks[::-1]
    assert not {extra_style(i).colour for i in range(48)} & {norm_style(norm).colour for norm in Norm}
    _assert_apart(map(extra_style, range(48)))


def test_no_sign_means_two_things() -> None:
    signs = [sign for shape in SHAPES for sign in (shape.ascii_mark, shape.ascii_line)]
    assert len(set(signs)) == len(signs)
    assert all(map(str.isascii, signs))


@pytest.mark.parametrize("colour", COLOURS[:-1], ids=lambda colour: colour.name)  # the last one has no hue
def test_a_colour_is_the_same_hue_on_every_ground(colour: RunColour) -> None:
    hues = [_hue(shade) for shade in (colour.on_dark, colour.on_light, colour.on_black)]
    assert max(hues) - min(hues) < _MOST_APART
