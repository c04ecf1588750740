from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.runs.commands import Command, ask, renew
from core.runs.events import EnvironmentFound, RunFinished, RunStopped
from core.runs.folder import SuiteFolder, create_suite
from core.runs.suite_state import SuiteState, SuiteWatch
from tests.runs.made_suites import SUITE, begun, made_suite, write


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


def test_a_pause_outlasts_the_skip_of_one_run_but_not_of_the_last(folder: SuiteFolder) -> None:
    watch = SuiteWatch(folder)
    write(folder, "batch", begun("batch"))
    write(folder, "group", begun("group"))
    ask(folder.commands, Command.PAUSE)
    ask(folder.commands, Command.SKIP, "batch")
    assert asked(watch.poll()) == (False, True, {"batch"}, set())
    write(folder, "batch", RunStopped(reason="skipped"))
    state = watch.poll()
    assert asked(state) == (False, True, set(), set())
    assert [run.name for run in state.under_way] == ["group"]
    ask(folder.commands, Command.SKIP, "group")
    assert asked(watch.poll()) == (False, False, {"group"}, set())
    write(folder, "group", RunStopped(reason="skipped"), begun("group"))
    assert asked(watch.poll()) == asked(SuiteWatch(folder).poll()) == NOTHING


def test_a_run_that_is_tried_again_after_a_skip_is_paused_like_any_other(folder: SuiteFolder) -> None:
    write(folder, "batch", begun("batch"))
    write(folder, "group", begun("group"))
    ask(folder.commands, Command.SKIP, "batch")
    write(folder, "batch", RunStopped(reason="skipped"), begun("batch"))
    ask(folder.commands, Command.PAUSE)
    ask(folder.commands, Command.SKIP, "group")
    assert asked(SuiteWatch(folder).poll()) == (False, True, {"group"}, set())


def test_how_many_train_at_once_is_known_with_the_device(tmp_path: Path) -> None:
    folder = create_suite(tmp_path, replace(SUITE, parallel=2), datetime(2026, 1, 2, tzinfo=UTC))
    assert SuiteWatch(folder).poll().at_once == 1
    environment = EnvironmentFound(device="cpu", device_name="a CPU", threads=2, versions={})
    write(folder, "batch", begun("batch"), environment)
    assert SuiteWatch(folder).poll().at_once == 2


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
