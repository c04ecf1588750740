"""Which part of its plots a screen looks at: zoomed, moved along, or following the newest point."""

from dataclasses import dataclass, replace
from typing import Final

from tui.charts.curve import ChartSpec

Window = tuple[float, float]  # from where to where along x

_FINEST: Final = 1 / 512  # of the whole
_FOLLOWED: Final = 1 / 4  # of the whole, where nothing else has been chosen


@dataclass(frozen=True, slots=True)
class Sight:
    """A window along axes named `x_label`, None for all; with `follows` it ends at the newest point."""

    x_label: str = ""
    window: Window | None = None
    follows: bool = False

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
            return Sight(spec.x_label)
        return Sight(spec.x_label, self.window if self.x_label == spec.x_label else None, follows=True)

    def _width(self, low: float, high: float) -> float:
        if self.window is not None:
            return min(self.window[1] - self.window[0], high - low)
        return _FOLLOWED * (high - low)

    def _placed(self, spec: ChartSpec, low: float, width: float) -> "Sight":
        """Return a window of `width` from `low` on, moved into what there is; what is wider is all of it."""
        first, last = whole(spec)
        if width >= last - first:
            return Sight(spec.x_label)
        low = min(max(low, first), last - width)
        return replace(Sight(spec.x_label), window=(low, low + width))


def whole(spec: ChartSpec) -> Window:
    """Return from where to where along x there is something, or will be."""
    firsts = [curve.xs[0] for curve in spec.curves if curve.xs]
    low = min([0.0, *firsts])
    high = max([newest_x(spec), spec.x_end, *(mark.x for mark in spec.marks)])
    return low, high if high > low else low + 1


def newest_x(spec: ChartSpec) -> float:
    """Return where the newest point is; 0 while there is none."""
    return max((curve.xs[-1] for curve in spec.curves if curve.xs), default=0.0)
