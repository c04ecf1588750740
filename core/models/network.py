"""The plain torch network of a model, and the same as other programs take it: from bytes to logits."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from core.errors import InputError
from core.models.card import ModelCard
from core.models.run_weights import Model
from core.training.network.build import build_network


def plain_network(model: Model, source: str) -> nn.Sequential:
    """Return the network as `build_network` makes it, with the model's weights, to be asked, not trained.

    Takes normalized images [N, 3, side, side], gives logits [N, classes].

    Raises:
        InputError: the weights are those of another network; `source` says whose they are.
    """
    with torch.device("meta"):  # whatever size a stranger's recipe asks for, nothing is allocated
        network = build_network(model.card.norm, model.card.recipe, model.card.shape)
    if _kinds(network.state_dict()) != _kinds(model.weights):
        raise InputError(f"{source}: its weights are not those of the network it tells of; export it again")
    # trained channels-last: which kernel torch takes depends on that, even where `contiguous` sees none of it
    weights = {
        name: value.clone(memory_format=torch.contiguous_format) for name, value in model.weights.items()
    }
    network.load_state_dict(weights, assign=True)
    return network.eval().requires_grad_(requires_grad=False)


class FromBytes(nn.Module):
    """A network behind the normalization of its input.

    Takes images as bytes [N, 3, side, side], red first, and gives logits [N, classes].
    """

    mean: Tensor
    std: Tensor

    def __init__(self, network: nn.Sequential, card: ModelCard) -> None:
        super().__init__()
        self.network = network
        self.side = card.image_size
        self.register_buffer("mean", torch.tensor(card.mean).view(1, -1, 1, 1))
        self.register_buffer("std", torch.tensor(card.std).view(1, -1, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits of `images`."""
        logits: Tensor = self.network((images.float() - self.mean) / self.std)
        return logits


def _kinds(weights: Mapping[str, Tensor]) -> dict[str, tuple[torch.Size, torch.dtype]]:
    return {name: (value.shape, value.dtype) for name, value in weights.items()}
