"""Logits by torch, or by the C++ layers that train."""

from collections.abc import Callable

import torch
from torch import Tensor

from core.dataset.images import Pixels
from core.models.logits import Logits
from core.models.network import plain_network
from core.models.run_weights import Model
from core.runs.machine_events import Layers
from core.training.batches import Normalize
from core.training.native.errors import NotAvailableError
from core.training.native.network import FusedNetwork


def logits_of(model: Model, source: str) -> Callable[[Pixels], Logits]:
    """Return what gives the logits [N, classes] of images [N, side, side, 3], bytes, red first.

    They are computed as the model was evaluated, on a processor: by the C++ layers where it was by these and
    they can be compiled, so that on one machine its accuracy comes out the same.

    Raises:
        InputError: the weights are those of another network; `source` says whose they are.
    """
    network = _as_evaluated(model, source)
    normalize = Normalize(torch.tensor(model.card.mean), torch.tensor(model.card.std))

    def logits(images: Pixels) -> Logits:
        with torch.no_grad():
            found: Logits = network(normalize(torch.from_numpy(images))).float().numpy()
        return found

    return logits


def _as_evaluated(model: Model, source: str) -> Callable[[Tensor], Tensor]:
    network = plain_network(model, source).to(memory_format=torch.channels_last)
    if model.card.layers is Layers.TORCH:
        return network
    try:
        return FusedNetwork(network)
    except NotAvailableError:
        return network
