"""Training loops in processes of their own, as people write them."""

import subprocess
import sys
from pathlib import Path

from core.tracking.own_runs import OwnRun
from core.tracking.tracked_run import TrackedRun, after

HEAD = "import sys, time\nfrom core.tracking import Run\n"


def loop(source: str, folder: Path) -> "subprocess.Popen[str]":
    """Start a program that begins as `HEAD`, in `folder`."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + source], cwd=folder, stdout=pipe, stderr=pipe, stdin=pipe, text=True
    )


def ended(source: str, folder: Path) -> tuple[int, str]:
    """Run such a program to its end; return its exit status and what it said on standard error."""
    with loop(source, folder) as process:
        _, said = process.communicate()
        return process.returncode, said


def read(folder: Path) -> TrackedRun:
    """Return the run in `folder` as its files tell it now."""
    run = TrackedRun(folder.name)
    for told in OwnRun(folder, folder.name).poll():
        run = after(run, told.records)
    return run
