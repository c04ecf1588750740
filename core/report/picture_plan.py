"""Which pictures a report has, and what they are called; decided here, drawn in `pictures`.

A picture is planned only where there is something to draw, so that the text links to no picture in vain.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.results import number_format
from core.results.group_figures import group_figures
from core.results.labelled_runs import LabelledRun
from core.results.seed_groups import SeedGroup
from core.runs.events import Misclassified
from core.runs.evidence_events import Sample

MOST_MISCLASSIFIED: Final = 10
MOST_SAMPLES: Final = 20
"""Classes of which there is a training image."""
SAMPLE_NAME_EMS: Final = 6.8
"""The widest name above one, in units of the font's size: 0.8 inches of an image and its gap."""
MOST_NAMED_IN_CONFUSION: Final = 100
"""Classes whose names the picture of the confusion matrix has."""


class PictureKind(StrEnum):
    """What a picture shows; also the end of its file's name."""

    ACCURACY_BY_EPOCH = "accuracy-by-epoch"
    LOSS_BY_EPOCH = "loss-by-epoch"
    ACCURACY_BY_TIME = "accuracy-by-time"
    SAMPLES = "samples"
    CURVES = "curves"
    MISCLASSIFIED = "misclassified"
    CONFUSION = "confusion"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of one network's runs, or of all together; `alternative` says it in plain text."""

    kind: PictureKind
    groups: tuple[SeedGroup, ...]
    alternative: str
    of_all: bool = False

    @property
    def file(self) -> str:
        """The file's name within the folder of pictures."""
        return f"{self.kind}.png" if self.of_all else f"{self.groups[0].slug}-{self.kind}.png"


_OUR_NAMES: Final = re.compile(rf"([a-z0-9-]+-)?({'|'.join(PictureKind)})\.png")


def is_picture_name(name: str) -> bool:
    """Return whether a report may have written a picture of this name."""
    return _OUR_NAMES.fullmatch(name) is not None


def plan_pictures(groups: Sequence[SeedGroup]) -> tuple[Picture, ...]:
    """Return every picture of a report: those of all runs, and at most three of each network."""
    own = (picture for group in groups for picture in group_pictures(group))
    return (*overlay_pictures(groups), *sample_pictures(groups), *own)


def overlay_pictures(groups: Sequence[SeedGroup]) -> tuple[Picture, ...]:
    """Return the pictures that show all runs together; none before an epoch is evaluated."""
    shown = tuple(group for group in groups if group.counted)
    if not shown:
        return ()
    figures = [group_figures(group) for group in shown]
    accuracies, losses = (
        "; ".join(
            f"{_subject(group)}: {text} after epoch {own.last_epoch}"
            for group, own, text in zip(shown, figures, texts, strict=True)
        )
        for texts in (
            [number_format.percent(own.last_accuracy) for own in figures],
            [number_format.loss(own.test_loss) for own in figures],
        )
    )
    return tuple(
        Picture(kind, shown, f"{words}. {results}", of_all=True)
        for kind, words, results in (
            (PictureKind.ACCURACY_BY_EPOCH, "Test accuracy by epoch", accuracies),
            (PictureKind.LOSS_BY_EPOCH, "Test loss by epoch", losses),
            (
                PictureKind.ACCURACY_BY_TIME,
                "Test accuracy against seconds of training and evaluation",
                accuracies,
            ),
        )
    )


def sample_pictures(groups: Sequence[SeedGroup]) -> tuple[Picture, ...]:
    """Return a picture of training images for each augmentation of them, by the first run that has it."""
    shown: dict[tuple[object, ...], Picture] = {}
    for run in (run for group in groups for run in group.runs):
        if run.state.started and run.state.samples and run.state.samples.samples:
            recipe, samples = run.state.started.recipe, shown_samples(run)
            key = (recipe.crop_padding, recipe.flip, *(sample.png for sample in samples))
            classes = ", ".join(run.class_name(sample.true_class) for sample in samples)
            below = " and as augmented in the first epochs" if samples[0].crops else ""
            alternative = f"Training images of {run.label} as they are{below}: {classes}"
            shown.setdefault(key, Picture(PictureKind.SAMPLES, (SeedGroup((run,)),), alternative))
    return tuple(shown.values())


def group_pictures(group: SeedGroup) -> tuple[Picture, ...]:
    """Return the pictures of one network, in the order of its section."""
    pictures = []
    if any(run.state.epochs for run in group.runs):
        alternative = f"Loss and accuracy of {_subject(group)} by epoch, on training and test images"
        pictures.append(Picture(PictureKind.CURVES, (group,), alternative))
    if (run := misclassifying_run(group)) is not None:
        alternative = f"Test images that {run.label} misclassified: " + "; ".join(
            f"{run.class_name(one.true_class)} taken for {run.class_name(one.predicted_class)} "
            f"({number_format.percent(one.confidence, 1)} sure)"
            for one in shown_misclassified(run)
        )
        pictures.append(Picture(PictureKind.MISCLASSIFIED, (group,), alternative))
    if counted := group.counted:
        summed = f", {len(counted)} seeds added up" if len(counted) > 1 else ""
        alternative = (
            f"Confusion matrix of {group.label}{summed}: true classes down, predicted classes across"
        )
        pictures.append(Picture(PictureKind.CONFUSION, (group,), alternative))
    return tuple(pictures)


def misclassifying_run(group: SeedGroup) -> LabelledRun | None:
    """Return the first run of `group` whose misclassified images are known; None without one."""
    return next((run for run in group.runs if shown_misclassified(run)), None)


def shown_misclassified(run: LabelledRun) -> tuple[Misclassified, ...]:
    """Return the first ten misclassified images of `run`."""
    found = run.state.misclassified
    return found.images[:MOST_MISCLASSIFIED] if found else ()


def shown_samples(run: LabelledRun) -> tuple[Sample, ...]:
    """Return the training images of the first classes of `run`."""
    told = run.state.samples
    return told.samples[:MOST_SAMPLES] if told else ()


def _subject(group: SeedGroup) -> str:
    seeds = len(group.counted)
    return f"{group.label}, mean of {seeds} seeds" if seeds > 1 else group.label
