"""What shows a suite never holds up, nor ends, what is shown."""

import os
import subprocess
import sys
from contextlib import nullcontext, suppress
from pathlib import Path
from threading import Event

import pytest

from core.runs.suite_state import SuiteReader, SuiteState
from tests.patience import PAUSE_SECONDS
from tests.runs.made_suites import made_suite
from tui.command.background_display import BackgroundDisplay


class Recording:
    """A display that waits for `free` before it takes a line, and breaks at the line "broken"."""

    def __init__(self) -> None:
        self.free = Event()
        self.shown: list[object] = []

    def log(self, text: str) -> None:
        self.free.wait()
        if text == "broken":
            raise ValueError(text)
        self.shown.append(text)

    def update(self, suite: SuiteState) -> None:
        self.shown.append(suite)

    def hide(self) -> None:
        self.shown.append("hidden")


@pytest.fixture
def suite(tmp_path: Path) -> SuiteState:
    return SuiteReader(made_suite(tmp_path)).poll()


def test_a_display_that_takes_nothing_gets_every_line_and_the_last_state(suite: SuiteState) -> None:
    display = Recording()
    with BackgroundDisplay(display, nullcontext) as show:
        show.log("first")
        for _ in range(1000):  # which returns at once
            show.update(suite)
        show.log("last")
        assert display.shown == []
        display.free.set()
    assert display.shown == ["first", suite, "last", "hidden"]
    assert not show.lost


def test_a_display_with_a_mistake_is_dropped_and_named(
    suite: SuiteState, capsys: pytest.CaptureFixture[str]
) -> None:
    display = Recording()
    display.free.set()
    with BackgroundDisplay(display, nullcontext) as show:
        show.log("broken")
        show.update(suite)
        show.hide()
        assert show.lost
    assert display.shown == []
    assert "nothing is shown any more, training goes on (ValueError('broken'))" in capsys.readouterr().err


def test_a_waiting_display_does_not_keep_an_impatient_process() -> None:
    program = """
import signal
from tui.command.background_display import BackgroundDisplay
from tui.command.plain_log import PlainLines
from tui.command.signals import Signals

with Signals.noted() as signals:
    stream = open(2, "w", closefd=False)
    with BackgroundDisplay(PlainLines(stream), lambda: signals.giving_up(1)) as show:
        show.log("x" * 1_000_000)  # more than a pipe holds
        print(flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-P", "-c", program],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stderr.read(1)
        while process.poll() is None:  # the first may come before it waits
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=PAUSE_SECONDS)
    assert process.returncode not in {0, -6}
