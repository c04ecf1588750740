"""A callback of Hugging Face's Trainer that records in a run of ours, and stops where somebody asks."""

import os
from collections.abc import Mapping
from typing import Any, Final

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from core.tracking.run import Run

_EVALUATION: Final = ("eval_", "test_")


class HuggingFaceRun(TrainerCallback):
    """Records what the trainer logs: ``Trainer(..., callbacks=[HuggingFaceRun("mine")])``.

    What it calls ``loss`` and ``eval_loss`` are ``train/loss`` and ``eval/loss``. The run is made from the
    training arguments; `dir` is the folder in which it gets its own. Of several processes the first records.
    """

    def __init__(self, name: str, dir: str | os.PathLike[str] = "runs") -> None:  # noqa: A002 - as other trackers have it
        self._name = name
        self._dir = dir
        self._run: Run | None = None

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        _control: TrainerControl,
        **_: Any,  # noqa: ANN401 - the trainer's
    ) -> None:
        """Make the run."""
        if state.is_world_process_zero:
            self._run = Run(self._name, args.to_sanitized_dict(), self._dir)

    def on_log(
        self,
        _args: TrainingArguments,
        state: TrainerState,
        _control: TrainerControl,
        logs: Mapping[str, float] | None = None,
        **_: Any,  # noqa: ANN401 - the trainer's
    ) -> None:
        """Record what is logged."""
        if self._run is not None and logs:
            self._run.log({_tag(name): value for name, value in logs.items()}, state.global_step)

    def on_step_end(
        self,
        _args: TrainingArguments,
        _state: TrainerState,
        control: TrainerControl,
        **_: Any,  # noqa: ANN401 - the trainer's
    ) -> None:
        """Wait while the run is to pause, and stop training where it is to stop."""
        if self._run is not None and self._run.should_stop():
            control.should_training_stop = True

    def on_train_end(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - the trainer's
        """End the run."""
        if self._run is not None:
            self._run.finish()
            self._run = None


def _tag(name: str) -> str:
    for kind in _EVALUATION:
        if name.startswith(kind):
            return f"{kind[:-1]}/{name.removeprefix(kind)}"
    return f"train/{name}"
