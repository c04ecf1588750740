"""A network against the test images."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses

from core.runs.events import Evaluated
from core.runs.sparse_counts import counted
from core.training.batches import TestImages
from core.training.hooks import Clock, PollCommands
from core.training.precision import mixed_precision
from core.training.train_step import Forward


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """One pass over the test images: its `figures`, and the `logits` [N, classes] they are made of.

    The logits are in single precision and on the device, in the order of the test set.
    """

    figures: Evaluated
    logits: Tensor

    @property
    def predicted(self) -> Tensor:
        """The class given to each image [N]."""
        return self.logits.argmax(1)


@torch.no_grad()
def evaluate(
    network: nn.Module,
    images: TestImages,
    epoch: int,
    *,
    poll_commands: PollCommands,
    clock: Clock,
    forward: Forward | None = None,
    flip_average: bool = False,
) -> Evaluation:
    """Return loss, confusion matrix and logits of all test images; figures leave the device only at the end.

    `poll_commands` is called between batches. `forward` computes what the network would, in evaluation, where
    that is faster. With `flip_average`, a second count of correct predictions is of the logits averaged over
    each image and its mirror image (test-time augmentation).
    """
    began = clock()
    paused = 0.0
    network.eval()
    losses: list[Tensor] = []
    all_logits: list[Tensor] = []
    averaged_correct = torch.zeros((), dtype=torch.int64, device=images.labels.device)
    for batch, labels in images.batches():
        logits = _logits(forward or network, batch)
        all_logits.append(logits)
        losses.append(F.cross_entropy(logits, labels, reduction="sum"))
        if flip_average:
            averaged = (logits + _logits(forward or network, batch.flip(-1))) / 2
            averaged_correct += (averaged.argmax(1) == labels).sum()
        paused += poll_commands()
    network.train()
    logits = torch.cat(all_logits)
    figures = Evaluated(
        epoch=epoch,
        # summed in double precision, which Apple GPUs lack
        loss=torch.stack(losses).cpu().double().sum().item() / len(images.labels),
        confusion=_confusion(images.labels, logits),
        flip_averaged_correct=int(averaged_correct) if flip_average else None,
        seconds=clock() - began - paused,
    )
    return Evaluation(figures, logits)


def _confusion(labels: Tensor, logits: Tensor) -> Sequence[Sequence[int]]:
    """Count which classes were taken for which.

    On the processor: a GPU counts in no fixed order, and summing one_hot takes classes² numbers an image.
    """
    classes = logits.shape[1]
    places = (labels * classes + logits.argmax(1)).cpu().numpy()
    counts = np.bincount(places, minlength=classes**2)
    there = np.flatnonzero(counts)
    return counted(classes, there.tolist(), counts[there].tolist())


def _logits(forward: Forward, batch: Tensor) -> Tensor:
    """Return the logits of images [N, 3, H, W], in single precision whatever the network computes in."""
    with mixed_precision(batch.device):
        return forward(batch).float()
