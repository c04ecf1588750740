"""One try at training a run: from its first event to its last, whatever happens between."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.config.run_config import SuiteConfig
from core.errors import InputError
from core.results.outcome_text import divergence_words
from core.runs.concurrency import SIDE_BY_SIDE, in_turn_words
from core.runs.events import Event, Notice, Phase, PhaseChanged
from core.runs.folder import RunFolder
from core.runs.life_events import RunDiverged, RunEnd, RunFailed, RunFinished, RunNotLengthened, RunStopped
from core.runs.patient_log import PatientWriter
from core.training.divergence import Diverged
from core.worker.awake_clock import AwakeClock
from core.worker.background import run_in_background
from core.worker.failure import failure
from core.worker.going_on import beginning
from core.worker.last_word import last_word
from core.worker.orders import Ended, Orders, SuiteOrders
from core.worker.session_cache import SessionCache
from core.worker.torch_import import import_torch

if TYPE_CHECKING:
    from core.runs.checkpoint_file import Checkpoint


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended, and whether the queued ones are off as well.

    One that was to have more epochs and has got none has `epochs` as before; None for any other.
    """

    event: RunEnd
    suite: bool
    epochs: int | None = None


class Job:
    """Trains one run of `suite` into its event file, in whatever thread calls it.

    With `fresh` it begins anew though there is a checkpoint. `neighbours` names the runs that train beside
    it, once `sessions` has given the session.
    """

    def __init__(  # noqa: PLR0913 - the parts of a run, each by its name
        self,
        name: str,
        suite: SuiteConfig,
        folder: RunFolder,
        orders: SuiteOrders,
        *,
        fresh: bool,
        sessions: SessionCache,
        neighbours: Callable[[str], list[str]],
        clock: AwakeClock,
    ) -> None:
        self._name = name
        self._config = suite.config_of(name)
        self._folder = folder
        self._fresh = fresh
        self._suite = suite
        self._going_on: Checkpoint | None = None
        self._finished: int | None = None
        self._suite_orders = orders
        self._orders = Orders(orders, self._name, self._paused, clock)
        self._sessions = sessions
        self._neighbours = neighbours
        self._clock = clock
        self._write: Callable[[Event], object] = lambda _event: None
        self._phase = Phase.IMPORT
        self._trains = False
        self._shares = False

    def run(self) -> Ending:
        """Train the run, from its checkpoint if it has one and is not to be fresh.

        Raises:
            OSError: its event file cannot be written.
        """
        name = self._name
        begins = beginning(name, self._config, self._folder, self._suite.command, fresh=self._fresh)
        with PatientWriter(self._folder.events, last_word, give_up=self._suite_orders.is_ending) as log:
            self._write = log.write
            self._going_on, self._finished = begins.checkpoint, begins.finished
            try:
                for event in begins.events:
                    log.write(event)
                ending = self._ending()
            finally:
                self._suite_orders.end(name)  # before the last event: who reads that may ask for a retry
            log.write(ending.event)
        return ending

    def _ending(self) -> Ending:
        try:
            self._train()
        except Ended as end:
            return Ending(RunStopped(reason=end.reason), suite=end.suite)
        except Diverged as found:
            self._emit(Notice(text=f"diverged: {divergence_words(found.epoch, found.step, found.loss)}"))
            event = RunDiverged(epoch=found.epoch, step=found.step, loss=found.loss)
            return Ending(event, suite=False)
        except Exception as error:  # noqa: BLE001 - whatever it is, the event file is where it is recorded
            # what cannot be imported now cannot be for the next run, and only the first error says why;
            # images and devices are every run's, but that this one cannot go on is its own affair
            ends_suite = isinstance(error, ImportError) or (
                isinstance(error, InputError) and self._going_on is None
            )
            return self._failed(failure(error, self._config), suite=ends_suite)
        return Ending(RunFinished(), suite=False)

    def _failed(self, event: RunFailed, *, suite: bool) -> Ending:
        if self._finished is None or self._trains:
            return Ending(event, suite)
        end = RunNotLengthened(error=event.error, fault=event.fault, traceback=event.traceback)
        return Ending(end, suite, self._finished)

    def _train(self) -> None:
        self._emit(PhaseChanged(phase=Phase.IMPORT))
        poll = self._orders.poll_commands_before_training
        run_in_background(lambda _emit: import_torch(), self._emit, poll)
        # here, so that the first event is in the file before torch's seconds of import
        from core.training.network.own_network import check_networks  # noqa: PLC0415
        from core.worker.checkpoints import Checkpoints  # noqa: PLC0415
        from core.worker.kept_weights import KeptWeights  # noqa: PLC0415
        from core.worker.training_run import train_run  # noqa: PLC0415

        self._orders.poll_commands_before_training()
        kept = KeptWeights(self._suite.keep, self._folder, self._emit)
        seconds = self._suite.checkpoint_seconds
        checkpoints = Checkpoints(self._folder.checkpoint, self._emit, seconds, kept)
        with self._sessions.session(self._config, self._emit, poll) as session, session.own_stream():
            self._orders.poll_commands_before_training()
            if (words := in_turn_words(self._suite, session.environment.device)) is not None:
                self._emit(Notice(text=words))
            if self._going_on is None:
                check_networks(self._suite.runs)
            self._beside()
            train_run(
                self._config,
                session,
                self._orders,
                checkpoints,
                going_on=self._going_on,
                clock=self._clock,
                beside=self._beside,
            )

    def _beside(self) -> int:
        """Return how many runs train beside this one, and say once who: its seconds are not its own then."""
        others = self._neighbours(self._name)
        if others and not self._shares:
            self._shares = True
            self._emit(Notice(text=f"{SIDE_BY_SIDE} {', '.join(others)}"))
        return len(others)

    def _paused(self, begins: bool) -> None:  # noqa: FBT001 - the callable's only argument
        self._write(PhaseChanged(phase=Phase.PAUSED if begins else self._phase))

    def _emit(self, event: Event) -> None:
        """Write an event."""
        self._write(event)
        if isinstance(event, PhaseChanged):
            self._phase = event.phase
            self._trains = self._trains or event.phase is Phase.TRAIN
