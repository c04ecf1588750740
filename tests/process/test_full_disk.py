"""A worker on a small file system that is filled while it trains, and perhaps freed again."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.config.presets import Norm
from core.runs.event_log import read_events
from core.runs.events import Notice, StepsDone
from core.runs.folder import create_suite
from core.runs.run_state import Outcome
from core.runs.suite_state import states_in
from core.supervisor.child_command import child_command
from core.supervisor.worker_process import WorkerProcess
from tests.patience import wait_for
from tests.process.small_disks import fill, mounted
from tests.process.suites import NOW, small_suite, started, until, until_ended

_EPOCHS = 8


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give the folder of a file system of 3 MiB, its own."""
    with mounted(tmp_path / "disk", "size=3m") as folder:
        yield folder


def let_it_train_on(worker: WorkerProcess) -> None:
    """Wait until the worker has computed for half a second of processor time more: several reports' worth."""
    process = psutil.Process(worker.pid)

    def computed() -> float:
        return process.cpu_times().user

    before = computed()
    wait_for(lambda: computed() > before + 0.5, computed)


def test_a_disk_that_is_full_for_a_while_costs_no_event(small_disk: Path) -> None:
    worker = started(small_suite(Norm.BATCH, epochs=_EPOCHS), small_disk)
    until(worker, lambda state: len(state.runs[0].tests) == 1)
    filling = fill(small_disk)
    let_it_train_on(worker)
    filling.unlink()
    (run,) = until_ended(worker).runs
    assert run.outcome is Outcome.FINISHED, run.end
    events = worker.folder.run("batch").events
    records = read_events(events)
    assert [record.sequence for record in records] == list(range(len(records)))
    steps = [event for record in records if isinstance(event := record.event, StepsDone)]
    assert sum(len(event.losses) for event in steps) == _EPOCHS * 8
    told = [event.text for record in records if isinstance(event := record.event, Notice)]
    assert any(f"{events.parent}: cannot be written (No space left on device); free" in text for text in told)


def test_a_disk_that_stays_full_is_named_and_what_was_written_before_stays(small_disk: Path) -> None:
    worker = started(small_suite(Norm.BATCH, epochs=_EPOCHS), small_disk)
    until(worker, lambda state: len(state.runs[0].tests) == 1)
    before = worker.folder.run("batch").events.read_bytes()
    fill(small_disk)
    let_it_train_on(worker)
    worker.terminate(timeout=60)
    assert worker.folder.run("batch").events.read_bytes().startswith(before[: before.rfind(b"\n") + 1])
    (run,) = states_in(worker.folder.path)
    assert run.outcome is Outcome.LOST
    assert run.end is not None
    assert f"{worker.folder.path}: cannot be written (No space left on device); free some" in str(run.end)


def test_a_worker_that_cannot_start_says_where_and_what_is_needed(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "nr_inodes=4") as disk:  # enough for suite.json, and no file more
        folder = create_suite(disk / "runs", small_suite(Norm.BATCH), NOW)
        with pytest.raises(OSError, match="No space left on device") as refused:
            WorkerProcess.start(folder)
        words = "no worker can start (No space left on device); free some space there"
        assert str(refused.value) == f"{folder.path}: {words}"


def test_a_worker_that_cannot_lock_its_suite_says_where_and_what_is_needed(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "nr_inodes=4") as disk:
        folder = create_suite(disk / "runs", small_suite(Norm.BATCH), NOW)
        command = [*child_command("core.worker"), str(folder.path)]
        worker = subprocess.run(command, capture_output=True, text=True, check=False)
        words = "cannot be written (No space left on device); free some space there"
        assert (worker.returncode, worker.stderr) == (1, f"{folder.path}: {words}\n")


def test_a_folder_deleted_under_way_is_not_made_anew_and_is_named(tmp_path: Path) -> None:
    worker = started(small_suite(Norm.BATCH, Norm.GROUP, epochs=50), tmp_path)
    until(worker, lambda state: len(state.runs[0].tests) == 1)
    shutil.rmtree(worker.folder.path)
    first, second = until_ended(worker).runs
    assert first.outcome is Outcome.LOST
    assert "the folder was deleted or moved" in str(first.end)
    assert second.outcome is not Outcome.FINISHED
    assert not worker.folder.path.exists()
