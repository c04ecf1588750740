import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import InputError
from core.runs.commands import Command, ask
from core.runs.event_log import read_events
from core.runs.folder import SuiteFolder
from core.runs.index import delete_runs
from core.runs.life_events import RunFinished, RunLost, RunStopped
from core.runs.run_state import Outcome
from core.runs.suite_events import JobStarted, OrderTaken
from core.supervisor.follower import SuiteFollower
from tests.runs.made_suites import Clock, at_work, begun, log, made_suite, write


@pytest.fixture
def folder(tmp_path: Path) -> SuiteFolder:
    return made_suite(tmp_path)


def lost_words(folder: SuiteFolder) -> list[RunLost]:
    return [r.event for r in read_events(folder.run("batch").events) if isinstance(r.event, RunLost)]


@contextmanager
def full_disk(file: Path) -> Iterator[None]:
    """Let no file grow beyond the length of `file`."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_worker_nobody_waits_for_is_told_as_lost_at_the_second_look(folder: SuiteFolder) -> None:
    clock = Clock()
    follower = SuiteFollower(folder, clock=clock)
    with folder.lock().acquire(timeout=0):
        write(folder, "batch", begun("batch"))
        assert follower.poll().alive
    folder.stderr.write_text("last words\n")
    seen = []
    for clock.seconds in (0.9, 1.0, 1.9, 2.0, 9.0):
        snapshot = follower.poll()
        seen.append((snapshot.alive, snapshot.state.runs[0].outcome))
    assert seen == [*[(True, Outcome.RUNNING)] * 3, *[(False, Outcome.LOST)] * 2]
    assert lost_words(folder) == [
        RunLost(
            exit_code=None,
            stderr_tail="last words",
            cause="its process exited without recording an end; last words",
        )
    ]


def test_of_two_who_notice_one_speaks(folder: SuiteFolder) -> None:
    clock = Clock()
    write(folder, "batch", begun("batch"))
    followers = [SuiteFollower(folder, clock=clock) for _ in range(2)]
    for clock.seconds in (0.0, 1.0, 2.0):
        states = [follower.poll().state for follower in followers]
    assert states[0].runs[0].outcome is states[1].runs[0].outcome is Outcome.LOST
    assert len(lost_words(folder)) == 1


def test_a_worker_that_is_seen_alive_in_between_is_not_lost(folder: SuiteFolder) -> None:
    clock = Clock()
    write(folder, "batch", begun("batch"))
    follower = SuiteFollower(folder, clock=clock)
    assert not follower.poll().alive
    clock.seconds = 1.0
    with folder.lock().acquire(timeout=0):
        assert follower.poll().alive
    clock.seconds = 2.0
    assert follower.poll().state.runs[0].outcome is Outcome.RUNNING
    clock.seconds = 3.0
    assert follower.poll().state.runs[0].outcome is Outcome.LOST


def test_the_truth_is_shown_where_the_disk_takes_no_word_of_it(folder: SuiteFolder) -> None:
    clock = Clock()
    write(folder, "batch", begun("batch"))
    follower = SuiteFollower(folder, clock=clock)
    follower.poll()
    clock.seconds = 1.0
    with full_disk(folder.run("batch").events):
        snapshot = follower.poll()
    assert (snapshot.alive, snapshot.state.runs[0].outcome) == (False, Outcome.LOST)
    assert lost_words(folder) == []
    with folder.lock().acquire(timeout=0):  # somebody made room and trains it again
        write(folder, "batch", begun("batch"))
        clock.seconds = 2.0
        snapshot = follower.poll()
        assert (snapshot.alive, snapshot.state.runs[0].outcome) == (True, Outcome.RUNNING)


def test_a_suite_that_is_deleted_while_it_is_watched_does_not_come_back(folder: SuiteFolder) -> None:
    clock = Clock()
    write(folder, "batch", begun("batch"))
    follower = SuiteFollower(folder, clock=clock)
    follower.poll()
    shutil.rmtree(folder.path)
    clock.seconds = 1.0
    assert follower.poll().state.runs[0].outcome is Outcome.LOST
    assert not folder.path.exists()


def test_a_suite_is_alive_between_two_runs_and_ends_with_its_worker(folder: SuiteFolder) -> None:
    follower = SuiteFollower(folder, clock=Clock())
    with at_work(folder):
        write(folder, "batch", begun("batch"))
        assert follower.poll().alive
        write(folder, "batch", RunFinished())
        assert follower.poll().alive
    assert not follower.poll().alive


def test_an_ended_suite_comes_alive_when_another_terminal_trains_it_again(folder: SuiteFolder) -> None:
    write(folder, "batch", begun("batch"), RunStopped(reason="skipped"))
    follower = SuiteFollower(folder, clock=Clock())
    assert not follower.poll().alive
    with folder.lock().acquire(timeout=0):
        write(folder, "batch", begun("batch"))
        assert follower.poll().alive


def test_a_suite_is_alive_before_its_first_run_begins(folder: SuiteFolder) -> None:
    follower = SuiteFollower(folder, clock=Clock())
    assert not follower.poll().alive
    with at_work(folder):
        assert follower.poll().alive
        write(folder, "batch", begun("batch"))
        assert follower.poll().alive


def test_nobody_looks_at_the_lock_of_a_suite_that_ended_long_ago(folder: SuiteFolder) -> None:
    for name in ("batch", "group"):
        write(folder, name, begun(name), RunFinished())
    (folder.path / "lock").mkdir()  # a look would fail
    snapshot = SuiteFollower(folder).poll()
    assert not snapshot.alive
    assert snapshot.state.runs[0].outcome is Outcome.FINISHED


def test_a_finished_run_is_not_tried_again(folder: SuiteFolder) -> None:
    write(folder, "batch", begun("batch"), RunFinished())
    follower = SuiteFollower(folder)
    follower.retry("batch", fresh=True)
    assert follower.worker_pid is None
    assert not follower.poll().alive


def test_another_terminals_worker_is_asked_to_train_a_run_again(folder: SuiteFolder) -> None:
    follower = SuiteFollower(folder, clock=Clock())
    with at_work(folder, "group"):
        write(folder, "batch", begun("batch"), RunStopped(reason="skipped"))
        log(folder, JobStarted(run="group"))
        write(folder, "group", begun("group"))
        for name in ("batch", "group"):  # the second is under way
            follower.retry(name, fresh=True)
        assert follower.poll().state.retrying == {"batch"}
        assert folder.commands.read_text().count("retry") == 1
        follower.retry("batch", fresh=True)  # once is enough
        assert folder.commands.read_text().count("retry") == 1
        log(folder, OrderTaken(line=0, command=Command.RETRY, run="batch"))
    assert follower.worker_pid is None


def test_a_worker_started_for_another_run_is_asked_to_train_one_that_waits(folder: SuiteFolder) -> None:
    follower = SuiteFollower(folder, clock=Clock())
    with at_work(folder, "batch"):
        log(folder, JobStarted(run="batch"))
        write(folder, "batch", begun("batch"))
        assert follower.poll().state.queued == ()
        follower.retry("group", fresh=True)
        assert follower.poll().state.queued == ("group",)
        follower.retry("group", fresh=True)
    assert folder.commands.read_text().count("retry") == 1


def test_nothing_is_tried_again_while_the_suite_is_stopping(folder: SuiteFolder) -> None:
    follower = SuiteFollower(folder, clock=Clock())
    with at_work(folder, "group"):
        write(folder, "batch", begun("batch"), RunStopped(reason="skipped"))
        log(folder, JobStarted(run="group"))
        write(folder, "group", begun("group"))
        ask(folder.commands, Command.STOP_AFTER_EPOCH)
        with pytest.raises(InputError, match="is stopping; retry when it has ended"):
            follower.retry("batch", fresh=True)
    assert "retry" not in folder.commands.read_text()


def test_a_retry_that_was_never_heard_begins_nothing_when_it_is_looked_at_later(folder: SuiteFolder) -> None:
    with at_work(folder, "batch"):
        write(folder, "batch", begun("batch"), RunStopped(reason="skipped"))
        ask(folder.commands, Command.RETRY, "batch")
    follower = SuiteFollower(folder)
    snapshot = follower.poll()
    assert snapshot.state.unheard == ("batch",)
    assert (snapshot.alive, follower.worker_pid) == (False, None)


def test_a_run_that_was_deleted_meanwhile_is_not_tried_again(folder: SuiteFolder) -> None:
    write(folder, "batch", begun("batch"), RunStopped(reason="skipped"))
    follower = SuiteFollower(folder)
    follower.poll()
    delete_runs(folder.path.parent, [folder.run("batch").path])
    for name in ("batch", "layer"):  # the second was never there
        with pytest.raises(InputError, match=f"{name}: there is no such run"):
            follower.retry(name, fresh=True)
    assert follower.worker_pid is None
