"""A worker that the system gives no more memory."""

import resource
from pathlib import Path

from core.config.presets import Norm
from core.runs.events import RunFailed
from core.runs.run_state import Outcome
from tests.process.suites import small_suite, started, until_ended

_TOO_LITTLE = 400 << 20  # bytes of addresses: Python runs, torch cannot even be loaded


def test_a_run_without_memory_fails_and_says_what_to_change(tmp_path: Path) -> None:
    worker = started(small_suite(Norm.BATCH, Norm.GROUP), tmp_path)
    resource.prlimit(worker.pid, resource.RLIMIT_AS, (_TOO_LITTLE, _TOO_LITTLE))
    first, second = until_ended(worker).runs
    assert first.outcome is Outcome.FAILED, first.end
    assert isinstance(first.end, RunFailed)
    assert first.end.error.startswith("memory ran out with --batch-size 32: a smaller --batch-size")
    assert second.outcome is Outcome.WAITING, second.end
