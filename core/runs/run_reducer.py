"""The pure reducer: a run's state is its events, applied one after the other."""

import math
from collections.abc import Iterable
from dataclasses import replace
from functools import reduce, singledispatch

from core.runs.event_checks import classes_named
from core.runs.events import (
    CheckpointSaved,
    DataLoaded,
    DataProgressed,
    DeviceSampled,
    EpochEnded,
    Evaluated,
    Event,
    MisclassifiedFound,
    ModelSummarised,
    Notice,
    Phase,
    PhaseChanged,
    Record,
    StepsDone,
    StoodStill,
    UnknownEvent,
)
from core.runs.evidence_events import (
    AnswersMarked,
    NormalizationShown,
    SamplesShown,
    WatchedAnswered,
    WatchedShown,
)
from core.runs.life_events import LifeEvent, RunLengthened, RunNotLengthened
from core.runs.life_rules import after_life_event, noted
from core.runs.limits import MOST_CLASSES
from core.runs.loading import Loading
from core.runs.machine_events import ArithmeticChosen, EnvironmentFound
from core.runs.parameter_norms import with_layers_of
from core.runs.run_state import EpochResult, RunState
from core.runs.step_accuracies import step_accuracies
from core.runs.suite_events import SuiteEvent
from core.runs.tracked_events import TrackedEvent


def replay(name: str, records: Iterable[Record]) -> RunState:
    """Return the state of the run `name` after all of `records`."""
    return reduce(after, records, RunState(name))


def after(state: RunState, record: Record) -> RunState:
    """Return the state after `record`."""
    event = record.event
    if not _fits(event, state):
        event = Notice(text=f"a line that contradicts those before it is left out: {type(event).__name__}")
    if math.isnan(record.time):  # an unreadable line's: as if it had come with the event before it
        return _after(event, state, state.updated_at or 0.0)
    new = _after(event, state, record.time)
    return new if new.updated_at == record.time else replace(new, updated_at=record.time)


def _fits(event: Event, state: RunState) -> bool:
    """Tell whether `event` agrees with what is known: who reads a state may count on that."""
    last = state.epochs[-1].epoch if state.epochs else 0
    fits = True
    match event:
        case EpochEnded():
            fits = event.epoch > last
        case RunLengthened():
            fits = state.started is not None and state.started.config.epochs == event.planned
        case RunNotLengthened():
            fits = state.as_finished is not None
        case DataLoaded(classes=told) | Evaluated(confusion=told):
            fits = state.class_count in (None, len(told))
        case MisclassifiedFound() | SamplesShown() | WatchedShown() | AnswersMarked():
            fits = classes_named(event) <= (state.class_count or 0)
        case WatchedAnswered():  # where they are told again, the classes may be known only after them
            fits = event.epoch == last and classes_named(event) <= (state.class_count or MOST_CLASSES)
    return fits


@singledispatch
def _after(event: Event, state: RunState, time: float) -> RunState:
    """Return `state` changed by `event`, which happened at `time` (Unix seconds)."""
    raise TypeError(f"no rule for {type(event).__name__} at {time} in {state.name}")


@_after.register
def _(event: EnvironmentFound, state: RunState, _time: float) -> RunState:
    return replace(state, environment=event)


@_after.register
def _(event: ArithmeticChosen, state: RunState, _time: float) -> RunState:
    return replace(state, arithmetic=event)


@_after.register
def _(event: PhaseChanged, state: RunState, time: float) -> RunState:
    if event.phase is Phase.TRAIN and state.phase is not Phase.PAUSED:
        epoch = len(state.epochs) + 1
        state = replace(state, epoch=epoch, epoch_steps=0, epoch_images=0, epoch_correct=0, epoch_seconds=0.0)
        if state.resumed is not None:  # steps that are told again are no measure of how fast it trains
            steps, seconds = state.resumed.step, state.resumed.seconds
            state = replace(state, resumed=None, epoch_seconds=seconds)
            return replace(state, phase=event.phase, phase_at=time, phase_step=steps, phase_seconds=seconds)
    steps, seconds = state.epoch_steps, state.epoch_seconds
    return replace(state, phase=event.phase, phase_at=time, phase_step=steps, phase_seconds=seconds)


@_after.register
def _(event: DataProgressed, state: RunState, time: float) -> RunState:
    return replace(state, loading=Loading.after(state.loading, event, time))


@_after.register
def _(event: DataLoaded, state: RunState, _time: float) -> RunState:
    return replace(state, data=event)


@_after.register
def _(event: ModelSummarised, state: RunState, _time: float) -> RunState:
    return replace(state, model=event)


@_after.register
def _(event: StepsDone, state: RunState, time: float) -> RunState:
    same_epoch = event.epoch == state.epoch
    seconds = state.epoch_seconds
    if state.phase is Phase.TRAIN and state.phase_at is not None:
        seconds = state.phase_seconds + max(0.0, time - state.phase_at)
    return replace(
        state,
        updated_at=time,  # here too, so that the commonest event costs one copy
        epoch=event.epoch,
        epoch_steps=event.first_step + len(event.losses),
        epoch_images=event.images + (state.epoch_images if same_epoch else 0),
        epoch_correct=sum(event.correct) + (state.epoch_correct if same_epoch else 0),
        epoch_seconds=seconds,
        step_losses=state.step_losses.extended(event.losses),
        step_accuracies=state.step_accuracies.extended(step_accuracies(event, state)),
    )


@_after.register
def _(event: EpochEnded, state: RunState, _time: float) -> RunState:
    if state.epochs and (norms := state.epochs[-1].train.norms) is not None:
        event = replace(event, norms=with_layers_of(norms, event.norms))
    epochs = (*state.epochs, EpochResult(event))
    # of a run that went on, what was found after an earlier epoch stood until here
    return replace(
        state, epoch=event.epoch, epochs=epochs, answers=None, normalization=None, misclassified=None
    )


@_after.register
def _(event: Evaluated, state: RunState, _time: float) -> RunState:
    epochs = tuple(replace(r, test=event) if r.epoch == event.epoch else r for r in state.epochs)
    return replace(state, epochs=epochs)


@_after.register
def _(event: DeviceSampled, state: RunState, _time: float) -> RunState:
    return replace(state, device=event, device_history=state.device_history.extended(state.steps_done, event))


@_after.register
def _(event: SamplesShown, state: RunState, _time: float) -> RunState:
    return replace(state, samples=event)


@_after.register
def _(event: WatchedShown, state: RunState, _time: float) -> RunState:
    return replace(state, watched=event)


@_after.register
def _(event: WatchedAnswered, state: RunState, _time: float) -> RunState:
    *older, last = state.epochs
    # a run can go back by an epoch; older answers nobody looks at, and they are most of what an epoch takes
    before = [older.pop()] if older else []
    forgotten = [replace(result, watched=()) if result.watched else result for result in older]
    return replace(state, epochs=(*forgotten, *before, replace(last, watched=event.answers)))


@_after.register
def _(event: AnswersMarked, state: RunState, _time: float) -> RunState:
    return replace(state, answers=event)


@_after.register
def _(event: NormalizationShown, state: RunState, _time: float) -> RunState:
    return replace(state, normalization=event)


@_after.register
def _(event: MisclassifiedFound, state: RunState, _time: float) -> RunState:
    return replace(state, misclassified=event)


@_after.register
def _(event: StoodStill, state: RunState, _time: float) -> RunState:
    state = noted(state, f"stood still for {event.seconds:.0f} s: frozen, or the machine slept; not counted")
    if state.phase_at is None:
        return state
    # as if the phase had begun so much later; what was of an earlier phase is counted no more
    seconds = min(event.seconds, max(0.0, event.until - state.phase_at))
    since = max(state.phase_seconds, state.epoch_seconds - seconds)
    return replace(state, phase_at=state.phase_at + seconds, epoch_seconds=since)


@_after.register
def _(event: CheckpointSaved, state: RunState, _time: float) -> RunState:
    return replace(state, checkpoint=event)


@_after.register
def _(event: Notice, state: RunState, _time: float) -> RunState:
    return noted(state, event.text)


@_after.register
def _(event: UnknownEvent, state: RunState, _time: float) -> RunState:
    return noted(state, f"an event this version does not know: {event.kind}")


@_after.register
def _(event: LifeEvent, state: RunState, time: float) -> RunState:
    return after_life_event(event, state, time)


@_after.register
def _(_event: SuiteEvent | TrackedEvent, state: RunState, _time: float) -> RunState:
    return state  # it stands in the suite's own log, or in another loop's, never here
