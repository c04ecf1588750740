"""What of its plots a screen looks at: a part along x, the newest points, all curves or some."""

from dataclasses import dataclass, replace
from typing import Final

from tui.charts.curve import ChartSpec, CurveStyle

Window = tuple[float, float]  # from where to where along x

_FINEST: Final = 1 / 512  # of the whole
_FOLLOWED: Final = 1 / 4  # of the whole, where nothing else has been chosen


@dataclass(frozen=True, slots=True)
class Sight:
    """A window along axes named `x_label`, None for all; with `follows` it ends at the newest point.

    Curves whose end has a name in `hidden` are not shown.
    """

    x_label: str = ""
    window: Window | None = None
    follows: bool = False
    hidden: frozenset[str] = frozenset()

    def window_of(self, spec: ChartSpec) -> Window | None:
        """Return what of `spec` is looked at; None for all of it, also where the window has nothing of it."""
        if self.x_label != spec.x_label:
            return None
        low, high = whole(spec)
        if self.follows:
            width = self._width(low, high)
            end = max(newest_x(spec), low + width)
            return end - width, end
        return self.window if self.window and self.window[0] < high and self.window[1] > low else None

    def zoomed(self, spec: ChartSpec, factor: float, x: float) -> "Sight":
        """Return a window `factor` times as wide, with `x` at the same place in it.

        Where `x` is not looked at, it is the middle that stays.
        """
        low, high = self.window_of(spec) or whole(spec)
        least = _FINEST * (whole(spec)[1] - whole(spec)[0])
        width = max((high - low) * factor, least)
        x = x if low <= x <= high else (low + high) / 2
        return self._placed(spec, x - (x - low) / (high - low) * width, width)

    def panned(self, spec: ChartSpec, share: float) -> "Sight":
        """Return the window moved by a share of its width."""
        low, high = self.window_of(spec) or whole(spec)
        return self._placed(spec, low + share * (high - low), high - low)

    def following(self, spec: ChartSpec) -> "Sight":
        """Return a window that ends at the newest point, or all there is where it does already."""
        if self.follows and self.x_label == spec.x_label:
            return self.wide(spec)
        window = self.window if self.x_label == spec.x_label else None
        return replace(self, x_label=spec.x_label, window=window, follows=True)

    def wide(self, spec: ChartSpec) -> "Sight":
        """Return all there is along x."""
        return replace(self, x_label=spec.x_label, window=None, follows=False)

    # -- which curves ------------------------------------------------------------------------------------

    def hidden_of(self, spec: ChartSpec) -> frozenset[str]:
        """Return the names that are hidden; none where there would be nothing left."""
        return self.hidden if set(names(spec)) - self.hidden else frozenset()

    def shown(self, spec: ChartSpec) -> ChartSpec:
        """Return `spec` without what is hidden."""
        hidden = self.hidden_of(spec)
        if not hidden:
            return spec
        return replace(
            spec,
            curves=tuple(curve for curve in spec.curves if curve.short_label not in hidden),
            bands=tuple(band for band in spec.bands if band.name not in hidden),
            marks=tuple(mark for mark in spec.marks if mark.name not in hidden),
        )

    def toggled(self, spec: ChartSpec, name: str) -> "Sight":
        """Hide `name`, or show it again."""
        return replace(self, hidden=self.hidden_of(spec) ^ {name})

    def alone(self, spec: ChartSpec, name: str) -> "Sight":
        """Show `name` and nothing else; where that is so already, all."""
        others = frozenset(names(spec)) - {name}
        return replace(self, hidden=frozenset() if self.hidden_of(spec) == others else others)

    def next_alone(self, spec: ChartSpec) -> "Sight":
        """Show the first name alone, then the next, then all."""
        every = frozenset(names(spec))
        return self._next([every - {name} for name in names(spec)])

    def next_hidden(self, spec: ChartSpec) -> "Sight":
        """Hide the first name, then the next instead, then none."""
        return self._next([frozenset({name}) for name in names(spec)])

    def _next(self, turns: list[frozenset[str]]) -> "Sight":
        turns = [*turns, frozenset()]
        at = turns.index(self.hidden) if self.hidden in turns else -1
        return replace(self, hidden=turns[(at + 1) % len(turns)])

    # -- along x -----------------------------------------------------------------------------------------

    def _width(self, low: float, high: float) -> float:
        if self.window is not None:
            return min(self.window[1] - self.window[0], high - low)
        return _FOLLOWED * (high - low)

    def _placed(self, spec: ChartSpec, low: float, width: float) -> "Sight":
        """Return a window of `width` from `low` on, moved into what there is; what is wider is all of it."""
        first, last = whole(spec)
        if width >= last - first:
            return self.wide(spec)
        low = min(max(low, first), last - width)
        return replace(self.wide(spec), window=(low, low + width))


def names(spec: ChartSpec) -> list[str]:
    """Return whose curves there are that are read, each once."""
    return list(
        dict.fromkeys(
            curve.short_label for curve in spec.curves if curve.xs and curve.style is not CurveStyle.FAINT
        )
    )


def whole(spec: ChartSpec) -> Window:
    """Return from where to where along x there is something, or will be."""
    firsts = [curve.xs[0] for curve in spec.curves if curve.xs]
    low = min([0.0, *firsts])
    high = max([newest_x(spec), spec.x_end, *(mark.x for mark in spec.marks)])
    return low, high if high > low else low + 1


def newest_x(spec: ChartSpec) -> float:
    """Return where the newest point is; 0 while there is none."""
    return max((curve.xs[-1] for curve in spec.curves if curve.xs), default=0.0)
