"""All of it from Python: train, load what was trained, compare; `from core import` gives these names."""

from core.api.comparing import Comparison, compare
from core.api.suite import Suite, load_run, load_suite
from core.api.training import train
from core.results.epoch_rows import EpochRow, StepRow, epoch_rows, step_rows

__all__ = [
    "Comparison",
    "EpochRow",
    "StepRow",
    "Suite",
    "compare",
    "epoch_rows",
    "load_run",
    "load_suite",
    "step_rows",
    "train",
]
