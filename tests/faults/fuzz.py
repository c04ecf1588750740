"""Feed every reader of a runs folder with lines and files that no version wrote, and count what it survives.

``uv run python -m tests.faults fuzz --cases 100000 --save``. A case is survived where the reader gives a
value, or its one line of an InputError, and where what two readers say of it agrees. The seed is fixed.
"""

import argparse
import io
import json
import math
import resource
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial, reduce
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.report.scalars import Format, RecordedRun, export_scalars
from core.report.scalars.told_scalars import told_scalars
from core.report.tables import csv_report, json_report
from core.results.labelled_runs import label_runs
from core.runs.commands import read_order
from core.runs.event_codec import from_line, to_line
from core.runs.event_digest import digest
from core.runs.events import Record
from core.runs.file_tail import LineTail
from core.runs.folder import SuiteFolder
from core.runs.run_reducer import replay
from core.runs.suite_control import SuiteControl
from tests.faults.hostile_lines import (
    RUN,
    SUITE,
    Fields,
    any_value,
    damaged,
    hostile_file,
    hostile_line,
    lines_of,
)
from tests.faults.hostile_recipes import hostile_recipe, recipe_read
from tests.faults.hostile_tracking import files_read, hostile_files
from tests.report.scalars.scalar_runs import run_events
from tests.runs.made_suites import SUITE as CONFIG
from tui.text.wording import epoch_line, outcome_line

_KEPT: Final = 3  # of the cases that were not survived

_RUN: Final = lines_of(RUN)
_SUITE: Final = lines_of(SUITE)
_NUMBERS: Final = lines_of(run_events(3))
_CONFIG: Final = {
    "runs": [{"norm": run.norm, "epochs": 4, "data": "demo"} for run in CONFIG.runs],
    "command": "cifar-tui",
    "parallel": None,
    "names": ["batch", "group"],
}
_ORDER: Final = {"command": "skip", "run": "batch", "t": 1.5}
_NO_JSON: Final = (
    "[" * 100_000,
    '{"command":' * 9_999,
    '{"command": ' + "9" * 5_000 + "}",
    "",
    "\x00",
    "\ud800",
)
_PARTS: Final = (b"\n", b"a\n\nb", b"\xff", b"a" * 9, b"\r\n", b"", b" \n", "\u2028é\n".encode())


def _hostile_text(random: Random, known: Fields) -> str:
    if random.randrange(8):
        return json.dumps(damaged(random, known))
    return random.choice((*_NO_JSON, json.dumps(any_value(random)), str(any_value(random))))


def _hostile_parts(random: Random) -> list[bytes]:
    return [random.choice((*_PARTS, random.randbytes(9))) for _ in range(random.randrange(9))]


def _decoded(line: str) -> None:
    record = from_line(line)
    again = from_line(to_line(record))
    if to_line(again) != to_line(record):
        raise AssertionError("it is another event when it is read again")


def _reduced(lines: Sequence[str]) -> None:
    state = replay("batch", map(from_line, lines))
    _ = (state.class_count, state.steps_an_epoch, state.steps_a_second, state.best_accuracy)
    _ = (state.last_accuracy, state.flip_averaged_accuracy, state.step_losses.curve())


def _digested(lines: Sequence[str]) -> None:
    content = "".join(lines).encode(errors="replace")
    found = digest(io.BytesIO(content))
    state = replay("batch", [from_line(line) for line in content.decode().split("\n") if line.strip()])
    data = state.data.label if state.data else None
    told = (found.started, found.outcome, found.data, found.epochs_evaluated, found.last_accuracy)
    if repr(told) != repr((state.started, state.outcome, data, len(state.tests), state.last_accuracy)):
        raise AssertionError("the digest says otherwise than the reducer")
    seconds = sum(epoch.seconds for epoch in state.epochs) if state.epochs else None
    if repr((found.best_accuracy, found.seconds)) != repr((state.best_accuracy, seconds)):
        raise AssertionError("the digest tells other figures than the reducer")
    if (found.started_at, found.updated_at) != (state.started_at, state.updated_at):
        raise AssertionError("the digest tells other times than the reducer")


def _configured(text: str, folder: Path) -> None:
    suite = SuiteFolder(folder)
    suite.config_file.write_bytes(text.encode(errors="surrogatepass"))
    with suppress(InputError):
        config = suite.config()
        if any(folder not in (folder / name).resolve().parents for name in config.names):
            raise AssertionError("a run's name leads out of the suite")


def _ordered(line: str) -> None:
    order = read_order(line)
    if order is not None:
        control = SuiteControl(queued=("group",), running=frozenset({"batch"}))
        hash(control.ordered(order.command, order.run))


def _controlled(lines: Sequence[str]) -> None:
    def after(control: SuiteControl, record: Record) -> SuiteControl:
        return control.apply(record.event)

    control = reduce(after, map(from_line, lines), SuiteControl())
    if control.commands_read < 0 or control.max_concurrent < 1:
        raise AssertionError("numbers that nobody can count with")


def _tailed(parts: Sequence[bytes], folder: Path) -> None:
    """Read a file after each part that is appended."""
    file = folder / "lines"
    file.write_bytes(b"")
    tail, read = LineTail(file), list[str]()
    for part in parts:
        with file.open("ab") as output:
            output.write(part)
        read += tail.poll()
    content = b"".join(parts)
    whole = content[: content.rfind(b"\n") + 1].split(b"\n")
    if read != [line.decode(errors="replace") for line in whole if line.strip()]:
        raise AssertionError("other lines than the file has")


def _reported(lines: Sequence[str]) -> None:
    state = replay("batch", map(from_line, lines))
    runs = label_runs([state])
    json.loads(json_report(runs), parse_constant=_refused)
    csv_report(runs)
    from core.report.markdown import markdown_report  # noqa: PLC0415 - slow, and for this one alone

    markdown_report(runs, "report_files").encode()
    for text in (outcome_line(state), *(epoch_line(state, index) for index in range(len(state.epochs)))):
        if not text.isprintable():
            raise AssertionError("a line that is not printable")


def _exported(lines: Sequence[str], folder: Path) -> None:
    """Read a run's scalars, and write them with its texts and pictures."""
    file = folder / "batch" / "events.jsonl"
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(lines), encoding="utf-8", errors="replace")
    run = RecordedRun.read("batch", file)
    steps = [scalar.step for scalar in told_scalars(run) if scalar.tag == "train/loss"]
    if len(set(steps)) < len(steps):
        raise AssertionError("a step is told twice")
    with TemporaryDirectory() as place:
        export_scalars([run], Format.TENSORBOARD, Path(place) / "exported")


def _refused(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


@dataclass(frozen=True, slots=True)
class Reader:
    """What makes a case, and what is done with it; `share` of the cases, as one takes so much longer."""

    case: Callable[[Random], Any]
    check: Callable[..., None]
    in_folder: bool = False
    share: float = 1.0


READERS: Final = {
    "decoder": Reader(partial(hostile_line, known=_RUN), _decoded),
    "reducer": Reader(partial(hostile_file, known=_RUN), _reduced),
    "digest": Reader(partial(hostile_file, known=_RUN), _digested),
    "suite.json": Reader(partial(_hostile_text, known=_CONFIG), _configured, in_folder=True),
    "recipe": Reader(hostile_recipe, recipe_read, in_folder=True),
    "order reader": Reader(partial(_hostile_text, known=_ORDER), _ordered),
    "suite log": Reader(partial(hostile_file, known=_SUITE), _controlled),
    "file tail": Reader(_hostile_parts, _tailed, in_folder=True),
    "other tools' files": Reader(hostile_files, files_read, in_folder=True, share=0.3),
    "report": Reader(partial(hostile_file, known=_RUN), _reported, share=0.02),
    "export": Reader(partial(hostile_file, known=_NUMBERS), _exported, in_folder=True, share=0.05),
}


@dataclass(slots=True)
class Tally:
    """How often a reader was fed, and the cases that it did not survive."""

    cases: int = 0
    survived: int = 0
    examples: list[str] = field(default_factory=list)


def fed(name: str, cases: int) -> Tally:
    """Feed a reader with `cases` cases, or as many as there are different ones."""
    reader, tally = READERS[name], Tally()

    with TemporaryDirectory() as folder:
        place = (Path(folder),) if reader.in_folder else ()

        @seed(15)
        @settings(
            max_examples=max(1, round(cases * reader.share)),
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.integers(0, 2**64 - 1))  # hypothesis' own ways to make a case take ten times as long
        def feed(number: int) -> None:
            tally.cases += 1
            case = reader.case(Random(number))
            try:
                reader.check(case, *place)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
                if len(tally.examples) < _KEPT:
                    tally.examples.append(f"{type(error).__name__}: {error}: {case!r}"[:2_000])
            else:
                tally.survived += 1

        feed()
    return tally


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how many cases there are, and for whom."""
    parser.add_argument("--cases", type=int, default=100_000, help="for each reader")
    parser.add_argument("--jobs", type=int, default=1, help="readers that are fed at once")
    parser.add_argument("--reader", choices=READERS, action="append", help="this one alone; may be repeated")


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return how many cases each reader survived, and the memory its process took at most."""
    names = options.reader or list(READERS)
    # a process each, so that memory is one reader's
    with ProcessPoolExecutor(options.jobs, get_context("spawn"), max_tasks_per_child=1) as processes:
        found = processes.map(_figures, names, [options.cases] * len(names))
        return {"readers": dict(zip(names, found, strict=True))}


def _figures(name: str, cases: int) -> dict[str, object]:
    tally = fed(name, cases)
    unit = 2**20 if sys.platform == "darwin" else 2**10  # of ru_maxrss, to a MiB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return {
        "cases": tally.cases,
        "survived": tally.survived,
        "peak_memory_mib": math.ceil(peak),
        "not_survived": tally.examples,
    }
