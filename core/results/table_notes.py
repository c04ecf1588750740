"""How to read a table of runs: the same sentences on the screen and in a report."""

from collections.abc import Sequence
from typing import Final

from core.config.presets import LIMITS
from core.results.comparison import RunFigures

RESULT: Final = (
    "The result is the test accuracy after the last epoch. The best epoch is chosen by looking at the test "
    "images, so it flatters the network."
)
TRAINING: Final = (
    "Training figures are those seen while training, on augmented images and with the weights still moving, "
    "so the gap (training minus test accuracy) can be negative. Times and speeds are medians over the "
    "epochs; of several seeds each is the mean of its medians."
)
LIMITS_TEXT: Final = (
    f"The limits: fewer than {LIMITS.parameters:,} parameters, at most {LIMITS.epochs} epochs, at least "
    f"{100 * LIMITS.accuracy:.0f}% test accuracy on CIFAR-10 after the last epoch."
)
FLIP_AVERAGES: Final = (
    "Flip-averaged is the test accuracy after the last epoch by the logits of each image and of its mirror "
    "image, averaged. It is neither the result nor what the limits judge; of the other figures, only the "
    "seconds of the evaluation include it."
)


def sharing(figures: Sequence[RunFigures]) -> tuple[str, ...]:
    """Say which runs shared the machine, so that nobody compares their times; nothing where none did."""
    shared = [run.label for run in figures if run.side_by_side]
    if not shared:
        return ()
    who = "All runs" if len(shared) == len(figures) else ", ".join(shared)
    return (f"{who} trained side by side and shared the machine: seconds and speeds are no comparison.",)
