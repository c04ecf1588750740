"""The verdict above the panels, as high as it has been: what is written anew moves nothing below it."""

from typing import Final

from textual.content import Content
from textual.widgets import Static

from core.results.study_verdict import StudyVerdict

_MOST_LINES: Final = 4
_LIVE_LINES: Final = 2  # kept while there are results to come; one more where lines are short
_SHORT: Final = 100  # columns


class Headline(Static):
    """Says what the comparison comes to. While it is about the same runs it grows where it must only."""

    def __init__(self) -> None:
        super().__init__(id="headline", markup=False)
        self._words = Content("")
        self._live = False
        self._lines = 1
        self._fitted_for = 0

    def begin(self) -> None:
        """Be as low as can be again: other runs are compared."""
        self._lines = 1

    def show(self, verdict: StudyVerdict, *, live: bool) -> None:
        """Write `verdict`, on runs of which some are under way where `live`."""
        cautions = ((f" {caution}", "$foreground 75%") for caution in verdict.cautions)
        self._words, self._live = Content.assemble((verdict.lead, "bold"), *cautions), live
        self.update(self._words)
        self._fit()

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        if self.content_size.width != self._fitted_for:
            self._lines = 1
        self._fit()

    def _fit(self) -> None:
        width = self.content_size.width
        if not width:
            return
        wanted = self._words.get_height({}, width)
        least = _LIVE_LINES + (width < _SHORT) if self._live else 1
        self._lines = min(max(self._lines, wanted, least), _MOST_LINES)
        self._fitted_for = width
        self.styles.height = self._lines
