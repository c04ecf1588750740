"""A run as the train screen shows it, on a card or in a study's cell."""

from dataclasses import dataclass

from core.config.run_config import RunConfig
from core.runs.events import Phase
from core.runs.run_state import Outcome, RunState
from core.supervisor.follower import Snapshot
from tui.text.outcome_signs import OUTCOME_SIGNS, PAUSED_SIGN
from tui.text.wording import phase_words


@dataclass(frozen=True, slots=True)
class RunView:
    """A run, what it is made from, and whether the worker will still train it."""

    run: RunState
    config: RunConfig
    queued: bool

    @property
    def sign(self) -> tuple[str, str]:
        """How it stands, as a sign and its colour."""
        if self.run.phase is Phase.PAUSED or self.run.stalled:
            return PAUSED_SIGN
        return OUTCOME_SIGNS[self.run.outcome]

    @property
    def state_words(self) -> str:
        """What it is busy with, or how it ended."""
        run = self.run
        epochs = f"{len(run.tests)}/{self.config.epochs}"
        if self.queued and run.outcome is not Outcome.WAITING:
            return "queued again"
        match run.outcome:
            case Outcome.WAITING:
                return "waiting" if self.queued else "not started"
            case Outcome.RUNNING if run.phase in {Phase.TRAIN, Phase.EVALUATE, Phase.PAUSED}:
                halved = f", rate/{2 ** len(run.restarts)}" if run.restarts else ""
                return f"{phase_words(run)} {run.epoch}/{self.config.epochs}{halved}"
            case Outcome.RUNNING:
                return f"{phase_words(run)} …"
            case Outcome.FINISHED:
                return f"done {epochs}"
            case _:
                return f"{run.outcome} {epochs}"


def views_of(snapshot: Snapshot) -> tuple[RunView, ...]:
    """Return every run of the suite, in its order."""
    suite = snapshot.state
    queued = frozenset(suite.queued) if snapshot.alive else frozenset()
    return tuple(RunView(run, suite.config_of(run), run.name in queued) for run in suite.runs)
