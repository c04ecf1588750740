"""The weights of a run's best and last epoch, in files that torch alone can read."""

import io
from collections.abc import Callable, Collection, Iterable

import torch
from torch import Tensor, nn

from core.config.suite_config import Keep
from core.runs.events import Evaluated


class KeptWeights:
    """Gives the weights of the epochs that `keep` names to `write`, whenever one of them is evaluated.

    A file of them holds ``epoch``, ``test_accuracy`` (0 to 1), ``weights``, a state dict of the network, and
    ``scale``, the mean and standard deviation [2, 3] of the bytes that it takes, channel by channel;
    ``torch.load(file, weights_only=True)`` reads it.
    """

    def __init__(self, keep: Collection[Keep], write: Callable[[Keep, bytes], None]) -> None:
        self._keep = keep
        self._write = write
        self._best = float("-inf")

    def know(self, earlier: Iterable[Evaluated]) -> None:
        """Take in what a run came to before it went on; its weights are kept already."""
        self._best = max((test.accuracy for test in earlier), default=self._best)

    def take(self, network: nn.Module, scale: Tensor, test: Evaluated) -> None:
        """Keep the weights of `network`, which gave `test` on images so scaled, where they are to be kept."""
        if Keep.LAST in self._keep:
            self._write(Keep.LAST, _content(network, scale, test))
        if Keep.BEST in self._keep and test.accuracy > self._best:
            self._write(Keep.BEST, _content(network, scale, test))
        self._best = max(self._best, test.accuracy)


def _content(network: nn.Module, scale: Tensor, test: Evaluated) -> bytes:
    weights = {name: value.detach().cpu() for name, value in network.state_dict().items()}
    content = io.BytesIO()  # torch's own writing hides why the system refuses it
    figures = {"epoch": test.epoch, "test_accuracy": test.accuracy}
    torch.save({**figures, "weights": weights, "scale": scale.cpu()}, content)
    return content.getvalue()
