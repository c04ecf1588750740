"""What can be asked of the open suite now."""

from enum import StrEnum

from core.events import Phase
from core.follower import Snapshot
from core.run_state import Outcome, RunState


class Steer(StrEnum):
    """A thing to ask; the values are the names of the train screen's actions."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop_after_epoch"
    SKIP = "skip"
    RETRY = "retry"
    CHOOSE = "choose"
    EXPORT = "export"


def offered(snapshot: Snapshot, chosen: RunState) -> frozenset[Steer]:
    """Return what would do something, with `chosen` the variant that is marked."""
    suite = snapshot.state
    run = suite.current if snapshot.alive else None
    paused = suite.asked_to_pause or (run is not None and run.phase is Phase.PAUSED)
    lacks_epochs = chosen.outcome is Outcome.WAITING or chosen.outcome.can_be_retried
    taken = snapshot.alive and (suite.stopping or chosen.name in suite.queued)
    possible = {
        Steer.PAUSE: run is not None and not paused,
        Steer.RESUME: run is not None and paused,
        Steer.STOP: snapshot.alive,
        Steer.SKIP: run is not None and run.name not in suite.skipping,
        Steer.RETRY: lacks_epochs and not taken,
        Steer.CHOOSE: len(suite.runs) > 1,
        Steer.EXPORT: any(run.started for run in suite.runs),
    }
    return frozenset(steer for steer, does in possible.items() if does)
