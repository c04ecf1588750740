"""Runs a network of the user's own in the training loop, with what it is spared and what it is given."""

from contextlib import nullcontext

import torch
from torch import Tensor, nn

from core.config.network_shape import CIFAR10_SHAPE
from core.training.global_random import drawing_from
from core.training.network.own_code import OwnForwardError, error_words
from core.training.network.own_network import OwnNetwork, layers_of, wrong_logits


class OwnForward:
    """Computes the logits of images by `network`, in single precision, as torch's layers do it.

    What it draws in training, such as dropout, comes from `generator`, the run's own, so that a run that goes
    on draws the same.
    """

    def __init__(
        self,
        network: nn.Module,
        own: OwnNetwork,
        seed: int,
        device: torch.device,
        classes: int = CIFAR10_SHAPE.classes,
    ) -> None:
        self._network = network
        self._classes = classes
        self._source = own.source
        self._layout = own.layout
        self.generator = torch.Generator(device).manual_seed(seed)

    def __call__(self, images: Tensor) -> Tensor:
        """Return the logits [N, classes] of `images` [N, 3, side, side].

        Raises:
            OwnForwardError: the network raised something, or gave something else.
        """
        own_numbers = drawing_from(self.generator) if self._network.training else nullcontext()
        with torch.autocast(images.device.type, enabled=False), own_numbers:
            try:
                logits: Tensor = self._network(images.float().contiguous(memory_format=self._layout))
            except (Exception, SystemExit) as error:
                raise OwnForwardError(self._words(error)) from error
        if words := wrong_logits(logits, len(images), self._classes):
            raise OwnForwardError(f"--model {self._source}: {words}")
        return logits

    def _words(self, error: BaseException) -> str:
        return error_words(self._source, error, "on images", layers_of(self._network))
