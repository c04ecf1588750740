"""What becomes of a run's state as it begins, goes on and ends; `core.runs.run_reducer` applies the rules."""

from dataclasses import replace
from functools import singledispatch
from typing import Final

from core.runs.life_events import (
    LifeEvent,
    RunDiverged,
    RunFailed,
    RunFinished,
    RunLengthened,
    RunLost,
    RunNotLengthened,
    RunRestarted,
    RunResumed,
    RunStarted,
    RunStopped,
)
from core.runs.run_state import End, EpochResult, Outcome, RunState

_MOST_NOTICES: Final = 200


@singledispatch
def after_life_event(event: LifeEvent, state: RunState, time: float) -> RunState:
    """Return `state` changed by `event`, which happened at `time` (Unix seconds)."""
    raise TypeError(f"no rule for {type(event).__name__} at {time} in {state.name}")


@after_life_event.register
def _(event: RunStarted, state: RunState, time: float) -> RunState:
    # from nothing: a run tried again in the same file has lived once before
    return RunState(state.name, Outcome.RUNNING, state.planned, started=event, started_at=time)


@after_life_event.register
def _(event: RunLengthened, state: RunState, _time: float) -> RunState:
    if state.started is None:
        return state
    started = replace(state.started, config=replace(state.started.config, epochs=event.epochs))
    words = f"trained longer than planned: from epoch {event.planned + 1} on, to {event.epochs} epochs in all"
    finished = state if state.outcome is Outcome.FINISHED else None
    longer = replace(state, started=started, lengthened=(*state.lengthened, event), as_finished=finished)
    return noted(longer, words)


@after_life_event.register
def _(event: RunResumed, state: RunState, time: float) -> RunState:
    epochs, steps = _before(event.epoch, state)
    as_it_was = len(epochs) == len(state.epochs)
    return RunState(
        state.name,
        Outcome.RUNNING,
        state.planned,
        started=state.started,
        started_at=state.started_at,
        went_on_at=time,
        environment=state.environment,
        data=state.data,
        model=state.model,
        epoch=len(epochs),
        step_losses=state.step_losses.cut(steps),
        step_accuracies=state.step_accuracies.cut(steps),
        epochs=epochs,
        device_history=state.device_history.cut(steps),
        samples=state.samples,
        watched=state.watched,
        answers=state.answers if as_it_was else None,
        normalization=state.normalization if as_it_was else None,
        misclassified=state.misclassified if as_it_was else None,
        checkpoint=state.checkpoint,
        notices=_with(state.notices, _where_it_goes_on(event)),
        stints=(*state.stints, *state.under_way),
        resumed=event,
        lengthened=state.lengthened,
        as_finished=state.as_finished,
        restarts=tuple(restart for restart in state.restarts if restart.epoch < event.epoch),
    )


@after_life_event.register
def _(event: RunRestarted, state: RunState, _time: float) -> RunState:
    epochs, steps = _before(event.epoch, state)
    state = replace(
        state,
        epoch=len(epochs),
        epoch_steps=0,
        step_losses=state.step_losses.cut(steps),
        step_accuracies=state.step_accuracies.cut(steps),
        epochs=epochs,
        device_history=state.device_history.cut(steps),
        restarts=(*state.restarts, event),
    )
    where = "of the test images" if event.step is None else f"at step {event.step + 1}"
    words = f"the loss {where} in epoch {event.epoch} was {event.loss:.3g}: back to the epoch's beginning"
    return noted(state, f"{words} at half the rate, {event.learning_rate:.3g} (restart {event.times})")


@after_life_event.register
def _(_event: RunFinished, state: RunState, _time: float) -> RunState:
    return _ended(state, Outcome.FINISHED, state.end)


@after_life_event.register
def _(event: RunStopped, state: RunState, _time: float) -> RunState:
    return _ended(state, Outcome.STOPPED, event)


@after_life_event.register
def _(event: RunDiverged, state: RunState, _time: float) -> RunState:
    return _ended(state, Outcome.DIVERGED, event)


@after_life_event.register
def _(event: RunFailed, state: RunState, _time: float) -> RunState:
    return _ended(state, Outcome.FAILED, event)


@after_life_event.register
def _(event: RunNotLengthened, state: RunState, _time: float) -> RunState:
    finished = state.as_finished or state
    known = replace(finished, notices=state.notices, end=event)
    return noted(known, f"could not be trained longer: {event.error}")


@after_life_event.register
def _(event: RunLost, state: RunState, _time: float) -> RunState:
    return replace(_ended(state, Outcome.LOST, event), heard_at=state.updated_at)


def _ended(state: RunState, outcome: Outcome, end: End | None) -> RunState:
    return replace(state, outcome=outcome, end=end, phase=None, as_finished=None)


def _before(epoch: int, state: RunState) -> tuple[tuple[EpochResult, ...], int]:
    """Return the whole epochs before `epoch`, and how many steps they had."""
    epochs = tuple(r for r in state.epochs if r.epoch < epoch and r.test is not None)
    return epochs, sum(result.train.batches for result in epochs)


def noted(state: RunState, text: str) -> RunState:
    """Return `state` with another notice; of very many the newest stay."""
    return replace(state, notices=_with(state.notices, text))


def _with(notices: tuple[str, ...], text: str) -> tuple[str, ...]:
    return (*notices, text)[-_MOST_NOTICES:]


def _where_it_goes_on(event: RunResumed) -> str:
    steps = f", after {event.step:,} of its steps" if event.step else ""
    return f"goes on from its checkpoint with epoch {event.training_epoch}{steps}"
