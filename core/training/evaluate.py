"""A network against the test images."""

import base64
import io

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses

from core.config.network_plan import CLASSES
from core.runs.events import Evaluated, Misclassified, MisclassifiedFound
from core.training.batches import TestImages
from core.training.hooks import Clock, PollCommands
from core.training.precision import mixed_precision
from core.training.train_step import Forward

_SHOWN = 10


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
) -> Evaluated:
    """Return loss and confusion matrix on all test images, copied from the device only at the end.

    `poll_commands` is called between batches. `forward` computes what the network would, in evaluation, where
    that is faster. With `flip_average`, a second count of correct predictions is of the logits averaged over
    each image and its mirror image (test-time augmentation).
    """
    began = clock()
    paused = 0.0
    network.eval()
    losses: list[Tensor] = []
    confusion = torch.zeros(CLASSES * CLASSES, dtype=torch.int64, device=images.labels.device)
    averaged_correct = torch.zeros((), dtype=torch.int64, device=images.labels.device)
    for batch, labels in images.batches():
        logits = _logits(forward or network, batch)
        losses.append(F.cross_entropy(logits, labels, reduction="sum"))
        # one_hot sums rather than bincount, which has no deterministic kernel on CUDA
        pairs = F.one_hot(labels * CLASSES + logits.argmax(1), CLASSES * CLASSES)
        confusion += pairs.sum(0)
        if flip_average:
            averaged = (logits + _logits(forward or network, batch.flip(-1))) / 2
            averaged_correct += (averaged.argmax(1) == labels).sum()
        paused += poll_commands()
    network.train()
    rows = confusion.view(CLASSES, CLASSES).tolist()
    return Evaluated(
        epoch=epoch,
        # summed in double precision, which Apple GPUs lack
        loss=torch.stack(losses).cpu().double().sum().item() / len(images.labels),
        confusion=tuple(tuple(row) for row in rows),
        flip_averaged_correct=int(averaged_correct) if flip_average else None,
        seconds=clock() - began - paused,
    )


def _logits(forward: Forward, batch: Tensor) -> Tensor:
    """Return the logits of images [N, 3, H, W], in single precision whatever the network computes in."""
    with mixed_precision(batch.device):
        return forward(batch).float()


@torch.no_grad()
def find_misclassified(
    network: nn.Module, images: TestImages, *, forward: Forward | None = None
) -> MisclassifiedFound:
    """Return ten test images the network gets wrong: the first one of each class, then others in order.

    Taken in the order of the test set, so that they are nobody's choice; fewer than ten where there are
    fewer. `forward` is as for `evaluate`.
    """
    network.eval()
    with mixed_precision(images.labels.device):
        logits = torch.cat([(forward or network)(batch) for batch, _ in images.batches()])
    network.train()
    confidence, predicted = (values.cpu() for values in logits.float().softmax(1).max(1))
    true = images.labels.cpu()
    wrong = (predicted != true).nonzero().flatten().tolist()
    found = tuple(
        Misclassified(
            index=i,
            true_class=int(true[i]),
            predicted_class=int(predicted[i]),
            confidence=float(confidence[i]),
            png=_png(images.images[i]),
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


def _png(image: Tensor) -> str:
    """Encode an image, bytes [H, W, 3], as PNG in base64."""
    buffer = io.BytesIO()
    Image.fromarray(image.cpu().numpy()).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()
