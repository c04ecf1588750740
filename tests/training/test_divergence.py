import math

import pytest
import torch

from core.runs.events import Event, StepsDone
from core.training.divergence import MOST_LOSS, Diverged, check_loss
from core.training.step_metrics import Readback, StepMetrics


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.nan, 2 * MOST_LOSS])
def test_a_loss_beyond_recovery_is_refused_with_its_place(loss: float) -> None:
    with pytest.raises(Diverged) as found:
        check_loss(loss, 3, 17)
    assert (found.value.epoch, found.value.step) == (3, 17)
    assert found.value.loss == loss or math.isnan(found.value.loss)


@pytest.mark.parametrize("loss", [0.0, 2.3, 80.0])
def test_a_loss_that_networks_recover_from_is_not(loss: float) -> None:
    check_loss(loss, 1)


@pytest.mark.parametrize("readback", [Readback(1, 0), Readback(2, 1)])
def test_the_first_bad_step_is_named_and_what_was_measured_is_told_before(readback: Readback) -> None:
    events: list[Event] = []
    rows = torch.tensor([[2.25, 1.0], [math.inf, 0.0], [math.nan, 0.0]])
    metrics = StepMetrics(2, rows, readback, events.append)
    for _ in rows:
        metrics.add(8)
    with pytest.raises(Diverged) as found:
        metrics.finish()
    assert (found.value.epoch, found.value.step, found.value.loss) == (2, 1, math.inf)
    (told,) = events
    assert isinstance(told, StepsDone)
    assert told.losses[:2] == (2.25, math.inf)
