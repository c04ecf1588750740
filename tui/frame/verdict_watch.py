"""The verdict on runs that change, worked out where the screen need not wait for it."""

import asyncio
from collections.abc import Callable, Sequence

from textual.widget import Widget

from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import seed_groups
from core.results.study_verdict import StudyVerdict, study_verdict


class VerdictWatch:
    """Calls `show`, on the screen's thread, with each new verdict on the runs it was last given.

    Several seeds need scipy, which takes seconds to import for the first time: there a thread of `owner`
    works the verdict out. Without them it is there at once.
    """

    def __init__(self, owner: Widget, show: Callable[[StudyVerdict], None]) -> None:
        self._owner = owner
        self._show = show
        self._judged: tuple[object, ...] | None = None

    def follow(self, runs: Sequence[LabelledRun]) -> None:
        """Judge `runs`, unless nothing has happened to them that a verdict rests on."""
        judged = tuple(map(_rests_on, runs))
        if judged == self._judged:
            return
        self._judged = judged
        if len(seed_groups(runs)) == len(runs):
            self._show(study_verdict(runs))
            return
        self._owner.run_worker(self._judge(runs, judged), group="verdict", exclusive=True)

    async def _judge(self, runs: Sequence[LabelledRun], judged: tuple[object, ...]) -> None:
        verdict = await asyncio.to_thread(study_verdict, runs)
        if judged == self._judged:  # else newer runs are being judged
            self._show(verdict)


def _rests_on(run: LabelledRun) -> tuple[object, ...]:
    state = run.state
    return (run.label, state.outcome, state.config, state.data, state.tests, state.answers)
