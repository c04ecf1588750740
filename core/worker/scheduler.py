"""Which run of a suite trains when: in the suite's order, as many at once as is wanted."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Final

from core.config.devices import EngineKind
from core.errors import EXIT_BAD_INPUT, EXIT_FAILED, EXIT_STOPPED
from core.runs.folder import SuiteFolder
from core.runs.life_events import (
    Fault,
    RunDiverged,
    RunEnd,
    RunFailed,
    RunFinished,
    RunNotLengthened,
    RunStopped,
)
from core.worker.awake_clock import AwakeClock
from core.worker.cluster.engine import ClusterEngine
from core.worker.cluster.joining import joined
from core.worker.cluster.nodes import Cluster
from core.worker.devices import Machine
from core.worker.ending import Ending
from core.worker.heart import Heart
from core.worker.job import Job
from core.worker.local_engine import LocalEngine
from core.worker.orders import SuiteOrders
from core.worker.session_cache import machine_here

_LOOK_SECONDS: Final = 0.25  # between two looks whether a run is to be tried again while others train

_MOST_THREADS: Final = 256  # where a cluster trains, one that follows each run; few where it is this machine


class Scheduler:
    """Trains what is queued of the suite in `folder`, each run in a thread of its own.

    They train on what `machine` has, or where the suite says so on the cluster that `join` gives.

    Threads and not processes: torch and the images are in memory once. They get in each other's way little:
    the kernels, where the time goes, run without Python's lock.
    """

    def __init__(
        self,
        folder: SuiteFolder,
        machine: Callable[[], Machine] = machine_here,
        join: Callable[[str | None], Cluster] = joined,
    ) -> None:
        self._folder = folder
        self._suite = folder.config()
        self._orders = SuiteOrders(folder, self._suite.names)
        suite, address = self._suite, self._suite.address
        self._engine = (
            LocalEngine(suite, self._make_room, machine)
            if suite.engine is EngineKind.LOCAL
            else ClusterEngine(suite, self._make_room, lambda: join(address))
        )
        self._clock = AwakeClock()
        self._threads = ThreadPoolExecutor(_MOST_THREADS)
        self._changing = Lock()  # guards what follows: the thread that opens the session begins runs, too
        self._jobs: dict[Future[Ending], str] = {}
        self._ended: SimpleQueue[Future[Ending]] = SimpleQueue()
        self._ends = False
        self._status = 0
        self._broken: BaseException | None = None

    def terminate(self) -> None:
        """End the suite as soon as each run looks; safe to call from a signal handler."""
        self._orders.terminate()

    def train(self) -> int:
        """Train what is queued, and what is queued meanwhile; return the exit status.

        One that fails keeps neither the next from its turn nor its neighbours from their end.

        Raises:
            OSError: an event file could not be written; raised when its neighbours have ended.
        """
        with self._orders.at_work(lambda: self._status):
            with Heart(self._clock, self._orders.beat), closing(self._engine), self._threads:
                self._begin()
                while self._jobs:
                    self._await_end()
                    self._begin()  # also after the last run: somebody may have asked in the meantime
            if self._broken is not None:
                raise self._broken
        return self._status

    def _begin(self) -> None:
        """Begin queued runs, as many as there is room for."""
        with self._changing:
            while not self._ends and len(self._jobs) < self._orders.max_concurrent:
                # one that is asked for again may still be closing its event file
                taken = self._orders.take(busy=self._jobs.values())
                if taken is None:
                    return
                future = self._threads.submit(self._run_job, taken.run, fresh=taken.fresh)
                self._jobs[future] = taken.run
                future.add_done_callback(self._ended.put)

    def _run_job(self, name: str, *, fresh: bool) -> Ending:
        job = Job(
            name,
            self._suite,
            self._folder.run(name),
            self._orders,
            fresh=fresh,
            engine=self._engine,
            neighbours=self._neighbours,
            clock=self._clock,
        )
        return job.run()

    def _make_room(self, at_once: int) -> None:
        """Let `at_once` runs be under way; called by one of them."""
        self._orders.set_max_concurrent(at_once)
        self._begin()

    def _neighbours(self, name: str) -> list[str]:
        with self._changing:
            return [other for other in self._jobs.values() if other != name]

    def _await_end(self) -> None:
        """Wait a little for a run to end, and take down how it did."""
        try:
            future = self._ended.get(timeout=_LOOK_SECONDS)
        except Empty:
            return
        with self._changing:
            name = self._jobs.pop(future)
        error = future.exception()
        if error is not None:
            self._broken, self._ends = error, True
            self._orders.give_up()
            return
        ending = future.result()
        self._status = max(self._status, _status(ending.event))
        self._ends = self._ends or ending.suite
        if ending.epochs is not None:
            self._plan(name, ending.epochs)

    def _plan(self, name: str, epochs: int) -> None:
        """Plan `epochs` epochs for a run again, which was to have more."""
        self._suite = self._suite.lengthened([name], epochs)
        with suppress(OSError):  # then the next try to go on with the suite is one to have more of them
            self._folder.write_config(self._suite)


def _status(end: RunEnd) -> int:
    match end:
        case RunFinished():
            return 0
        case RunStopped():
            return EXIT_STOPPED
        case RunFailed(fault=Fault.INPUT) | RunNotLengthened(fault=Fault.INPUT):
            return EXIT_BAD_INPUT
        case RunDiverged() | RunFailed() | RunNotLengthened():
            return EXIT_FAILED
