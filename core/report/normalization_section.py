"""The report's part on how batch, layer and group norm compute, with the numbers of its own runs."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from core.config.presets import Norm
from core.report import markup
from core.results.labelled_runs import LabelledRun
from core.results.norm_text import norm_name
from core.runs.evidence_events import NormalizationShown, NormalizedActivation

_Shown = tuple[LabelledRun, NormalizationShown]

_FORMULA: Final = (
    "Every one of them turns an activation x into y = γ·(x − m)/√(v + ε) + β. What they differ in is the set "
    "of activations that the mean m and the variance v (the mean squared distance from m) are taken over. "
    "That leaves each set with mean 0 and, but for ε, variance 1, whatever came in; the scale γ and the "
    "shift β are trained with the weights, so that the network can give a channel another spread and another "
    "mean again, those it came with included."
)
_IN_EVALUATION: Final = (
    "In evaluation, batch norm takes the running mean and variance that it gathered while training in place "
    "of the batch's, so that an answer does not depend on the images beside it. Layer and group norm take "
    "nothing from other images, and compute alike in training and in evaluation."
)


def normalization_section(runs: Sequence[LabelledRun]) -> tuple[str, ...]:
    """Return how each norm among `runs` computes, by the first run of it that has shown it, if any."""
    shown = tuple(_first_of_each(runs).items())
    if not shown:
        return ()
    images = shown[0][1][1].shape[0]
    origin = (
        f"The numbers are of the first normalized layer of {_runs_named(shown)}, for the first {images} test "
        "images as one batch (training takes batches of its own size). Images, channels, rows and columns "
        "count from 0."
    )
    return (
        "## How the normalizations are computed",
        _FORMULA,
        origin,
        markup.table(("", *(name for name, _ in shown)), _sets_rows([one for _, (_, one) in shown])),
        "\n".join(f"- {markup.escaped(_worked(name, one))}" for name, (_, one) in shown),
        _IN_EVALUATION,
        markup.details("Means and variances of these images", _statistics_table(shown)),
    )


def _first_of_each(runs: Sequence[LabelledRun]) -> dict[str, _Shown]:
    """Return the first run that has shown it, by the name of its norm."""
    shown: dict[str, _Shown] = {}
    for run in runs:
        if run.norm and run.state.started and run.state.normalization:
            name = norm_name(run.norm, run.state.started.recipe.layer_norm)
            shown.setdefault(name, (run, run.state.normalization))
    return shown


def _runs_named(shown: Sequence[tuple[str, _Shown]]) -> str:
    named = [f"{markup.escaped(run.label)} (after epoch {one.epoch})" for _, (run, one) in shown]
    return markup.listed(named)


def _sets_rows(shown: Sequence[NormalizationShown]) -> Iterator[tuple[str, ...]]:
    yield "Layer", *(one.layer for one in shown)
    yield "m and v are taken over", *map(_set_words, shown)
    yield "Activations in each set", *(f"{_set_size(one):,}" for one in shown)
    yield "Sets in these images", *(f"{math.prod(one.shape) // _set_size(one):,}" for one in shown)
    yield "γ and β", *map(_affine_words, shown)
    yield "ε", *(f"{one.eps:g}" for one in shown)


def _set_words(one: NormalizationShown) -> str:
    _, channels, height, width = one.shape
    images = _counted(one.images_together, "image")
    together = "all channels" if one.channels_together == channels else ""
    return f"{images}, {together or _counted(one.channels_together, 'channel')}, {height}×{width} pixels"


def _set_size(one: NormalizationShown) -> int:
    return one.images_together * one.channels_together * math.prod(one.shape[2:])


def _affine_words(one: NormalizationShown) -> str:
    per = "channel" if len(one.weight_shape) == 1 else "activation of an image"
    return f"{math.prod(one.weight_shape):,} each, one per {per}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}"


def _worked(name: str, one: NormalizationShown) -> str:
    """Follow one activation through the norm."""
    example = one.example
    where = f"image {example.image}, channel {example.channel}, row {example.row}, column {example.column}"
    text = (
        f"{name.capitalize()}: {_whose(one)} mean {_number(example.mean)} and variance "
        f"{_number(example.variance)}. The activation {_number(example.before)} at {where} becomes "
        f"{_steps(example, one.eps)}."
    )
    if one.in_evaluation is None:
        return text
    running = one.in_evaluation
    return (
        f"{text} In evaluation, with the running mean {_number(running.mean)} and variance "
        f"{_number(running.variance)}, it becomes {_steps(running, one.eps)}."
    )


def _whose(one: NormalizationShown) -> str:
    """Name the set that the example's activation is in."""
    images, channels, *_ = one.shape
    first = one.example.channel // one.channels_together * one.channels_together
    if one.images_together > 1:
        return f"{_channels(first, one.channels_together)} of these {images} images has"
    if one.channels_together == channels:
        return f"image {one.example.image} has"
    return f"{_channels(first, one.channels_together)} of image {one.example.image} have"


def _channels(first: int, number: int) -> str:
    return f"channel {first}" if number == 1 else f"channels {first} to {first + number - 1}"


def _steps(step: NormalizedActivation, eps: float) -> str:
    return (
        f"({_number(step.before)} − {_term(step.mean)})/√({_number(step.variance)} + {eps:g}) = "
        f"{_number(step.normalized)}, then {_number(step.weight)}·{_term(step.normalized)} + "
        f"{_term(step.bias)} = {_number(step.after)}"
    )


def _statistics_table(shown: Sequence[tuple[str, _Shown]]) -> str:
    running = any(run.norm is Norm.BATCH for _, (run, _) in shown)
    header = ("Norm", "Of", "In", "Mean", "Variance")
    rows = (
        (
            *(name, "all images" if own.image is None else f"image {own.image}"),
            _channels(own.channel, one.channels_together),
            *(_number(own.mean), _number(own.variance)),
            *((_known(own.running_mean), _known(own.running_variance)) if running else ()),
        )
        for name, (_, one) in shown
        for own in one.statistics
    )
    return markup.table(
        (*header, *(("Running mean", "Running variance") if running else ())), rows, left=(0, 1, 2)
    )


def _known(value: float | None) -> str:
    return "" if value is None else _number(value)


def _number(value: float) -> str:
    return f"{value:.4f}".replace("-", "−")


def _term(value: float) -> str:
    """Write a number to stand behind a sign."""
    return f"({_number(value)})" if math.copysign(1.0, value) < 0 else _number(value)
