"""What a run was made from, by name and in words: for reports, and for whoever looks at one run."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Final

from core.config.devices import Device
from core.config.recipe_edits import RecipeEdits
from core.config.recipe_text import edited_text
from core.config.run_config import RunConfig
from core.results import number_format
from core.results.dropout_text import dropout_text
from core.runs.run_state import RunState

_ALL: Final = "all"
_MOST_CLASSES: Final = 40  # that are told by name


def settings_used(state: RunState) -> dict[str, str]:
    """Return every setting, by its field's name, as it was used or is planned.

    What nobody set is the preset's, the recipe's, or the device's own choice.
    """
    config = state.config
    if config is None:
        return {}
    used = {field.name: _value(getattr(config, field.name)) for field in fields(RunConfig)}
    if config.learning_rate is None:
        rate = (state.started or config).recipe.learning_rate
        whose = "the preset's" if config.edits.optimizer is None else "the recipe's"
        used["learning_rate"] = f"{number_format.rate(rate)} ({whose})"
    if config.test_split is None:
        used["test_split"] = "by its name"
    if config.holdout is None:
        used["holdout"] = "none, if there are test images"
    if config.model is None:
        used["model"] = "the preset's network"
        del used["model_digest"]
    if config.device in (Device.AUTO, Device.CUDA) and state.environment is not None:
        used["device"] = f"{state.environment.device} ({config.device})"
    return used


def recipe(state: RunState) -> dict[str, str]:
    """Return the recipe, by its fields' names, as the run has it or will have it."""
    made_from = state.started or state.config
    if made_from is None:
        return {}
    found = made_from.recipe
    own = {} if found.skeleton is None else {"skeleton": str(found.skeleton)}  # else the assignment's
    device = state.environment.device if state.environment else None
    if state.config is not None and state.config.model is not None:
        own["dropout"] = "the network's affair"
    else:
        own["dropout"] = dropout_text(found.dropout, device)
    return {name: _value(value) for name, value in asdict(found).items() if name != "skeleton"} | own


def environment(state: RunState) -> dict[str, str]:
    """Return what the run computed on and with; nothing before it has told."""
    found = state.environment
    if found is None:
        return {}
    head = {"device": found.place, "device name": found.device_name, "threads": str(found.threads)}
    if state.arithmetic is not None:
        head["computes by"] = f"{state.arithmetic.layers} layers, in {state.arithmetic.precision}"
    if found.instruction_set:
        head["instruction set"] = found.instruction_set
    return head | dict(sorted(found.versions.items()))


def images(state: RunState) -> dict[str, str]:
    """Return what the run's images are; nothing before they are loaded."""
    data = state.data
    if data is None:
        return {}
    adjusted = {"changed to be read": "; ".join(data.adjustments)} if data.adjustments else {}
    return {
        "label": data.label,
        "source": data.source,
        "fingerprint": data.fingerprint,
        "training images": number_format.count(data.train_images),
        "test images": number_format.count(data.test_images),
        "classes": _classes(data.classes),
        **adjusted,
    }


def _classes(names: Sequence[str]) -> str:
    """Return the names of all classes, of many the first ones and how many more."""
    told = ", ".join(names[:_MOST_CLASSES])
    return told if len(names) <= _MOST_CLASSES else f"{told} and {len(names) - _MOST_CLASSES:,} more"


def _value(value: object) -> str:
    match value:
        case RecipeEdits():
            return edited_text(value.given()) or "none"
        case None:
            return _ALL  # a limit, of images; a rate of None is the preset's
        case bool():
            return "yes" if value else "no"
        case float():
            return number_format.rate(value)
        case _:
            return str(value)
