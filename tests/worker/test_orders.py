from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.dataset.sources import load_images
from core.runs.commands import Command, ask
from core.runs.event_log import read_events
from core.runs.folder import SuiteFolder
from core.runs.suite_events import (
    ConcurrencySet,
    JobEnded,
    JobStarted,
    OrderTaken,
    RunsQueued,
    WorkerEnded,
    WorkerStarted,
)
from core.runs.suite_state import SuiteReader
from core.worker.orders import Ended, Orders, SuiteOrders
from tests.runs.made_suites import SUITE, log, made_suite

Told = Callable[[bool], None]


def nobody(_begins: bool) -> None:  # noqa: FBT001 - the shape Orders calls
    pass


@pytest.fixture
def folder(tmp_path: Path) -> SuiteFolder:
    return made_suite(tmp_path)


@pytest.fixture
def suite(folder: SuiteFolder) -> Iterator[SuiteOrders]:
    """Give the orders of a worker at work on batch and group norm, neither of which has begun."""
    orders = SuiteOrders(folder, SUITE.names)
    with orders.at_work(lambda: 0):
        yield orders


def orders(suite: SuiteOrders, run: str = "batch", paused: Told = nobody) -> Orders:
    """Begin every queued run, and return the orders of `run`."""
    begin_all(suite)
    return Orders(suite, run, paused)


def begin_all(suite: SuiteOrders) -> list[str]:
    return [taken.run for taken in iter(lambda: suite.take(()), None) if taken is not None]


def test_nothing_asked_is_nothing_done(suite: SuiteOrders) -> None:
    assert orders(suite).poll_commands() == 0.0


def test_what_happens_to_the_suite_is_in_its_log(folder: SuiteFolder) -> None:
    ask(folder.commands, Command.PAUSE)  # of whoever was at work before
    suite = SuiteOrders(folder, SUITE.names)
    with suite.at_work(lambda: 3):
        assert suite.take(()) == JobStarted(run="batch")
        suite.set_max_concurrent(2)
        ask(folder.commands, Command.SKIP, "batch")
        assert suite.poll("batch") is not None
        suite.end("batch")
    started, *rest = [record.event for record in read_events(folder.log)][1:]
    assert isinstance(started, WorkerStarted)
    assert rest == [
        JobStarted(run="batch"),
        ConcurrencySet(max_concurrent=2),
        OrderTaken(line=1, command=Command.SKIP, run="batch"),
        JobEnded(run="batch"),
        WorkerEnded(exit_code=3),
    ]


def test_a_worker_trains_what_is_queued_and_all_of_a_suite_that_never_was(folder: SuiteFolder) -> None:
    suite = SuiteOrders(folder, SUITE.names)
    with suite.at_work(lambda: 0):
        assert begin_all(suite) == ["batch", "group"]
    log(folder, RunsQueued(runs=("group", "nobody"), commands=0))
    suite = SuiteOrders(folder, SUITE.names)
    with suite.at_work(lambda: 0):
        assert begin_all(suite) == ["group"]


def test_a_worker_that_comes_second_finds_nothing_to_train(folder: SuiteFolder) -> None:
    for queued in (("group",), ()):  # two dashboards started a worker each, for the same run
        if queued:
            log(folder, RunsQueued(runs=queued, commands=0))
        suite = SuiteOrders(folder, SUITE.names)
        with suite.at_work(lambda: 0):
            assert begin_all(suite) == list(queued)


def test_a_worker_that_died_is_recorded_before_the_next_begins(folder: SuiteFolder) -> None:
    log(folder, RunsQueued(runs=("batch",), commands=0), WorkerStarted(pid=1), JobStarted(run="batch"))
    suite = SuiteOrders(folder, SUITE.names)
    with suite.at_work(lambda: 0):
        assert begin_all(suite) == []
    assert WorkerEnded(exit_code=None) in [record.event for record in read_events(folder.log)]


def test_a_worker_that_breaks_records_that_it_failed(folder: SuiteFolder) -> None:
    suite = SuiteOrders(folder, SUITE.names)
    with pytest.raises(OSError, match="disk"), suite.at_work(lambda: 0):
        raise OSError("disk")
    assert read_events(folder.log)[-1].event == WorkerEnded(exit_code=1)


def test_a_skip_ends_its_run(folder: SuiteFolder, suite: SuiteOrders) -> None:
    worker = orders(suite)
    ask(folder.commands, Command.SKIP, "batch")
    with pytest.raises(Ended) as end:
        worker.poll_commands()
    assert (end.value.reason, end.value.suite) == ("skipped", False)


def test_a_skip_is_none_of_the_next_try_nor_of_another_run(folder: SuiteFolder, suite: SuiteOrders) -> None:
    begin_all(suite)
    ask(folder.commands, Command.SKIP, "batch")
    ask(folder.commands, Command.SKIP)
    assert Orders(suite, "group", nobody).poll_commands() == 0.0
    suite.end("batch")
    ask(folder.commands, Command.SKIP, "batch")  # too late
    ask(folder.commands, Command.RETRY, "batch")
    assert suite.take(()) == JobStarted(run="batch", fresh=True)
    assert Orders(suite, "batch", nobody).poll_commands() == 0.0


def test_an_end_passes_through_whatever_was_reading_images(tmp_path: Path) -> None:
    for split in ("train", "test"):
        for name in range(10):
            (tmp_path / split / str(name)).mkdir(parents=True)
            Image.new("RGB", (32, 32)).save(tmp_path / split / str(name) / "0.png")

    def stop(*_: object) -> None:
        raise Ended("asked to stop", suite=True)

    with pytest.raises(Ended, match="asked to stop"):
        load_images(str(tmp_path), stop, tmp_path / "cache")


def test_commands_read_together_are_all_carried_out(folder: SuiteFolder, suite: SuiteOrders) -> None:
    worker = orders(suite)
    ask(folder.commands, Command.SKIP, "batch")
    ask(folder.commands, Command.STOP_AFTER_EPOCH)
    with pytest.raises(Ended, match="skipped"):
        worker.poll_commands()
    assert worker.stop_after_epoch


def test_what_a_newer_front_end_asks_is_passed_over(folder: SuiteFolder, suite: SuiteOrders) -> None:
    worker = orders(suite)
    folder.commands.write_text('{"command":"dance"}\nnonsense\n[]\n{"command":"stop-after')
    assert worker.poll_commands() == 0.0
    assert not worker.stop_after_epoch  # the last line is not whole yet
    with folder.commands.open("a") as file:
        file.write('-epoch"}\n')
    worker.poll_commands()
    assert worker.stop_after_epoch


def test_an_order_counts_whatever_its_writers_clock_says(folder: SuiteFolder, suite: SuiteOrders) -> None:
    worker = orders(suite)
    folder.commands.write_text('{"command":"skip","run":"batch","t":-2.0}\n')
    with pytest.raises(Ended, match="skipped"):
        worker.poll_commands()


def test_a_pause_that_is_asked_together_with_its_end_is_none(folder: SuiteFolder, suite: SuiteOrders) -> None:
    told: list[bool] = []
    worker = orders(suite, paused=told.append)
    for command in (Command.PAUSE, Command.RESUME):
        ask(folder.commands, command)
    assert worker.poll_commands() == 0.0
    assert told == []


def test_a_stop_ends_a_pause_and_lets_none_begin(folder: SuiteFolder, suite: SuiteOrders) -> None:
    told: list[bool] = []

    def note(begins: bool) -> None:  # noqa: FBT001 - the shape Orders calls
        told.append(begins)
        if begins:
            ask(folder.commands, Command.STOP_AFTER_EPOCH)

    worker = orders(suite, paused=note)
    ask(folder.commands, Command.PAUSE)
    assert worker.poll_commands() > 0
    assert told == [True, False]
    ask(folder.commands, Command.PAUSE)
    assert worker.poll_commands() == 0.0
    assert told == [True, False]


def test_before_the_first_epoch_there_is_none_to_finish(folder: SuiteFolder, suite: SuiteOrders) -> None:
    worker = orders(suite)
    ask(folder.commands, Command.STOP_AFTER_EPOCH)
    with pytest.raises(Ended, match="asked to stop"):
        worker.poll_commands_before_training()


@pytest.mark.parametrize(
    ("command", "reason"), [(Command.STOP_NOW, "asked to stop at once"), (None, "terminated")]
)
def test_a_stop_at_once_hits_every_run_under_way(
    command: Command | None, reason: str, folder: SuiteFolder, suite: SuiteOrders
) -> None:
    begin_all(suite)
    if command is None:
        suite.terminate()
    else:
        ask(folder.commands, command)
    for run in ("batch", "group"):
        with pytest.raises(Ended, match=reason) as end:
            Orders(suite, run, nobody).poll_commands()
        assert end.value.suite
    assert suite.suite_ends
    orders_taken = [r.event for r in read_events(folder.log) if isinstance(r.event, OrderTaken)]
    line = None if command is None else 0
    assert orders_taken == [OrderTaken(line=line, command=Command.STOP_NOW)]


def test_a_pause_holds_every_run_and_outlasts_the_skip_of_one(
    folder: SuiteFolder, suite: SuiteOrders
) -> None:
    begin_all(suite)
    ask(folder.commands, Command.PAUSE)
    assert suite.poll("batch") is suite.poll("group") is None
    assert suite.pausing()
    ask(folder.commands, Command.SKIP, "batch")
    assert suite.poll("batch") is not None
    suite.end("batch")
    assert suite.pausing()
    ask(folder.commands, Command.SKIP, "group")  # the last one: whatever is queued goes on
    assert suite.poll("group") is not None
    assert not suite.pausing()


def test_a_run_is_taken_again_once_and_not_while_it_is_busy(folder: SuiteFolder, suite: SuiteOrders) -> None:
    begin_all(suite)
    suite.end("batch")
    for name in ("batch", "group"):  # a run under way cannot be tried again
        ask(folder.commands, Command.RETRY, name)
    assert suite.take(busy=["batch"]) is None  # it is still closing its file
    assert begin_all(suite) == ["batch"]
    suite.end("group")
    ask(folder.commands, Command.RETRY, "group")
    assert begin_all(suite) == ["group"]


def test_what_is_asked_between_two_runs_is_for_the_next(folder: SuiteFolder, suite: SuiteOrders) -> None:
    told: list[bool] = []

    def note(begins: bool) -> None:  # noqa: FBT001 - the shape Orders calls
        told.append(begins)
        ask(folder.commands, Command.RESUME)

    assert suite.take(()) == JobStarted(run="batch")
    suite.end("batch")
    ask(folder.commands, Command.PAUSE)
    assert suite.take(()) == JobStarted(run="group")
    assert not suite.suite_ends
    assert Orders(suite, "group", note).poll_commands() > 0
    assert told == [True, False]

    suite.end("group")
    ask(folder.commands, Command.RETRY, "batch")
    ask(folder.commands, Command.STOP_NOW)
    assert suite.take(()) is None
    assert suite.suite_ends


ASKED = st.tuples(st.sampled_from(Command), st.sampled_from(("batch", "group")))


@given(st.lists(ASKED | st.sampled_from(("take", "batch", "group")), max_size=10))
@settings(max_examples=60, deadline=None)
def test_whatever_is_asked_a_screen_says_what_the_worker_then_does(
    happens: list[tuple[Command, str] | str],
) -> None:
    """Things that happen are orders, the next run that begins, and ends of runs under way, by name."""
    with TemporaryDirectory() as runs_dir:
        folder = made_suite(Path(runs_dir))
        reader, suite = SuiteReader(folder), SuiteOrders(folder, SUITE.names)
        running: set[str] = set()
        with suite.at_work(lambda: 0):
            for thing in happens:
                if isinstance(thing, tuple):
                    ask(folder.commands, *thing)
                elif thing == "take":
                    running |= {taken.run} if (taken := suite.take(())) else set()
                elif thing in running:
                    running.remove(thing)
                    suite.end(thing)
                said = reader.poll().control
                ends = {name for name in running if suite.poll(name) is not None}  # reads what was asked
                suite.take(busy=("batch", "group"))  # likewise, and takes none
                assert (said.pausing, said.stop is not None) == (suite.pausing(), suite.suite_ends)
                assert (running if said.stop is Command.STOP_NOW else said.skipping) == ends
                read = reader.poll().control
                assert replace(read, commands_read=0) == replace(said, commands_read=0)
