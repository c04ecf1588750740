"""Writing a report from the dashboard: by the command itself, in a process of its own.

So it is byte for byte what `cifar-tui report` and `--headless --export` write, and matplotlib's seconds never
stop the screen. Nor does the screen's end stop the report: no signal of the terminal reaches it.
"""

import asyncio
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from core.errors import InputError
from core.supervisor.child_command import child_command

_POLL_SECONDS: Final = 0.1


async def write_report(paths: Sequence[Path], export: Path) -> None:
    """Write a report on the suites' or runs' folders `paths` to `export`.

    Raises:
        InputError: it could not be written; the message is the command's own line.
        OSError: the process cannot be started.
    """
    await _run("report", *map(str, paths), "--export", str(export))


async def write_tensorboard(suite: Path, logdir: Path) -> Path:
    """Write the numbers of the suite in the folder `suite` for TensorBoard below `logdir`; return where.

    Raises:
        InputError: as `write_report`.
        OSError: as `write_report`.
    """
    from core.report.scalars import place_below  # noqa: PLC0415 - seldom used

    place = place_below(logdir, suite.name)
    await _run("export", str(suite), "--to", "tensorboard", "--out", str(place))
    return place


async def _run(*command: str) -> None:
    """Run a command of ours without a screen."""
    with tempfile.TemporaryFile() as output:
        # not asyncio's own: it kills the process where the dashboard ends first
        process = subprocess.Popen(  # noqa: ASYNC220 - which takes a millisecond
            [*child_command("tui.cli"), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output,
            start_new_session=True,
        )
        while process.poll() is None:  # noqa: ASYNC110 - a process sets no event
            await asyncio.sleep(_POLL_SECONDS)
        output.seek(0)
        lines = output.read().decode(errors="replace").strip().splitlines()
    if process.returncode:
        raise InputError(lines[-1].removeprefix("cifar-tui: ") if lines else "the report's process failed")
