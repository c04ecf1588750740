"""The suite that is on the screens, and the worker kept warm for the next one; nothing of Textual here."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from core.config import RunConfig, SuiteConfig, command_line
from core.control import Command
from core.follower import Snapshot, SuiteFollower
from core.run_folder import SuiteFolder, create_suite
from core.runner import Runner
from core.warm_worker import DevicesFound, WarmWorker


class Watching:
    """Starts, opens and follows suites below `runs_dir`, one at a time.

    `snapshot` is how the open suite stood at the last poll.
    """

    def __init__(self, runs_dir: Path, now: Callable[[], datetime]) -> None:
        self._runs_dir = runs_dir
        self._now = now
        self._follower: SuiteFollower | None = None
        self._warm: WarmWorker | None = None
        self.snapshot: Snapshot | None = None

    def warm_up(self) -> None:
        """Let a worker import torch while the user still chooses."""
        if self._warm is None:
            with suppress(OSError):  # it only saves time; training starts one of its own
                self._warm = WarmWorker.start()

    @property
    def devices(self) -> DevicesFound | None:
        """What torch can compute on here; None while the warm worker has not said."""
        return None if self._warm is None else self._warm.devices()

    def close(self) -> None:
        """Let the warm worker go; a worker that trains is left alone."""
        if self._warm is not None:
            self._warm.dismiss()
            self._warm = None

    def train(self, runs: tuple[RunConfig, ...]) -> Snapshot:
        """Start a suite of `runs` and follow it.

        Raises:
            InputError: the suite's folder cannot be made.
            OSError: the worker cannot be started.
        """
        folder = create_suite(self._runs_dir, SuiteConfig(runs, command_line(runs)), self._now())
        runner = Runner.start(folder, warm=self._warm)
        self._warm = None
        return self._follow(SuiteFollower(folder, runner))

    def open(self, suite: Path) -> Snapshot:
        """Follow the suite in `suite`, or replay it where it has ended.

        Raises:
            InputError: there is no suite this version can read.
            OSError: it cannot be read.
        """
        current = self.snapshot
        if current is not None and current.folder.path.resolve() == suite.resolve():
            return self.poll() or current
        return self._follow(SuiteFollower(SuiteFolder(suite)))

    def poll(self) -> Snapshot | None:
        """Read what is new in the open suite; None where none is open."""
        if self._follower is not None:
            self.snapshot = self._follower.poll()
        return self.snapshot

    def ask(self, command: Command, run: str | None) -> None:
        """Ask something of the open suite's worker.

        Raises:
            OSError: the command file cannot be written.
        """
        if self._follower is not None:
            self._follower.ask(command, run)

    def retry(self, suite: Path, run: str) -> Snapshot:
        """Train a run of `suite` again, and follow it.

        Raises:
            InputError: it is being trained, or cannot be read.
            OSError: the worker cannot be started or asked.
        """
        self.open(suite)
        if self._follower is None:
            raise AssertionError("an open suite has a follower")
        self._follower.retry(run)
        return self.poll() or self._follower.poll()

    def _follow(self, follower: SuiteFollower) -> Snapshot:
        snapshot = follower.poll()  # before anything is replaced: it may refuse
        self._follower, self.snapshot = follower, snapshot
        return snapshot
