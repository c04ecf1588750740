"""Keeps a run's newest checkpoint: after every epoch, at every stop, and within an epoch that is long."""

import time
from collections.abc import Callable
from typing import Final

from core.config.run_config import RunConfig
from core.errors import InputError
from core.runs.checkpoint_file import Checkpoint, Origin
from core.runs.event_codec import to_line
from core.runs.events import Emit, EpochEnded, Evaluated, Event, Record, StepsDone
from core.runs.life_events import RunRestarted
from core.training.native.library import native_library
from core.training.native.network import FusedNetwork
from core.training.setup import PreparedRun
from core.training.training_state import TrainingState
from core.worker.checkpoint_writer import Keeper
from core.worker.going_on import Told, history_events
from core.worker.kept_weights import KeptWeights
from core.worker.session import Session

_EPOCHS_OF_STEPS: Final = 2  # before the one under way; a torn end of the event file reaches no further


class Checkpoints:
    """Gives the checkpoints of one run to `keeper`; `every` is the most seconds between two while it trains.

    The weights that are wanted for themselves are `kept`. `emit` is to be called for all that the run has to
    say: a checkpoint holds what tells of the epochs before it.
    """

    def __init__(
        self,
        keeper: Keeper,
        emit: Emit,
        every: float,
        kept: KeptWeights,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keeper = keeper
        self._emit = emit
        self._every = every
        self._kept = kept
        self._clock = clock
        self._saved_at = clock()
        self._history: list[Told] = []
        self._run: PreparedRun | None = None
        self._origin: Origin | None = None

    def emit(self, event: Event) -> None:
        """Pass an event on, and keep it where a later worker might have to tell it again."""
        if isinstance(event, Told):
            if isinstance(event, EpochEnded):
                self._history = [own for own in self._history if not _is_old(own, event.epoch)]
            if isinstance(event, RunRestarted):
                self._history = [own for own in self._history if _stands(own, event.epoch)]
            self._history.append(event)
        self._emit(event)

    def begin(self, run: PreparedRun, origin: Origin, checkpoint: Checkpoint | None) -> int:
        """Let `run` go on from `checkpoint`, if there is one; return how many of its epochs are over.

        Raises:
            InputError: it cannot go on with the same bits here; the message says why and what would be right.
        """
        self._run, self._origin, self._saved_at = run, origin, self._clock()
        if checkpoint is None:
            return 0
        if differences := checkpoint.origin.differences(origin):
            raise _not_here(", ".join(differences))
        try:
            run.trainer.go_on(TrainingState.from_bytes(checkpoint.state))
        except ValueError as error:
            raise _not_here(str(error)) from error
        self._history = list(history_events(checkpoint.history))
        self._kept.know(event for event in self._history if isinstance(event, Evaluated))
        return checkpoint.epoch - 1

    def save_if_due(self) -> None:
        """Save within an epoch, where the last checkpoint is old."""
        if self._clock() - self._saved_at >= self._every:
            self.save()

    def save_epoch(self, test: Evaluated) -> None:
        """Save what is to be kept of an epoch that is over, and gave `test`."""
        if self._run is not None:
            self._kept.take(self._run.network, self._run.trainer.scale, test)
        self._save(evaluated=True)

    def save(self) -> None:
        """Save how training stands between two steps, or before the evaluation of its epoch is done."""
        self._save(evaluated=False)

    def save_in_the_end(self, poll_commands: Callable[[], object]) -> None:
        """Wait until the last epoch is saved; `poll_commands` is called meanwhile, and may end it."""
        self._keeper.keep_in_the_end(poll_commands)

    def _save(self, *, evaluated: bool) -> None:
        if self._run is None or self._origin is None:
            return
        self._saved_at = self._clock()
        state = self._run.trainer.state(evaluated=evaluated)
        checkpoint = Checkpoint(
            origin=self._origin,
            epoch=state.epoch,
            step=state.step,
            seconds=state.seconds,
            history=tuple(to_line(Record(0, 0.0, own)) for own in self._history if _stands(own, state.epoch)),
            state=state.to_bytes(),
        )
        self._keeper.keep(checkpoint)


def origin_of(config: RunConfig, session: Session, run: PreparedRun) -> Origin:
    """Return what the checkpoints of `run` are made with."""
    return Origin(
        config=config,
        recipe=config.recipe,
        fingerprint=session.data.fingerprint,
        device=session.environment.device,
        device_name=session.environment.device_name,
        instructions=session.environment.instruction_set,
        layers=f"C++ {native_library().identity}" if isinstance(run.forward, FusedNetwork) else "torch's",
        versions=session.environment.versions,
    )


def _is_old(event: Told, epoch: int) -> bool:
    return isinstance(event, StepsDone) and event.epoch <= epoch - _EPOCHS_OF_STEPS


def _stands(event: Told, epoch: int) -> bool:
    """Tell whether an event is not taken back where `epoch` is to be trained, or to be gone on with."""
    return event.epoch < epoch or (isinstance(event, RunRestarted) and event.epoch == epoch)


def _not_here(reason: str) -> InputError:
    return InputError(
        f"the run cannot go on as it began: {reason}; go on where it is the same, or train it from scratch"
    )
