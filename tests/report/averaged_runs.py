"""Made-up runs that were tested with mirror images, too."""

from dataclasses import replace

from core.config.presets import Norm
from core.config.settings import Switch
from core.runs.events import Evaluated
from core.runs.run_state import RunState
from tests.report.example_runs import config, finished_events, state

AVERAGED_CORRECT = {1: 9_111, 2: 5_222, 3: 7_333}  # of 10,000, by epoch; the last is not the best


def averaged(norm: Norm, more: int = 0) -> RunState:
    """Return a finished run of three epochs whose evaluations count `more` with mirror images, too."""
    run = replace(config(norm), epochs=3, flip_average=Switch.ON)
    events = [
        replace(event, flip_averaged_correct=AVERAGED_CORRECT[event.epoch] + more)
        if isinstance(event, Evaluated)
        else event
        for event in finished_events(run, epochs=3)
    ]
    return state(events, norm)


def without(norm: Norm) -> RunState:
    """Return the same run as it is without mirror images."""
    return state(finished_events(replace(config(norm), epochs=3), epochs=3), norm)
