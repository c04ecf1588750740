"""Which of a run's settings a report has."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Final

from core.config.run_config import RunConfig, Switch
from core.results.labelled_runs import LabelledRun

_OPTION: Final = "flip_average"


def reported_settings(runs: Iterable[LabelledRun]) -> tuple[str, ...]:
    """Return the names of the fields of `RunConfig` that a report on `runs` has.

    `flip_average` is one only where a run has it on: other reports are to stay what they were before there
    was such a setting.
    """
    configs = [run.state.started.config for run in runs if run.state.started]
    averaged = any(config.flip_average is Switch.ON for config in configs)
    return tuple(field.name for field in fields(RunConfig) if averaged or field.name != _OPTION)
