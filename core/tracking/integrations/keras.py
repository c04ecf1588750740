"""A callback of Keras that records in a run of ours, and stops fitting where somebody asks for it."""

import os
from collections.abc import Mapping
from typing import Any, Final

from keras.callbacks import Callback

from core.tracking.run import Run

_VALIDATION: Final = "val_"


class KerasRun(Callback):
    """Records what fitting tells: ``model.fit(..., callbacks=[KerasRun("mine", config={"lr": 0.1})])``.

    After each batch, what Keras gives as means of the epoch so far, as ``batch/loss``; after each epoch
    ``train/loss`` and ``val/loss``, at the step of its last batch. `dir` is the folder in which the run gets
    its own.
    """

    def __init__(self, name: str, config: Any = None, dir: str | os.PathLike[str] = "runs") -> None:  # noqa: A002, ANN401 - as for Run
        super().__init__()
        self._name = name
        self._config = config
        self._dir = dir
        self._run: Run | None = None
        self._step = -1

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002 - Keras's
        """Make the run."""
        self._step = -1
        self._run = Run(self._name, self._config, self._dir)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002 - Keras's
        """Record the batch; wait while the run is to pause, and stop where it is to stop."""
        self._step += 1
        if self._run is None:
            return
        self._run.log({f"batch/{name}": value for name, value in (logs or {}).items()}, self._step)
        if self._run.should_stop():
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002 - Keras's
        """Record the epoch."""
        if self._run is not None:
            self._run.log({_tag(name): value for name, value in (logs or {}).items()}, max(self._step, 0))

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002 - Keras's
        """End the run."""
        if self._run is not None:
            self._run.finish()
            self._run = None


def _tag(name: str) -> str:
    if name.startswith(_VALIDATION):
        return f"val/{name.removeprefix(_VALIDATION)}"
    return f"train/{name}"
