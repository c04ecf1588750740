"""A recipe in a few lines for people."""

from core.config.presets import Norm, Optimizer, Recipe, Schedule
from core.results.dropout_text import dropout_text
from core.results.norm_text import AFFINES


def recipe_words(recipe: Recipe, norm: Norm, *, own_network: bool = False) -> tuple[tuple[str, str], ...]:
    """Return what a network with `norm` is trained with, as pairs of a name and a value.

    With `own_network` it is one of the user's, which has dropout or not.
    """
    return (
        ("optimizer", _optimizer(recipe)),
        ("schedule", _schedule(recipe)),
        ("weight decay", f"{recipe.weight_decay:g}" if recipe.weight_decay else "none"),
        ("dropout", "the network's affair" if own_network else dropout_text(recipe.dropout, None)),
        ("augmentation", _augmentation(recipe)),
        (f"{norm} norm", _norm(recipe, norm)),
    )


def _optimizer(recipe: Recipe) -> str:
    if recipe.optimizer is Optimizer.MUON:
        return f"Muon {recipe.learning_rate:g}, else SGD {recipe.auxiliary_learning_rate:g}"
    return f"SGD {recipe.learning_rate:g}, momentum {recipe.momentum:g}"


def _schedule(recipe: Recipe) -> str:
    match recipe.schedule:
        case Schedule.STEP:
            return "a tenth for the last quarter"
        case Schedule.LINEAR:
            return f"{recipe.warmup:.0%} warm-up, linear to zero"
        case Schedule.CONSTANT:
            return "the same rate throughout"


def _augmentation(recipe: Recipe) -> str:
    pixels = "1 pixel" if recipe.crop_padding == 1 else f"{recipe.crop_padding} pixels"
    crop = f"crops, {pixels}" if recipe.crop_padding else ""
    return " and ".join(words for words in (crop, "flips" if recipe.flip else "") if words) or "none"


def _norm(recipe: Recipe, norm: Norm) -> str:
    match norm:
        case Norm.BATCH:
            return "over each batch, by channel"
        case Norm.GROUP:
            return f"{recipe.groups} groups of channels"
        case Norm.LAYER:
            return AFFINES[recipe.layer_norm]
