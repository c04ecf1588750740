"""One try at training a run: from its first event to its last, whatever happens between."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass

from core.config.run_config import RunConfig
from core.errors import InputError
from core.runs.concurrency import SIDE_BY_SIDE
from core.runs.event_log import EventWriter
from core.runs.events import (
    DataProgressed,
    Event,
    Fault,
    Notice,
    Phase,
    PhaseChanged,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
)
from core.runs.folder import RunFolder
from core.worker.orders import Ended, Orders, SuiteOrders
from core.worker.session_cache import SessionCache


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended, and whether the queued ones are off as well."""

    event: RunFinished | RunStopped | RunFailed
    suite: bool


class Job:
    """Trains one run into its event file, in whatever thread calls it.

    `neighbours` names the runs that train beside it, once `sessions` has given the session.
    """

    def __init__(
        self,
        name: str,
        config: RunConfig,
        folder: RunFolder,
        orders: SuiteOrders,
        *,
        sessions: SessionCache,
        neighbours: Callable[[str], list[str]],
    ) -> None:
        self._name = name
        self._config = config
        self._folder = folder
        self._suite_orders = orders
        self._orders = Orders(orders, self._name, self._paused)
        self._sessions = sessions
        self._neighbours = neighbours
        self._write: Callable[[Event], object] = lambda _event: None
        self._phase = Phase.IMPORT

    def run(self, command: str) -> Ending:
        """Train the run, which `command` asked for.

        Raises:
            OSError: its event file cannot be written.
        """
        name, config = self._name, self._config
        with EventWriter(self._folder.events) as log:
            self._write = log.write
            try:
                log.write(RunStarted(run=name, config=config, recipe=config.recipe, command=command))
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
        except InputError as error:
            return Ending(RunFailed(error=str(error), fault=Fault.INPUT), suite=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, the event file is where it is recorded
            line = " ".join(f"{type(error).__name__}: {error}".split())
            trace = traceback.format_exc()
            return Ending(RunFailed(error=line, fault=Fault.PROGRAM, traceback=trace), suite=False)
        return Ending(RunFinished(), suite=False)

    def _train(self) -> None:
        self._emit(PhaseChanged(phase=Phase.IMPORT))
        # here, so that the first event is in the file before torch's seconds of import
        from core.worker.training_run import train_run  # noqa: PLC0415

        self._orders.poll_commands_before_training()
        session = self._sessions.session(self._config, self._emit)
        self._orders.poll_commands_before_training()
        if others := self._neighbours(self._name):
            self._emit(Notice(text=f"{SIDE_BY_SIDE} {', '.join(others)}"))
        with session.own_stream():
            train_run(self._config, session, self._folder, self._orders, self._emit, beside=self._beside)

    def _beside(self) -> int:
        return len(self._neighbours(self._name))

    def _paused(self, begins: bool) -> None:  # noqa: FBT001 - the callable's only argument
        self._write(PhaseChanged(phase=Phase.PAUSED if begins else self._phase))

    def _emit(self, event: Event) -> None:
        """Write an event; while images load, also look whether anybody wants to stop."""
        self._write(event)
        if isinstance(event, PhaseChanged):
            self._phase = event.phase
        if isinstance(event, DataProgressed):
            self._orders.poll_commands_before_training()
