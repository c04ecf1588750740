"""How a run stands, in words."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from core.runs.death import unrecorded_end
from core.runs.life_events import RunDiverged, RunFailed, RunLost, RunStopped
from core.runs.run_state import Outcome, RunState

_ENDS_FIRST: Final = sorted(Outcome, key=lambda outcome: not outcome.ended)


def outcome_words(state: RunState) -> str:
    """Say in one line how the run stands, such as "stopped after 7 of 20 epochs: Ctrl-C".

    Epochs count once they are evaluated. The words are plain text and may repeat what the run said.
    """
    if state.outcome is Outcome.WAITING:
        return "waiting, not started"
    epochs = _epochs(state)
    if (why := _why(state)) is not None:
        return f"{state.outcome} after {epochs}: {why}"
    under_way = state.outcome is Outcome.RUNNING
    return f"unfinished, {epochs} so far" if under_way else f"{state.outcome}, {epochs}"


def _why(state: RunState) -> str | None:
    """Say what ended the run before its last epoch; None where nothing did."""
    match state.end:
        case RunStopped(reason=reason) if state.outcome is Outcome.STOPPED:
            return reason
        case RunDiverged(epoch=epoch, step=step, loss=loss) if state.outcome is Outcome.DIVERGED:
            return divergence_words(epoch, step, loss)
        case RunFailed(error=error) if state.outcome is Outcome.FAILED:
            return error
        case RunLost(exit_code=code, cause=cause) if state.outcome is Outcome.LOST:
            return cause or unrecorded_end(code)
        case _:
            return None


def divergence_words(epoch: int, step: int | None, loss: float) -> str:
    """Say which loss was beyond recovery, and what to try; `step` is as in `RunDiverged`."""
    where = (
        f"the test loss after epoch {epoch}"
        if step is None
        else f"the loss at step {step + 1} of epoch {epoch}"
    )
    return f"{where} was {loss:.3g}; a lower learning rate (--lr) may help"


def group_words(states: Sequence[RunState]) -> str:
    """Say in one line how several runs stand, such as "5 finished, 1 failed, 2 waiting"."""
    words = {outcome_words(state) for state in states}
    if len(words) == 1:
        return words.pop()
    counts = Counter(state.outcome for state in states)
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in _ENDS_FIRST if counts[outcome])


def _epochs(state: RunState) -> str:
    evaluated = len(state.tests)
    wanted = state.started.config.epochs if state.started else None
    planned = f" ({state.lengthened[0].planned} were planned)" if state.lengthened else ""
    halved = f" at a rate halved {times(len(state.restarts))}" if state.restarts else ""
    return f"{evaluated} epochs" if wanted is None else f"{evaluated} of {wanted} epochs{planned}{halved}"


def times(count: int) -> str:
    """Say how often."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
