"""The project's own loop, trained as a run of the worker is."""

from core.config.run_config import RunConfig
from core.runs.events import Event, Notice
from core.training.setup import RunSpec, prepare_run
from core.worker.session import Session


class OurLoop:
    """The loop on a config's images: at most `config.limit_train`, for `config.epochs` epochs."""

    def __init__(self, config: RunConfig) -> None:
        self._notices: list[str] = []
        session = Session.opened(config, self._hear)
        self.device = session.device
        self._device_name = session.environment.device_name
        self.threads = session.environment.threads
        spec = RunSpec.of(config, session.images, session.device)
        self.run = prepare_run(spec, threads=lambda: self.threads, emit=self._hear)
        self._epoch = 0

    def train_epoch(self) -> int:
        """Train on every image once; return how many there were."""
        self._epoch += 1
        return self.run.train_epoch(self._epoch).images

    def finish(self) -> dict[str, object]:
        """Evaluate once, so that the memory taken is a whole run's.

        Return the device's name, and the notices of what a run here has to do without.
        """
        self.run.evaluate(self._epoch)
        return {"device_name": self._device_name, "notices": self._notices}

    def _hear(self, event: Event) -> None:
        if isinstance(event, Notice):
            self._notices.append(event.text)
