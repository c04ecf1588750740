from dataclasses import replace

import pytest

from core.config.presets import Norm
from core.runs.events import Phase, PhaseChanged
from core.runs.run_state import RunState
from tests.report.example_runs import config, example_states, opening_events, state
from tests.report.partial_runs import between_training_and_evaluation, waiting
from tests.tui.charts.stepped_runs import stepped_run
from tui.text.awaited import Awaited, awaited_words

OPENED = state(opening_events(config(Norm.BATCH)))
LOADING = state([*opening_events(config(Norm.BATCH)), PhaseChanged(phase=Phase.DATA)])
_BEGUN = stepped_run(Norm.BATCH, 0, extra_steps=100)  # of 391, in a second
UNDER_WAY = replace(_BEGUN, phase_at=(_BEGUN.phase_at or 0.0) - 3)


@pytest.mark.parametrize(
    ("runs", "awaited", "words"),
    [
        ([waiting()], Awaited.TEST, "waits for the first epoch's test: not begun yet"),
        ([LOADING], Awaited.STEP, "waits for the first step: loading images"),
        ([OPENED], Awaited.STEP, "waits for the first step"),
        ([OPENED], Awaited.TEST, "waits for the first epoch's test"),
        ([waiting(), UNDER_WAY], Awaited.EPOCH, "waits for the end of the first epoch, about 10 s"),
        ([UNDER_WAY], Awaited.TEST, "waits for the first epoch's test, about 15 s"),
        ([_BEGUN], Awaited.TEST, "waits for the first epoch's test"),  # too little to tell from
        (
            [replace(UNDER_WAY, stalled="frozen")],
            Awaited.EPOCH,
            "waits for the end of the first epoch: stalled",
        ),
        ([UNDER_WAY], Awaited.SAMPLE, "waits for the first look at memory and load"),
        (example_states(), Awaited.SAMPLE, "nothing was measured"),
        (
            [waiting(), *example_states()],
            Awaited.SAMPLE,
            "waits for the first look at memory and load: not begun yet",
        ),
    ],
)
def test_it_says_what_comes_next_and_when(runs: list[RunState], awaited: Awaited, words: str) -> None:
    assert awaited_words(runs, awaited) == words


def test_between_training_and_evaluation_the_evaluation_is_left() -> None:
    run = between_training_and_evaluation()
    assert awaited_words([run], Awaited.TEST).startswith("waits for the first epoch's test")
