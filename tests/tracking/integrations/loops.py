"""Loops of other libraries in processes of their own, stopped by somebody who looks at their files."""

import subprocess
import sys
from pathlib import Path

from core.runs.commands import Command, ask
from core.runs.run_state import Outcome
from core.tracking.tracked_run import TrackedRun
from tests.patience import wait_for
from tests.tracking.loops import read

EPOCHS = 2
FOREVER = 1_000_000


def stopped_on_the_way(source: str, folder: Path) -> TrackedRun:
    """Run `source`, which trains for as many epochs as its argument says; stop it once it has logged."""
    run = folder / "runs" / "mine"
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", source, str(FOREVER)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_for(lambda: process.poll() is not None or bool(run.is_dir() and read(run).series))
        assert read(run).outcome is Outcome.RUNNING
        ask(run / "commands.jsonl", Command.STOP_NOW)
        _, said = process.communicate()
        assert process.returncode == 0, said
    return read(run)


def finished(source: str, folder: Path) -> TrackedRun:
    """Run `source` for `EPOCHS` epochs."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", source, str(EPOCHS)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return read(folder / "runs" / "mine")
