import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from core.config.presets import Norm
from core.runs.commands import Command
from core.runs.events import Phase
from core.runs.folder import SuiteFolder, create_suite
from core.runs.life_events import RunStopped
from core.runs.run_state import Outcome
from core.supervisor.warm_worker import WarmWorker
from core.supervisor.worker_process import WorkerProcess
from tests.patience import wait_for
from tests.process.suites import NOW, kill_worker, small_suite, until, until_ended


def only_child(process: psutil.Process) -> psutil.Process:
    wait_for(lambda: process.children() != [])
    (child,) = process.children()
    return child


def open_files(pid: int) -> set[str]:
    names = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            names.add(str(file.readlink()))
    return names


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are looked up in /proc")
def test_a_warm_worker_says_what_it_finds_and_trains_what_it_is_told(tmp_path: Path) -> None:
    warm = WarmWorker.start()
    process = only_child(psutil.Process())
    wait_for(lambda: warm.devices() is not None)
    found = warm.devices()
    assert found is not None
    assert "cpu" in found.available
    assert found.device == found.available[0]
    assert found.threads >= 1
    assert found.device_name

    folder = create_suite(tmp_path, small_suite(Norm.BATCH, Norm.GROUP, epochs=50), NOW)
    worker = WorkerProcess.start(folder, ["group"], warm=warm)
    assert worker.pid == process.pid
    warm.dismiss()  # it is no longer anybody's
    state = until(worker, lambda s: s.runs[1].epoch_steps > 0)
    environment = state.runs[1].environment
    assert environment is not None
    assert (environment.device, environment.device_name) == ("cpu", found.device_name)
    ours = (folder.log, folder.run("group").events, folder.stderr)
    locked = (folder.path, folder.path / "lock")
    names = {os.devnull, *map(str, ours + locked)}
    # others, as its checkpoint, are open for a moment
    wait_for(lambda: {f for f in open_files(process.pid) if not f.startswith("anon_inode")} == names)

    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGINT)
    until(worker, lambda s: len(s.runs[1].tests) > len(state.runs[1].tests))
    worker.ask(Command.STOP_NOW)
    batch, group = until_ended(worker).runs
    assert batch.outcome is Outcome.WAITING
    assert group.end == RunStopped(reason="asked to stop at once")


def test_a_worker_that_is_not_warm_yet_is_sent_all_the_same(tmp_path: Path) -> None:
    warm = WarmWorker.start()
    process = only_child(psutil.Process())
    worker = WorkerProcess.start(create_suite(tmp_path, small_suite(Norm.BATCH), NOW), warm=warm)
    assert worker.pid == process.pid
    until(worker, lambda s: s.runs[0].phase is Phase.IMPORT)
    worker.terminate(timeout=0.0)


def test_a_warm_worker_that_died_costs_nothing(tmp_path: Path) -> None:
    warm = WarmWorker.start()
    process = only_child(psutil.Process())
    kill_worker(process.pid)
    assert warm.devices() is None
    worker = WorkerProcess.start(create_suite(tmp_path, small_suite(Norm.BATCH), NOW), warm=warm)
    assert worker.pid != process.pid
    until(worker, lambda s: s.runs[0].phase is Phase.IMPORT)
    worker.terminate(timeout=0.0)


def test_a_warm_worker_that_is_dying_is_not_sent(tmp_path: Path) -> None:
    program = "import os; os.close(0); print(flush=True); os.read(os.pipe()[0], 1)"
    with subprocess.Popen(
        [sys.executable, "-S", "-c", program], bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # nobody reads its input any more
        assert WarmWorker(process).train(SuiteFolder(tmp_path)) is None
        assert process.returncode == -signal.SIGKILL


def test_a_warm_worker_ends_when_dismissed() -> None:
    warm = WarmWorker.start()
    process = only_child(psutil.Process())
    warm.dismiss()
    assert not process.is_running()


def test_a_warm_worker_ends_with_whoever_started_it() -> None:
    program = (
        "from core.supervisor.warm_worker import WarmWorker; "
        "w = WarmWorker.start(); print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        process = only_child(psutil.Process(parent.pid))
        parent.kill()
    wait_for(lambda: not process.is_running())
