import pytest

from core.events import Phase, PhaseChanged
from tests.report.example_runs import example_states, state
from tests.report.partial_runs import diverged, waiting
from tui.wording import clock, epoch_line, outcome_line, phase_words


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0:00"), (65.0, "1:05"), (3_723.6, "1:02:04")])
def test_a_duration_reads_like_a_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_an_epoch_is_one_line_that_fits_80_columns() -> None:
    for run in (*example_states(), diverged()):
        for index in range(len(run.epochs)):
            assert len(epoch_line(run, index)) <= 80
    batch = example_states()[0]
    assert epoch_line(batch, 19).startswith("batch epoch 20/20 | train loss ")
    assert f"{batch.last_accuracy:.2%} |" in epoch_line(batch, 19)


def test_every_end_is_told_with_what_was_reached() -> None:
    finished = example_states()[0]
    assert finished.last_accuracy is not None
    reached = f"batch: finished, 20 of 20 epochs; test accuracy {finished.last_accuracy:.2%} (best "
    assert outcome_line(finished).startswith(reached)
    assert outcome_line(waiting()).endswith(": waiting, not begun")


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_words(phase: Phase) -> None:
    assert phase_words(state([PhaseChanged(phase=phase)])) != ""
