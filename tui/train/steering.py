"""What can be asked of the open suite now."""

from enum import StrEnum

from core.events import Phase
from core.follower import Snapshot
from core.run_state import Outcome, RunState

RETRIABLE = frozenset({Outcome.STOPPED, Outcome.FAILED, Outcome.LOST})


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
    never_begun = chosen.outcome is Outcome.WAITING and not snapshot.alive
    possible = {
        Steer.PAUSE: run is not None and not paused,
        Steer.RESUME: run is not None and paused,
        Steer.STOP: snapshot.alive and not suite.stopping,
        Steer.SKIP: run is not None and run.name not in suite.skipping,
        Steer.RETRY: chosen.outcome in RETRIABLE or never_begun,
        Steer.CHOOSE: len(suite.runs) > 1,
        Steer.EXPORT: any(run.started for run in suite.runs),
    }
    return frozenset(steer for steer, does in possible.items() if does)
