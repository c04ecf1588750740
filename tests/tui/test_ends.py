import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.runs.event_log import read_events
from core.runs.folder import SuiteFolder
from core.runs.life_events import RunLost
from tests.patience import wait_for
from tests.terminal import ALTERNATE_SCREEN_LEFT, DASHBOARD, Terminal, not_restored
from tests.tmux import Tmux, needs_tmux

LONG = (*DASHBOARD, "--demo", "--norm", "batch", "--epochs", "500", "--limit-train", "640")


def started(terminal: Terminal) -> None:
    terminal.wait_for("quit")
    terminal.drain()


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Terminal, Path]]:
    """A dashboard that watches its own worker train; the tests take it through all that can happen to it."""
    folder = tmp_path_factory.mktemp("training")
    with Terminal(LONG, folder, columns=100, lines=30) as terminal:
        try:
            started(terminal)
            terminal.send("\r")
            terminal.wait_for("Epoch :  1")
            yield terminal, folder
        finally:
            for worker in workers_in(folder):
                worker.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_leaves_the_terminal_as_it_was(number: signal.Signals, tmp_path: Path) -> None:
    with Terminal([*DASHBOARD, "--demo"], tmp_path) as terminal:
        started(terminal)
        terminal.process.send_signal(number)
        assert terminal.ended() == 128 + number
        assert not_restored(terminal) == []


def test_ctrl_c_leaves_where_nothing_trains(tmp_path: Path) -> None:
    with Terminal([*DASHBOARD, "--demo"], tmp_path) as terminal:
        started(terminal)
        terminal.send("\x03")
        assert terminal.ended() == 0
        assert not_restored(terminal) == []


def test_a_dashboard_whose_terminal_is_closed_ends(tmp_path: Path) -> None:
    with Terminal([*DASHBOARD, "--demo"], tmp_path) as terminal:
        started(terminal)
        terminal.send("?" + "\x1b[B" * 20)
        terminal.hang_up()
        wait_for(lambda: terminal.process.poll() is not None)
        assert terminal.process.returncode == 128 + signal.SIGHUP


@pytest.mark.skipif(shutil.which("setsid") is None, reason="setsid is not installed")
def test_a_lost_terminal_is_noticed_where_no_signal_tells(tmp_path: Path) -> None:
    with Terminal(["setsid", "--wait", *DASHBOARD, "--demo"], tmp_path) as terminal:
        started(terminal)
        (dashboard,) = psutil.Process(terminal.process.pid).children()
        terminal.hang_up()  # heard by setsid alone: the dashboard is in another session
        wait_for(lambda: not dashboard.is_running() or dashboard.status() == psutil.STATUS_ZOMBIE)


def test_a_dashboard_whose_terminal_takes_nothing_ends(tmp_path: Path) -> None:
    with Terminal([*DASHBOARD, "--demo"], tmp_path) as terminal:
        started(terminal)
        for _ in range(40):  # each draws a whole screen, into a terminal that holds less than one
            terminal.send("?")
            terminal.send("q")
        terminal.process.send_signal(signal.SIGTERM)
        wait_for(lambda: terminal.process.poll() is not None)
        assert terminal.process.returncode == 128 + signal.SIGTERM


def test_a_screen_that_breaks_is_made_anew_but_not_twice_at_once(tmp_path: Path) -> None:
    here = str(Path(__file__).parents[2])
    program = "import sys; sys.path.insert(0, sys.argv.pop()); from tests.tui.crashing import main; main()"
    with Terminal([sys.executable, "-P", "-c", program, here], tmp_path, lines=30) as terminal:
        started(terminal)
        terminal.send("\x1b[20~")  # F9
        terminal.wait_for("made anew")
        terminal.drain()
        terminal.send("?")
        terminal.wait_for("help: start")
        terminal.send("q")
        terminal.drain()
        terminal.send("\x1b[20~")
        assert terminal.ended() == 1
        assert not_restored(terminal) == []
        assert b"a widget broke" in terminal.seen.rpartition(ALTERNATE_SCREEN_LEFT)[2]


def test_paging_through_a_palette_without_height_breaks_nothing(tmp_path: Path) -> None:
    with Terminal([*DASHBOARD, "--demo"], tmp_path, lines=4) as terminal:
        terminal.wait_for("cifar-tui needs")
        terminal.drain()
        terminal.send("\x10")
        terminal.drain(0.5)
        terminal.send("\x1b[6~")  # page down
        terminal.drain(0.5)
        terminal.resize(100, 30)
        terminal.wait_for("Search for commands")
        terminal.drain(0.5)
        terminal.send("\x1b")
        terminal.drain(0.5)
        terminal.send("q")
        assert terminal.ended() == 0
        assert not_restored(terminal) == []
        assert b"Traceback" not in terminal.seen


@needs_tmux
def test_ctrl_z_gives_the_shell_back_and_fg_draws_all_again(tmp_path: Path) -> None:
    with Tmux(tmp_path) as tmux:
        tmux.run([*DASHBOARD, "--demo"])
        tmux.wait_for("quit")
        tmux.keys("C-z")
        tmux.wait_for_prompt()
        assert tmux.cursor == "shown"
        tmux.run(["fg"])
        tmux.wait_for("What to train", "quit")
        tmux.type("q")
        tmux.wait_for_prompt()


def test_the_terminals_own_size_counts(tmp_path: Path) -> None:
    told = {"COLUMNS": "40", "LINES": "10"}
    with Terminal([*DASHBOARD, "--demo"], tmp_path, environment=told) as terminal:
        terminal.wait_for("quit")  # there is room for a key bar
        terminal.resize(40, 10)
        terminal.wait_for("cifar-tui needs")
        terminal.send("q")
        assert terminal.ended() == 0


def test_a_killed_dashboard_is_never_noticed_and_attach_misses_nothing(
    training: tuple[Terminal, Path],
) -> None:
    terminal, folder = training
    (suite,) = (folder / "runs").iterdir()
    terminal.process.kill()
    terminal.process.wait()
    assert SuiteFolder(suite).alive()
    before = len(read_events(suite / "batch" / "events.jsonl"))
    with Terminal([*DASHBOARD, "attach"], folder, columns=100, lines=30) as second:
        second.wait_for("Epoch :")
        while len(records := read_events(suite / "batch" / "events.jsonl")) <= before:
            second.read(0.1)  # training goes on, or the test times out
        assert [record.sequence for record in records] == list(range(len(records)))

        (worker,) = workers_in(folder)
        worker.kill()
        second.wait_for("lost")
        last = read_events(suite / "batch" / "events.jsonl")[-1].event
        assert isinstance(last, RunLost)
        second.send("q")
        assert second.ended() == 0
        assert not_restored(second) == []


def workers_in(folder: Path) -> list[psutil.Process]:
    return [process for process in psutil.process_iter(["cmdline", "cwd"]) if is_worker(process, folder)]


def is_worker(process: psutil.Process, folder: Path) -> bool:
    return "core.worker" in (process.info["cmdline"] or []) and process.info["cwd"] == str(folder)


def test_the_own_workers_death_is_told_with_its_exit_code(tmp_path: Path) -> None:
    with Terminal(LONG, tmp_path, columns=100, lines=30) as terminal:
        started(terminal)
        terminal.send("\r")
        terminal.wait_for("whole suite")  # on the train screen alone
        (suite,) = (tmp_path / "runs").iterdir()
        for worker in workers_in(tmp_path):
            os.kill(worker.pid, signal.SIGKILL)
        terminal.wait_for("lost")
        last = read_events(suite / "batch" / "events.jsonl")[-1].event
        assert isinstance(last, RunLost)
        assert last.exit_code == -9
