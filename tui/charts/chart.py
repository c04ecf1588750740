"""A plot with a readout: the arrow keys or the mouse move along it, and every curve's value is read."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from textual.binding import BindingType
from textual.events import Blur, Click, Leave, MouseEvent, MouseMove, MouseScrollDown, MouseScrollUp, Resize
from textual.geometry import Size
from textual.strip import Strip

from tui.charts.curve import ChartSpec
from tui.charts.ink import QUIET, Line, Piece
from tui.charts.palette import Palette
from tui.charts.sight import Sight, newest_x, whole
from tui.charts.signs import signs_of
from tui.charts.themed import Themed
from tui.frame.actions import Place, bindings

if TYPE_CHECKING:
    from tui.charts.canvas import Drawing

_LEAST_WIDTH, _LEAST_HEIGHT = 20, 6  # cells; in less, the newest values stand in one line
_LEGEND_SHARE: Final = 4  # a legend takes at most every fourth line
_BESIDE_TITLE: Final = 4  # columns of a border that Textual keeps for itself
_CLOSER: Final = {1: 0.5, -1: 2.0}  # how wide is looked at after a key
_BY_WHEEL: Final = {1: 0.8, -1: 1.25}
_PANNED: Final = 0.25  # of what is looked at


class Chart(Themed, can_focus=True):
    """Draws a `ChartSpec` when it is seen; an equal one is not drawn again.

    Title and legend stand in the upper border; in the lower one what lines and markers mean, or the readout.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.CHART)
    DEFAULT_CSS = """
    Chart {
        border: round $border-blurred;
        width: 1fr;
        height: 1fr;
    }
    Chart:focus {
        border: round $border;
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id, classes=classes)
        self._spec = ChartSpec(title="", x_label="", empty="")
        self._drawing: Drawing | None = None  # None, too, where there is nothing to draw or no room
        self._drawn = False
        self._strips: list[Strip] = []
        self._made_for = Size(0, 0)
        self._cursor: float | None = None  # where the keys or a click put the readout, in the unit of x
        self._pointer: float | None = None  # where the mouse puts it for as long as it is here
        self._sight = Sight()

    def on_mount(self) -> None:
        """Look at what the screen's other plots are looking at."""
        super().on_mount()
        self._sight = next((other.sight for other in self._beside() if other.sight.x_label), Sight())

    @property
    def sight(self) -> Sight:
        """What is looked at."""
        return self._sight

    def show(self, spec: ChartSpec) -> None:
        """Show `spec` from now on."""
        if spec == self._spec:
            return
        if spec.x_label != self._spec.x_label:
            self._cursor = self._pointer = None
        self._spec = spec
        self._draw_anew()

    def on_resize(self, _event: Resize) -> None:
        """Fit the words to the new size."""
        self._write_borders()

    # -- drawing -----------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Return one of the chart's lines; all are made when the first is asked for."""
        if self._made_for != self.size:  # a line may be asked for before the new size is reported
            self._drawn, self._strips = False, []
        if not self._strips:
            self._strips, self._made_for = self._made(), self.size
        return self._strips[y]

    def _draw_anew(self) -> None:
        self._drawn = False
        self.recolour()

    def recolour(self) -> None:
        """Colour again what is drawn."""
        self._strips = []
        self._write_borders()
        self.refresh()

    def _made(self) -> list[Strip]:
        """Draw what is not drawn yet, and colour it."""
        from tui.charts.canvas import draw  # noqa: PLC0415 - plotext is not needed before the first plot

        signs, palette, (width, height) = signs_of(self.app), Palette(self), self.size
        above = self._legend()[1]
        if not self._drawn:
            rows = height - len(above)
            roomy = width >= _LEAST_WIDTH and rows >= _LEAST_HEIGHT
            window = self._sight.window_of(self._spec)
            had_plot = self._drawing is not None
            self._drawing = draw(self._spec, width, rows, signs, window) if roomy else None
            self._drawn = True
            if had_plot != (self._drawing is not None):
                self.refresh_bindings()
        plot = self._drawing.lines_with(self._shown) if self._drawing else ()
        lines = [*above, *plot] if plot else self._words(width, height)
        strips = (
            Strip(Segment(signs.text(piece.text), palette.style(piece.ink)) for piece in line if piece.text)
            for line in lines
        )
        return [strip.adjust_cell_length(width, palette.style(QUIET)) for strip in strips]

    def _words(self, width: int, height: int) -> list[Line]:
        """Return what stands in place of a plot: the newest values, or that there is none yet."""
        from tui.charts.chart_words import newest  # noqa: PLC0415 - as above

        if any(curve.xs for curve in self._spec.curves):
            line, above = newest(self._spec, signs_of(self.app), width), 0
        else:
            line, above = (Piece(self._spec.empty[:width].center(width), QUIET),), (height - 1) // 2
        lines: list[Line] = [()] * height
        return [*lines[:above], line, *lines[above + 1 :]]

    def _write_borders(self) -> None:
        from tui.charts.chart_words import key, readout  # noqa: PLC0415 - as above

        width = self.size.width - _BESIDE_TITLE
        x, signs, palette = self._shown, signs_of(self.app), Palette(self)
        below = key(self._spec, signs, width) if x is None else readout(self._spec, x, signs, width)
        above, _ = self._legend()
        self.border_title = palette.content([above], signs) if above else None
        self.border_subtitle = palette.content([below], signs) if below else None

    def _legend(self) -> tuple[Line, tuple[Line, ...]]:
        """Return the title, with the legend or with lines of it that stand above the plot."""
        from tui.charts.chart_words import legend  # noqa: PLC0415 - as above

        width, height = self.size
        most_lines = height // _LEGEND_SHARE if width >= _LEAST_WIDTH else 0
        return legend(self._spec, signs_of(self.app), width - _BESIDE_TITLE, most_lines, width)

    # -- the readout -------------------------------------------------------------------------------------

    @property
    def _shown(self) -> float | None:
        return self._cursor if self._pointer is None else self._pointer

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether there is something to read."""
        if action == "readout_off":
            return self._cursor is not None
        if action in {"zoom", "pan", "whole", "follow"}:
            return self._drawing is not None and self._can_look(action, parameters)
        if action.startswith("readout_"):
            return self._drawing is not None
        return super().check_action(action, parameters)

    def action_readout_left(self) -> None:
        """Read the point before, at first the newest."""
        stops = self._stops()
        self._read_one(stops, len(stops) if self._cursor is None else bisect_left(stops, self._cursor) - 1)

    def action_readout_right(self) -> None:
        """Read the next point, at first the newest."""
        stops = self._stops()
        self._read_one(stops, len(stops) if self._cursor is None else bisect_right(stops, self._cursor))

    def action_readout_first(self) -> None:
        """Read the first point."""
        self._read_one(self._stops(), 0)

    def action_readout_last(self) -> None:
        """Read the newest point."""
        stops = self._stops()
        self._read_one(stops, len(stops))

    def action_readout_off(self) -> None:
        """Read nothing any more."""
        self._read(None)

    def on_click(self, event: Click) -> None:
        """Read the point under the mouse, and go on with the keys from there."""
        self._point(None)
        self._read(self._under(event))

    def on_mouse_move(self, event: MouseMove) -> None:
        """Read the point under the mouse while it is here."""
        self._point(self._under(event))

    def on_leave(self, _event: Leave) -> None:
        """Read what the keys had chosen."""
        self._point(None)

    def on_blur(self, _event: Blur) -> None:
        """Read nothing: escape would not be heard any more."""
        self._read(None)

    def _stops(self) -> tuple[float, ...]:
        return self._drawing.stops() if self._drawing else ()

    def _read_one(self, stops: Sequence[float], index: int) -> None:
        if stops:
            self._read(stops[min(max(index, 0), len(stops) - 1)])

    def _under(self, event: MouseEvent) -> float | None:
        offset = event.get_content_offset(self)
        return self._drawing.stop_at(offset.x) if offset is not None and self._drawing else None

    def _read(self, x: float | None) -> None:
        if x != self._cursor:
            self._cursor = x
            self.recolour()
            self.refresh_bindings()

    def _point(self, x: float | None) -> None:
        if x != self._pointer:
            self._pointer = x
            self.recolour()

    # -- what is looked at -------------------------------------------------------------------------------

    def look(self, sight: Sight) -> None:
        """Look at `sight` from now on."""
        if sight != self._sight:
            self._sight = sight
            self._draw_anew()
            self.refresh_bindings()

    def action_zoom(self, by: int) -> None:
        """Look closer, or at more."""
        at = newest_x(self._spec) if self._shown is None else self._shown
        self._look_all(self._sight.zoomed(self._spec, _CLOSER[by], at))

    def action_pan(self, by: int) -> None:
        """Move what is looked at."""
        self._look_all(self._sight.panned(self._spec, by * _PANNED))

    def action_whole(self) -> None:
        """Look at all there is."""
        self._look_all(Sight(self._spec.x_label))

    def action_follow(self) -> None:
        """Follow the newest point, or look at all there is."""
        self._look_all(self._sight.following(self._spec))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Look closer at what is under the mouse."""
        self._turn(event, 1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Look at more around what is under the mouse."""
        self._turn(event, -1)

    def _turn(self, event: MouseEvent, by: int) -> None:
        offset = event.get_content_offset(self)
        if self._drawing and offset is not None:
            event.stop()
            at = self._drawing.x_at(offset.x)
            self._look_all(self._sight.zoomed(self._spec, _BY_WHEEL[by], at))
            self._point(None)

    def _look_all(self, sight: Sight) -> None:
        """Let all plots of the screen look at `sight`; of those with another axis it is not told."""
        self.look(sight)
        for chart in self._beside():
            chart.look(sight)

    def _beside(self) -> list["Chart"]:
        return [chart for chart in self.screen.query(Chart) if chart is not self]

    def _can_look(self, action: str, parameters: tuple[object, ...]) -> bool:
        window = self._sight.window_of(self._spec)
        if action == "follow" or (action == "zoom" and parameters != (-1,)):
            return True
        if window is None or action != "pan":
            return window is not None
        low, high = whole(self._spec)
        return window[0] > low if parameters == (-1,) else window[1] < high
