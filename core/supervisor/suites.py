"""The suites this dashboard follows, and the worker kept warm for the next; nothing of Textual here."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from core.config.suite_config import SuiteConfig
from core.errors import InputError
from core.runs.commands import Command
from core.runs.folder import SuiteFolder, create_suite
from core.runs.handshake import DevicesFound
from core.runs.unfinished import EarlierSuite
from core.supervisor.beginning import begin_suite
from core.supervisor.follower import Snapshot, SuiteFollower
from core.supervisor.lengthening import train_longer
from core.supervisor.resuming import go_on, resume
from core.supervisor.warm_worker import WarmWorker, warm_worker
from core.supervisor.worker_process import WorkerProcess


class Suites:
    """Starts, opens and follows suites below `runs_dir`.

    One is open, for the screens; others that still train are followed beside it until they end. `warm` is a
    worker that imports torch already. `trouble` says what could not be read at the last poll.
    """

    def __init__(self, runs_dir: Path, now: Callable[[], datetime], warm: WarmWorker | None = None) -> None:
        self.runs_dir = runs_dir
        self._now = now
        self._followers: dict[Path, SuiteFollower] = {}
        self._snapshots: dict[Path, Snapshot] = {}
        self._open: Path | None = None
        self._started: set[Path] = set()
        self._were_alive: set[Path] = set()
        self._warm = warm
        self.trouble = ""

    @property
    def snapshot(self) -> Snapshot | None:
        """How the open suite stood at the last look."""
        return None if self._open is None else self._snapshots[self._open]

    @property
    def training(self) -> Snapshot | None:
        """A suite that trains, of those followed here, the open one first."""
        known = [self.snapshot, *self._snapshots.values()]
        return next((snapshot for snapshot in known if snapshot is not None and snapshot.alive), None)

    def started_here(self, snapshot: Snapshot) -> bool:
        """Tell whether this dashboard has started the suite, or a run of it again."""
        return snapshot.folder.path.resolve() in self._started

    # -- the warm worker -------------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Let a worker import torch while the user still chooses."""
        if self._warm is None:
            self._warm = warm_worker()

    @property
    def devices(self) -> DevicesFound | None:
        """What torch can compute on here; None while the warm worker has not said."""
        return None if self._warm is None else self._warm.devices()

    @property
    def is_warming(self) -> bool:
        """Tell whether there is a worker that may still say what torch can compute on."""
        return self._warm is not None

    def close(self) -> None:
        """Let the warm worker go; a worker that trains is left alone."""
        if self._warm is not None:
            self._warm.dismiss()
            self._warm = None

    # -- suites ----------------------------------------------------------------------------------------

    def train(self, suite: SuiteConfig, *, opens: bool = True) -> None:
        """Start `suite`, and open it unless it is only to be followed beside the open one.

        Raises:
            InputError: the suite's folder cannot be made.
            OSError: the worker cannot be started; no folder is left behind.
        """
        folder = create_suite(self.runs_dir, suite, self._now())
        warm, self._warm = self._warm, None
        self._follow_own(begin_suite(folder, warm), opens=opens)

    def resume(self, earlier: EarlierSuite, suite: SuiteConfig, *, opens: bool = True) -> None:
        """Train what has not finished of `earlier`, which trains the runs of `suite`; opened as by `train`.

        Raises:
            InputError: it is being trained, or cannot be read.
            OSError: the worker cannot be started, or the suite's folder not be written.
        """
        warm, self._warm = self._warm, None
        try:
            worker = resume(earlier, suite, warm)
        except InputError:
            self._warm = warm  # nobody has sent it anywhere
            raise
        self._follow_own(worker, opens=opens)

    def go_on(self, suite: Path, runs: Sequence[str], *, fresh: bool) -> None:
        """Train what has not finished of `suite`, or of `runs` in it, and open it.

        Raises:
            InputError: there is nothing of the kind, or it is being trained.
            OSError: the worker cannot be started, or the suite's folder not be written.
        """
        self._follow_own(go_on(SuiteFolder(suite), runs, fresh=fresh))

    def train_longer(self, suite: Path, runs: Sequence[str], epochs: int) -> None:
        """Train `runs` of `suite`, or all of it, which have finished, to `epochs` epochs in all, and open it.

        Raises:
            InputError: one of them cannot be trained longer, or the suite is being trained.
            OSError: the worker cannot be started, or the suite's folder not be written.
        """
        self._follow_own(train_longer(SuiteFolder(suite), runs, epochs))

    def open(self, suite: Path) -> None:
        """Follow the suite in `suite`, or replay it where it has ended.

        Raises:
            InputError: there is no suite this version can read.
            OSError: it cannot be read.
        """
        known = self._followers.get(suite.resolve())
        self._follow(known or SuiteFollower(SuiteFolder(suite)))

    def retry(self, suite: Path, run: str, *, fresh: bool) -> None:
        """Train a run of `suite` again, from its checkpoint or if `fresh` from scratch, and open the suite.

        Raises:
            InputError: it is being trained, or cannot be read.
            OSError: the worker cannot be started or asked.
        """
        self.open(suite)
        self._followers[suite.resolve()].retry(run, fresh=fresh)
        self._started.add(suite.resolve())
        self._look(suite.resolve())

    def poll(self) -> tuple[Snapshot, ...]:
        """Read what is new in every suite followed; return those whose worker has ended meanwhile."""
        self.trouble = ""
        ended = []
        for path in tuple(self._followers):
            try:
                snapshot = self._look(path)
            except OSError as error:
                self.trouble = f"{path.name}: the event files cannot be read ({error.strerror})"
                continue
            if not snapshot.alive and path in self._were_alive:
                self._were_alive.remove(path)
                ended.append(snapshot)
            if not snapshot.alive and path != self._open:
                del self._followers[path], self._snapshots[path]
        return tuple(ended)

    def ask(self, suite: Path, command: Command, run: str | None = None) -> None:
        """Ask something of a followed suite's worker.

        Raises:
            OSError: the command file cannot be written.
        """
        self._followers[suite.resolve()].ask(command, run)

    def _follow_own(self, worker: WorkerProcess, *, opens: bool = True) -> None:
        self._started.add(worker.folder.path.resolve())
        self._follow(SuiteFollower(worker.folder, worker), opens=opens)

    def _follow(self, follower: SuiteFollower, *, opens: bool = True) -> None:
        snapshot = follower.poll()  # before anything is replaced: it may refuse
        path = follower.folder.path.resolve()
        self._followers[path] = follower
        if opens:
            self._open = path
        self._note(path, snapshot)

    def _look(self, path: Path) -> Snapshot:
        snapshot = self._followers[path].poll()
        self._note(path, snapshot)
        return snapshot

    def _note(self, path: Path, snapshot: Snapshot) -> None:
        self._snapshots[path] = snapshot
        if snapshot.alive:
            self._were_alive.add(path)
