"""The keys and the wheel by which a plot, and with it those beside it, show a part, or some curves."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Self

from textual.events import MouseEvent, MouseScrollDown, MouseScrollUp
from textual.widget import Widget

from tui.charts.curve import ChartSpec
from tui.charts.sight import Sight, names, newest_x, whole

if TYPE_CHECKING:
    from tui.charts.canvas import Drawing

SIGHT_ACTIONS: Final = frozenset({"zoom", "pan", "whole", "follow", "only", "hide"})
_CLOSER: Final = {1: 0.5, -1: 2.0}  # how wide is looked at after a key
_BY_WHEEL: Final = {1: 0.8, -1: 1.25}
_PANNED: Final = 0.25  # of what is looked at
_RIVALS: Final = 2


class Sighted(Widget):
    """What a plot does about its sight; a base of plots."""

    sight = Sight()

    @property
    def looked_spec(self) -> ChartSpec:
        """All that could be seen."""
        raise NotImplementedError

    @property
    def drawing(self) -> "Drawing | None":
        """What is drawn; None where nothing is."""
        raise NotImplementedError

    @property
    def read_at(self) -> float | None:
        """Where the plot is read."""
        raise NotImplementedError

    def look(self, sight: Sight) -> None:
        """Look at `sight` from now on."""
        raise NotImplementedError

    def beside(self) -> Sequence[Self]:
        """Return the other plots of the screen."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Look at what the screen's other plots are looking at."""
        self.sight = next((other.sight for other in self.beside() if other.sight != Sight()), Sight())

    def look_all(self, sight: Sight) -> None:
        """Let all plots of the screen look at `sight`; a window is for those with the same axis."""
        for plot in (self, *self.beside()):
            plot.look(sight)

    def can_look(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Return whether one of `SIGHT_ACTIONS` does something now."""
        spec, window = self.looked_spec, self.sight.window_of(self.looked_spec)
        if action in {"only", "hide"}:
            return len(names(spec)) >= _RIVALS
        if action == "follow" or (action == "zoom" and parameters != (-1,)):
            return True
        if window is None or action != "pan":
            return window is not None
        low, high = whole(spec)
        return window[0] > low if parameters == (-1,) else window[1] < high

    def action_zoom(self, by: int) -> None:
        """Look closer, or at more."""
        at = newest_x(self.looked_spec) if self.read_at is None else self.read_at
        self.look_all(self.sight.zoomed(self.looked_spec, _CLOSER[by], at))

    def action_pan(self, by: int) -> None:
        """Move what is looked at."""
        self.look_all(self.sight.panned(self.looked_spec, by * _PANNED))

    def action_whole(self) -> None:
        """Look at all there is."""
        self.look_all(self.sight.wide(self.looked_spec))

    def action_follow(self) -> None:
        """Follow the newest point, or look at all there is."""
        self.look_all(self.sight.following(self.looked_spec))

    def action_only(self) -> None:
        """Show the next network alone, behind the last one all."""
        self.look_all(self.sight.next_alone(self.looked_spec))

    def action_hide(self) -> None:
        """Hide the next network instead, behind the last one none."""
        self.look_all(self.sight.next_hidden(self.looked_spec))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Look closer at what is under the mouse."""
        self._turn(event, 1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Look at more around what is under the mouse."""
        self._turn(event, -1)

    def _turn(self, event: MouseEvent, by: int) -> None:
        offset = event.get_content_offset(self)
        if self.drawing and offset is not None:
            event.stop()
            at = self.drawing.x_at(offset.x)
            self.look_all(self.sight.zoomed(self.looked_spec, _BY_WHEEL[by], at))
