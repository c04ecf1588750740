"""The plain path, to compare the fast ones with: torch's layers, single precision, one launch at a time."""

import os
from typing import Final

VARIABLE: Final = "CIFAR_TUI_PLAIN"


def plain_path() -> bool:
    """Tell whether the environment asks for the plain path: ``CIFAR_TUI_PLAIN=1``."""
    return os.environ.get(VARIABLE) == "1"
