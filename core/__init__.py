"""Train small CIFAR-10 networks and tell what happened as events; knows nothing of any screen.

From Python: ``from core import train, load_run, load_suite, epoch_rows, step_rows, compare``. Importing
`core` takes milliseconds; what is behind these names is imported at their first use, and torch never is.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.api import (
        Comparison,
        EpochRow,
        StepRow,
        Suite,
        compare,
        epoch_rows,
        load_run,
        load_suite,
        step_rows,
        train,
    )

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "EpochRow",
    "StepRow",
    "Suite",
    "__version__",
    "compare",
    "epoch_rows",
    "load_run",
    "load_suite",
    "step_rows",
    "train",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("core.api"), name)
