"""The fields of the start screen's form: their sections, what they are called, and what each takes."""

from typing import Final

from core.config.grid import SEEDS
from core.config.recipe_edits import recipe_settings
from core.config.run_config import settings
from core.config.settings import Setting, Text
from core.config.suite_config import suite_settings

RUNS_DIR: Final = Setting("--runs-dir", "FOLDER", "where runs are kept", Text("a folder"))
EXPORT: Final = Setting(
    "--export",
    "FILE",
    "the report that is written in the end",
    Text("a .md, .json or .csv file, or nothing"),
    optional=True,
)
PLACES: Final = {"runs_dir": RUNS_DIR, "export": EXPORT}
"""What this dashboard does with the runs; no part of a suite."""

_SHORT: Final = {
    "runs_dir": "runs folder",
    "export": "report",
    "auxiliary_learning_rate": "SGD rate",
    "auxiliary_momentum": "SGD momentum",
    "fixed_weight_norm": "fixed norm",
}


def _run_settings() -> dict[str, Setting]:
    """Return a run's settings in the form's order: the preset has a key, and the seeds stand by the seed."""
    found = {name: setting for name, setting in settings().items() if name != "preset"}
    at = list(found).index("seed") + 1
    names = [*list(found)[:at], "seeds", *list(found)[at:]]
    return {name: found.get(name, SEEDS) for name in names}


SETTINGS: Final = _run_settings() | {"parallel": suite_settings()["parallel"]} | PLACES | recipe_settings()
"""Every field by its name, in the form's order."""


def field_words(field: str) -> str:
    """Return what a field of the form is called."""
    return _SHORT.get(field, field.replace("_", " "))


def in_form(message: str) -> str:
    """Return a message on flags, or on a recipe's parts, as one on fields."""
    for field, setting in sorted(SETTINGS.items(), key=lambda item: -len(item[1].flag)):
        message = message.replace(setting.flag, field_words(field))
    return message


def field_of(message: str) -> str | None:
    """Return the part of a recipe that a message begins with."""
    name = message.partition(" ")[0]
    return name if name in recipe_settings() else None
