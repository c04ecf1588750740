"""The few test images of which a run tells after every epoch what its network takes them for."""

from typing import Final

import numpy as np

from core.dataset.images import ImageSplit
from core.dataset.png import png_text
from core.runs.evidence_events import WatchedAnswer, WatchedAnswered, WatchedImage, WatchedShown
from core.training.evaluate import Evaluation

_MOST: Final = 10


def choose_watched(split: ImageSplit) -> tuple[int, ...]:
    """Return the places of the first image of each class in `split`, in the order of the classes.

    Of many classes, those of the first ten. The same for every run on these images, and nobody's choice.
    """
    _, first = np.unique(split.labels, return_index=True)
    return tuple(map(int, first[:_MOST]))


def show_watched(split: ImageSplit, places: tuple[int, ...]) -> WatchedShown:
    """Return the images of `split` at `places`."""
    return WatchedShown(
        images=tuple(
            WatchedImage(index=place, true_class=int(split.labels[place]), png=png_text(split.images[place]))
            for place in places
        )
    )


def answer_watched(evaluation: Evaluation, places: tuple[int, ...]) -> WatchedAnswered:
    """Return what the evaluated network takes the images at `places` for; it is not asked again."""
    logits = evaluation.logits[list(places)]
    predicted = logits.argmax(1)
    confidence = logits.softmax(1).gather(1, predicted[:, None]).flatten()
    return WatchedAnswered(
        epoch=evaluation.figures.epoch,
        answers=tuple(
            WatchedAnswer(predicted_class=number, confidence=share)
            for number, share in zip(predicted.tolist(), confidence.tolist(), strict=True)
        ),
    )
