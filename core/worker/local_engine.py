"""Training in this process, on the machine's own devices."""

from collections.abc import Callable
from functools import partial

from core.config.suite_config import SuiteConfig
from core.runs.concurrency import SIDE_BY_SIDE, in_turn_words, runs_at_once
from core.runs.events import Notice, Phase, PhaseChanged
from core.runs.life_events import RunFinished
from core.runs.machine_events import EnvironmentFound
from core.worker.background import run_in_background
from core.worker.checkpoint_writer import CheckpointWriter
from core.worker.devices import Machine
from core.worker.ending import Ending
from core.worker.engine import Cell, MakeRoom
from core.worker.session_cache import SessionCache
from core.worker.torch_import import import_torch
from core.worker.weights_file import write_weights


class LocalEngine:
    """Trains the cells of `suite` on what `machine` has; `make_room` hears how many at once."""

    def __init__(self, suite: SuiteConfig, make_room: MakeRoom, machine: Callable[[], Machine]) -> None:
        self._suite = suite
        self._make_room = make_room
        self._sessions = SessionCache(self._found, machine)

    def train(self, cell: Cell) -> Ending:
        """Train `cell` in this thread; see `Engine`."""
        poll = cell.orders.poll_commands_before_training
        cell.emit(PhaseChanged(phase=Phase.IMPORT))
        run_in_background(lambda _emit: import_torch(), cell.emit, poll)
        # here, so that the first event is in the file before torch's seconds of import
        from core.training.network.own_network import check_networks  # noqa: PLC0415
        from core.worker.checkpoints import Checkpoints  # noqa: PLC0415
        from core.worker.kept_weights import KeptWeights  # noqa: PLC0415
        from core.worker.training_run import train_run  # noqa: PLC0415

        poll()
        kept = KeptWeights(cell.suite.keep, partial(write_weights, cell.folder, cell.emit))
        writer = CheckpointWriter(cell.folder.checkpoint, cell.emit)
        checkpoints = Checkpoints(writer, cell.emit, cell.suite.checkpoint_seconds, kept)
        with self._sessions.session(cell.config, cell.emit, poll) as session, session.own_stream():
            poll()
            if (words := in_turn_words(cell.suite, session.environment.device)) is not None:
                cell.emit(Notice(text=words))
            if cell.going_on is None:
                check_networks(cell.suite.runs, len(session.images.classes))
            beside = _Beside(cell)
            beside()
            train_run(
                cell.config,
                session,
                cell.orders,
                checkpoints,
                going_on=cell.going_on,
                clock=cell.clock,
                beside=beside,
            )
        return Ending(RunFinished())

    def close(self) -> None:
        """Do nothing: what the process holds ends with it."""

    def _found(self, environment: EnvironmentFound, devices: int) -> None:
        self._make_room(runs_at_once(self._suite, environment.device, environment.threads, devices))


class _Beside:
    """Tells how many runs train beside a cell's, and says once who: its seconds are not its own then."""

    def __init__(self, cell: Cell) -> None:
        self._cell = cell
        self._told = False

    def __call__(self) -> int:
        others = self._cell.neighbours()
        if others and not self._told:
            self._told = True
            self._cell.emit(Notice(text=f"{SIDE_BY_SIDE} {', '.join(others)}"))
        return len(others)
