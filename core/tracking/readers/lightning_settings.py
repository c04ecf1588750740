"""The settings that Lightning keeps beside its table of metrics."""

import importlib
from pathlib import Path
from typing import Final

from core.runs.safe_files import read_file
from core.runs.strict_values import UNREADABLE
from core.tracking.readers.plain_values import config_texts

_MOST_BYTES: Final = 2**18


def hparams(table: Path) -> dict[str, str]:
    """Return the settings in the ``hparams.yaml`` beside a ``metrics.csv``.

    There are none where the file is missing or damaged, and where PyYAML, which Lightning brings, is.
    """
    if table.name != "metrics.csv":
        return {}
    try:
        yaml = importlib.import_module("yaml")
    except ImportError:
        return {}
    try:
        found = yaml.safe_load(read_file(table.with_name("hparams.yaml"), _MOST_BYTES))
    except (OSError, *UNREADABLE, yaml.YAMLError):
        return {}
    return config_texts(found) if isinstance(found, dict) else {}
