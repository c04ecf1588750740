"""The child process: trains every run of a suite, and writes down what happens.

Run as ``python -P -m core.worker SUITE_FOLDER``, or with ``--warm`` to import torch first and read the folder
from standard input. What is to be trained stands in the suite's log. It never prints for people: what it has
to say is in the event files, and its standard error goes to a file of the suite's folder. It lives on when
the terminal that started it is gone.
"""

import faulthandler
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Final, NoReturn

from core.config.devices import Device
from core.errors import EXIT_FAILED
from core.runs.folder import SuiteFolder
from core.runs.handshake import WARM_FLAG, Task
from core.runs.safe_files import open_to_append
from core.runs.write_trouble import FolderError, trouble_words
from core.worker.last_word import last_word
from core.worker.scheduler import Scheduler
from core.worker.torch_import import import_torch

_NICENESS: Final = 5  # training yields to whoever watches it
_OF_THE_SESSION: Final = Path("/proc/self/autogroup")
_LOCK_SECONDS: Final = 5.0  # somebody asking whether the suite is alive holds the lock for a moment


def main(arguments: Sequence[str]) -> int:
    """Train the suite that is named; return 0 where all finished, else 1, 2 (input) or 130 (stopped)."""
    faulthandler.enable()  # of a crash in C++, the traceback is in the suite's folder
    _yield_to_others()
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # CUDA's matrix products need it to repeat
    if list(arguments) == [WARM_FLAG]:
        folder = SuiteFolder(Path(_awaited_task().folder))
        _write_to(folder.stderr)
    else:
        (path,) = arguments
        folder = SuiteFolder(Path(path))
    try:
        lock = folder.lock().acquire(timeout=_LOCK_SECONDS)
    except TimeoutError:  # without a traceback, which would stand among the other worker's last lines
        sys.stderr.write(f"{folder.path}: another worker is at work; this one leaves\n")
        return EXIT_FAILED
    except OSError as error:
        last_word(trouble_words(folder.path, error))
        return EXIT_FAILED
    with lock:
        scheduler = Scheduler(folder)
        _install_signal_handlers(scheduler)
        try:
            return scheduler.train()
        except FolderError as error:  # told in words, which a traceback would bury
            last_word(str(error))
            return EXIT_FAILED


def _yield_to_others() -> None:
    """Be less urgent than whoever watches: this process, and on Linux its session.

    Linux may share the processor among sessions first (autogroup), and then a process's niceness counts only
    beside those of its own session, where the worker is alone.
    """
    with suppress(OSError):
        niceness = os.nice(_NICENESS)
        if os.getsid(0) == os.getpid():  # else it is the session of whoever started this by hand
            _OF_THE_SESSION.write_text(str(niceness), encoding="ascii")


def _awaited_task() -> Task:
    """Import torch while waiting for a task on standard input; end where nobody is left to give one."""
    pipe = os.dup(1)
    os.dup2(2, 1)  # what a library prints is none of the dashboard's business
    Thread(target=_warm_up, args=(pipe,), daemon=True).start()
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        os._exit(0)  # not sys.exit, which would wait for the import
    return Task.from_line(line)


def _warm_up(pipe: int) -> None:
    """Import what training needs, and write to the file descriptor `pipe` which devices were found."""
    import_torch()
    from core.training.native.library import is_available  # noqa: PLC0415 - torch has to be there
    from core.worker.session import found_devices, only_repeatable_kernels  # noqa: PLC0415 - likewise

    found = found_devices()
    with suppress(BrokenPipeError), os.fdopen(pipe, "wb", buffering=0) as output:
        output.write(found.to_line())
    only_repeatable_kernels()
    if found.device == Device.CPU:
        is_available()  # compiles the layers, where that was never done


def _write_to(file: Path) -> None:
    """Let go of the dashboard's pipes: what is printed from here on goes to `file`."""
    with open_to_append(file) as output, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        for descriptor in (1, 2):
            os.dup2(output.fileno(), descriptor)


def _install_signal_handlers(scheduler: Scheduler) -> None:
    signal.signal(signal.SIGTERM, lambda _signal, _frame: scheduler.terminate())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the front end's to understand
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _leave(status: int) -> NoReturn:
    """End the process at once.

    Nothing of it is left to do; to take torch apart would take a seventh of a second, and a thread that
    still waits for a disk must not meet the interpreter's end.
    """
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    _leave(main(sys.argv[1:]))
