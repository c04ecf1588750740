"""What a run's preset is called, and what of its recipe is edited."""

from collections.abc import Iterable

from core.config.recipe_text import edited_text
from core.config.run_config import RunConfig


def preset_text(config: RunConfig) -> str:
    """Name the preset of a run, and what is edited of it: "tuned, edited: dropout 0.1"."""
    edited = edited_text(config.edited)
    return f"{config.preset}, edited: {edited}" if edited else str(config.preset)


def preset_texts(configs: Iterable[RunConfig]) -> list[str]:
    """Name the presets of several runs in Markdown, each once, in the order they first came.

    Where runs of one preset have different edits, these are named without their values, which the runs' own
    names have.
    """
    found: dict[str, list[RunConfig]] = {}
    for config in configs:
        found.setdefault(config.preset, []).append(config)
    edits = {preset: _all_edited(own) for preset, own in found.items()}
    return [f"`{preset}`" + (f" (edited: {edited})" if edited else "") for preset, edited in edits.items()]


def _all_edited(configs: list[RunConfig]) -> str:
    texts = dict.fromkeys(edited_text(config.edited) for config in configs)
    if len(texts) == 1:
        return next(iter(texts))
    return ", ".join(dict.fromkeys(name.replace("_", " ") for config in configs for name in config.edited))
