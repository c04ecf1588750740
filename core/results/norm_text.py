"""Names for norms where one word would stand for two: layer norm is of one kind or the other."""

from collections.abc import Iterable
from typing import Final

from core.config.presets import LayerNormKind, Norm
from core.results.labelled_runs import LabelledRun

AFFINES: Final = {
    LayerNormKind.ELEMENTWISE: "affine per activation",
    LayerNormKind.CHANNEL: "affine per channel",
    LayerNormKind.PIXEL: "at each pixel",
}
_MEANINGS: Final = {
    LayerNormKind.ELEMENTWISE: "every activation of an image has its own scale and shift, as published",
    LayerNormKind.CHANNEL: "each channel has one scale and one shift, as in batch and group norm",
    LayerNormKind.PIXEL: "mean and variance are over its channels; each channel has one scale and one shift",
}


def norm_name(norm: Norm, kind: LayerNormKind) -> str:
    """Return the norm's name in tables, of layer norm with its `kind`: "layer (affine per channel)"."""
    return f"{norm} ({AFFINES[kind]})" if norm is Norm.LAYER else str(norm)


def layer_norm_notes(runs: Iterable[LabelledRun]) -> tuple[str, ...]:
    """Say of which kind the layer norms among `runs` are, a sentence a kind; where both are, which runs."""
    labels: dict[LayerNormKind, list[str]] = {}
    for run in runs:
        if run.state.started is not None and run.norm is Norm.LAYER:
            labels.setdefault(run.state.started.recipe.layer_norm, []).append(run.label)
    return tuple(
        f"{'Layer norm' if len(labels) == 1 else '; '.join(own)} is {AFFINES[kind]}: {_MEANINGS[kind]}."
        for kind, own in labels.items()
    )
