"""Let the first, the second, the third ... write of a run fail, until there is none left, once and lastingly.

``uv run python -m tests.faults writes --save``. A write is a call that changes a file of the run's folder, of
the command's process or of the worker's. One that lasts is over a second after somebody met it. Nothing that
was written before may be damaged, the folder and the reason must be named, and the run must end as one that
nothing befell: by itself, or where the command could not begin, by the same command again.
"""

import argparse
import errno
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from core.runs.event_log import read_events
from core.runs.events import Notice
from core.runs.folder import RunFolder, SuiteFolder
from tests.faults.failing_writes import FailingWrites
from tests.faults.progress import say
from tests.process.resumed import Told, told
from tests.terminal import DASHBOARD

_ERRORS: Final = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "EROFS": errno.EROFS}
_LASTS: Final = {"once": False, "lasting": True}
_COMMAND: Final = (
    *(*DASHBOARD, "--headless", "--demo", "--norm", "batch", "--preset", "reference", "--epochs", "2"),
    *("--limit-train", "256", "--limit-test", "100", "--device", "cpu", "--export", "report.json"),
)
_LASTS_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 0.01
_NEVER: Final = 2**60
_KEPT: Final = 20  # of what was wrong


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add which writes fail, and how."""
    parser.add_argument("--error", choices=_ERRORS, action="append", help="this one alone; may be repeated")
    parser.add_argument("--lasts", choices=_LASTS, action="append", help="this one alone; may be repeated")
    parser.add_argument("--first", type=int, default=1, help="number of the first write that fails")
    parser.add_argument("--stride", type=int, default=1, help="from one write to the next")


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return how many failing writes were survived, and what was wrong with the others."""
    with TemporaryDirectory() as place:
        began = time.monotonic()
        trial = _Trial(Path(place))
        say(f"undisturbed, a run writes {trial.writes} times, in {time.monotonic() - began:.0f} s")
        found = {
            f"{error}, {lasts}": _each(trial, error, lasts, range(options.first, _NEVER, options.stride))
            for error in options.error or _ERRORS
            for lasts in options.lasts or _LASTS
        }
    return {
        "run": " ".join(("cifar-tui", *_COMMAND[len(DASHBOARD) :])),
        "writes_undisturbed": trial.writes,
        "failing_writes": found,
        "seconds": round(time.monotonic() - began),
    }


def _each(trial: "_Trial", error: str, lasts: str, numbers: range) -> dict[str, object]:
    wrong: list[str] = []
    tried = again = 0
    for number in numbers:
        case = trial.failing(number - 1, _ERRORS[error], lasting=_LASTS[lasts])
        if case is None:
            break
        tried += 1
        again += case.again
        words = f"{error} {lasts} at write {number} ({case.what})"
        say(f"{words}: {case.trouble or 'survived'}{', by the command again' if case.again else ''}")
        wrong += [f"{words}: {case.trouble}"] * bool(case.trouble)
    return {
        "tried": tried,
        "survived": tried - len(wrong),
        "by_the_same_command_again": again,
        "not_survived": wrong[:_KEPT],
    }


@dataclass(frozen=True)
class _Case:
    """What failed, whether the command was needed again, and what was wrong, empty for nothing."""

    what: str
    again: bool
    trouble: str


class _Trial:
    """Trains the same run again and again in a folder below `place`, the first time undisturbed."""

    def __init__(self, place: Path) -> None:
        self._folder = place / "work"
        self._said = place / "said"
        self._writes = FailingWrites(self._folder, place)
        self._expected: Told | None = None
        assert self.failing(_NEVER, 0, lasting=False) is None
        self.writes = self._writes.calls

    def failing(self, first: int, error: int, *, lasting: bool) -> _Case | None:
        """Train once, and again where that fails; return what came of it, None where no write failed."""
        self._folder.mkdir()
        try:
            self._writes.plan(first, error, lasting=lasting)
            status, before = self._trained()
            self._writes.free()
            if self._writes.failed == 0:
                assert status == 0, self._said.read_text()
                self._expected = self._expected or told(self._run())
                return None
            again = status != 0
            wrong = [*_damage(before)]
            if again or not _is_a_look(self._writes.what):
                wrong += self._unsaid(os.strerror(error))
            if again:
                status, _before = self._trained()
            wrong += self._other_end(status)
            return _Case(self._writes.what, again, "; ".join(wrong))
        finally:
            shutil.rmtree(self._folder)

    def _trained(self) -> tuple[int, dict[Path, bytes]]:
        """Carry the command out; return its status, and what was in the event files when a write failed."""
        before: dict[Path, bytes] = {}
        failed_at = float("inf")
        with self._said.open("wb") as output:
            process = subprocess.Popen(
                _COMMAND, cwd=self._folder, env=self._writes.environment, stdout=output, stderr=output
            )
        while process.poll() is None or self._worker_lives():
            time.sleep(_LOOK_SECONDS)
            if failed_at == float("inf") and self._writes.failed:
                failed_at = time.monotonic()
                before = {file: file.read_bytes() for file in self._folder.rglob("*.jsonl")}
            if time.monotonic() - failed_at > _LASTS_SECONDS:
                self._writes.free()
        return process.returncode, before

    def _worker_lives(self) -> bool:
        return any(SuiteFolder(file.parent).alive() for file in self._folder.glob("runs/*/lock"))

    def _run(self) -> RunFolder:
        return RunFolder(max(self._folder.glob("runs/*/batch/events.jsonl")).parent)

    def _unsaid(self, reason: str) -> Iterator[str]:
        """Yield that no line anywhere names the folder and the reason."""
        said = [self._said.read_text(), *(f.read_text() for f in self._folder.glob("runs/*/worker.stderr"))]
        lines = [line for text in said for line in text.splitlines()]
        for file in self._folder.glob("runs/**/*.jsonl"):
            events = (record.event for record in read_events(file))
            lines += [event.text for event in events if isinstance(event, Notice)]
        if not any(reason in line and ("runs" in line or "report.json" in line) for line in lines):
            yield f"not said: {said[0][-500:]!r}"

    def _other_end(self, status: int) -> Iterator[str]:
        """Yield what is otherwise than in a run that nothing befell."""
        if status:
            yield f"status {status}: {self._said.read_text()[-500:]!r}"
            return
        if not (self._folder / "report.json").is_file():
            yield "no report"
        if told(self._run()) != self._expected:
            yield "other weights or metrics"
        records = read_events(self._run().events)
        if [record.sequence for record in records] != list(range(len(records))):
            yield "an event is missing"


def _is_a_look(what: str) -> bool:
    """Tell whether a call opened a lock: where that befell who trains, it ends with words and a status.

    Where it did not, somebody looked who holds it, had nothing to write, and looked again.
    """
    return what.startswith("open ") and what.endswith("/lock")


def _damage(before: dict[Path, bytes]) -> Iterator[str]:
    """Yield what is no more of the whole lines that were written before."""
    for file, content in before.items():
        whole = content[: content.rfind(b"\n") + 1]
        if file.exists() and not file.read_bytes().startswith(whole):
            yield f"{file.name} is damaged"
        elif not file.exists() and file.name == "events.jsonl" and whole:
            yield f"{file.name} is gone"
