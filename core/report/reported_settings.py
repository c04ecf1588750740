"""Which of a run's settings a report has."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Final

from core.config.run_config import RunConfig
from core.results.labelled_runs import LabelledRun

_OPTIONS: Final = (
    "image_size",
    "resize",
    "test_split",
    "holdout",
    "flip_average",
    "schedule",
    "on_divergence",
    "model",
    "edits",
    "model_digest",
)


def reported_settings(runs: Iterable[LabelledRun]) -> tuple[str, ...]:
    """Return the names of the fields of `RunConfig` that a report on `runs` has.

    Options that came later are, each, only where a run has it other than by default: other reports are to
    stay what they were before there were such settings.
    """
    configs = [run.state.started.config for run in runs if run.state.started]
    return tuple(
        field.name
        for field in fields(RunConfig)
        if field.name not in _OPTIONS
        or any(getattr(config, field.name) != field.default for config in configs)
    )
