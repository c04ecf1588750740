"""What the last evaluation tells of single test images."""

import base64
import zlib

import numpy as np
from torch import Tensor

from core.dataset.png import png_text
from core.runs.events import Misclassified, MisclassifiedFound
from core.runs.evidence_events import AnswersMarked
from core.training.batches import TestImages
from core.training.evaluate import Evaluation

_SHOWN = 10
_COMPRESSION = 9  # some 6,000 bytes for 10,000 images of ten classes in any order


def mark_answers(evaluation: Evaluation, images: TestImages) -> AnswersMarked:
    """Return which of `images` the evaluated network got right, a bit each, and what they show."""
    right = (evaluation.predicted == images.labels).cpu().numpy()
    classes = images.labels.cpu().numpy().astype("<u2")
    return AnswersMarked(
        epoch=evaluation.figures.epoch,
        images=len(right),
        right=base64.b64encode(np.packbits(right).tobytes()).decode(),
        classes=base64.b64encode(zlib.compress(classes.tobytes(), _COMPRESSION)).decode(),
    )


def find_misclassified(evaluation: Evaluation, images: TestImages) -> MisclassifiedFound:
    """Return ten of `images` the evaluated network got wrong: the first of each class, then others in order.

    Taken in the order of the test set, so that they are nobody's choice; fewer than ten where there are
    fewer.
    """
    predicted, true = evaluation.predicted.cpu(), images.labels.cpu()
    confidence = evaluation.logits.softmax(1).cpu()
    wrong = (predicted != true).nonzero().flatten().tolist()
    found = tuple(
        Misclassified(
            index=i,
            true_class=int(true[i]),
            predicted_class=int(predicted[i]),
            confidence=float(confidence[i, predicted[i]]),
            png=png_text(images.images[i].cpu().numpy()),
        )
        for i in _one_per_class(wrong, true)
    )
    return MisclassifiedFound(images=found)


def _one_per_class(wrong: list[int], true: Tensor) -> list[int]:
    first: dict[int, int] = {}
    for i in wrong:
        first.setdefault(int(true[i]), i)
    chosen = list(first.values())[:_SHOWN]
    rest = [i for i in wrong if i not in set(chosen)]
    return sorted(chosen + rest[: _SHOWN - len(chosen)])
