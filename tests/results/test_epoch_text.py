import pytest

from core.results.epoch_text import epoch_lines, evaluation_line, train_line
from core.runs.events import EpochEnded, Evaluated
from core.runs.run_state import EpochResult


def _train(*, batches: int = 391, seconds: float = 15.71, last_loss: float = 0.7957) -> EpochEnded:
    return EpochEnded(
        epoch=15,
        loss=0.8,
        last_loss=last_loss,
        correct=36_705,
        images=50_000,
        batches=batches,
        learning_rate=0.01,
        seconds=seconds,
    )


_TEST = Evaluated(epoch=15, loss=0.7562, confusion=((7_298, 2_702), (0, 0)), seconds=1.9)


def test_an_epoch_reads_as_in_the_assignment() -> None:
    assert epoch_lines(EpochResult(_train(), _TEST)) == (
        "Epoch :  15",
        "Train: Loss=0.7957 Batch_id=390 Accuracy=73.41: 100%|██████████| 391/391 [00:15<00:00, 24.89it/s]",
        "Test set: Average loss: 0.7562, Accuracy: 7298/10000 (72.98%)",
    )


def test_an_epoch_without_evaluation_says_so() -> None:
    assert epoch_lines(EpochResult(_train()))[2] == "Test set: not evaluated"


@pytest.mark.parametrize(
    ("batches", "seconds", "ending"),
    [
        (391, 0.5, "[00:00<00:00, 782.00it/s]"),
        (10, 75.0, "[01:15<00:00,  7.50s/it]"),
        (10, 3_671.0, "[1:01:11<00:00, 367.10s/it]"),
        (391, 0.0, "[00:00<00:00, ?it/s]"),
    ],
)
def test_time_and_pace_are_written_as_tqdm_does(batches: int, seconds: float, ending: str) -> None:
    assert train_line(_train(batches=batches, seconds=seconds)).endswith(ending)


@pytest.mark.parametrize(
    ("room", "ending"),
    [
        (97, ": 100%|██████████| 391/391 [00:15<00:00, 24.89it/s]"),
        (96, ": 100% 391/391 [00:15<00:00, 24.89it/s]"),
        (80, " [00:15, 24.89it/s]"),
        (64, " [24.89it/s]"),
        (10, " [24.89it/s]"),
    ],
)
def test_with_little_room_the_bar_goes_and_no_figure(room: int, ending: str) -> None:
    assert train_line(_train(), room) == f"Train: Loss=0.7957 Batch_id=390 Accuracy=73.41{ending}"


def test_losses_that_are_no_numbers_are_named() -> None:
    assert "Loss=nan " in train_line(_train(last_loss=float("nan")))
    line = evaluation_line(Evaluated(epoch=1, loss=float("inf"), confusion=((1,),), seconds=1.0))
    assert line == "Test set: Average loss: inf, Accuracy: 1/1 (100.00%)"
