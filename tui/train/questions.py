"""What the train screen asks before it ends a run."""

from typing import Final

from core.runs.run_state import RunState
from tui.dialogs.choice import Answer, ChoiceDialog

_END: Final = (Answer("y", "end", "end it now and save; it can go on from here"),)


def about_skip(run: RunState) -> ChoiceDialog:
    """Ask whether `run`, which is under way, is to end; enter alone lets it go on."""
    return ChoiceDialog(f"End {run.name}{_where(run)}?", _END, at=len(_END))


def _where(run: RunState) -> str:
    if not run.epoch or run.config is None:
        return " before it has begun to train"
    return f" in epoch {run.epoch} of {run.config.epochs}"
