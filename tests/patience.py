"""How long a test waits for work to be done: as long as it is worked on, however slow a busy machine is."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

PAUSE_SECONDS = 0.05  # between two looks
_SECONDS = 120.0
_SAMPLE_SECONDS = 1.0
_WORKING_SHARE = 0.05  # of a core; a dashboard at rest takes less
_WANTS_TO_WORK = (psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP)


@dataclass(frozen=True)
class Usage:
    """The CPU seconds each process has used, by its number, and whether one of them wants to work now."""

    seconds: dict[int, float]
    wanting: bool


def usage_below(pid: int | None) -> Usage:
    """Return what the process `pid` and all its descendants use; None stands for this process.

    Whoever looks is at work, so that it says nothing of this process to want a core.
    """
    seconds: dict[int, float] = {}
    wanting = False
    try:
        root = psutil.Process(pid)
        processes = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        processes = []
    for process in processes:
        try:
            times, status = process.cpu_times(), process.status()
        except psutil.NoSuchProcess:
            continue
        seconds[process.pid] = times.user + times.system
        wanting = wanting or (status in _WANTS_TO_WORK and process.pid != os.getpid())
    return Usage(seconds, wanting)


class Patience:
    """Lasts for `seconds` of work, or of rest, by the processes from `pid` down, not of want of a core."""

    def __init__(
        self,
        pid: int | None = None,
        seconds: float = _SECONDS,
        clock: Callable[[], float] = time.monotonic,
        usage: Callable[[int | None], Usage] = usage_below,
    ) -> None:
        self._pid = pid
        self._seconds = self._left = seconds
        self._clock = clock
        self._usage = usage
        self._progress: object = None
        self._sampled = clock()
        self._before: dict[int, float] = {}  # the first second, then, counts in any case

    def lasts(self, progress: object = None) -> bool:
        """Tell whether to go on waiting; where `progress` is not what it was, all patience is back."""
        if progress != self._progress:
            self._progress, self._left = progress, self._seconds
        elapsed = self._clock() - self._sampled
        if elapsed >= _SAMPLE_SECONDS:
            self._left -= min(elapsed, self._counted(elapsed))
            self._sampled += elapsed
        return self._left > 0

    def _counted(self, elapsed: float) -> float:
        """Return the seconds worked since the last sample, or all `elapsed` where nobody wanted to work."""
        now = self._usage(self._pid)
        worked = sum(seconds - self._before.get(pid, 0.0) for pid, seconds in now.seconds.items())
        self._before = now.seconds
        return worked if now.wanting or worked >= _WORKING_SHARE * elapsed else elapsed


def wait_for(reached: Callable[[], bool], progress: Callable[[], object] = lambda: None) -> None:
    """Wait until `reached`; fail where patience ends before."""
    patience = Patience()
    while not reached():
        assert patience.lasts(last := progress()), f"never reached, in the end at {last}"
        time.sleep(PAUSE_SECONDS)


def event_bytes(folder: Path) -> int:
    """Return how much was told by the suites in the folder `runs` of `folder`."""
    return sum(file.stat().st_size for file in folder.glob("runs/*/*/events.jsonl"))
