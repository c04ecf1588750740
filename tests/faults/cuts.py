"""Cut a suite's files at every byte of their last kilobyte, read what is left, and go on from there.

``uv run python -m tests.faults cuts --save``. The files are those of a run that was killed three times. What
was whole before the cut must be read as before, and stay; and a worker must find what it has to train.
"""

import argparse
import subprocess
from collections.abc import Callable, Iterable
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from core.config.presets import Norm
from core.runs.checkpoint_file import DamagedError, read_checkpoint
from core.runs.event_codec import from_line
from core.runs.event_digest import digest
from core.runs.event_log import EventWriter, read_events
from core.runs.events import Notice, Record
from core.runs.folder import SuiteFolder
from core.runs.life_events import RunResumed, RunStarted
from core.runs.run_reducer import replay
from core.runs.run_state import Outcome, RunState
from core.runs.suite_control import SuiteControl
from core.runs.suite_state import SuiteReader, states_in
from core.supervisor.resuming import go_on
from core.supervisor.warm_worker import WarmWorker
from core.worker.going_on import beginning
from core.worker.orders import SuiteOrders
from tests.faults.progress import say
from tests.process.resumed import go_on as train_on
from tests.process.resumed import kill
from tests.process.suites import small_suite, started, until

LAST_BYTES: Final = 1_024
_LIVES: Final = 3
_KEPT: Final = 3  # of the cuts that were not survived

Check = Callable[[SuiteFolder, bytes], None]
"""Cuts a file of a suite to these bytes, and asserts that what is left of it does."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how close the cuts are."""
    parser.add_argument("--stride", type=int, default=1, help="bytes from one cut to the next")


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Return how many cuts of each file were survived."""
    with TemporaryDirectory() as place:
        folder = _killed_again_and_again(Path(place))
        run = folder.run(folder.config().names[0])
        return {
            "suite_log": _tried(folder, folder.log, log_cut, options.stride),
            "event_file": _tried(folder, run.events, _events_cut, options.stride),
            "checkpoint": _tried(folder, run.checkpoint, _checkpoint_cut, options.stride),
        }


def _killed_again_and_again(place: Path) -> SuiteFolder:
    worker = started(small_suite(Norm.BATCH, Norm.GROUP, epochs=50, parallel=1), place)
    for life in range(1, _LIVES + 1):
        until(worker, lambda state: len(state.runs[0].tests) >= 2 * life)  # noqa: B023 - called at once
        kill(worker)
        say(f"killed {life} times")
        if life < _LIVES:
            worker = train_on(worker.folder, worker.folder.config().names)
    return worker.folder


def _tried(folder: SuiteFolder, file: Path, check: Check, stride: int) -> dict[str, object]:
    whole = file.read_bytes()
    assert len(whole) > LAST_BYTES, f"{file.name} has only {len(whole)} bytes"
    others = {path: path.read_bytes() for path in (folder.log, *folder.path.glob("*/events.jsonl"))}
    cuts = range(len(whole) - LAST_BYTES, len(whole), stride)
    failed = []
    for length in cuts:
        try:
            check(folder, whole[:length])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
            failed.append(f"at {length} of {len(whole)}: {type(error).__name__}: {error}"[:2_000])
        for path, content in (*others.items(), (file, whole)):
            path.write_bytes(content)
    say(f"{file.name}: {len(cuts) - len(failed)} of {len(cuts)} cuts")
    return {"cuts": len(cuts), "survived": len(cuts) - len(failed), "not_survived": failed[:_KEPT]}


def _whole_events(content: bytes) -> list[Record]:
    return [from_line(line.decode()) for line in content.split(b"\n")[:-1] if line.strip()]


def _reduced(records: Iterable[Record]) -> SuiteControl:
    return reduce(lambda control, record: control.apply(record.event), records, SuiteControl())


# -- the suite's log -----------------------------------------------------------------------------------


def log_cut(folder: SuiteFolder, content: bytes) -> None:
    """Cut the log of a suite, of which something is left to train, and let somebody go on with it."""
    folder.log.write_bytes(content)
    kept = _whole_events(content)
    assert read_events(folder.log) == kept
    reader = SuiteReader(folder)
    unfinished = [run.name for run in reader.poll().runs if run.outcome is not Outcome.FINISHED]
    states_in(folder.path)

    go_on(folder, warm=_idle_worker()).terminate(timeout=60)
    assert folder.log.read_bytes().startswith(content)
    assert read_events(folder.log)[: len(kept)] == kept

    orders = SuiteOrders(folder, reader.names)
    with orders.at_work(lambda: 0):
        taken = []
        while (job := orders.take(busy=())) is not None:
            taken.append(job.run)
            orders.end(job.run)
    assert taken == unfinished, "a worker finds other runs to train than are left"
    control = _reduced(read_events(folder.log))
    assert not control.is_open
    reader.poll()


def _idle_worker() -> WarmWorker:
    """Start what takes the place of a worker and trains nothing."""
    process = subprocess.Popen(["/bin/sleep", "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    return WarmWorker(process)


# -- a run's files -------------------------------------------------------------------------------------


def _events_cut(folder: SuiteFolder, content: bytes) -> None:
    """Cut the event file of the first run, and begin a worker's life with what is left."""
    name = folder.config().names[0]
    run = folder.run(name)
    expected = _gone_on(folder)
    run.events.write_bytes(content)
    kept = _whole_events(content)
    assert read_events(run.events) == kept
    state = replay(name, kept)
    with run.events.open("rb") as file:
        found = digest(file)
    told = (found.outcome, found.epochs_evaluated, found.last_accuracy)
    assert told == (state.outcome, len(state.tests), state.last_accuracy)
    states_in(folder.path)
    again = _gone_on(folder)
    assert run.events.read_bytes().startswith(content)
    assert (again.outcome, again.epochs) == (Outcome.RUNNING, expected.epochs)
    assert again.step_losses == expected.step_losses


def _gone_on(folder: SuiteFolder) -> RunState:
    """Begin a worker's life in the first run; return how the run stands then."""
    config = folder.config()
    name = config.names[0]
    begins = beginning(name, config.config_of(name), folder.run(name), config.command, fresh=False)
    assert any(isinstance(event, RunResumed) for event in begins.events)
    with EventWriter(folder.run(name).events) as log:
        for event in begins.events:
            log.write(event)
    return replay(name, read_events(folder.run(name).events))


def _checkpoint_cut(folder: SuiteFolder, content: bytes) -> None:
    """Cut the checkpoint of the first run: it is known for damaged, and the run begins anew and says so."""
    config = folder.config()
    name = config.names[0]
    run = folder.run(name)
    run.checkpoint.write_bytes(content)
    try:
        read_checkpoint(run.checkpoint)
    except DamagedError:
        pass
    else:
        raise AssertionError("a part of a checkpoint is taken for a whole one")
    begins = beginning(name, config.config_of(name), run, config.command, fresh=False)
    assert begins.checkpoint is None
    first, notice = begins.events
    assert isinstance(first, RunStarted)
    assert isinstance(notice, Notice)
    assert notice.text.endswith("the run begins anew")
