"""A download of 40 minutes, on each of the three displays."""

import io

import pytest
from rich.console import Console

from core.runs.events import DataProgressed, Event, Phase, PhaseChanged, Record, Unit
from core.runs.run_reducer import replay
from core.runs.run_state import RunState
from core.runs.suite_state import SuiteState
from tests.runs.made_suites import SUITE, begun
from tui.command.plain_log import PlainLines
from tui.command.progress_bars import ProgressBars
from tui.text.suite_progress import Bar, suite_bars
from tui.train.progress import progress_lines

RATE, TOTAL = 73_000, 170_498_071
STAGE = "downloading cifar-10-python.tar.gz from www.cs.toronto.edu"


def downloading(seconds: int) -> SuiteState:
    """Return how the suite stands so many seconds after a download at 73 kB/s began."""
    events: list[tuple[float, Event]] = [(0.0, begun("batch")), (0.0, PhaseChanged(phase=Phase.DATA))]
    for second in range(seconds + 1):
        done = DataProgressed(what=STAGE, done=second * RATE, total=TOTAL, unit=Unit.BYTES)
        events.append((float(second), done))
    records = (Record(number, time, event) for number, (time, event) in enumerate(events))
    return SuiteState(SUITE, (replay("batch", records), RunState("group")))


def test_a_bar_says_how_far_how_fast_and_how_long() -> None:
    images, epoch, _ = suite_bars(downloading(840), alive=True)
    assert (images.name, images.count, images.note) == ("images", "61 of 170 MB", "73 kB/s, 25 min left")
    assert images.done == pytest.approx(0.36, abs=0.01)
    assert epoch.note == "batch: loading images"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_dashboard_has_room_for_it(width: int) -> None:
    line, *others = progress_lines(suite_bars(downloading(840), alive=True), width)
    assert " 61 of 170 MB  73 kB/s, 25 min left" in line.plain  # the bar ends before it
    assert [len(it.plain.rstrip()) <= width for it in (line, *others)] == [True] * 3


def test_a_note_takes_the_place_of_an_estimate_that_is_not_there_yet() -> None:
    importing = Bar("epoch", 0.0, "0/20", "batch: importing torch", None)
    training = Bar("epoch", 0.1, "1/20", "batch: training", 392.0)
    lines = [line.plain for line in progress_lines((importing, training), 58)]
    assert "batch: importing torch" in lines[0]
    assert lines[1].endswith("6:32 left")
    assert [len(line) for line in lines] == [58, 58]


@pytest.mark.parametrize("width", [80, 120])
def test_the_bars_without_a_screen_have_room_for_it(width: int) -> None:
    output = io.StringIO()
    console = Console(file=output, width=width, force_terminal=True, color_system=None, legacy_windows=False)
    bars = ProgressBars(console)
    bars.update(downloading(840))
    bars.hide()
    assert "61 of 170 MB 73 kB/s, 25 min left" in output.getvalue()


def test_without_a_terminal_there_is_a_line_a_minute() -> None:
    output = io.StringIO()
    lines = PlainLines(output)
    for second in range(0, 181, 5):
        lines.update(downloading(second))
    told = output.getvalue().splitlines()
    assert told == [
        f"batch: {STAGE}: {words}"
        for words in (
            "0 of 170 MB, 73 kB/s, 39 min left",
            "4 of 170 MB, 73 kB/s, 38 min left",
            "9 of 170 MB, 73 kB/s, 37 min left",
        )
    ]
