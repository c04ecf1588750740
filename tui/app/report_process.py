"""Writing a report from the dashboard: by the command itself, in a process of its own.

So it is byte for byte what `cifar-tui report` and `--headless --export` write, and matplotlib's seconds never
stop the screen.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from core.errors import InputError


async def write_report(paths: Sequence[Path], export: Path) -> None:
    """Write a report on the suites' or runs' folders `paths` to `export`.

    Raises:
        InputError: it could not be written; the message is the command's own line.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "tui.cli", "report", *map(str, paths), "--export", str(export)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, output = await process.communicate()
    if process.returncode:
        lines = output.decode(errors="replace").strip().splitlines()
        raise InputError(lines[-1].removeprefix("cifar-tui: ") if lines else "the report's process failed")
