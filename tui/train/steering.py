"""What can be asked of the open suite now."""

from enum import StrEnum

from core.runs.events import Phase
from core.runs.longer import may_be_longer
from core.runs.run_state import Outcome, RunState
from core.supervisor.follower import Snapshot


class Steer(StrEnum):
    """A thing to ask; the values are the names of the train screen's actions."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop_after_epoch"
    SKIP = "skip"
    RETRY = "retry"
    LONGER = "train_longer"
    CHOOSE = "choose"
    EXPORT = "export"


def to_skip(snapshot: Snapshot, chosen: RunState, *, in_table: bool) -> RunState | None:
    """Return what a skip ends: `chosen` where it is under way; on cards, also the only run under way.

    In a table of many runs the chosen one is where one looks; another is not ended from there.
    """
    under_way = snapshot.state.under_way if snapshot.alive else ()
    alone = len(under_way) == 1 and not in_table
    run = under_way[0] if alone else next((r for r in under_way if r.name == chosen.name), None)
    return None if run is None or run.name in snapshot.state.skipping else run


def offered(snapshot: Snapshot, chosen: RunState, *, in_table: bool) -> frozenset[Steer]:
    """Return what would do something, with `chosen` the run that is marked, in a table or among cards."""
    suite = snapshot.state
    trains = snapshot.alive and suite.under_way != ()
    paused = suite.pausing or any(run.phase is Phase.PAUSED for run in suite.under_way)
    lacks_epochs = chosen.outcome is Outcome.WAITING or chosen.outcome.can_be_retried
    taken = snapshot.alive and (suite.stopping or chosen.name in suite.queued)
    possible = {
        Steer.PAUSE: trains and not paused and not suite.stopping,
        Steer.RESUME: trains and paused,
        Steer.STOP: snapshot.alive,
        Steer.SKIP: to_skip(snapshot, chosen, in_table=in_table) is not None,
        Steer.RETRY: lacks_epochs and not taken,
        Steer.LONGER: not snapshot.alive and _may_be_longer(snapshot, chosen),
        Steer.CHOOSE: len(suite.runs) > 1,
        Steer.EXPORT: any(run.started for run in suite.runs),
    }
    return frozenset(steer for steer, does in possible.items() if does)


def _may_be_longer(snapshot: Snapshot, run: RunState) -> bool:
    checkpoint = snapshot.folder.run(run.name).checkpoint
    return may_be_longer(run.outcome, run.started, len(run.epochs), checkpoint)
