"""A worker that waits for what never comes is ended by whoever asks."""

import os
import signal
from pathlib import Path

import pytest
from filelock import FileLock

from core.config.presets import Norm
from core.dataset.cache_keys import downloaded_key, entries_folder
from core.errors import EXIT_STOPPED
from core.runs.commands import Command
from core.runs.event_log import read_events
from core.runs.events import Phase
from core.runs.run_state import Outcome
from core.runs.suite_events import WorkerEnded
from core.supervisor.worker_process import WorkerProcess
from tests.dataset.server import nobody_listening, serving
from tests.process.suites import small_suite, started, until, until_ended


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CIFAR_TUI_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def assert_stopped(worker: WorkerProcess) -> None:
    state = until_ended(worker)
    assert state.runs[0].outcome is Outcome.STOPPED
    assert read_events(worker.folder.log)[-1].event == WorkerEnded(exit_code=EXIT_STOPPED)
    assert not worker.folder.alive()


@pytest.mark.parametrize("command", [Command.STOP_AFTER_EPOCH, Command.STOP_NOW])
def test_a_download_that_stalls(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    with serving(bytes(1000)) as (address, asked), nobody_listening() as dead:
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("HTTPS_PROXY", dead)  # whatever happens, no test asks the world
        monkeypatch.setenv("CIFAR_TUI_MIRROR", f"{address}/stalled")
        worker = started(small_suite(Norm.BATCH, data="auto"), tmp_path)
        state = until(worker, lambda state: state.runs[0].loading is not None)
        assert state.runs[0].loading is not None
        assert state.runs[0].loading.event.what.startswith(
            "downloading cifar-10-python.tar.gz from 127.0.0.1"
        )
        worker.ask(command)
        assert_stopped(worker)
    assert asked == ["/stalled"]
    assert (cache / "downloads" / ".cifar-10-python.tar.gz.part").stat().st_size == 100


def test_a_cache_entry_that_another_process_never_finishes(tmp_path: Path, cache: Path) -> None:
    entries = entries_folder(cache)
    entries.mkdir(parents=True)
    with FileLock(entries / f".{downloaded_key(cache)}.lock"):
        worker = started(small_suite(Norm.BATCH, data="auto"), tmp_path)
        until(worker, lambda state: any("waiting for it" in it for it in state.runs[0].notices))
        os.kill(worker.pid, signal.SIGTERM)
        assert_stopped(worker)


def test_an_import_of_torch_that_stalls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "slow" / "torch"
    slow.mkdir(parents=True)
    (slow / "__init__.py").write_text("import time; time.sleep(3600)")
    monkeypatch.setenv("PYTHONPATH", str(slow.parent))
    worker = started(small_suite(Norm.BATCH), tmp_path)
    until(worker, lambda state: state.runs[0].phase is Phase.IMPORT)
    worker.ask(Command.STOP_NOW)
    assert_stopped(worker)
