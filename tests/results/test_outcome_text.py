from core.config.presets import Norm
from core.results.outcome_text import outcome_words
from core.runs.events import RunLost
from tests.report.example_runs import config, opening_events, state


def test_an_exit_code_is_told_where_it_is_known() -> None:
    words = [
        outcome_words(state([*opening_events(config(Norm.BATCH)), RunLost(exit_code=code, stderr_tail="")]))
        for code in (-9, None)
    ]
    assert words[0] == "lost after 0 of 20 epochs: its process exited without recording an end, exit code -9"
    assert words[1] == "lost after 0 of 20 epochs: its process exited without recording an end"
