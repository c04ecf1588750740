from pathlib import Path

from core.runs.commands import Command
from core.runs.life_events import RunFinished
from core.runs.suite_events import (
    ConcurrencySet,
    JobEnded,
    JobStarted,
    OrderTaken,
    RunsQueued,
    WorkerAlive,
    WorkerEnded,
    WorkerStarted,
)
from tests.faults.cuts import LAST_BYTES, log_cut
from tests.runs.made_suites import begun, log, made_suite, write

_STRIDE = 23  # bytes; no divisor of a line's length


def test_a_suite_s_log_that_lost_its_end_keeps_what_is_whole_and_is_gone_on_with(tmp_path: Path) -> None:
    folder = made_suite(tmp_path)
    write(folder, "batch", begun("batch"), RunFinished())
    log(folder, RunsQueued(runs=("batch", "group"), commands=0), WorkerStarted(pid=7))
    log(folder, ConcurrencySet(max_concurrent=1), JobStarted(run="batch"), JobEnded(run="batch"))
    log(folder, JobStarted(run="group"), *[WorkerAlive()] * 9, WorkerEnded(exit_code=None))
    log(folder, RunsQueued(runs=("group",), commands=0), WorkerStarted(pid=8), JobStarted(run="group"))
    log(folder, OrderTaken(line=0, command=Command.PAUSE), WorkerAlive())
    whole = folder.log.read_bytes()
    assert len(whole) > LAST_BYTES
    for length in range(len(whole) - LAST_BYTES, len(whole) + 1, _STRIDE):
        log_cut(folder, whole[:length])
