"""One try at training a run: from its first event to its last, whatever happens between."""

from collections.abc import Callable

from core.config.suite_config import SuiteConfig
from core.runs.events import Event, Phase, PhaseChanged
from core.runs.folder import RunFolder
from core.runs.life_events import RunFailed, RunNotLengthened
from core.runs.patient_log import PatientWriter
from core.worker.awake_clock import AwakeClock
from core.worker.ending import Ending, ending_of
from core.worker.engine import Cell, Engine
from core.worker.going_on import Beginning, beginning
from core.worker.last_word import last_word
from core.worker.orders import Orders, SuiteOrders


class Job:
    """Trains one run of `suite` by `engine`, into its event file, in whatever thread calls it.

    With `fresh` it begins anew though there is a checkpoint. `neighbours` names the runs that are under way
    beside it.
    """

    def __init__(  # noqa: PLR0913 - the parts of a run, each by its name
        self,
        name: str,
        suite: SuiteConfig,
        folder: RunFolder,
        orders: SuiteOrders,
        *,
        fresh: bool,
        engine: Engine,
        neighbours: Callable[[str], list[str]],
        clock: AwakeClock,
    ) -> None:
        self._name = name
        self._config = suite.config_of(name)
        self._folder = folder
        self._fresh = fresh
        self._suite = suite
        self._suite_orders = orders
        self._orders = Orders(orders, self._name, self._paused, clock)
        self._engine = engine
        self._neighbours = neighbours
        self._clock = clock
        self._write: Callable[[Event], object] = lambda _event: None
        self._phase = Phase.IMPORT
        self._trains = False

    def run(self) -> Ending:
        """Train the run, from its checkpoint if it has one and is not to be fresh.

        Raises:
            OSError: its event file cannot be written.
        """
        name = self._name
        begins = beginning(name, self._config, self._folder, self._suite.command, fresh=self._fresh)
        with PatientWriter(self._folder.events, last_word, give_up=self._suite_orders.is_ending) as log:
            self._write = log.write
            try:
                for event in begins.events:
                    log.write(event)
                ending = self._ending(begins)
            finally:
                self._suite_orders.end(name)  # before the last event: who reads that may ask for a retry
            log.write(ending.event)
        return ending

    def _ending(self, begins: Beginning) -> Ending:
        cell = Cell(
            name=self._name,
            suite=self._suite,
            folder=self._folder,
            orders=self._orders,
            emit=self._emit,
            clock=self._clock,
            neighbours=lambda: self._neighbours(self._name),
            going_on=begins.checkpoint,
        )
        ending = ending_of(
            lambda: self._engine.train(cell),
            self._config,
            self._emit,
            goes_on=begins.checkpoint is not None,
        )
        failed = ending.event
        if begins.finished is None or self._trains or not isinstance(failed, RunFailed):
            return ending
        end = RunNotLengthened(error=failed.error, fault=failed.fault, traceback=failed.traceback)
        return Ending(end, ending.suite, begins.finished)

    def _paused(self, begins: bool) -> None:  # noqa: FBT001 - the callable's only argument
        self._write(PhaseChanged(phase=Phase.PAUSED if begins else self._phase))

    def _emit(self, event: Event) -> None:
        """Write an event."""
        self._write(event)
        if isinstance(event, PhaseChanged):
            self._phase = event.phase
            self._trains = self._trains or event.phase is Phase.TRAIN
