"""In what precision a network computes on a device."""

from typing import Final

import torch

from core.environment import plain_path

BF16_ON_CUDA: Final = True  # what it does to the accuracy is unmeasured: no CUDA device was at hand


def forbid_tf32() -> None:
    """Let convolutions of single precision on CUDA be that: torch's default rounds their inputs to 10 bits.

    They are those of the plain path, and the classifier. Products of matrices are exact by default.
    """
    torch.backends.cudnn.conv.fp32_precision = "ieee"  # type: ignore[attr-defined] # an attribute of the class behind the module


def activation_dtype(device: torch.device) -> torch.dtype:
    """Return the type of a network's input and of what its convolutions give.

    Weights, the classifier, losses and whatever a normalization gathers are single precision all the same.
    """
    if device.type != "cuda" or not BF16_ON_CUDA or plain_path():
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32


def mixed_precision(device: torch.device) -> torch.autocast:
    """Return a context in which a network computes with activations of `activation_dtype`."""
    dtype = activation_dtype(device)
    return torch.autocast(device.type, torch.bfloat16, enabled=dtype is torch.bfloat16)
