import pytest
import torch

from core.runs.events import Event, StepsDone
from core.training.step_metrics import READBACK, Readback, StepMetrics

SIZES = [128, 128, 128, 16]
ROWS = torch.tensor([[2.25, 10.0], [1.5, 20.0], [0.125, 30.0], [7.0, 1.0]])


def reported(readback: Readback, every: int) -> tuple[list[StepsDone], StepMetrics]:
    events: list[Event] = []
    metrics = StepMetrics(3, ROWS.clone(), readback, events.append)
    for step, size in enumerate(SIZES, start=1):
        metrics.add(size)
        if step % every == 0:
            metrics.report()
    metrics.finish()
    return [event for event in events if isinstance(event, StepsDone)], metrics


@pytest.mark.parametrize(
    "readback", [Readback(1, 0), Readback(1, 2), Readback(2, 0), Readback(3, 1), Readback(9, 2)]
)
@pytest.mark.parametrize("every", [1, 2, 3, 5])
def test_ranges_say_the_same_however_they_come_and_are_reported(readback: Readback, every: int) -> None:
    ranges, metrics = reported(readback, every)
    assert sum((r.losses for r in ranges), ()) == (2.25, 1.5, 0.125, 7.0)
    assert sum((r.correct for r in ranges), ()) == (10, 20, 30, 1)
    assert [r.first_step for r in ranges] == [
        sum(len(p.losses) for p in ranges[:i]) for i in range(len(ranges))
    ]
    assert sum(r.images for r in ranges) == metrics.images == 400
    assert (metrics.loss_sum, metrics.last_loss, metrics.correct) == (128 * 3.875 + 16 * 7.0, 7.0, 61)


def test_on_a_cpu_every_step_can_be_reported_at_once() -> None:
    ranges, _ = reported(READBACK["cpu"], 1)
    assert [len(r.losses) for r in ranges] == [1, 1, 1, 1]


def test_an_epoch_without_a_report_between_is_one_range() -> None:
    ranges, _ = reported(Readback(2, 1), 100)
    assert ranges == [
        StepsDone(epoch=3, first_step=0, losses=(2.25, 1.5, 0.125, 7.0), correct=(10, 20, 30, 1), images=400)
    ]


def test_metrics_are_read_only_when_the_windows_behind_them_are_full() -> None:
    events: list[Event] = []
    rows = torch.zeros(4, 2)
    metrics = StepMetrics(1, rows, Readback(1, 1), events.append)
    rows[0] = torch.tensor([0.5, 3.0])
    assert metrics.add(8)
    metrics.report()
    assert events == []  # one window may still be in flight
    rows[1] = torch.tensor([0.25, 4.0])
    assert metrics.add(8)
    rows[0] = -1.0  # what was copied does not change any more
    metrics.report()
    assert events == [StepsDone(epoch=1, first_step=0, losses=(0.5,), correct=(3,), images=8)]


def test_a_step_within_a_window_is_told_from_one_that_ends_it() -> None:
    metrics = StepMetrics(1, ROWS.clone(), Readback(2, 0), lambda _: None)
    assert [metrics.add(size) for size in SIZES] == [False, True, False, True]
