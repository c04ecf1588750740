"""Train on disks of nine sizes that are full in mid-run; free them, or end the worker, free them, and go on.

``uv run python -m tests.faults disks --save``, for whoever may mount. The smallest disks are full by what
training itself writes, before any checkpoint or before the second one; the others are filled. What was
written before must stay, the folder must be named, and the run must end with the same bits as one that had
room.
"""

import argparse
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil

from core.config.presets import Norm
from core.config.suite_config import SuiteConfig
from core.runs.event_log import read_events
from core.runs.events import Notice
from core.runs.folder import RunFolder
from core.runs.run_state import Outcome
from core.runs.suite_state import states_in
from core.supervisor.worker_process import WorkerProcess
from tests.faults.progress import say
from tests.patience import wait_for
from tests.process.resumed import Told, finish, told, unfinished
from tests.process.small_disks import enlarge, fill, mounted
from tests.process.suites import small_suite, started, until_ended

_SIZES: Final = (16, 64, 256, 512, 1_024, 2_048, 3_072, 4_096, 8_192)  # KiB
_ENDS: Final = ("freed", "ended, freed, resumed")
_ROOM: Final = "32m"
_COMPUTED_SECONDS: Final = 0.5  # of processor time on a full disk: several reports' worth
_MOST_SECONDS: Final = 20.0  # for a worker that waits and computes nothing
_LOOK_SECONDS: Final = 0.05
_LITTLE: Final = 4_096  # bytes: less is no page
_TERMINATE_SECONDS: Final = 90.0
_REASON: Final = "(No space left on device)"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add which disks there are."""
    parser.add_argument("--size", type=int, action="append", help="KiB; this one alone; may be repeated")


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return how many full disks were survived, and what was wrong with the others."""
    sizes = options.size or _SIZES
    began = time.monotonic()
    expected = _with_room()
    say(f"with room: {time.monotonic() - began:.0f} s")
    troubles = {f"{size} KiB, {end}": _trouble(size, end, expected) for size in sizes for end in _ENDS}
    wrong = {case: trouble for case, trouble in troubles.items() if trouble}
    return {
        "sizes_kib": list(sizes),
        "full_disks": len(troubles),
        "survived": len(troubles) - len(wrong),
        "not_survived": wrong,
        "seconds": round(time.monotonic() - began),
    }


def _suite() -> SuiteConfig:
    return small_suite(Norm.BATCH, epochs=8)


def _with_room() -> Told:
    with TemporaryDirectory() as place:
        worker = started(_suite(), Path(place))
        (run,) = until_ended(worker).runs
        assert run.outcome is Outcome.FINISHED, run.end
        return told(worker.folder.run(run.name))


def _trouble(size: int, end: str, expected: Told) -> str:
    with TemporaryDirectory() as place, mounted(Path(place) / "disk", f"size={size}k") as disk:
        try:
            trouble = "; ".join(_full(disk, expected, ended=end != _ENDS[0]))
        except (AssertionError, OSError) as error:
            trouble = f"{type(error).__name__}: {error}"[:2_000]
    say(f"{size} KiB, {end}: {trouble or 'survived'}")
    return trouble


def _full(disk: Path, expected: Told, *, ended: bool) -> Iterator[str]:
    """Yield what is wrong with a run on `disk`, which is full in mid-run."""
    worker = started(_suite(), disk)
    folder = worker.folder.run(_suite().names[0])
    try:
        wait_for(lambda: _is_full(disk) or _evaluated(worker), lambda: worker.poll().runs[0].updated_at)
        filling = fill(disk)
        before = {file: file.read_bytes() for file in worker.folder.path.rglob("*.jsonl")}
        _let_it_compute(worker)
        named = []
        if ended:
            worker.terminate(_TERMINATE_SECONDS)
            (state,) = states_in(worker.folder.path)
            named += [str(state.end), worker.folder.stderr.read_text()]
        filling.unlink(missing_ok=True)
        enlarge(disk, _ROOM)
        until_ended(worker)
    finally:
        worker.terminate(0)
    named += _notices(folder)
    if not any(str(worker.folder.path) in text and _REASON in text for text in named):
        yield f"not named: {named}"
    if left := unfinished(worker):
        if not ended:
            yield f"it did not go on: {worker.poll().runs[0].end}"
        finish(worker.folder, left)
    for file, content in before.items():
        if not file.read_bytes().startswith(content[: content.rfind(b"\n") + 1]):
            yield f"{file.name} is damaged"
    if told(folder) != expected:
        yield "other weights or metrics"


def _let_it_compute(worker: WorkerProcess) -> None:
    end = time.monotonic() + _MOST_SECONDS
    with suppress(psutil.NoSuchProcess):  # it has ended
        process = psutil.Process(worker.pid)
        computed = process.cpu_times().user
        while process.cpu_times().user < computed + _COMPUTED_SECONDS and time.monotonic() < end:
            if not worker.running:
                return
            time.sleep(_LOOK_SECONDS)


def _is_full(disk: Path) -> bool:
    return shutil.disk_usage(disk).free < _LITTLE


def _evaluated(worker: WorkerProcess) -> bool:
    (run,) = worker.poll().runs
    return len(run.tests) > 0


def _notices(folder: RunFolder) -> list[str]:
    events = (record.event for record in read_events(folder.events))
    return [event.text for event in events if isinstance(event, Notice)]
