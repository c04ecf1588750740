"""The norms of a network's parameters and gradients, read after a step; what is trained stays as it is."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

import torch
from torch import Tensor, nn

from core.runs.parameter_norms import ParameterNorms
from core.training.network.summary import is_depthwise

_NORMS: Final = (nn.BatchNorm2d, nn.GroupNorm, nn.LayerNorm)


class NormGauge:
    """Measures the layers of `network` that have parameters, in a few launches and one copy."""

    def __init__(self, network: nn.Module) -> None:
        layers = [(name, list(layer.parameters(recurse=False))) for name, layer in named_layers(network)]
        self._layers = tuple(name for name, _ in layers)
        self._parameters = [parameter for _, own in layers for parameter in own]
        owners = [place for place, (_, own) in enumerate(layers) for _ in own]
        self._owners = torch.tensor(owners)

    @torch.no_grad()
    def measure(self) -> Tensor | None:
        """Return each layer's norms [layers, 2], of its parameters and of their gradients, on the host.

        None where a parameter has no gradient. Waits for the device.
        """
        gradients = [grad for parameter in self._parameters if (grad := parameter.grad) is not None]
        if len(gradients) < len(self._parameters):
            return None
        all_norms = torch._foreach_norm([*self._parameters, *gradients])  # noqa: SLF001 - as torch's own clipping has it
        norms = torch.stack(all_norms).cpu().double()
        squares = torch.zeros(len(self._layers), 2, dtype=torch.float64)
        squares.index_add_(0, self._owners, norms.square().view(2, -1).t())
        return squares.sqrt().float()

    def told(self, norms: Tensor | None) -> ParameterNorms | None:
        """Return what `measure` gave as an event has it; None for other layers' norms, too."""
        if norms is None or norms.shape != (len(self._layers), 2):
            return None
        weights, gradients = norms.t().tolist()
        return ParameterNorms(layers=self._layers, weights=tuple(weights), gradients=tuple(gradients))


def named_layers(network: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Yield each layer of `network` with parameters, from the image to the logits, kind by kind from 1."""
    seen: Counter[str] = Counter()
    for layer in network.modules():
        if not any(True for _ in layer.parameters(recurse=False)):
            continue
        kind = _kind(layer)
        seen[kind] += 1
        yield f"{kind} {seen[kind]}", layer


def _kind(layer: nn.Module) -> str:
    match layer:
        case nn.Conv2d():
            return "depthwise" if is_depthwise(layer) else "conv"
        case _ if isinstance(layer, _NORMS):
            return "norm"
        case _:
            return type(layer).__name__.lower()
