"""The pure reducer: a run's state is its events, applied one after the other.

Screens, the headless display and the report read nothing else.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce, singledispatch
from typing import Final

from core.config.run_config import RunConfig
from core.runs.event_checks import classes_named
from core.runs.events import (
    CheckpointSaved,
    DataLoaded,
    DataProgressed,
    DeviceSampled,
    EnvironmentFound,
    EpochEnded,
    Evaluated,
    Event,
    MisclassifiedFound,
    ModelSummarised,
    Notice,
    Phase,
    PhaseChanged,
    Record,
    RunDiverged,
    RunFailed,
    RunFinished,
    RunLengthened,
    RunLost,
    RunRestarted,
    RunResumed,
    RunStarted,
    RunStopped,
    StepsDone,
    StoodStill,
    UnknownEvent,
)
from core.runs.evidence_events import AnswersMarked, NormalizationShown, SamplesShown
from core.runs.loading import Loading
from core.runs.step_series import StepSeries
from core.runs.suite_events import SuiteEvent

_MOST_NOTICES: Final = 200


class Outcome(StrEnum):
    """How a run stands: not started, under way, or one of five ends."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    FAILED = "failed"
    LOST = "lost"

    @property
    def ended(self) -> bool:
        """Tell whether nothing more will come."""
        return self not in (Outcome.WAITING, Outcome.RUNNING)

    @property
    def can_be_retried(self) -> bool:
        """Tell whether the run ended before its last epoch."""
        return self.ended and self is not Outcome.FINISHED

    @property
    def is_bad(self) -> bool:
        """Tell whether the run ended by itself before its last epoch."""
        return self in (Outcome.DIVERGED, Outcome.FAILED, Outcome.LOST)


@dataclass(frozen=True, slots=True)
class EpochResult:
    """One epoch: how training went, and the test images after it (None until they are evaluated)."""

    train: EpochEnded
    test: Evaluated | None = None

    @property
    def epoch(self) -> int:
        """The epoch's number, from 1."""
        return self.train.epoch

    @property
    def seconds(self) -> float:
        """How long the epoch took, its evaluation included."""
        return self.train.seconds + (self.test.seconds if self.test else 0.0)


@dataclass(frozen=True, slots=True)
class RunState:
    """Everything known of a run.

    Times are Unix seconds, epochs count from 1, steps from 0 within an epoch. The phase under way began at
    `phase_at`, when `phase_step` steps of the epoch were done in `phase_seconds`; like `epoch_seconds`, these
    are seconds of training, up to the last step that was reported. Accuracies are shares, 0 to 1. `planned`
    is what the suite says the run is made from, where a suite was read. `stalled` says why nothing comes any
    more from a worker that lives: whoever watches it found that out, no event tells it; else it is empty. Of
    a run that was lost, `heard_at` is when it was last heard of. One that was resumed last went on at
    `went_on_at`; `stints` are when it was under way before, each from its beginning to its end, and `resumed`
    tells where it goes on, until it does. `lengthened` tells each time that it got more epochs than it had
    finished; `started` then has them all. `restarts` tells each time that it went back at half the rate.
    """

    name: str
    outcome: Outcome = Outcome.WAITING
    planned: RunConfig | None = None
    started: RunStarted | None = None
    started_at: float | None = None
    updated_at: float | None = None
    phase: Phase | None = None
    phase_at: float | None = None
    phase_step: int = 0
    phase_seconds: float = 0.0
    environment: EnvironmentFound | None = None
    loading: Loading | None = None
    data: DataLoaded | None = None
    model: ModelSummarised | None = None
    epoch: int = 0
    epoch_steps: int = 0
    epoch_images: int = 0
    epoch_correct: int = 0
    epoch_seconds: float = 0.0
    step_losses: StepSeries = StepSeries()
    step_accuracies: StepSeries = StepSeries()
    epochs: tuple[EpochResult, ...] = ()
    device: DeviceSampled | None = None
    samples: SamplesShown | None = None
    answers: AnswersMarked | None = None
    normalization: NormalizationShown | None = None
    misclassified: MisclassifiedFound | None = None
    checkpoint: CheckpointSaved | None = None
    notices: tuple[str, ...] = ()
    stalled: str = ""
    end: RunStopped | RunDiverged | RunFailed | RunLost | None = None
    heard_at: float | None = None
    went_on_at: float | None = None
    stints: tuple[tuple[float, float], ...] = ()
    resumed: RunResumed | None = None
    lengthened: tuple[RunLengthened, ...] = ()
    restarts: tuple[RunRestarted, ...] = ()

    def apply(self, record: Record) -> "RunState":
        """Return the state after `record`."""
        event = record.event
        if not _fits(event, self):
            event = Notice(
                text=f"a line that contradicts those before it is left out: {type(event).__name__}"
            )
        if math.isnan(record.time):  # an unreadable line's: as if it had come with the event before it
            return _after(event, self, self.updated_at or 0.0)
        state = _after(event, self, record.time)
        return state if state.updated_at == record.time else replace(state, updated_at=record.time)

    @property
    def config(self) -> RunConfig | None:
        """What the run is made from: as it started, else as it is planned; None where neither is known."""
        return self.started.config if self.started else self.planned

    @property
    def under_way(self) -> tuple[tuple[float, float], ...]:
        """From when to when the run has been under way since it last began or went on; empty before."""
        began_at = self.started_at if self.went_on_at is None else self.went_on_at
        heard_at = self.heard_at if self.outcome is Outcome.LOST else self.updated_at
        return () if began_at is None or heard_at is None else ((began_at, heard_at),)

    @property
    def class_count(self) -> int | None:
        """How many classes the images have; None until the run has told or tested them."""
        if self.data is not None:
            return len(self.data.classes)
        tests = self.tests
        return len(tests[-1].confusion) if tests else None

    @property
    def steps_an_epoch(self) -> int | None:
        """Batches in one epoch; None until the images are loaded."""
        if self.data is None or self.started is None:
            return None
        return -(-self.data.train_images // self.started.config.batch_size)

    @property
    def steps_a_second(self) -> float | None:
        """How fast the epoch under way trains, pauses left out; None while it does not."""
        if self.stalled or self.phase is not Phase.TRAIN or self.phase_at is None or self.updated_at is None:
            return None
        seconds, steps = self.updated_at - self.phase_at, self.epoch_steps - self.phase_step
        return steps / seconds if steps > 0 and seconds > 0 else None

    @property
    def diverged_at(self) -> float | None:
        """The place of the loss that ended the run, in epochs from its begin; None where none did.

        The first epoch lies between 0 and 1; a test loss is at its end.
        """
        if not isinstance(self.end, RunDiverged) or self.outcome is not Outcome.DIVERGED:
            return None
        if self.end.step is None or not self.steps_an_epoch:
            return float(self.end.epoch)
        return self.end.epoch - 1 + (self.end.step + 1) / self.steps_an_epoch

    @property
    def tests(self) -> tuple[Evaluated, ...]:
        """What each evaluated epoch gave on the test images."""
        return tuple(result.test for result in self.epochs if result.test is not None)

    @property
    def last_accuracy(self) -> float | None:
        """Test accuracy, 0 to 1, after the last evaluated epoch."""
        tests = self.tests
        return tests[-1].accuracy if tests else None

    @property
    def flip_averaged_accuracy(self) -> float | None:
        """Flip-averaged accuracy, 0 to 1, after the last evaluated epoch; None where it was not asked for."""
        return self.tests[-1].flip_averaged_accuracy if self.tests else None

    @property
    def best_accuracy(self) -> float | None:
        """The highest test accuracy, 0 to 1, of all epochs; chosen on the test images, so never a result."""
        return max((test.accuracy for test in self.tests), default=None)


def replay(name: str, records: Iterable[Record]) -> RunState:
    """Return the state of the run `name` after all of `records`."""
    return reduce(RunState.apply, records, RunState(name))


def _fits(event: Event, state: RunState) -> bool:
    """Tell whether `event` agrees with what is known: who reads a state may count on that."""
    match event:
        case EpochEnded():
            return not state.epochs or event.epoch > state.epochs[-1].epoch
        case RunLengthened():
            return state.started is not None and state.started.config.epochs == event.planned
        case DataLoaded(classes=classes) | Evaluated(confusion=classes):
            return state.class_count in (None, len(classes))
        case MisclassifiedFound() | SamplesShown() | AnswersMarked():
            return classes_named(event) <= (state.class_count or 0)
        case _:
            return True


@singledispatch
def _after(event: Event, state: RunState, time: float) -> RunState:
    """Return `state` changed by `event`, which happened at `time` (Unix seconds)."""
    raise TypeError(f"no rule for {type(event).__name__} at {time} in {state.name}")


@_after.register
def _(event: RunStarted, state: RunState, time: float) -> RunState:
    # from nothing: a run tried again in the same file has lived once before
    return RunState(state.name, Outcome.RUNNING, state.planned, started=event, started_at=time)


@_after.register
def _(event: EnvironmentFound, state: RunState, _time: float) -> RunState:
    return replace(state, environment=event)


@_after.register
def _(event: RunLengthened, state: RunState, _time: float) -> RunState:
    if state.started is None:
        return state
    started = replace(state.started, config=replace(state.started.config, epochs=event.epochs))
    words = f"trained longer than planned: from epoch {event.planned + 1} on, to {event.epochs} epochs in all"
    return _noted(replace(state, started=started, lengthened=(*state.lengthened, event)), words)


@_after.register
def _(event: RunResumed, state: RunState, time: float) -> RunState:
    epochs, steps = _before(event.epoch, state)
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
        samples=state.samples,
        checkpoint=state.checkpoint,
        notices=_with(state.notices, _where_it_goes_on(event)),
        stints=(*state.stints, *state.under_way),
        resumed=event,
        lengthened=state.lengthened,
        restarts=tuple(restart for restart in state.restarts if restart.epoch < event.epoch),
    )


@_after.register
def _(event: RunRestarted, state: RunState, _time: float) -> RunState:
    epochs, steps = _before(event.epoch, state)
    state = replace(
        state,
        epoch=len(epochs),
        epoch_steps=0,
        step_losses=state.step_losses.cut(steps),
        step_accuracies=state.step_accuracies.cut(steps),
        epochs=epochs,
        restarts=(*state.restarts, event),
    )
    where = "of the test images" if event.step is None else f"at step {event.step + 1}"
    words = f"the loss {where} in epoch {event.epoch} was {event.loss:.3g}: back to the epoch's beginning"
    return _noted(state, f"{words} at half the rate, {event.learning_rate:.3g} (restart {event.times})")


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
        step_accuracies=state.step_accuracies.extended(_accuracies(event, state)),
    )


@_after.register
def _(event: EpochEnded, state: RunState, _time: float) -> RunState:
    return replace(state, epoch=event.epoch, epochs=(*state.epochs, EpochResult(event)))


@_after.register
def _(event: Evaluated, state: RunState, _time: float) -> RunState:
    epochs = tuple(replace(r, test=event) if r.epoch == event.epoch else r for r in state.epochs)
    return replace(state, epochs=epochs)


@_after.register
def _(event: DeviceSampled, state: RunState, _time: float) -> RunState:
    return replace(state, device=event)


@_after.register
def _(event: SamplesShown, state: RunState, _time: float) -> RunState:
    return replace(state, samples=event)


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
    state = _noted(state, f"stood still for {event.seconds:.0f} s: frozen, or the machine slept; not counted")
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
    return _noted(state, event.text)


@_after.register
def _(event: UnknownEvent, state: RunState, _time: float) -> RunState:
    return _noted(state, f"an event this version does not know: {event.kind}")


@_after.register
def _(_event: SuiteEvent, state: RunState, _time: float) -> RunState:
    return state  # it stands in the suite's own log, never here


@_after.register
def _(_event: RunFinished, state: RunState, _time: float) -> RunState:
    return replace(state, outcome=Outcome.FINISHED, phase=None)


@_after.register
def _(event: RunStopped, state: RunState, _time: float) -> RunState:
    return replace(state, outcome=Outcome.STOPPED, end=event, phase=None)


@_after.register
def _(event: RunDiverged, state: RunState, _time: float) -> RunState:
    return replace(state, outcome=Outcome.DIVERGED, end=event, phase=None)


@_after.register
def _(event: RunFailed, state: RunState, _time: float) -> RunState:
    return replace(state, outcome=Outcome.FAILED, end=event, phase=None)


@_after.register
def _(event: RunLost, state: RunState, _time: float) -> RunState:
    return replace(state, outcome=Outcome.LOST, end=event, phase=None, heard_at=state.updated_at)


def _before(epoch: int, state: RunState) -> tuple[tuple[EpochResult, ...], int]:
    """Return the whole epochs before `epoch`, and how many steps they had."""
    epochs = tuple(r for r in state.epochs if r.epoch < epoch and r.test is not None)
    return epochs, sum(result.train.batches for result in epochs)


def _accuracies(event: StepsDone, state: RunState) -> list[float]:
    """Return each step's accuracy, 0 to 1: batches are full, the epoch's last one has what is left."""
    full = _batch_size(event, state) or math.nan  # a damaged line must not end the replay
    last = event.images - full * (len(event.correct) - 1)
    shares = [correct / full for correct in event.correct]
    shares[-1:] = [correct / last if last > 0 else math.nan for correct in event.correct[-1:]]
    return shares


def _batch_size(event: StepsDone, state: RunState) -> float:
    """Return how many images a full batch has; the mean of the range where nothing tells it apart."""
    if state.started is not None:
        return state.started.config.batch_size
    if 0 < event.first_step == state.epoch_steps and event.epoch == state.epoch:
        return state.epoch_images / state.epoch_steps  # no range but an epoch's last has a smaller batch
    return event.images / max(len(event.correct), 1)


def _noted(state: RunState, text: str) -> RunState:
    return replace(state, notices=_with(state.notices, text))


def _with(notices: tuple[str, ...], text: str) -> tuple[str, ...]:
    return (*notices, text)[-_MOST_NOTICES:]


def _where_it_goes_on(event: RunResumed) -> str:
    steps = f", after {event.step:,} of its steps" if event.step else ""
    return f"goes on from its checkpoint with epoch {event.training_epoch}{steps}"
