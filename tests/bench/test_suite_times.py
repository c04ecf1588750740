import pytest

from core.runs.events import Phase, PhaseChanged, Record
from core.runs.life_events import RunFinished
from tests.bench.suite import at_work, covered

pytestmark = pytest.mark.bench


def test_a_run_is_at_work_while_it_trains_and_evaluates() -> None:
    phases = (Phase.IMPORT, Phase.DATA, Phase.TRAIN, Phase.EVALUATE, Phase.COMPILE, Phase.TRAIN)
    records = [Record(i, 10.0 * i, PhaseChanged(phase=phase)) for i, phase in enumerate(phases)]
    records.append(Record(6, 57.0, RunFinished()))
    assert at_work(records) == [(20.0, 30.0), (30.0, 40.0), (50.0, 57.0)]


def test_what_runs_do_at_the_same_time_is_counted_once() -> None:
    assert covered([(5.0, 6.0), (0.0, 2.0), (1.0, 3.0), (1.5, 2.5)]) == 4.0
    assert covered([]) == 0.0
