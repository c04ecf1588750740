from pathlib import Path

import pytest

from core.runs.commands import Command, ask
from core.runs.folder import SuiteFolder
from core.runs.life_events import RunFinished, RunLengthened, RunStopped
from core.runs.suite_events import (
    ConcurrencySet,
    JobEnded,
    JobStarted,
    OrderTaken,
    RunsQueued,
    WorkerEnded,
    WorkerStarted,
)
from core.runs.suite_state import SuiteReader, SuiteState
from tests.runs.made_suites import begun, log, made_suite, write


@pytest.fixture
def folder(tmp_path: Path) -> SuiteFolder:
    """Make a suite whose worker trains batch norm and has group norm before it."""
    folder = made_suite(tmp_path)
    log(folder, queued("batch", "group"), WorkerStarted(pid=7), JobStarted(run="batch"))
    write(folder, "batch", begun("batch"))
    return folder


def queued(*runs: str, commands: int = 0) -> RunsQueued:
    return RunsQueued(runs=runs, commands=commands)


def asked(state: SuiteState) -> tuple[bool, bool, set[str], set[str]]:
    return state.stopping, state.pausing, set(state.skipping), set(state.retrying)


NOTHING = (False, False, set[str](), set[str]())


def test_a_pause_is_asked_until_it_is_taken_back(folder: SuiteFolder) -> None:
    reader = SuiteReader(folder)
    assert asked(reader.poll()) == NOTHING
    ask(folder.commands, Command.PAUSE)
    assert reader.poll().pausing
    log(folder, OrderTaken(line=0, command=Command.PAUSE))
    assert reader.poll().pausing
    ask(folder.commands, Command.RESUME)
    assert asked(reader.poll()) == asked(SuiteReader(folder).poll()) == NOTHING


@pytest.mark.parametrize("taken", [False, True])
def test_a_pause_of_a_suite_that_stops_is_none(folder: SuiteFolder, *, taken: bool) -> None:
    ask(folder.commands, Command.STOP_AFTER_EPOCH)
    ask(folder.commands, Command.PAUSE)
    if taken:
        commands = (Command.STOP_AFTER_EPOCH, Command.PAUSE)
        log(folder, *(OrderTaken(line=line, command=command) for line, command in enumerate(commands)))
    assert asked(SuiteReader(folder).poll()) == (True, False, set(), set())


def test_an_order_counts_whatever_its_writers_clock_says(folder: SuiteFolder) -> None:
    folder.commands.write_text('{"command":"skip","run":"batch","t":-2.0}\n')
    assert asked(SuiteReader(folder).poll()) == (False, False, {"batch"}, set())


def test_a_pause_outlasts_the_skip_of_one_run_but_not_of_the_last(folder: SuiteFolder) -> None:
    reader = SuiteReader(folder)
    log(folder, JobStarted(run="group"))
    write(folder, "group", begun("group"))
    ask(folder.commands, Command.PAUSE)
    ask(folder.commands, Command.SKIP, "batch")
    assert asked(reader.poll()) == (False, True, {"batch"}, set())
    log(folder, OrderTaken(line=0, command=Command.PAUSE))
    log(folder, OrderTaken(line=1, command=Command.SKIP, run="batch"), JobEnded(run="batch"))
    write(folder, "batch", RunStopped(reason="skipped"))
    state = reader.poll()
    assert asked(state) == (False, True, set(), set())
    assert [run.name for run in state.under_way] == ["group"]
    ask(folder.commands, Command.SKIP, "group")
    assert asked(reader.poll()) == (False, False, {"group"}, set())


def test_how_many_train_at_once_is_known_with_the_device(folder: SuiteFolder) -> None:
    assert SuiteReader(folder).poll().control.max_concurrent == 1
    log(folder, ConcurrencySet(max_concurrent=2))
    assert SuiteReader(folder).poll().control.max_concurrent == 2


@pytest.mark.parametrize("stop", [Command.STOP_AFTER_EPOCH, Command.STOP_NOW])
def test_a_stop_is_asked_until_the_worker_has_ended(folder: SuiteFolder, stop: Command) -> None:
    reader = SuiteReader(folder)
    ask(folder.commands, Command.PAUSE)
    ask(folder.commands, stop)
    state = reader.poll()
    assert asked(state) == (True, False, set(), set())
    assert state.queued == ()
    log(folder, OrderTaken(line=0, command=Command.PAUSE), OrderTaken(line=1, command=stop))
    log(folder, JobEnded(run="batch"), WorkerEnded(exit_code=130))
    write(folder, "batch", RunStopped(reason="asked to stop"))
    assert asked(reader.poll()) == NOTHING


def test_after_a_stop_at_once_no_epoch_is_waited_for(folder: SuiteFolder) -> None:
    ask(folder.commands, Command.STOP_NOW)
    ask(folder.commands, Command.STOP_AFTER_EPOCH)
    assert SuiteReader(folder).poll().control.stop is Command.STOP_NOW


def test_a_skip_is_asked_until_its_run_has_ended_and_is_none_of_the_next_try(folder: SuiteFolder) -> None:
    reader = SuiteReader(folder)
    ask(folder.commands, Command.SKIP, "group")  # before it has begun, which no worker heeds
    assert asked(reader.poll()) == NOTHING
    ask(folder.commands, Command.SKIP, "batch")
    assert asked(reader.poll()) == (False, False, {"batch"}, set())
    for line, run in enumerate(("group", "batch")):
        log(folder, OrderTaken(line=line, command=Command.SKIP, run=run))
    log(folder, JobEnded(run="batch"), JobStarted(run="batch"))
    write(folder, "batch", RunStopped(reason="skipped"), begun("batch"))
    assert asked(reader.poll()) == asked(SuiteReader(folder).poll()) == NOTHING


def test_a_retry_is_asked_until_its_run_begins_again(folder: SuiteFolder) -> None:
    reader = SuiteReader(folder)
    log(folder, JobEnded(run="batch"), JobStarted(run="group"))
    write(folder, "batch", RunStopped(reason="skipped"))
    write(folder, "group", begun("group"))
    for name in ("batch", "group", "nobody"):  # one under way is not tried again
        ask(folder.commands, Command.RETRY, name)
    assert asked(reader.poll()) == (False, False, set(), {"batch"})
    log(folder, *(OrderTaken(line=i, command=Command.RETRY, run=r) for i, r in enumerate(("batch", "group"))))
    log(folder, JobStarted(run="batch"))
    assert asked(reader.poll()) == (False, False, set(), {"batch"})  # its own file does not say so yet
    write(folder, "batch", begun("batch"))
    assert asked(reader.poll()) == asked(SuiteReader(folder).poll()) == NOTHING


def test_what_is_queued_is_in_its_order_until_it_begins_or_the_suite_stops(folder: SuiteFolder) -> None:
    reader = SuiteReader(folder)
    assert reader.poll().queued == ("group",)
    log(folder, JobEnded(run="batch"))
    write(folder, "batch", RunStopped(reason="skipped"))
    ask(folder.commands, Command.RETRY, "batch")
    assert reader.poll().queued == ("group", "batch")
    ask(folder.commands, Command.STOP_AFTER_EPOCH)
    assert reader.poll().queued == ()


def test_nothing_is_queued_or_asked_once_the_worker_has_ended(folder: SuiteFolder) -> None:
    reader = SuiteReader(folder)
    ask(folder.commands, Command.PAUSE)
    log(folder, OrderTaken(line=0, command=Command.PAUSE), WorkerEnded(exit_code=None))
    state = reader.poll()
    assert (asked(state), state.queued, state.unheard) == (NOTHING, (), ())
    ask(folder.commands, Command.PAUSE)
    assert asked(reader.poll()) == NOTHING


def test_a_worker_for_some_runs_has_only_these_before_it(folder: SuiteFolder) -> None:
    reader = SuiteReader(folder)
    ask(folder.commands, Command.STOP_AFTER_EPOCH)
    log(folder, OrderTaken(line=0, command=Command.STOP_AFTER_EPOCH), JobEnded(run="batch"))
    log(folder, WorkerEnded(exit_code=130))
    write(folder, "batch", RunStopped(reason="asked to stop"))
    ask(folder.commands, Command.PAUSE)  # nobody was there to heed it
    log(folder, queued("batch", "nobody", commands=2))
    state = reader.poll()
    assert state.queued == ("batch",)
    assert asked(state) == (False, False, set(), {"batch"})
    ask(folder.commands, Command.RETRY, "group")  # which waits, but was not before this worker
    assert reader.poll().queued == SuiteReader(folder).poll().queued == ("batch", "group")
    assert reader.poll().retrying == {"batch"}


def test_a_retry_that_no_worker_heard_of_is_known(folder: SuiteFolder) -> None:
    write(folder, "batch", RunFinished())
    ask(folder.commands, Command.RETRY, "group")
    log(folder, JobEnded(run="batch"), WorkerEnded(exit_code=0))
    state = SuiteReader(folder).poll()
    assert (state.unheard, state.queued) == (("group",), ())
    ask(folder.commands, Command.STOP_NOW)
    assert SuiteReader(folder).poll().unheard == ()


def test_a_suite_of_an_earlier_version_has_nothing_queued_or_asked(folder: SuiteFolder) -> None:
    folder.log.unlink()
    folder.commands.write_text('{"command":"train","runs":["batch"],"t":1.0}\n{"command":"pause","t":2.0}\n')
    state = SuiteReader(folder).poll()
    assert (asked(state), state.queued, state.unheard) == (NOTHING, (), ())
    assert [run.name for run in state.under_way] == ["batch"]


def test_what_a_newer_front_end_asks_is_passed_over(folder: SuiteFolder) -> None:
    folder.commands.write_text('{"command":"dance"}\n[]\n{"command":"skip","run":[]}\n{"command":"pause"}\n')
    assert asked(SuiteReader(folder).poll()) == (False, True, set(), set())


def test_whoever_follows_a_suite_learns_that_a_run_has_got_more_epochs(folder: SuiteFolder) -> None:
    reader = SuiteReader(folder)
    write(folder, "batch", begun("batch"), RunFinished())
    assert reader.poll().config.config_of("batch").epochs == 4
    write(folder, "batch", RunLengthened(planned=4, epochs=9))
    assert reader.poll().config == folder.config().lengthened(["batch"], 9)
