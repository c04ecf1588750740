"""How runs are told apart: one table of colours and shapes for every screen and every picture.

A norm's run has the norm's own style, whoever stands beside it. The colours are Okabe and Ito's ("Color
Universal Design", 2008), which people with any colour vision tell apart: themselves on a dark ground, darker
shades of the same hues on a light one, where the originals are too pale for letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.config.presets import Norm


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
    """How one run is drawn."""

    colour: RunColour
    shape: Shape


COLOURS: Final = (
    RunColour(f"norm-{Norm.BATCH}", on_dark="#56B4E9", on_light="#0072B2", on_black="#6FC8FF"),  # blue
    RunColour(f"norm-{Norm.LAYER}", on_dark="#E69F00", on_light="#A55F00", on_black="#FFB52E"),  # orange
    RunColour(f"norm-{Norm.GROUP}", on_dark="#009E73", on_light="#00664D", on_black="#00FF9C"),  # green
    RunColour("extra-1", on_dark="#CC79A7", on_light="#B8307F", on_black="#E08CC0"),  # reddish purple
    RunColour("extra-2", on_dark="#F0E442", on_light="#5F5600", on_black="#F0E442"),  # yellow
    RunColour("extra-3", on_dark="#D55E00", on_light="#7A2408", on_black="#F2691A"),  # vermillion
    RunColour("extra-4", on_dark="#D8DEE9", on_light="#1B2330", on_black="#FFFFFF"),  # as letters are
)
SHAPES: Final = (
    Shape("●", "o", "o", "━", "*"),
    Shape("▲", "x", "^", "╍", "+", dash_period=8, dash_drawn=5),
    Shape("■", "#", "s", "┅", "=", dash_period=4, dash_drawn=2),
    Shape("◆", "@", "D", "╺", "~", dash_period=16, dash_drawn=13),
    Shape("▼", "%", "v", "╸", ":", dash_period=16, dash_drawn=6),
    Shape("✚", "&", "P", "┉", ";", dash_period=6, dash_drawn=1),
    Shape("◄", "$", "<", "╌", "^", dash_period=12, dash_drawn=8),
)


def run_style(number: int) -> RunStyle:
    """Return a style by its number: seven differ in colour and in shape, 49 at least in one of them."""
    turn, place = divmod(number, len(COLOURS))
    return RunStyle(COLOURS[place], SHAPES[(place + turn) % len(SHAPES)])


def styles_of(norms: Sequence[Norm | None]) -> tuple[RunStyle, ...]:
    """Return a style for each of several runs, given by their norms, or None where that is unknown.

    The first run of a norm has the norm's own; the others take those behind the norms', one after another.
    """
    own = {norm: run_style(number) for number, norm in enumerate(Norm)}
    free = len(own)
    styles = []
    for norm in norms:
        style = own.pop(norm, None) if norm else None
        if style is None:
            style = run_style(free)
            free += 1
        styles.append(style)
    return tuple(styles)
