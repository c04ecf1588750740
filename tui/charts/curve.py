"""What a plot shows: frozen values, so that an equal one need not be drawn again."""

from dataclasses import dataclass
from enum import StrEnum

from core.results.run_styles import SHAPES, Shape


class CurveStyle(StrEnum):
    """How a curve is drawn."""

    FAINT = "faint"  # raw values beneath their smoothed line, seeds beneath their mean: not read
    LINE = "line"  # stands back behind marked ones
    PLAIN = "plain"  # what a plot is about, of many points or among many curves
    MARKED = "marked"  # what a plot is about: a line with a mark at each of a few points, one an epoch

    @property
    def leads(self) -> bool:
        """Tell whether it is what a plot is about."""
        return self in (CurveStyle.PLAIN, CurveStyle.MARKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One series of points, from left to right.

    `label` says whose it is ("batch (3)"), `part` what of it ("test"); curves of one label share a legend
    entry. `name` stands at the curve's end, where it is shorter than the label. `colour` is the name of a
    theme variable, `shape` tells curves apart without colour.
    """

    label: str
    part: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    colour: str
    style: CurveStyle = CurveStyle.LINE
    shape: Shape = SHAPES[0]
    name: str = ""

    @property
    def short_label(self) -> str:
        """What its end is named."""
        return self.name or self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What lies between `lows` and `highs`, shaded beneath the curves: `part` of several seeds of `name`."""

    part: str
    xs: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    colour: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A level line at `height`; `short` stands for `label` where there is little room."""

    height: float
    label: str
    short: str
    colour: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A place along x where a run diverged, marked in its `colour`; `name` is that of its curves' ends."""

    x: float
    colour: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartSpec:
    """One plot. `title` names what stands upward, `x_label` what stands to the right.

    With `clock`, x is seconds and written 1:23; with `percent`, y is in percent. Guides are above 0
    where `log_y`. Where there are bands, curves are means of seeds. The x axis reaches to `x_end` at least.
    `empty` is what to say while there is no point. Where `ends_named`, curves are too many for a legend that
    does not fit beside the title: the names at their ends must do.
    """

    title: str
    x_label: str
    curves: tuple[Curve, ...] = ()
    bands: tuple[Band, ...] = ()
    guides: tuple[Guide, ...] = ()
    marks: tuple[Mark, ...] = ()
    log_y: bool = False
    percent: bool = False
    clock: bool = False
    x_end: float = 0.0
    empty: str = "no step yet"
    ends_named: bool = False
