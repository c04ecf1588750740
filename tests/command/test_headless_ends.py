"""Without a screen: whatever becomes of the display, the work, its report and the exit status stand."""

import os
import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from core.config.grid import Grid
from core.config.presets import Norm
from core.config.run_config import RunConfig
from core.config.suite_config import SuiteConfig
from core.runs.commands import Command
from core.runs.event_log import read_events
from core.runs.folder import SuiteFolder, create_suite
from core.runs.life_events import RunStarted
from core.runs.suite_events import OrderTaken
from tests.command.programs import COMMAND, QUICK
from tests.patience import event_bytes, wait_for
from tests.report.example_runs import finished_events
from tests.runs.made_suites import write
from tests.terminal import Terminal
from tests.tmux import Tmux, needs_tmux
from tests.tui.runs.suites_on_disk import made_at

BATCH = [*COMMAND, *QUICK, "--norm", "batch", "--export", "report.md"]
PLAIN = [*BATCH, "--export", "report.json"]  # without the pictures, which take as long as the training
LONG = [*PLAIN, "--epochs", "500"]


def orders(folder: Path) -> list[Command]:
    """Return what the worker of the only suite was asked, and heard."""
    (suite,) = (folder / "runs").iterdir()
    records = read_events(SuiteFolder(suite).log)
    return [record.event.command for record in records if isinstance(record.event, OrderTaken)]


def epochs_told(folder: Path) -> int:
    return sum(file.read_text().count("epoch_ended") for file in folder.glob("runs/*/batch/events.jsonl"))


def finished(folder: Path) -> None:
    """Leave, in `folder`, the suite that BATCH trains as if it had trained it."""
    run = RunConfig(norm=Norm.BATCH, epochs=1, data="demo", limit_train=128, limit_test=50)
    suite = create_suite(
        folder / "runs", SuiteConfig(Grid(run, (Norm.BATCH,)).runs(), "cifar-tui"), made_at()
    )
    begun = RunStarted(run="batch", config=run, recipe=run.recipe, command="cifar-tui")
    write(suite, "batch", begun, *finished_events(run, 1)[1:])


def by_shell(command: list[str], streams: str, folder: Path) -> int:
    """Return the exit status of `command`, run in `folder` with its `streams` as a shell redirects them."""
    line = f"exec {shlex.join(command)} {streams}"
    return subprocess.run(["/bin/sh", "-c", line], cwd=folder, check=False).returncode


def test_an_interrupt_is_heard_though_what_showed_it_died_first(tmp_path: Path) -> None:
    with subprocess.Popen(LONG, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert process.stderr.readline()
        process.stderr.close()  # as `tee` that got the same Ctrl-C, or `head`
        wait_for(lambda: orders(tmp_path) == [Command.DISPLAY_LOST], lambda: event_bytes(tmp_path))
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
    assert orders(tmp_path) == [Command.DISPLAY_LOST, Command.STOP_AFTER_EPOCH]
    assert "of 500 epochs" in (tmp_path / "report.json").read_text()


@pytest.mark.parametrize("streams", ["2>/dev/full", "2>&-", ">&-", ">&- 2>&- <&-", ">/dev/full"])
def test_a_full_or_closed_stream_costs_neither_report_nor_status(streams: str, tmp_path: Path) -> None:
    finished(tmp_path)
    assert by_shell([*BATCH, "--export", "report.csv"], streams, tmp_path) == 0
    assert "batch" in (tmp_path / "report.csv").read_text()
    assert len(list((tmp_path / "runs").iterdir())) == 1


def test_a_refusal_keeps_its_status_where_nobody_hears_it(tmp_path: Path) -> None:
    assert by_shell([*BATCH, "--epochs", "none"], "2>/dev/full", tmp_path) == 2


def test_training_outlives_its_terminal_and_the_report_is_written(tmp_path: Path) -> None:
    with Terminal([*PLAIN, "--epochs", "2"], tmp_path) as terminal:
        terminal.wait_for("batch norm")
        terminal.hang_up()
        wait_for(lambda: terminal.process.poll() is not None, lambda: event_bytes(tmp_path))
        assert terminal.process.returncode == 0
    assert "finished, 2 of 2 epochs" in (tmp_path / "report.json").read_text()


def test_an_interrupt_while_the_report_is_written_finishes_it(tmp_path: Path) -> None:
    finished(tmp_path)
    with subprocess.Popen(BATCH, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        wait_for(lambda: any(tmp_path.glob(".cifar-tui-*/new_pictures")))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 130
    assert "finishing the report; interrupt again to do without" in said
    assert (tmp_path / "report.md").is_file()
    assert not list(tmp_path.glob(".cifar-tui-*"))


@needs_tmux
def test_ctrl_z_holds_the_training_until_fg_and_ctrl_backslash_ends_it(tmp_path: Path) -> None:
    with Tmux(tmp_path) as tmux:
        tmux.run(LONG)
        wait_for(lambda: epochs_told(tmp_path) > 0, lambda: event_bytes(tmp_path))
        assert tmux.cursor == "hidden"
        tmux.keys("C-z")
        tmux.wait_for_prompt()
        assert tmux.cursor == "shown"
        wait_for(lambda: orders(tmp_path) == [Command.PAUSE])
        tmux.run(["fg"])
        wait_for(lambda: orders(tmp_path) == [Command.PAUSE, Command.RESUME])
        before = epochs_told(tmp_path)
        wait_for(lambda: epochs_told(tmp_path) > before, lambda: event_bytes(tmp_path))
        tmux.keys("C-\\")
        tmux.wait_for_prompt()
        assert tmux.cursor == "shown"
        tmux.type("echo status $?")
        tmux.keys("Enter")
        tmux.wait_for("status 130")
    assert "of 500 epochs" in (tmp_path / "report.json").read_text()


def test_names_that_are_not_utf_8_work_to_the_end(tmp_path: Path) -> None:
    finished(tmp_path)
    strange = os.fsdecode(b"r\xe9p")
    (tmp_path / "runs").rename(tmp_path / strange)
    command = [*BATCH, "--runs-dir", strange, "--export", f"{strange}.md"]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8:strict"}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, b"r\xe9p.md\n"), ended.stderr
    assert (tmp_path / f"{strange}.md").is_file()
