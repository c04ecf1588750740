"""Train for half an hour with a dashboard, let others attach and leave, and see whether anything grows.

``uv run python -m tests.faults soak --minutes 30 --attaches 50 --save``. Resident memory and open files of
the dashboard that started the training and of its worker are taken twice a minute. Those of the last minute
are compared with the fifth's; of a soak shorter than ten minutes, with those of the minute before its middle.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from threading import Event, Thread
from types import TracebackType
from typing import Final, Self

import psutil

from core.runs.folder import SuiteFolder
from core.runs.run_state import Outcome
from core.runs.suite_state import SuiteReader, SuiteState
from tests.faults.progress import say
from tests.patience import wait_for
from tests.terminal import DASHBOARD, Terminal

_SUITE: Final = ("--demo", "--norm", "batch,layer,group", "--parallel", "3", "--device", "cpu")
_COLUMNS, _LINES = 120, 40
_SAMPLE_SECONDS: Final = 30.0
_SETTLED_MINUTES: Final = 5.0
_LOOKS: Final = 5  # at open files, for the fewest: whoever reads a file has it open for a moment
_READ_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Sample:
    """What a process had `minutes` after the training began: bytes that are resident, and open files."""

    minutes: float
    resident: int
    files: int


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how long, and how often."""
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--attaches", type=int, default=50, help="dashboards that come and go meanwhile")
    parser.add_argument("--epochs", type=int, default=1_000, help="of each run: more than there is time for")


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return what dashboard and worker had in the last minute, over what they had in the fifth."""
    command = (*DASHBOARD, *_SUITE, "--epochs", str(options.epochs))
    with TemporaryDirectory() as place:
        folder = Path(place)
        with Terminal(command, folder, columns=_COLUMNS, lines=_LINES) as terminal:
            reader, worker = _begun(terminal, folder)
            try:
                processes = {"dashboard": psutil.Process(terminal.process.pid), "worker": worker}
                with _Tended(terminal, processes) as tended:
                    left = _come_and_go(folder, options.minutes, options.attaches)
                state = reader.poll()
                assert all(process.is_running() for process in processes.values())
                assert Outcome.RUNNING in [run.outcome for run in state.runs], "all is trained: more --epochs"
            finally:
                worker.kill()
    return {
        "suite": " ".join(("cifar-tui", *command[len(DASHBOARD) :])),
        "minutes": options.minutes,
        "attached_and_detached": left,
        "epochs_trained": sum(len(run.epochs) for run in state.runs),
        **{name: figures(samples, options.minutes) for name, samples in tended.samples.items()},
    }


def figures(samples: Sequence[Sample], minutes: float) -> dict[str, object]:
    """Compare the last minute of a soak with the fifth, or the one before the middle of a short one."""
    settled = min(_SETTLED_MINUTES, minutes / 2)
    early = [sample for sample in samples if settled - 1 <= sample.minutes < settled]
    late = [sample for sample in samples if sample.minutes >= minutes - 1]
    before, after = (fmean(sample.resident for sample in of) for of in (early, late))
    return {
        "resident_mib": {"early": round(before / 2**20, 1), "last": round(after / 2**20, 1)},
        "resident_ratio": round(after / before, 4),
        "open_files": {"early": min(s.files for s in early), "last": min(s.files for s in late)},
        "resident_mib_by_half_minutes": [round(sample.resident / 2**20, 1) for sample in samples],
    }


def _begun(terminal: Terminal, folder: Path) -> tuple[SuiteReader, psutil.Process]:
    """Start the training; return who reads of it, and its worker."""
    terminal.wait_for("quit")
    terminal.drain()
    terminal.send("\r")
    terminal.wait_for("loss")  # over a plot, on the train screen
    (suite,) = (folder / "runs").iterdir()
    reader = SuiteReader(SuiteFolder(suite))
    wait_for(lambda: _worker(reader.poll()) is not None)
    return reader, psutil.Process(_worker(reader.poll()))


def _worker(state: SuiteState) -> int | None:
    return state.control.worker_pid


def _come_and_go(folder: Path, minutes: float, attaches: int) -> int:
    """Attach and detach dashboards over the time; return how many left in order."""
    began = time.monotonic()
    each = 60 * minutes / max(attaches, 1)
    left = 0
    for number in range(attaches):
        _wait_until(began + number * each)
        with Terminal([*DASHBOARD, "attach"], folder, columns=_COLUMNS, lines=_LINES) as terminal:
            terminal.wait_for("loss")  # over a plot, on the train screen
            _wait_until(min(time.monotonic() + each / 3, began + (number + 1) * each), terminal)
            terminal.send("q")
            terminal.wait_for("What should happen to it?")
            terminal.send("\r")  # who only watches leaves it running
            left += terminal.ended() == 0
        say(f"attached and detached: {number + 1} of {attaches}, {(time.monotonic() - began) / 60:.1f} min")
    _wait_until(began + 60 * minutes)
    return left


def _wait_until(moment: float, terminal: Terminal | None = None) -> None:
    """Wait, and take meanwhile what `terminal` is given to show."""
    while (rest := moment - time.monotonic()) > 0:
        if terminal is None:
            time.sleep(min(rest, _READ_SECONDS))
        else:
            terminal.read(min(rest, _READ_SECONDS))
            terminal.seen = b""


class _Tended:
    """Takes what `terminal` is given to show, and samples `processes`, in a thread of its own."""

    def __init__(self, terminal: Terminal, processes: dict[str, psutil.Process]) -> None:
        self.samples: dict[str, list[Sample]] = {name: [] for name in processes}
        self._terminal = terminal
        self._processes = processes
        self._over = Event()
        self._thread = Thread(target=self._tend, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _tend(self) -> None:
        began, taken = time.monotonic(), 0
        while not self._over.is_set():
            self._terminal.read(_READ_SECONDS)
            self._terminal.seen = b""
            if time.monotonic() - began >= (taken + 0.5) * _SAMPLE_SECONDS:
                taken += 1
                self._sample((time.monotonic() - began) / 60)

    def _sample(self, minutes: float) -> None:
        for name, process in self._processes.items():
            sample = Sample(minutes, process.memory_info().rss, _fewest(process.num_fds))
            self.samples[name].append(sample)
            say(f"{minutes:.2f} min, {name}: {sample.resident / 2**20:.1f} MiB, {sample.files} open files")


def _fewest(look: Callable[[], int]) -> int:
    found = look()
    for _ in range(_LOOKS):
        time.sleep(0.02)
        found = min(found, look())
    return found
