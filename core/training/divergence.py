"""Tells when a loss is beyond recovery, so that a run that learns nothing any more ends, and says so."""

from typing import Final

MOST_LOSS: Final = 1e3
"""The mean cross-entropy from which a run counts as diverged.

Guessing among ten classes costs 2.3, and steps that a network recovers from some tens. At 1,000 its weights
have grown beyond any use: from there the loss becomes infinite or NaN, or all units die and it stays at 2.3
for ever, which nothing else would tell from a network that has not learnt yet.
"""

MOST_RESTARTS: Final = 10
"""How often a run goes back at half the rate before it ends as diverged.

The highest rate that can be asked for, 100, is about a thousand times what the presets have: ten halvings
lead back to theirs. What is beyond recovery then is so for another reason.
"""


class Diverged(Exception):  # noqa: N818 - not an error of the program's
    """Raised where a loss is beyond recovery; `epoch`, `step` and `loss` are as in `RunDiverged`."""

    def __init__(self, epoch: int, step: int | None, loss: float) -> None:
        super().__init__(f"loss {loss} in epoch {epoch}")
        self.epoch = epoch
        self.step = step
        self.loss = loss


def check_loss(loss: float, epoch: int, step: int | None = None) -> None:
    """Do nothing where `loss`, of a step or of the test images, is one to go on with.

    Raises:
        Diverged: it is NaN, infinite or greater than `MOST_LOSS`.
    """
    if not loss <= MOST_LOSS:  # which NaN is not, either
        raise Diverged(epoch, step, loss)
