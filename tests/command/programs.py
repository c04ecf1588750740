"""Runs the real command: in a process of its own, or where it refuses in this one."""

import io
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

from tui.cli import main

COMMAND = [sys.executable, "-P", "-m", "tui.cli"]

# seconds of work for the whole command: three norms, one epoch of 128 images each
QUICK = ["--headless", "--demo", "--epochs", "1", "--limit-train", "128", "--limit-test", "50"]


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `cifar-tui` with `arguments` in the folder `cwd`, with no terminal."""
    return subprocess.run([*COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def refused(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `cifar-tui` in this process, with streams as a process has them, to an end without any training.

    A process of its own takes a tenth of a second of work, and tests try hundreds of bad inputs.
    """
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", errors) for errors in ("strict", "backslashreplace")]
    with chdir(cwd), redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        status = main(arguments)
    for stream in streams:
        stream.seek(0)
    return subprocess.CompletedProcess(arguments, status, *(stream.read() for stream in streams))


def everything_in(folder: Path) -> dict[str, bytes]:
    """Return every file and folder below `folder` with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }
