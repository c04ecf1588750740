"""torch's own random numbers, which are the whole process's: runs side by side take turns with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

import torch

GLOBAL_RNG: Final = Lock()
"""Held by whoever draws from torch's default generators or seeds them."""


def default_generator(device: torch.device) -> torch.Generator:
    """Return what torch draws from on `device` where nobody says otherwise."""
    match device.type:
        case "cuda":
            index = torch.cuda.current_device() if device.index is None else device.index
            return torch.cuda.default_generators[index]
        case "mps":
            return torch.mps._get_default_mps_generator()  # noqa: SLF001 - nothing public gives it
        case _:
            return torch.default_generator


@contextmanager
def drawing_from(own: torch.Generator) -> Iterator[None]:
    """Let what torch draws on the device of `own` come from there meanwhile."""
    default = default_generator(own.device)
    with GLOBAL_RNG:
        before = default.get_state()
        default.set_state(own.get_state())
        try:
            yield
        finally:
            own.set_state(default.get_state())
            default.set_state(before)
