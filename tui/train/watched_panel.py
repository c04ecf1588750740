"""The watched test images, and what every network takes them for, epoch by epoch."""

from typing import Final

from textual.geometry import Size
from textual.message import Message

from core.runs.run_state import RunState
from tui.charts.palette import Palette
from tui.charts.picture_layout import lines_wanted
from tui.charts.picture_strip import PictureStrip
from tui.charts.signs import signs_of
from tui.train.watched_words import Watched, captioned, key, title, watched_by

FULL_IMAGES: Final = "-full-images"  # the screen's class where the panel has it for itself
_FRAME: Final = Size(4, 2)


class WatchedPanel(PictureStrip):
    """Shows the images of the runs it is given, and each network's newest answer to them."""

    class Changed(Message):
        """There are other images, or answers of more or fewer networks: another height is wanted."""

    def __init__(self) -> None:
        super().__init__(id="watched", classes="frame")
        self._seen: object = None
        self._runs: tuple[RunState, ...] = ()
        self.watched: Watched | None = None

    def show(self, runs: tuple[RunState, ...]) -> None:
        """Show what is new in `runs`."""
        seen = [(run.config, run.watched, run.watched_answers) for run in runs]
        if seen == self._seen:
            return
        self._seen = seen
        before, self.watched = self.watched, watched_by(runs)
        if _shape(before) != _shape(self.watched):
            self.post_message(self.Changed())
        self.show_images(captioned(self.watched, signs_of(self.app)) if self.watched else ())
        self._write_borders()

    def lines_wanted(self, width: int, height: int) -> int:
        """Return how many of so many lines it makes use of, frame included; 0 where it had better not be."""
        if self.watched is None:
            return 0
        room = Size(max(width - _FRAME.width, 0), max(height - _FRAME.height, 0))
        lines = lines_wanted(room, len(self.watched.shown.images), self.watched.lines, self.least_lines)
        return lines and lines + _FRAME.height

    def give_lines(self, lines: int) -> int:
        """Take so many lines, or all where the screen is its own; return how many of the others' they are."""
        alone = self.screen.has_class(FULL_IMAGES)
        self.set_class(not lines and not alone, "-no-room")
        self.styles.height = None if alone else lines
        return 0 if alone else lines

    def on_resize(self) -> None:
        """Say how many images there is room for now."""
        self._write_borders()

    def recolour(self) -> None:
        """Redraw all of it, with the border's colours."""
        super().recolour()
        self._write_borders()

    def _write_borders(self) -> None:
        if self.watched is not None:
            signs = signs_of(self.app)
            self.border_subtitle = key(self.watched, signs)
            self.border_title = Palette(self).content([title(self.watched, self.count_shown, signs)], signs)


def _shape(watched: Watched | None) -> tuple[int, int] | None:
    return None if watched is None else (len(watched.shown.images), watched.lines)
