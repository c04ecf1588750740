"""A worker that the system gives no more memory."""

import resource
from dataclasses import replace
from pathlib import Path

import psutil

from core.config.presets import Norm
from core.config.suite_config import SuiteConfig
from core.runs.life_events import RunFailed
from core.runs.run_state import Outcome
from tests.process.suites import small_suite, started, until, until_ended

_TOO_LITTLE = 400 << 20  # bytes of addresses: Python runs, torch cannot even be loaded


def test_a_run_without_memory_fails_and_says_what_to_change(tmp_path: Path) -> None:
    worker = started(small_suite(Norm.BATCH, Norm.GROUP), tmp_path)
    resource.prlimit(worker.pid, resource.RLIMIT_AS, (_TOO_LITTLE, _TOO_LITTLE))
    first, second = until_ended(worker).runs
    assert first.outcome is Outcome.FAILED, first.end
    assert isinstance(first.end, RunFailed)
    assert first.end.error.startswith("memory ran out with --batch-size 32: a smaller --batch-size")
    assert second.outcome is Outcome.WAITING, second.end


def test_a_run_that_takes_too_much_fails_alone(tmp_path: Path) -> None:
    (small,) = small_suite(Norm.BATCH, epochs=1, train=3_000).runs
    large = replace(small, batch_size=3_000)
    again = replace(small, seed=1)
    worker = started(SuiteConfig((small, large, again), "cifar-tui"), tmp_path)
    until(worker, lambda state: state.runs[0].epoch_steps > 0)
    enough = psutil.Process(worker.pid).memory_info().vms + (256 << 20)  # for what goes on, not for more
    resource.prlimit(worker.pid, resource.RLIMIT_AS, (enough, enough))
    first, second, third = until_ended(worker).runs
    assert isinstance(second.end, RunFailed), second.end
    assert second.end.error.startswith("memory ran out with --batch-size 3000: a smaller --batch-size")
    assert first.outcome is third.outcome is Outcome.FINISHED, (first.end, third.end)
