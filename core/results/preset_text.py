"""What a run's preset is called, and what of its recipe is edited."""

from collections.abc import Iterable

from core.config.recipe_text import edited_text
from core.config.run_config import RunConfig


def preset_text(config: RunConfig) -> str:
    """Name the preset of a run, and what is edited of it: "tuned, edited: dropout 0.1".

    Of a user's network: "net of net.py, recipe of tuned, edited: flip off".
    """
    edited = edited_text(config.edited)
    preset = config.preset if config.network is None else f"{config.network}, recipe of {config.preset}"
    return f"{preset}, edited: {edited}" if edited else str(preset)


def preset_words(config: RunConfig) -> str:
    """Say which preset, or whose network, a run trains: "preset tuned"."""
    return f"{'preset ' * (config.network is None)}{preset_text(config)}"


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


def network_texts(configs: Iterable[RunConfig]) -> list[str]:
    """Name the networks of several runs, each once, in their order; none where all are the presets'."""
    found = list(dict.fromkeys(config.network for config in configs))
    return [network or "the preset's network" for network in found] if any(found) else []


def _all_edited(configs: list[RunConfig]) -> str:
    texts = dict.fromkeys(edited_text(config.edited) for config in configs)
    if len(texts) == 1:
        return next(iter(texts))
    return ", ".join(dict.fromkeys(name.replace("_", " ") for config in configs for name in config.edited))
