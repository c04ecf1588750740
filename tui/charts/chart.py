"""A plot with a readout: the arrow keys or the mouse move along it, and every curve's value is read."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from textual.binding import BindingType
from textual.events import Blur, Click, Leave, MouseEvent, MouseMove, Resize
from textual.geometry import Size
from textual.strip import Strip

from tui.charts.curve import ChartSpec
from tui.charts.ink import QUIET, Line, Piece
from tui.charts.palette import CURVE, Palette
from tui.charts.sight import Sight
from tui.charts.sighted import SIGHT_ACTIONS, Sighted
from tui.charts.signs import signs_of
from tui.charts.themed import Themed
from tui.frame.action import Place
from tui.frame.actions import bindings

if TYPE_CHECKING:
    from tui.charts.canvas import Drawing

_LEAST_WIDTH, _LEAST_HEIGHT = 20, 6  # cells; in less, the newest values stand in one line
_LEGEND_SHARE: Final = 4  # a legend takes at most every fourth line
_BESIDE_TITLE: Final = 4  # columns of a border that Textual keeps for itself
_TWICE: Final = 2  # clicks


class Chart(Sighted, Themed, can_focus=True):
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
        self._told: float | None = None  # where another plot of the screen is read

    def show(self, spec: ChartSpec) -> None:
        """Show `spec` from now on."""
        if spec == self._spec:
            return
        if spec.x_label != self._spec.x_label:
            self._cursor = self._pointer = self._told = None
        self._spec = spec
        self._draw_anew()

    def forget(self) -> None:
        """Look at all there is, at every curve, and read nothing: other runs come."""
        self._cursor = self._pointer = self._told = None
        self.look(Sight())

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
            spec, window = self._seen, self.sight.window_of(self._spec)
            had_plot = self._drawing is not None
            self._drawing = draw(spec, width, rows, signs, window) if roomy else None
            self._drawn = True
            if had_plot != (self._drawing is not None):
                self.refresh_bindings()
        plot = self._drawing.lines_with(self._shown) if self._drawing else ()
        lines = [*above, *plot] if plot else self._words(width, height)
        strips = (
            Strip(Segment(signs.text(piece.text), palette.style_of(piece)) for piece in line if piece.text)
            for line in lines
        )
        return [strip.adjust_cell_length(width, palette.style(QUIET)) for strip in strips]

    def _words(self, width: int, height: int) -> list[Line]:
        """Return what stands in place of a plot: the newest values, or that there is none yet."""
        from tui.charts.chart_words import newest  # noqa: PLC0415 - as above

        if any(curve.xs for curve in self._spec.curves):
            lines, above = [newest(self._seen, signs_of(self.app), width)], 0
        else:
            said = wrap(self._spec.empty, max(width, 1))[:height]
            lines, above = [(Piece(line.center(width), QUIET),) for line in said], (height - len(said)) // 2
        below = height - above - len(lines)
        return [*[()] * above, *lines, *[()] * below]

    def _write_borders(self) -> None:
        from tui.charts.chart_words import key, readout  # noqa: PLC0415 - as above

        width = self.size.width - _BESIDE_TITLE
        x, signs, palette = self._shown, signs_of(self.app), Palette(self)
        below = key(self._seen, signs, width) if x is None else readout(self._seen, x, signs, width)
        above, _ = self._legend()
        self.border_title = palette.content([above], signs) if above else None
        self.border_subtitle = palette.content([below], signs) if below else None

    def _legend(self) -> tuple[Line, tuple[Line, ...]]:
        """Return the title, with the legend or with lines of it that stand above the plot."""
        from tui.charts.chart_words import legend  # noqa: PLC0415 - as above

        width, height = self.size
        most_lines = height // _LEGEND_SHARE if width >= _LEAST_WIDTH else 0
        return legend(
            self._spec,
            signs_of(self.app),
            width - _BESIDE_TITLE,
            most_lines,
            width,
            hidden=self.sight.hidden_of(self._spec),
        )

    # -- the readout -------------------------------------------------------------------------------------

    @property
    def _shown(self) -> float | None:
        places = (self._pointer, self._told, self._cursor)
        return next((place for place in places if place is not None), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether there is something to read."""
        if action == "readout_off":
            return self._cursor is not None
        if action in SIGHT_ACTIONS:
            return self._drawing is not None and self.can_look(action, parameters)
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
        """Read the point under the mouse, and go on with the keys from there; in a legend, show or hide."""
        name = event.style.meta.get(CURVE)
        if name is not None:
            if event.chain == _TWICE or event.button != 1:
                self.look_all(self.sight.alone(self._spec, name))
            elif event.chain < _TWICE:  # a third in a row is one too many
                self.look_all(self.sight.toggled(self._spec, name))
            return
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
            self._tell()

    def _point(self, x: float | None) -> None:
        if x != self._pointer:
            self._pointer = x
            self.recolour()
            self._tell()

    def _tell(self) -> None:
        """Let the other plots be read at the same place; where this one is not, where another one is."""
        x = self._cursor if self._pointer is None else self._pointer
        for chart in self.beside():
            chart.hear(self._spec.x_label, x)
            if x is None and chart._cursor is not None:  # noqa: SLF001 - its own class's
                chart._tell()  # noqa: SLF001

    def hear(self, x_label: str, x: float | None) -> None:
        """Read at `x` while another plot is read there, where the axis is the same."""
        told = x if x_label == self._spec.x_label else None
        if told != self._told:
            self._told = told
            self.recolour()

    # -- what is looked at -------------------------------------------------------------------------------

    @property
    def looked_spec(self) -> ChartSpec:
        """All that could be seen."""
        return self._spec

    @property
    def drawing(self) -> "Drawing | None":
        """What is drawn; None where nothing is."""
        return self._drawing

    @property
    def _seen(self) -> ChartSpec:
        return self.sight.shown(self._spec)

    @property
    def read_at(self) -> float | None:
        """Where the plot is read."""
        return self._shown

    def look(self, sight: Sight) -> None:
        """Look at `sight` from now on."""
        if sight != self.sight:
            self.sight = sight
            self._draw_anew()
            self.refresh_bindings()

    def beside(self) -> list["Chart"]:
        """Return the other plots of the screen."""
        return [chart for chart in self.screen.query(Chart) if chart is not self]
