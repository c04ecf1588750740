"""How runs are told apart: one table of colours and shapes for every screen and every picture.

A norm has its own colour, and runs of one kind, which differ in nothing but their seed, look alike. What else
differs, such as the preset or a rate, decides the mark and the dashes. The colours are Okabe and Ito's
("Color Universal Design", 2008), which people with any colour vision tell apart: themselves on a dark ground,
darker shades of the same hues on a light one, where the originals are too pale for letters.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from typing import Final

from core.config.presets import Norm, Recipe
from core.config.run_config import all_settings
from core.results.run_kinds import RunKind


@dataclass(frozen=True, slots=True)
class RunColour:
    """One hue in the brightness each ground needs, as "#RRGGBB"; `name` is what themes call it."""

    name: str
    on_dark: str
    on_light: str  # paper, too
    on_black: str  # of the highest contrast


@dataclass(frozen=True, slots=True)
class Shape:
    """What tells a curve from others without colour: its mark, and its line or the line's sign.

    `mark` and `line` are characters of a terminal, `matplotlib_mark` the same mark in a picture. Of every
    `dash_period` units of a dashed line the first `dash_drawn` are drawn; equal ones make a solid line.
    """

    mark: str
    ascii_mark: str
    matplotlib_mark: str
    line: str
    ascii_line: str
    dash_period: int = 1
    dash_drawn: int = 1


@dataclass(frozen=True, slots=True)
class RunStyle:
    """How the runs of one kind are drawn."""

    colour: RunColour
    shape: Shape


NORM_COLOURS: Final = {
    Norm.BATCH: RunColour(f"norm-{Norm.BATCH}", on_dark="#56B4E9", on_light="#0072B2", on_black="#6FC8FF"),
    Norm.LAYER: RunColour(f"norm-{Norm.LAYER}", on_dark="#E69F00", on_light="#A55F00", on_black="#FFB52E"),
    Norm.GROUP: RunColour(f"norm-{Norm.GROUP}", on_dark="#009E73", on_light="#00664D", on_black="#00FF9C"),
}
EXTRA_COLOURS: Final = (  # for runs whose norm is not known
    RunColour("extra-1", on_dark="#CC79A7", on_light="#B8307F", on_black="#E08CC0"),  # reddish purple
    RunColour("extra-2", on_dark="#F0E442", on_light="#5F5600", on_black="#F0E442"),  # yellow
    RunColour("extra-3", on_dark="#D55E00", on_light="#7A2408", on_black="#F2691A"),  # vermillion
    RunColour("extra-4", on_dark="#D8DEE9", on_light="#1B2330", on_black="#FFFFFF"),  # as letters are
)
COLOURS: Final = (*NORM_COLOURS.values(), *EXTRA_COLOURS)
SHAPES: Final = (  # three a setting, one for each norm: the second setting's are hollow
    Shape("●", "o", "o", "━", "*"),
    Shape("▲", "x", "^", "╍", "+", dash_period=8, dash_drawn=5),
    Shape("■", "#", "s", "┅", "=", dash_period=4, dash_drawn=2),
    Shape("○", "0", "$○$", "╌", "!", dash_period=6, dash_drawn=3),
    Shape("△", "A", "$△$", "┄", "?", dash_period=10, dash_drawn=5),
    Shape("□", "H", "$□$", "╾", "/", dash_period=5, dash_drawn=2),
    Shape("◆", "@", "D", "╺", "~", dash_period=16, dash_drawn=13),
    Shape("▼", "%", "v", "╸", ":", dash_period=16, dash_drawn=6),
    Shape("✚", "&", "P", "┉", ";", dash_period=6, dash_drawn=1),
    Shape("◇", "Q", "$◇$", "╼", ">", dash_period=20, dash_drawn=10),
    Shape("▽", "V", "$▽$", "═", "{", dash_period=14, dash_drawn=3),
    Shape("◄", "$", "<", "╴", "^", dash_period=12, dash_drawn=8),
)


def norm_style(norm: Norm, setting: int = 0) -> RunStyle:
    """Return the style of a norm in one of several settings.

    With up to four settings no two norms share a shape in any of them; with more, the colour tells them
    apart. From the thirteenth setting on, a norm's shapes come again.
    """
    turn = len(Norm) * setting // len(SHAPES)
    place = list(Norm).index(norm) + len(Norm) * setting + turn
    return RunStyle(NORM_COLOURS[norm], SHAPES[place % len(SHAPES)])


def extra_style(number: int) -> RunStyle:
    """Return the style of a run whose norm is not known, by its number: 48 differ."""
    turn, place = divmod(number, len(EXTRA_COLOURS))
    return RunStyle(EXTRA_COLOURS[place], SHAPES[(len(Norm) + place + turn) % len(SHAPES)])


def style_by_number(number: int) -> RunStyle:
    """Return the style of one of several runs that have no norm: all colours are theirs, 96 differ."""
    turn, place = divmod(number, len(COLOURS))
    return RunStyle(COLOURS[place], SHAPES[(place + turn) % len(SHAPES)])


def styles_of(kinds: Sequence[RunKind], repeats: Sequence[int]) -> tuple[RunStyle, ...]:
    """Return a style for each of several runs, whatever their order.

    `repeats` counts for each run those up to it that are alike in their seed, too: a run that is there again
    is told from the first. Settings are numbered by their values over all norms, so that one value has the
    same number in each.
    """
    keys = list(zip(kinds, repeats, strict=True))
    distinct = frozenset(kinds)
    known = {key: (_ranks(*key, distinct), key[0].config.norm) for key in set(keys) if key[0].config}
    numbers = {ranks: number for number, ranks in enumerate(sorted({ranks for ranks, _ in known.values()}))}
    others = sorted(set(keys) - set(known), key=lambda key: (key[0].name, key[0].number))
    styles = {key: norm_style(norm, numbers[ranks]) for key, (ranks, norm) in known.items()}
    styles |= {key: extra_style(number) for number, key in enumerate(others)}
    return tuple(styles[key] for key in keys)


_Rank = tuple[int, object]


def _ranks(kind: RunKind, repeat: int, kinds: Collection[RunKind]) -> tuple[_Rank, ...]:
    """Return what settings are sorted by: all of a kind but the norm, and how often it was there before."""
    versions = {_version(other) for other in kinds if other.config == kind.config}
    parts = [kind.config.value(name) if kind.config else None for name in all_settings()]
    return tuple(map(_rank, (*parts, sorted(versions).index(_version(kind)), repeat)))


def _version(kind: RunKind) -> tuple[_Rank, ...]:
    """Return what sorts runs of one configuration: recipes of several programs, and images."""
    recipe = [getattr(kind.recipe, field.name) for field in fields(Recipe)] if kind.recipe else []
    return tuple(map(_rank, (*recipe, kind.fingerprint)))


def _rank(value: object) -> _Rank:
    """Return what values of one setting are sorted by: none first, names in the order of their definition."""
    if value is None:
        return 0, 0
    return 1, list(type(value)).index(value) if isinstance(value, Enum) else value
