import os
import signal
import time
from pathlib import Path

from core.config.presets import Norm
from core.runs.event_log import read_events
from core.runs.events import StoodStill
from core.runs.run_state import Outcome
from tests.process.suites import small_suite, started, until, until_ended


def test_a_frozen_worker_is_shown_and_what_it_slept_counts_nowhere(tmp_path: Path) -> None:
    worker = started(small_suite(Norm.BATCH, epochs=2, train=768), tmp_path)
    before = until(worker, lambda state: state.runs[0].epoch_steps > 1).runs[0]
    assert not before.stalled
    os.kill(worker.pid, signal.SIGSTOP)
    began = time.monotonic()
    try:
        frozen = until(worker, lambda state: state.runs[0].stalled != "").runs[0]
        shown_after = time.monotonic() - began
        assert frozen.steps_a_second is None
        assert "frozen" in frozen.stalled
    finally:
        os.kill(worker.pid, signal.SIGCONT)
    slept = time.monotonic() - began
    woken = until(worker, lambda state: not state.runs[0].stalled).runs[0]
    assert woken.outcome is Outcome.RUNNING
    (run,) = until_ended(worker).runs
    assert run.outcome is Outcome.FINISHED, run.end
    events = worker.folder.run("batch").events
    gaps = [record.event for record in read_events(events) if isinstance(record.event, StoodStill)]
    assert sum(gap.seconds for gap in gaps) > slept - 1
    assert any("stood still" in notice for notice in run.notices)
    assert run.started_at is not None
    assert run.updated_at is not None
    told = sum(result.seconds for result in run.epochs)
    assert told < run.updated_at - run.started_at - (slept - 1)
    assert shown_after < slept
