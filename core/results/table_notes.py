"""How to read a table of runs: the same sentences on the screen and in a report."""

from typing import Final

from core.config.presets import LIMITS

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
