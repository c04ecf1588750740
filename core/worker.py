"""The child process: trains every run of a suite, one after the other, and writes down what happens.

Run as ``python -P -m core.worker SUITE_FOLDER [RUN...]``, or with ``--warm`` to import torch first and be
told on standard input what to train. It never prints for people: what it has to say is in the event files,
and its standard error goes to a file of the suite's folder. It lives on when the terminal that started it is
gone.
"""

import os
import signal
import sys
import traceback
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

from core.config import RunConfig
from core.control import Ended, Orders
from core.errors import EXIT_BAD_INPUT, EXIT_FAILED, EXIT_STOPPED, InputError
from core.event_log import EventWriter
from core.events import (
    DataProgressed,
    Event,
    Fault,
    Phase,
    PhaseChanged,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
)
from core.run_folder import RunFolder, SuiteFolder
from core.warm_worker import WARM_FLAG, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.session import Session

_NICENESS: Final = 5  # training yields to whoever watches it
_LOCK_SECONDS: Final = 5.0  # somebody asking whether the suite is alive holds the lock for a moment


def main(arguments: Sequence[str]) -> int:
    """Train what `arguments` name; return 0 where every run finished, 1, 2 (bad input) or 130 (stopped)."""
    with suppress(OSError):
        os.nice(_NICENESS)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # CUDA's matrix products need it to repeat
    if list(arguments) == [WARM_FLAG]:
        task = _awaited_task()
        folder, runs = SuiteFolder(Path(task.folder)), task.runs
        _write_to(folder.stderr)
    else:
        path, *names = arguments
        folder, runs = SuiteFolder(Path(path)), tuple(names) or None
    with folder.lock().acquire(timeout=_LOCK_SECONDS):
        return _Worker(folder).train(runs)


def _awaited_task() -> Task:
    """Import torch while waiting to be told what to train; end where nobody is there to tell any more."""
    pipe = os.dup(1)
    os.dup2(2, 1)  # what a library prints is none of the dashboard's business
    Thread(target=_warm_up, args=(pipe,), daemon=True).start()
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        os._exit(0)  # not sys.exit, which would wait for the import
    return Task.from_line(line)


def _warm_up(pipe: int) -> None:
    """Import what training needs, and write to the file descriptor `pipe` which devices were found."""
    import core.run  # noqa: F401, PLC0415 - slow, so not before anybody could listen
    from core.session import found_devices, only_repeatable_kernels  # noqa: PLC0415 - as above

    with suppress(BrokenPipeError), os.fdopen(pipe, "wb", buffering=0) as output:
        output.write(found_devices().to_line())
    only_repeatable_kernels()


def _write_to(file: Path) -> None:
    """Let go of the dashboard's pipes: what is printed from here on goes to `file`."""
    with file.open("ab", buffering=0) as output, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        for descriptor in (1, 2):
            os.dup2(output.fileno(), descriptor)


class _Worker:
    def __init__(self, folder: SuiteFolder) -> None:
        self._folder = folder
        self._suite = folder.config()
        self._session: Session | None = None
        self._emit: Callable[[Event], object] = lambda _event: None
        self._phase = Phase.IMPORT
        self._orders = Orders(folder.commands, self._paused)
        signal.signal(signal.SIGTERM, lambda _signal, _frame: self._orders.terminate())
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the front end's to understand
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _paused(self, begins: bool) -> None:  # noqa: FBT001 - the callable's only argument
        self._emit(PhaseChanged(phase=Phase.PAUSED if begins else self._phase))

    def train(self, runs: Sequence[str] | None) -> int:
        """Train `runs` of the suite, or all of it, and what is to be tried again; return the exit status.

        One that fails does not keep the next from its turn.
        """
        queue = deque(self._suite.names if runs is None else runs)
        status = 0
        ends_suite = False
        while queue and not ends_suite:
            end, ends_suite = self._train_run(queue.popleft())
            status = max(status, _status(end))
            # also after the last run: somebody may have asked in the meantime
            for name in self._orders.end():
                if name in self._suite.names and name not in queue:
                    queue.append(name)
            ends_suite = ends_suite or self._orders.suite_ends
        return status

    def _train_run(self, name: str) -> tuple[RunFinished | RunStopped | RunFailed, bool]:
        """Train one run into its event file; return its last event, and whether the queue is off as well."""
        run = self._folder.run(name)
        config = self._suite.runs[self._suite.names.index(name)]
        with EventWriter(run.events) as log:
            self._emit = log.write
            self._orders.begin(name)
            log.write(RunStarted(run=name, config=config, recipe=config.recipe, command=self._suite.command))
            end, ends_suite = self._end_of(config, run)
            log.write(end)
        return end, ends_suite

    def _end_of(self, config: RunConfig, run: RunFolder) -> tuple[RunFinished | RunStopped | RunFailed, bool]:
        """Train one run; return its last event, and whether the queued runs are off as well."""
        try:
            self._carry_out(config, run)
        except Ended as end:
            return RunStopped(reason=end.reason), end.suite
        except InputError as error:
            return RunFailed(error=str(error), fault=Fault.INPUT), True
        except Exception as error:  # noqa: BLE001 - whatever it is, the event file is where it is told
            line = " ".join(f"{type(error).__name__}: {error}".split())
            trace = traceback.format_exc()
            return RunFailed(error=line, fault=Fault.PROGRAM, traceback=trace), False
        return RunFinished(), False

    def _carry_out(self, config: RunConfig, run: RunFolder) -> None:
        self._tell(PhaseChanged(phase=Phase.IMPORT))
        # here, so that the first event is in the file before torch's seconds of import
        from core.run import train_run  # noqa: PLC0415
        from core.session import Session  # noqa: PLC0415

        self._orders.attend_early()
        if self._session is not None and self._session.serves(config):
            session = self._session.reopened(self._tell)
        else:
            self._session = session = Session.opened(config, self._tell)
        self._orders.attend_early()
        train_run(config, session, run, self._orders, self._tell)

    def _tell(self, event: Event) -> None:
        """Write an event; while images load, also look whether anybody wants to stop."""
        self._emit(event)
        if isinstance(event, PhaseChanged):
            self._phase = event.phase
        if isinstance(event, DataProgressed):
            self._orders.attend_early()


def _status(end: RunFinished | RunStopped | RunFailed) -> int:
    match end:
        case RunFinished():
            return 0
        case RunStopped():
            return EXIT_STOPPED
        case RunFailed(fault=Fault.INPUT):
            return EXIT_BAD_INPUT
        case RunFailed():
            return EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
