from pathlib import Path

import pytest

from core.control import Command, ask, renew
from core.events import RunFinished, RunStopped
from core.run_folder import SuiteFolder
from core.suite_watch import SuiteState, SuiteWatch
from tests.core.made_suites import begun, made_suite, write


@pytest.fixture
def folder(tmp_path: Path) -> SuiteFolder:
    return made_suite(tmp_path)


def asked(state: SuiteState) -> tuple[bool, bool, set[str], set[str]]:
    return state.stopping, state.asked_to_pause, set(state.skipping), set(state.retrying)


NOTHING = (False, False, set[str](), set[str]())


def test_a_pause_is_asked_until_it_is_taken_back(folder: SuiteFolder) -> None:
    watch = SuiteWatch(folder)
    write(folder, "batch", begun("batch"))
    assert asked(watch.poll()) == NOTHING
    ask(folder.commands, Command.PAUSE)
    assert watch.poll().asked_to_pause
    assert watch.poll().asked_to_pause
    ask(folder.commands, Command.RESUME)
    assert asked(watch.poll()) == NOTHING


@pytest.mark.parametrize("stop", [Command.STOP_AFTER_EPOCH, Command.STOP_NOW])
def test_a_stop_is_asked_until_the_suite_has_ended(folder: SuiteFolder, stop: Command) -> None:
    watch = SuiteWatch(folder)
    write(folder, "batch", begun("batch"))
    ask(folder.commands, Command.PAUSE)
    ask(folder.commands, stop)
    assert asked(watch.poll()) == (True, False, set(), set())
    write(folder, "batch", RunStopped(reason="asked to stop"))
    assert asked(watch.poll()) == NOTHING


def test_a_skip_is_asked_until_its_run_has_ended_and_is_none_of_the_next_try(folder: SuiteFolder) -> None:
    watch = SuiteWatch(folder)
    ask(folder.commands, Command.SKIP, "batch")  # before it has begun, which no worker heeds
    write(folder, "batch", begun("batch"))
    assert asked(watch.poll()) == NOTHING
    ask(folder.commands, Command.SKIP, "batch")
    assert asked(watch.poll()) == (False, False, {"batch"}, set())
    write(folder, "batch", RunStopped(reason="skipped"), begun("batch"))
    assert asked(watch.poll()) == asked(SuiteWatch(folder).poll()) == NOTHING


def test_a_retry_is_asked_until_its_run_begins_again(folder: SuiteFolder) -> None:
    watch = SuiteWatch(folder)
    write(folder, "batch", begun("batch"), RunStopped(reason="skipped"))
    write(folder, "group", begun("group"))
    for name in ("batch", "group", "nobody"):  # one under way is not tried again
        ask(folder.commands, Command.RETRY, name)
    assert asked(watch.poll()) == (False, False, set(), {"batch"})
    write(folder, "group", RunFinished())
    assert asked(watch.poll()) == (False, False, set(), {"batch"})
    write(folder, "batch", begun("batch"), RunStopped(reason="skipped"))
    assert asked(watch.poll()) == asked(SuiteWatch(folder).poll()) == NOTHING


def test_a_worker_for_the_whole_suite_has_all_that_waits_before_it(folder: SuiteFolder) -> None:
    watch = SuiteWatch(folder)
    assert watch.poll().queued == {"batch", "group"}
    write(folder, "batch", begun("batch"))
    assert watch.poll().queued == {"group"}
    ask(folder.commands, Command.STOP_AFTER_EPOCH)
    assert watch.poll().queued == set()


def test_a_worker_for_some_runs_has_only_these_before_it(folder: SuiteFolder) -> None:
    watch = SuiteWatch(folder)
    write(folder, "batch", begun("batch"), RunStopped(reason="asked to stop"))
    ask(folder.commands, Command.STOP_AFTER_EPOCH)
    watch.poll()
    renew(folder.commands, ["batch", "nobody"])
    assert watch.poll().queued == watch.poll().retrying == {"batch"}
    write(folder, "batch", begun("batch"))
    assert watch.poll().queued == SuiteWatch(folder).poll().queued == set()
    ask(folder.commands, Command.RETRY, "group")  # which waits, but was not before this worker
    assert watch.poll().queued == {"group"}
    assert watch.poll().retrying == set()


def test_a_stop_takes_back_what_was_to_be_tried_again(folder: SuiteFolder) -> None:
    write(folder, "batch", begun("batch"), RunStopped(reason="skipped"))
    ask(folder.commands, Command.RETRY, "batch")
    ask(folder.commands, Command.STOP_NOW)
    assert asked(SuiteWatch(folder).poll()) == NOTHING


def test_what_was_asked_of_an_earlier_worker_is_forgotten(folder: SuiteFolder) -> None:
    watch = SuiteWatch(folder)
    write(folder, "batch", begun("batch"))
    ask(folder.commands, Command.PAUSE)
    assert watch.poll().asked_to_pause
    folder.commands.unlink()
    assert asked(watch.poll()) == NOTHING
    ask(folder.commands, Command.STOP_AFTER_EPOCH)
    assert asked(watch.poll()) == (True, False, set(), set())


def test_what_a_newer_front_end_asks_is_passed_over(folder: SuiteFolder) -> None:
    write(folder, "batch", begun("batch"))
    folder.commands.write_text('{"command":"dance"}\n[]\n{"command":"pause"}\n')
    assert asked(SuiteWatch(folder).poll()) == (False, True, set(), set())
