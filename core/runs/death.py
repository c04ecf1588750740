"""Why a worker died, as far as its folder and its exit code tell."""

import os
import re
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from core.runs.folder import SuiteFolder
from core.runs.life_events import RunLost
from core.runs.safe_files import open_to_read
from core.runs.write_trouble import CANNOT_WRITE, trouble_now

_TAIL_LINES: Final = 20
_MOST_BYTES: Final = 65_536  # of what it said, from the end
_MOST_LETTERS: Final = 300  # of a last word in a line of other words
_CRASH: Final = "Fatal Python error: "  # how faulthandler begins, and Python itself

MEMORY_ADVICE: Final = (
    "a smaller --batch-size, fewer runs side by side (--parallel) or fewer images (--limit-train) take less"
)


def lost(folder: SuiteFolder, exit_code: int | None) -> RunLost:
    """Return the end of a run whose worker died, with why, and the last lines that worker wrote."""
    lines = _said(folder)
    crash = next((place for place, line in enumerate(lines) if line.startswith(_CRASH)), None)
    tail = lines[-_TAIL_LINES:] if crash is None else lines[crash : crash + _TAIL_LINES]
    words = (_by_its_exit(exit_code), telling_line(tail), trouble_now(folder.path))
    cause = "; ".join(dict.fromkeys(word for word in words if word))
    return RunLost(exit_code=exit_code, stderr_tail="\n".join(tail), cause=cause)


def complaint(folder: SuiteFolder) -> str:
    """Return what keeps a worker that lives from writing, as it said itself; empty where it did not."""
    said = _said(folder)
    return said[-1] if said and CANNOT_WRITE in said[-1] else ""


def _said(folder: SuiteFolder) -> list[str]:
    try:
        with open_to_read(folder.stderr) as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _MOST_BYTES))
            return file.read(_MOST_BYTES).decode(errors="replace").splitlines()
    except OSError:
        return []


def unrecorded_end(exit_code: int | None) -> str:
    """Say that a process ended, of which nothing but perhaps the exit code is known."""
    suffix = "" if exit_code is None else f", exit code {exit_code}"
    return f"its process exited without recording an end{suffix}"


def _by_its_exit(exit_code: int | None) -> str:
    if exit_code is None or exit_code >= 0:
        return unrecorded_end(exit_code)
    name = str(-exit_code)
    with suppress(ValueError):
        name = signal.Signals(-exit_code).name
    if -exit_code == signal.SIGKILL:
        return f"its process was killed ({name}), as the system does where memory runs out: {MEMORY_ADVICE}"
    return f"its process was ended by a signal ({name})"


def telling_line(tail: Sequence[str]) -> str:
    """Return the line that says most: a crash's first, else the last one that is no frame of a traceback."""
    told = [line.strip() for line in tail if line.strip() and not line.startswith(" ")]
    if not told:
        return ""
    line = told[0].removeprefix(_CRASH) if told[0].startswith(_CRASH) else told[-1]
    return re.sub(r"\s+", " ", line)[:_MOST_LETTERS]
