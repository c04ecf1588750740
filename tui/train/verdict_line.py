"""The running verdict of a study: what its results come to so far."""

import asyncio
from textwrap import wrap

from textual import work
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from core.results.headline import Headline, headline
from core.results.labelled_runs import label_runs
from core.runs.run_state import RunState


class VerdictLine(Static):
    """Judges the runs anew whenever one of them was evaluated, beside the screen's own work."""

    ALLOW_SELECT = False

    class Changed(Message):
        """There is another verdict."""

    def __init__(self) -> None:
        super().__init__(id="running-verdict", markup=False)
        self._judged: tuple[object, ...] = ()  # as of when the last verdict was asked for
        self._waiting: tuple[RunState, ...] = ()
        self._verdict = Headline("")

    def begin(self) -> None:
        """Forget the verdict: another suite is shown."""
        self.workers.cancel_node(self)
        self._judged, self._waiting, self._verdict = (), (), Headline("")
        self._draw()

    def show(self, runs: tuple[RunState, ...]) -> None:
        """Judge `runs`, where there is a new result."""
        results = tuple((run.name, run.started_at, len(run.tests), run.outcome) for run in runs)
        if results != self._judged:
            self._judged, idle, self._waiting = results, not self._waiting, runs
            if idle:
                self._judge()

    def lines_wanted(self, width: int, most: int) -> int:
        """Return how many lines it needs in `width` columns; cautions are left out beyond `most` lines."""
        return len(self._written(width, most))

    def on_resize(self) -> None:
        """Fit the sentences to the new width."""
        self._draw()

    @work
    async def _judge(self) -> None:
        """Judge in a thread, since the statistics take a moment; once more where runs went on meanwhile."""
        while runs := self._waiting:
            verdict = await asyncio.to_thread(running_verdict, runs)
            if runs is self._waiting:
                self._waiting = ()
            if verdict != self._verdict:
                self._verdict = verdict
                self._draw()
                self.post_message(self.Changed())

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


def running_verdict(runs: tuple[RunState, ...]) -> Headline:
    """Return what the results of `runs` come to so far."""
    return headline(label_runs(runs))
