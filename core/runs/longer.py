"""Whether a run may be trained longer, as far as a look tells: its checkpoint is not read."""

import os
from pathlib import Path

from core.config.run_config import settings
from core.errors import InputError
from core.runs.life_events import RunStarted
from core.runs.run_state import Outcome


def may_be_longer(outcome: Outcome, started: RunStarted | None, epochs: int, checkpoint: Path) -> bool:
    """Tell whether a run of `epochs` epochs has finished, can have more, and has the file they go on from."""
    return (
        outcome is Outcome.FINISHED
        and started is not None
        and started.recipe.schedule.is_open_ended
        and settings()["epochs"].kind.accepts(epochs + 1)
        and os.path.isfile(checkpoint)  # noqa: PTH113 - it is asked at every look, of closed folders too
    )


def epochs_in_all(text: str, trained: int) -> int:
    """Read the number of epochs that a run which was `trained` for fewer is to have in all.

    Raises:
        InputError: there are no so many, or not more; the message says what would be right.
    """
    setting = settings()["epochs"]
    epochs: int = setting.parse(text)
    if epochs <= trained:
        raise InputError(f"{setting.flag} {epochs}: must be more than {trained}, and {setting.kind.wanted}")
    return epochs
