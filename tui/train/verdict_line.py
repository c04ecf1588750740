"""The running verdict of a study: what its results come to so far."""

from textwrap import wrap
from typing import Final

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from core.results.labelled_runs import label_runs
from core.results.study_verdict import StudyVerdict
from core.runs.run_state import RunState
from tui.frame.verdict_watch import VerdictWatch

_NONE_YET: Final = StudyVerdict(lead="The results so far are being compared …")


class VerdictLine(Static):
    """Says who leads, and whether that is beyond luck, anew with each result."""

    ALLOW_SELECT = False

    class Changed(Message):
        """There is another verdict."""

    def __init__(self) -> None:
        super().__init__(id="running-verdict", markup=False)
        self._watch = VerdictWatch(self, self._take)
        self._verdict = _NONE_YET

    def begin(self) -> None:
        """Forget the verdict: another suite is shown."""
        self._take(_NONE_YET)

    def show(self, runs: tuple[RunState, ...]) -> None:
        """Judge `runs`, where there is a new result."""
        self._watch.follow(label_runs(runs))

    def _take(self, verdict: StudyVerdict) -> None:
        if verdict != self._verdict:
            self._verdict = verdict
            self._draw()
            self.post_message(self.Changed())

    def lines_wanted(self, width: int, most: int) -> int:
        """Return how many lines it needs in `width` columns; cautions are left out beyond `most` lines."""
        return len(self._written(width, most))

    def on_resize(self) -> None:
        """Fit the sentences to the new width."""
        self._draw()

    def _draw(self) -> None:
        width, height = self.content_size
        if width and height:
            self.update(Content("\n").join(self._written(width, height)))

    def _written(self, width: int, most: int) -> list[Content]:
        """Write the lead, and as many of the cautions, whole ones, as `most` lines have room for."""
        lead = wrap(self._verdict.lead, width)
        said: list[str] = []
        for count in range(1, len(self._verdict.cautions) + 1):
            lines = wrap(" ".join(self._verdict.cautions[:count]), width)
            if len(lead) + len(lines) <= most:
                said = lines
        quiet = [Content.styled(line, "$foreground 75%") for line in said]
        return [*(Content.styled(line, "bold") for line in lead), *quiet]
