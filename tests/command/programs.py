"""Runs the real command in a process of its own."""

import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-P", "-m", "tui.cli"]

# seconds of work for the whole command: three norms, one epoch of 128 images each
QUICK = ["--headless", "--demo", "--epochs", "1", "--limit-train", "128", "--limit-test", "50"]


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `cifar-tui` with `arguments` in the folder `cwd`, with no terminal."""
    return subprocess.run([*COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def everything_in(folder: Path) -> dict[str, bytes]:
    """Return every file and folder below `folder` with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }
