import subprocess
import sys
from pathlib import Path

import pytest

from core.config.presets import Norm
from core.errors import InputError
from core.runs.commands import Command
from core.runs.death import lost as death_of
from core.runs.event_log import read_events
from core.runs.events import Phase, PhaseChanged
from core.runs.folder import SuiteFolder
from core.runs.life_events import RunFinished, RunLost, RunStopped
from core.runs.run_state import Outcome
from core.runs.suite_events import OrderTaken, WorkerStarted
from core.runs.write_trouble import FolderError
from core.supervisor.follower import Snapshot, SuiteFollower
from core.supervisor.worker_process import WorkerProcess
from tests.process.suites import follow_until, kill_worker, small_suite, started
from tests.runs.made_suites import Clock, begun, log, made_suite, write


def importing(snapshot: Snapshot) -> bool:
    """Tell whether a run has begun; torch takes longer to import than a test to kill the worker."""
    return any(run.phase is Phase.IMPORT for run in snapshot.state.runs)


def killed(follower: SuiteFollower) -> None:
    assert follower.worker_pid is not None
    kill_worker(follower.worker_pid)


def lost(folder: SuiteFolder) -> list[tuple[str, int | None]]:
    names = folder.config().names
    events = [(name, record.event) for name in names for record in read_events(folder.run(name).events)]
    return [(name, event.exit_code) for name, event in events if isinstance(event, RunLost)]


def test_a_killed_worker_is_told_by_its_parent_with_the_exit_code_and_by_others_without(
    tmp_path: Path,
) -> None:
    worker = started(small_suite(Norm.BATCH, Norm.GROUP), tmp_path)
    clock = Clock()
    parent, attached = SuiteFollower(worker.folder, worker), SuiteFollower(worker.folder, clock=clock)
    follow_until(parent, importing)
    assert attached.poll().alive
    killed(parent)

    clock.seconds = 1.0
    assert attached.poll().state.runs[0].outcome is Outcome.RUNNING  # one look is not enough
    clock.seconds = 2.0
    told = attached.poll()
    assert (told.alive, told.state.runs[0].end) == (False, death_of(worker.folder, None))
    # a parent that was asleep meanwhile adds nothing, and takes the queued run for no victim
    assert parent.poll() == told
    assert lost(worker.folder) == [("batch", None)]

    # tried again by the terminal that looked on, which is the parent now, and killed again
    attached.retry("batch", fresh=True)
    follow_until(attached, importing)
    killed(attached)
    told = attached.poll()
    assert (told.alive, told.state.runs[0].end) == (False, death_of(worker.folder, -9))
    assert parent.poll() == told


def test_a_run_is_skipped_and_tried_again_behind_the_others_and_once_more_later(tmp_path: Path) -> None:
    worker = started(small_suite(Norm.BATCH, Norm.GROUP, epochs=50), tmp_path)
    follower = SuiteFollower(worker.folder, worker)
    follow_until(follower, lambda s: s.state.runs[0].epoch_steps > 0)
    follower.ask(Command.SKIP, "batch")
    skipped, _ = follow_until(follower, lambda s: s.state.runs[1].epochs != ()).state.runs
    assert skipped.end == RunStopped(reason="skipped")

    follower.retry("batch", fresh=True)
    assert follower.poll().state.retrying == {"batch"}
    follower.ask(Command.SKIP, "group")
    # started over, in the same worker
    again = follow_until(follower, lambda s: s.state.runs[0].outcome is Outcome.RUNNING)
    assert again.state.retrying == set()
    follow_until(follower, lambda s: s.state.runs[0].epochs != ())
    follower.ask(Command.STOP_AFTER_EPOCH)
    assert follower.poll().state.stopping
    batch, group = follow_until(follower, lambda s: not s.alive).state.runs
    assert batch.end == RunStopped(reason="asked to stop")
    assert len(batch.tests) >= 1
    assert group.end == RunStopped(reason="skipped")

    # and by a worker of its own, which an earlier worker's orders do not stop
    follower.retry("group", fresh=True)
    snapshot = follow_until(follower, importing)
    assert snapshot.alive
    assert (snapshot.state.runs[0], snapshot.state.stopping) == (batch, False)
    with pytest.raises(InputError, match="is being trained already"):
        WorkerProcess.start(worker.folder, ["batch"])
    killed(follower)
    assert follower.poll().state.runs[1].outcome is Outcome.LOST


def test_a_pause_behind_a_stop_is_none_for_the_screen_and_for_the_worker(tmp_path: Path) -> None:
    worker = started(small_suite(Norm.BATCH, epochs=50, train=1_000), tmp_path)
    follower = SuiteFollower(worker.folder, worker)
    follow_until(follower, lambda s: s.state.runs[0].epoch_steps > 0)
    for command in (Command.STOP_AFTER_EPOCH, Command.PAUSE):
        follower.ask(command)
        assert not follower.poll().state.pausing
    ended = follow_until(follower, lambda s: not s.alive)
    taken = [r.event for r in read_events(worker.folder.log) if isinstance(r.event, OrderTaken)]
    assert [order.command for order in taken] == [Command.STOP_AFTER_EPOCH, Command.PAUSE]
    paused = PhaseChanged(phase=Phase.PAUSED)
    assert paused not in [record.event for record in read_events(worker.folder.run("batch").events)]
    assert ended.state.runs[0].end == RunStopped(reason="asked to stop")


def test_a_worker_that_dies_before_it_begins_the_run_it_was_started_for_is_told(tmp_path: Path) -> None:
    folder = made_suite(tmp_path)
    write(folder, "batch", begun("batch"), RunFinished())
    write(folder, "group", begun("group"), RunStopped(reason="skipped"))
    follower = SuiteFollower(folder)
    follower.retry("group", fresh=True)
    killed(follower)
    batch, group = follower.poll().state.runs
    assert batch.outcome is Outcome.FINISHED
    assert group.end == death_of(folder, -9)


def test_a_run_left_unsaid_is_told_before_the_suite_is_trained_again(tmp_path: Path) -> None:
    folder = made_suite(tmp_path)
    write(folder, "batch", begun("batch"))
    worker = WorkerProcess.start(folder, ["group"])
    worker.terminate(timeout=0.0)
    assert lost(folder) == [("batch", None)]
    assert worker.poll().runs[1].outcome is Outcome.WAITING


def test_a_retry_asked_of_a_worker_that_was_leaving_is_not_forgotten(tmp_path: Path) -> None:
    folder = made_suite(tmp_path)
    log(folder, WorkerStarted(pid=1))
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    follower = SuiteFollower(folder, WorkerProcess(folder, process))
    for name in ("batch", "group"):
        write(folder, name, begun(name), RunStopped(reason="skipped"))
    follower.retry("group", fresh=True)
    assert follower.worker_pid == process.pid
    process.communicate(b"\n")  # it leaves, and has read nothing
    assert follower.poll().alive
    assert follower.worker_pid not in (None, process.pid)
    follow_until(follower, importing)
    killed(follower)
    assert lost(folder) == []  # not yet looked at
    assert [run.outcome for run in follower.poll().state.runs] == [Outcome.STOPPED, Outcome.LOST]


def test_a_worker_that_cannot_be_started_leaves_nothing_queued(tmp_path: Path) -> None:
    folder = made_suite(tmp_path)
    write(folder, "batch", begun("batch"), RunStopped(reason="skipped"))
    folder.stderr.mkdir()
    follower = SuiteFollower(folder)
    with pytest.raises(FolderError, match="no worker can start"):
        follower.retry("batch", fresh=True)
    snapshot = follower.poll()
    assert snapshot.state.queued == ()
    assert (snapshot.alive, follower.worker_pid) == (False, None)
