"""How large the parameters of each layer are, and the gradients they learn from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.runs.limits import Magnitude


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterNorms:
    """Euclidean norms of each layer's parameters and of their gradients, from the image to the logits.

    Parameters are those after the epoch's last step, gradients those of that step, of one batch. Each of
    `layers` ("conv 1", "norm 1") takes weight and bias together.
    """

    layers: tuple[str, ...]
    weights: Sequence[Magnitude]
    gradients: Sequence[Magnitude]

    @property
    def weight(self) -> float:
        """The norm of all parameters of the network."""
        return math.hypot(*self.weights)

    @property
    def gradient(self) -> float:
        """The norm of all gradients of the network."""
        return math.hypot(*self.gradients)


def with_layers_of(known: ParameterNorms, norms: ParameterNorms | None) -> ParameterNorms | None:
    """Return `norms`, its layers' names those of `known` where they are equal: one set of them for a run."""
    return norms if norms is None or norms.layers != known.layers else replace(norms, layers=known.layers)
