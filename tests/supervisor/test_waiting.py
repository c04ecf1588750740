from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import InputError
from core.supervisor.waiting import WaitingSuite, WaitingSuites
from tests.runs.made_suites import CONFIG, SUITE, Clock, made_suite


def other() -> WaitingSuite:
    return WaitingSuite(replace(SUITE, runs=(replace(CONFIG, seed=7),), names=()))


def test_a_suite_waits_as_long_as_anything_trains_and_then_begins_once(tmp_path: Path) -> None:
    clock = Clock()
    queue = WaitingSuites(tmp_path, clock)
    assert queue.next(training=False) is None
    first = WaitingSuite(SUITE)
    queue.add(first)
    with made_suite(tmp_path).lock():  # another terminal's worker
        assert queue.next(training=False) is None
    assert queue.next(training=False) is None  # seen a moment ago
    clock.seconds = 1.0
    assert queue.next(training=True) is None  # a worker of ours, which does not hold its lock yet
    assert queue.next(training=False) == first
    clock.seconds = 2.0
    assert queue.next(training=False) is None


def test_suites_begin_in_the_order_they_came_and_the_last_can_be_cancelled(tmp_path: Path) -> None:
    clock = Clock()
    queue = WaitingSuites(tmp_path, clock)
    third = WaitingSuite(replace(SUITE, runs=SUITE.runs[:1], names=()))
    for suite in (WaitingSuite(SUITE), other(), third):
        queue.add(suite)
    assert queue.drop_last() == third
    assert queue.next(training=False) == WaitingSuite(SUITE)
    clock.seconds = 1.0
    assert queue.next(training=False) == other()
    assert queue.drop_last() is None


def test_the_same_runs_wait_once(tmp_path: Path) -> None:
    queue = WaitingSuites(tmp_path)
    queue.add(WaitingSuite(SUITE))
    with pytest.raises(InputError, match="these 2 runs of tuned wait already"):
        queue.add(WaitingSuite(replace(SUITE, command="other words")))
    assert len(queue.waiting) == 1
