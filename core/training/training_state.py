"""All that decides how a training goes on, and how it stands in bytes."""

import io
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingState:
    """A training between two steps; one that goes on from here ends with the same bits.

    `epoch`, from 1, is under way: `step` steps of it are done, in `seconds` of training, and gave `metrics`
    [step, 2], each one's mean loss and its correct predictions. `weights` are the network's, its buffers
    among them, `momenta` the optimizer's, both by name. `order` is what the epoch's order, crops and flips
    were drawn from, `dropout` what the next masks will be; None where there is no dropout. The rate was
    halved `restarts` times; where that may happen again, `start` are the bytes of the state before the epoch.
    `norms` are what was measured after the epoch's last step; None before it, and in an earlier version's.
    `scale` is `TrainingImages`' own: nothing goes on from it, but the weights are of no use without. None in
    an earlier version's.
    """

    epoch: int
    step: int
    seconds: float
    metrics: Tensor
    weights: dict[str, Tensor]
    momenta: dict[str, Tensor]
    order: Tensor
    dropout: Tensor | None
    restarts: int = 0
    start: Tensor | None = None
    norms: Tensor | None = None
    scale: Tensor | None = None

    def to_bytes(self) -> bytes:
        """Write the state as `torch.load` reads it, with `weights_only`."""
        content = io.BytesIO()
        torch.save({name: _on_host(value) for name, value in _fields(self).items()}, content)
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read what `to_bytes` wrote; nothing in `content` is run.

        Raises:
            ValueError: it is something else.
        """
        try:
            fields = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
            return cls(**fields)
        except Exception as error:  # torch's reader raises whatever its parts do
            raise ValueError("not the state of a training of this version") from error


def _fields(state: TrainingState) -> dict[str, Any]:
    return {name: getattr(state, name) for name in TrainingState.__slots__}


def _on_host(value: Any) -> Any:  # noqa: ANN401 - a field of any type
    if isinstance(value, Tensor):
        return value.detach().cpu().clone()  # alone: a view would bring all it is a part of
    if isinstance(value, dict):
        return {name: _on_host(part) for name, part in value.items()}
    return value
