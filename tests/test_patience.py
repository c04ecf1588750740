import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.patience import Patience, Usage, usage_below, wait_for


@dataclass
class Machine:
    """A clock and a process that are set by hand."""

    now: float = 0.0
    worked: float = 0.0
    wanting: bool = False

    def patience(self) -> Patience:
        return Patience(1, 10.0, lambda: self.now, lambda pid: Usage({pid or 0: self.worked}, self.wanting))

    def passes(self, seconds: float, *, worked: float = 0.0) -> None:
        self.now += seconds
        self.worked += worked


def test_who_rests_is_waited_for_by_the_clock() -> None:
    machine = Machine()
    patience = machine.patience()
    machine.passes(9)
    assert patience.lasts()
    machine.passes(1.5, worked=0.03)
    assert not patience.lasts()


@pytest.mark.parametrize("wanting", [True, False])
def test_who_gets_little_of_a_core_is_waited_for_by_what_it_gets(*, wanting: bool) -> None:
    machine = Machine(wanting=wanting)
    patience = machine.patience()
    machine.passes(90, worked=9)
    assert patience.lasts()
    machine.passes(15, worked=1.5)
    assert not patience.lasts()


def test_who_gets_no_core_at_all_is_waited_for() -> None:
    machine = Machine(wanting=True)
    patience = machine.patience()
    machine.passes(1_000)
    assert patience.lasts()


def test_progress_gives_all_patience_back() -> None:
    machine = Machine()
    patience = machine.patience()
    for step in range(5):
        machine.passes(9)
        assert patience.lasts(step)
    machine.passes(9)
    assert patience.lasts(5)
    machine.passes(11)
    assert not patience.lasts(5)


@contextmanager
def child(program: str) -> Iterator[int]:
    command = [sys.executable, "-S", "-c", f"print(flush=True)\n{program}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.kill()


def test_a_process_that_works_is_told_from_one_that_rests() -> None:
    with child("while True: pass") as pid:
        before = usage_below(pid)
        assert before.wanting
        wait_for(lambda: usage_below(pid).seconds[pid] > before.seconds[pid])
    with child("input()") as pid:
        wait_for(lambda: not usage_below(pid).wanting)
        assert list(usage_below(pid).seconds) == [pid]


def test_all_descendants_count_and_those_that_have_ended_do_not() -> None:
    with child("import subprocess, sys; subprocess.run([sys.executable, '-S', '-c', 'input()'])") as pid:
        wait_for(lambda: len(usage_below(pid).seconds) == 2)
    assert usage_below(pid) == Usage({}, wanting=False)
