"""The project's own loop, set up as `core.worker.training_run` sets it up; change the two together."""

import time

import torch

from core.config.run_config import RunConfig
from core.runs.events import Event, Notice
from core.training.batches import ChannelScale, TestImages, TrainingImages
from core.training.evaluate import evaluate
from core.training.native.bindings import use_threads
from core.training.network.build import build_network
from core.training.trainer import Trainer
from core.worker.session import Session
from core.worker.training_run import fused


class OurLoop:
    """The loop on a config's images: at most `config.limit_train`, for `config.epochs` epochs."""

    def __init__(self, config: RunConfig) -> None:
        self._notices: list[str] = []
        session = Session.opened(config, self._hear)
        self.device = session.device
        self._device_name = session.environment.device_name
        recipe = config.recipe
        torch.manual_seed(config.seed)
        network = build_network(config.norm, recipe)
        network.to(session.device).to(memory_format=torch.channels_last)
        scale = ChannelScale.of(session.images.train, session.device)
        self._network = network
        self._tests = TestImages(session.images.test, scale)
        self._forward = fused(network, session.device, self._hear)
        self.threads = session.environment.threads
        use_threads(self.threads)
        self._trainer = Trainer(
            network,
            TrainingImages(session.images.train, scale, recipe, config.batch_size, config.seed),
            recipe,
            config.epochs,
            emit=self._hear,
            attend=_attend,
            clock=time.perf_counter,
            forward=self._forward,
        )
        self._epoch = 0

    def train_epoch(self) -> int:
        """Train on every image once; return how many there were."""
        self._epoch += 1
        return self._trainer.train_epoch(self._epoch).images

    def finish(self) -> dict[str, object]:
        """Evaluate once, so that the memory taken is a whole run's.

        Return the device's name, and the notices of what a run here has to do without.
        """
        clock = time.perf_counter
        evaluate(self._network, self._tests, self._epoch, attend=_attend, clock=clock, forward=self._forward)
        return {"device_name": self._device_name, "notices": self._notices}

    def _hear(self, event: Event) -> None:
        if isinstance(event, Notice):
            self._notices.append(event.text)


def _attend() -> float:
    return 0.0
