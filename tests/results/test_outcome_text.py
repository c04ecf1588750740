from core.config.presets import Norm
from core.results.outcome_text import outcome_words
from core.runs.life_events import RunDiverged, RunLost
from tests.report.example_runs import config, opening_events, state


def test_an_exit_code_is_told_where_it_is_known() -> None:
    words = [
        outcome_words(state([*opening_events(config(Norm.BATCH)), RunLost(exit_code=code, stderr_tail="")]))
        for code in (-9, None)
    ]
    assert words[0] == "lost after 0 of 20 epochs: its process exited without recording an end, exit code -9"
    assert words[1] == "lost after 0 of 20 epochs: its process exited without recording an end"


def test_a_diverged_run_names_the_place_as_people_count_it() -> None:
    opening = opening_events(config(Norm.BATCH))
    in_a_step, in_a_test = (
        outcome_words(state([*opening, RunDiverged(epoch=2, step=step, loss=float("nan"))]))
        for step in (6, None)
    )
    assert in_a_step.startswith("diverged after 0 of 20 epochs: the loss at step 7 of epoch 2 was nan; ")
    assert in_a_test.startswith("diverged after 0 of 20 epochs: the test loss after epoch 2 was nan; ")
