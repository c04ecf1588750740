"""What the terminal is told of a suite when its dashboard is left."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.runs.commands import Command, ask
from core.runs.folder import SuiteFolder
from core.runs.suite_events import JobEnded, JobStarted, OrderTaken, WorkerEnded
from core.supervisor.suites import Suites
from tests.runs.made_suites import at_work, begun, log, made_suite, write
from tui.command.launch import say_what_goes_on

GOES_ON = "goes on training; cifar-tui attach shows it"
STOPS = "stops, keeping what it has saved; cifar-tui attach shows it"


def _asked(folder: SuiteFolder) -> None:
    ask(folder.commands, Command.STOP_NOW)


def _ending(folder: SuiteFolder) -> None:
    """Leave a worker that has said its last word, and still is there."""
    log(
        folder,
        OrderTaken(line=0, command=Command.STOP_NOW),
        JobEnded(run="batch"),
        WorkerEnded(exit_code=130),
    )


@pytest.mark.parametrize(
    ("then", "words"), [(lambda _folder: None, GOES_ON), (_asked, STOPS), (_ending, STOPS)]
)
def test_what_was_stopped_is_not_said_to_go_on(
    then: Callable[[SuiteFolder], None], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = made_suite(tmp_path)
    suites = Suites(tmp_path, lambda: datetime.now(UTC))
    with at_work(folder):
        log(folder, JobStarted(run="batch"))
        suites.open(folder.path)
        assert suites.training is not None
        then(folder)
        say_what_goes_on(suites, None)
    assert capsys.readouterr().out == f"{folder.path} {words}\n"


def test_of_an_older_versions_worker_which_keeps_no_log_it_is_said_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = made_suite(tmp_path)
    write(folder, "batch", begun("batch"))
    suites = Suites(tmp_path, lambda: datetime.now(UTC))
    with folder.lock():
        suites.open(folder.path)
        say_what_goes_on(suites, None)
    assert capsys.readouterr().out == f"{folder.path} {GOES_ON}\n"
