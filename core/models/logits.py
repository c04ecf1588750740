"""What networks give, and what follows from it, without torch."""

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]
"""[N, classes]."""


def probabilities(logits: Logits) -> NDArray[np.float64]:
    """Return the softmax of each row of `logits`, in double precision."""
    powers = np.exp(logits.astype(np.float64) - logits.max(1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(1, keepdims=True)
    return shares
