"""Newton-Schulz iteration: stacks of matrices orthogonalized, as the Muon optimizer needs its steps."""

from typing import Final

import torch
from torch import Tensor

# The quintic whose iteration drives every singular value near 1 (Keller Jordan 2024, "Muon: An optimizer for
# hidden layers in neural networks", at kellerjordan.github.io/posts/muon); five of them are his choice too.
_NEWTON_SCHULZ: Final = (3.4445, -4.7750, 2.0315)
_ITERATIONS: Final = 5


def orthogonalize(stack: Tensor) -> Tensor:
    """Return about the nearest semi-orthogonal matrix to each of `stack` [matrices, rows, columns].

    Singular values come out near 1, between about 0.6 and 1.2, and not at 1, which is enough to train. Rows
    and columns of zeros stay zeros and change nothing else. Fast where rows are fewer than columns.

    One iteration makes X into P X with P = a I + b G + c G², where G = X Xᵀ. P and G commute, so iterating
    needs no more of X than G, which becomes P G P: the product of all P is accumulated, and applied to X at
    the end.
    """
    a, b, c = _NEWTON_SCHULZ
    x = stack / (torch.linalg.vector_norm(stack, dim=(1, 2), keepdim=True) + 1e-7)
    gram = torch.bmm(x, x.mT)
    product = torch.eye(stack.shape[1], dtype=x.dtype, device=x.device).expand_as(gram)
    for left in reversed(range(_ITERATIONS)):
        above = torch.baddbmm(gram, gram, gram, beta=b, alpha=c)  # b G + c G², P without its a I
        product = torch.baddbmm(product, above, product, beta=a)
        if left:
            gram = torch.baddbmm(gram, above, gram, beta=a)
            gram = torch.baddbmm(gram, gram, above, beta=a)
    return torch.bmm(product, x)
