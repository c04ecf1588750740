"""The weights a run has left in its checkpoint."""

from pathlib import Path

from torch import Tensor

from core.runs.checkpoint_file import read_checkpoint
from core.training.training_state import TrainingState


def weights_in(checkpoint: Path) -> dict[str, Tensor]:
    """Return the network's weights and buffers, by name.

    Raises:
        ValueError: there is no checkpoint.
    """
    found = read_checkpoint(checkpoint)
    if found is None:
        raise ValueError(f"{checkpoint}: there is no checkpoint")
    return TrainingState.from_bytes(found.state).weights
