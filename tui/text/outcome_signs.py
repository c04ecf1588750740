"""How a run stands, as a sign that needs no colour, and the colour where there is one."""

from typing import Final

from core.runs.run_state import Outcome

PAUSED_SIGN: Final = ("‖", "$warning")
OUTCOME_SIGNS: Final = {
    Outcome.WAITING: ("·", "$foreground 60%"),
    Outcome.RUNNING: ("●", "$primary"),
    Outcome.FINISHED: ("✓", "$success"),
    Outcome.STOPPED: ("■", "$warning"),
    Outcome.DIVERGED: ("✗", "$error"),
    Outcome.FAILED: ("✗", "$error"),
    Outcome.LOST: ("✗", "$error"),
}
