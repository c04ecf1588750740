"""Small suites on the demo images, for tests that start a real worker."""

import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from core.config.devices import Device
from core.config.grid import Grid
from core.config.presets import Norm, Preset
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.runs.event_log import read_events
from core.runs.events import EpochEnded, Evaluated, StepsDone
from core.runs.folder import SuiteFolder, create_suite
from core.runs.suite_state import SuiteState
from core.supervisor.follower import Snapshot, SuiteFollower
from core.supervisor.worker_process import WorkerProcess
from tests.patience import PAUSE_SECONDS, Patience, wait_for

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def small_suite(
    *norms: Norm,
    epochs: int = 1,
    train: int = 256,
    data: str = "demo",
    preset: Preset = Preset.REFERENCE,
    parallel: int | None = 1,
) -> SuiteConfig:
    """Return a suite a worker trains within seconds; one run after the other unless `parallel` says else."""
    config = RunConfig(
        norm=norms[0],
        preset=preset,
        epochs=epochs,
        batch_size=32,
        data=data,
        device=Device.CPU,
        limit_train=train,
        limit_test=100,
    )
    return SuiteConfig(Grid(config, norms).runs(), "cifar-tui --headless --demo", parallel)


def started(config: SuiteConfig, tmp_path: Path) -> WorkerProcess:
    """Start a worker on `config` below `tmp_path`."""
    return WorkerProcess.start(create_suite(tmp_path / "runs", config, NOW))


def trained_here(config: SuiteConfig, tmp_path: Path) -> SuiteFolder:
    """Train a suite below `tmp_path` in this process, to its end; a worker would import torch once more."""
    import torch  # noqa: PLC0415 - most who look for a worker here do without

    from core.worker.scheduler import Scheduler  # noqa: PLC0415 - likewise

    folder = create_suite(tmp_path / "runs", config, NOW)
    try:
        with folder.lock().acquire(timeout=0):
            assert Scheduler(folder).train() == 0
    finally:
        torch.set_deterministic_debug_mode("default")
    return folder


def until(worker: WorkerProcess, reached: Callable[[SuiteState], bool]) -> SuiteState:
    """Follow the suite until `reached`; fail where its worker ends before, or gets no further."""
    patience = Patience(worker.pid)
    while True:
        running = worker.running
        state = worker.poll()
        if reached(state):
            return state
        assert running, f"the worker ended first: {worker.folder.stderr.read_text()} {_ends(state)}"
        assert patience.lasts(_last_events(state)), f"not reached: {_ends(state)}"
        time.sleep(PAUSE_SECONDS)


def follow_until(follower: SuiteFollower, reached: Callable[[Snapshot], bool]) -> Snapshot:
    """Follow a suite until `reached`; fail where it gets no further."""
    snapshot = follower.poll()

    def look() -> bool:
        nonlocal snapshot
        snapshot = follower.poll()
        return reached(snapshot)

    wait_for(look, lambda: _last_events(snapshot.state))
    return snapshot


def kill_worker(pid: int) -> None:
    """Kill our child `pid`; return once it is dead, still to be waited for by whoever started it."""
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def _last_events(state: SuiteState) -> list[float | None]:
    return [run.updated_at for run in state.runs]


def _ends(state: SuiteState) -> list[object]:
    return [(run.name, run.outcome, run.phase, run.epoch, run.end) for run in state.runs]


def until_ended(worker: WorkerProcess) -> SuiteState:
    """Follow the suite until its worker has ended; return what is known then."""
    until(worker, lambda _state: not worker.running)
    return worker.poll()  # the worker may have ended just after the last look


def metrics(folder: SuiteFolder, name: str) -> list[object]:
    """Return everything measured of a run but its times: what the same seed must give again."""
    found: list[object] = []
    for record in read_events(folder.run(name).events):
        match record.event:
            case StepsDone(losses=losses, correct=correct):
                found += zip(losses, correct, strict=True)
            case EpochEnded() as e:
                found.append((e.epoch, e.loss, e.last_loss, e.correct, e.images, e.learning_rate))
            case Evaluated() as e:
                found.append((e.epoch, e.loss, e.confusion))
    return found
