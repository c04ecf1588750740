"""A logger of Lightning that records in a run of ours, and stops training where somebody asks for it."""

import os
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from lightning.pytorch import Callback, LightningModule, Trainer
from lightning.pytorch.loggers import Logger
from lightning.pytorch.utilities.rank_zero import rank_zero_only

from core.tracking.run import Run


class LightningRun(Logger, Callback):
    """Records what the module logs: ``run = LightningRun("mine"); Trainer(logger=run, callbacks=[run])``.

    As a logger alone it records; as a callback, too, it pauses and stops training when asked to. The run
    begins and ends with fitting, validating or testing. `dir` is the folder in which it gets its own. Of
    several processes the first one records.
    """

    def __init__(self, name: str, dir: str | os.PathLike[str] = "runs") -> None:  # noqa: A002 - as other loggers have it
        super().__init__()
        self._name = name
        self._dir = dir
        self._run: Run | None = None

    @property
    def name(self) -> str:
        """The run's name."""
        return self._name

    @property
    def version(self) -> str:
        """The run's folder has no versions of its own."""
        return ""

    @property
    def experiment(self) -> Run:
        """The run itself, for pictures and the like."""
        if self._run is None:
            self._run = Run(self._name, dir=self._dir)
        return self._run

    @rank_zero_only
    def log_hyperparams(self, params: Mapping[str, Any] | Namespace, *_: Any, **__: Any) -> None:  # noqa: ANN401 - Lightning's
        """Record what the module was made with."""
        self.experiment.add_config(params)

    @rank_zero_only
    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Record metrics; Lightning adds the epoch to them."""
        self.experiment.log(metrics, step)

    @rank_zero_only
    def finalize(self, status: str) -> None:
        """End the run as fitting ended; where it raised, the end of the program tells with what."""
        if self._run is not None and status == "success":
            self._run.finish()
            self._run = None

    # -- as a callback -------------------------------------------------------------------------------------

    def on_train_batch_end(self, trainer: Trainer, *_: Any) -> None:  # noqa: ANN401 - Lightning's
        """Wait while the run is to pause, and stop training where it is to stop."""
        if self._run is not None and self._run.should_stop():
            trainer.should_stop = True

    @rank_zero_only
    def on_exception(self, _trainer: Trainer, _module: LightningModule, exception: BaseException) -> None:
        """Record with what fitting ended."""
        if self._run is not None:
            self._run.fail(exception)
            self._run = None
