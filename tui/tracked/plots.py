"""Which tags are plotted, and how: what the keys of the screen change."""

from collections.abc import Sequence
from dataclasses import replace

from tui.charts.curve import ChartSpec
from tui.tracked.tag_charts import SMOOTHING, Against, Drawing, StyledRun, tag_chart
from tui.tracked.tag_pages import Page, pages


class Plots:
    """Turns the pages of tags; the page stays at its first tag while there is room for more or fewer."""

    def __init__(self) -> None:
        self._drawing = Drawing()
        self._pages: tuple[Page, ...] = ()
        self._tag: str | None = None  # the first one of the page

    def page(self, runs: Sequence[StyledRun], room: int) -> Page | None:
        """Return what is plotted of `runs` where there is room for so many plots; None before any value."""
        tags = [tag for one in runs for tag in one.run.series]
        self._pages = pages(tags, room)
        return self._pages[self._at] if self._pages else None

    def specs(self, runs: Sequence[StyledRun], page: Page | None) -> list[ChartSpec]:
        """Return the plots of `page`."""
        return [tag_chart(tag, runs, self._drawing) for tag in page.tags] if page else []

    @property
    def has_more(self) -> bool:
        """Tell whether there are several pages."""
        return len(self._pages) > 1

    def turn(self, by: int) -> None:
        """Go to the next page, or to the one before."""
        if self._pages:
            self._tag = self._pages[(self._at + by) % len(self._pages)].tags[0]

    def can_smooth(self, by: int) -> bool:
        """Tell whether curves can be smoothed more, or less."""
        return 0 <= SMOOTHING.index(self._drawing.smoothing) + by < len(SMOOTHING)

    def smooth(self, by: int) -> None:
        """Smooth more or less, as far as that goes."""
        if self.can_smooth(by):
            weight = SMOOTHING[SMOOTHING.index(self._drawing.smoothing) + by]
            self._drawing = replace(self._drawing, smoothing=weight)

    def toggle_log(self) -> None:
        """Draw on the other kind of axis."""
        self._drawing = replace(self._drawing, log_y=not self._drawing.log_y)

    def toggle_axis(self) -> None:
        """Draw against time, or against steps."""
        other = Against.STEP if self._drawing.against is Against.TIME else Against.TIME
        self._drawing = replace(self._drawing, against=other)

    @property
    def _at(self) -> int:
        return next((at for at, page in enumerate(self._pages) if self._tag in page.tags), 0)
