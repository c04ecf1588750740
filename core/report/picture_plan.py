"""Which pictures a report has, and what they are called; decided here, drawn in `pictures`.

A picture is planned only where there is something to draw, so that the text links to no picture in vain.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.results import number_format
from core.results.labelled_runs import LabelledRun
from core.runs.events import Misclassified

MOST_MISCLASSIFIED: Final = 10


class PictureKind(StrEnum):
    """What a picture shows; also the end of its file's name."""

    ACCURACY_BY_EPOCH = "accuracy-by-epoch"
    ACCURACY_BY_TIME = "accuracy-by-time"
    SAMPLES = "samples"
    CURVES = "curves"
    MISCLASSIFIED = "misclassified"
    CONFUSION = "confusion"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of one run, or of several together; `alternative` says it in plain text."""

    kind: PictureKind
    runs: tuple[LabelledRun, ...]
    alternative: str
    of_all: bool = False

    @property
    def file(self) -> str:
        """The file's name within the folder of pictures."""
        return f"{self.kind}.png" if self.of_all else f"{self.runs[0].slug}-{self.kind}.png"


_OUR_NAMES: Final = re.compile(rf"([a-z0-9-]+-)?({'|'.join(PictureKind)})\.png")


def is_picture_name(name: str) -> bool:
    """Return whether a report may have written a picture of this name."""
    return _OUR_NAMES.fullmatch(name) is not None


def plan_pictures(runs: Sequence[LabelledRun]) -> tuple[Picture, ...]:
    """Return every picture of a report on `runs`."""
    own = (picture for run in runs for picture in run_pictures(run))
    return (*overlay_pictures(runs), *sample_pictures(runs), *own)


def overlay_pictures(runs: Sequence[LabelledRun]) -> tuple[Picture, ...]:
    """Return the pictures that show all runs together; none before an epoch is evaluated."""
    shown = tuple(run for run in runs if run.state.tests)
    if not shown:
        return ()
    results = "; ".join(
        f"{run.label}: {number_format.percent(run.state.last_accuracy)} "
        f"after epoch {run.state.tests[-1].epoch}"
        for run in shown
    )
    return (
        Picture(PictureKind.ACCURACY_BY_EPOCH, shown, f"Test accuracy by epoch. {results}", of_all=True),
        Picture(
            PictureKind.ACCURACY_BY_TIME,
            shown,
            f"Test accuracy against seconds of training and evaluation. {results}",
            of_all=True,
        ),
    )


def sample_pictures(runs: Sequence[LabelledRun]) -> tuple[Picture, ...]:
    """Return a picture of training images for each augmentation of them, by the first run that has it."""
    shown: dict[tuple[object, ...], Picture] = {}
    for run in runs:
        if run.state.started and run.state.samples and run.state.samples.samples:
            recipe, samples = run.state.started.recipe, run.state.samples.samples
            key = (recipe.crop_padding, recipe.flip, *(sample.png for sample in samples))
            classes = ", ".join(run.class_name(sample.true_class) for sample in samples)
            below = " and as augmented in the first epochs" if samples[0].crops else ""
            alternative = f"Training images of {run.label} as they are{below}: {classes}"
            shown.setdefault(key, Picture(PictureKind.SAMPLES, (run,), alternative))
    return tuple(shown.values())


def run_pictures(run: LabelledRun) -> tuple[Picture, ...]:
    """Return the pictures of one run, in the order of its section."""
    pictures = []
    if run.state.epochs:
        alternative = f"Loss and accuracy of {run.label} by epoch, on training and test images"
        pictures.append(Picture(PictureKind.CURVES, (run,), alternative))
    if found := shown_misclassified(run):
        alternative = f"Test images that {run.label} misclassified: " + "; ".join(
            f"{run.class_name(one.true_class)} taken for {run.class_name(one.predicted_class)} "
            f"({number_format.percent(one.confidence, 1)} sure)"
            for one in found
        )
        pictures.append(Picture(PictureKind.MISCLASSIFIED, (run,), alternative))
    if run.state.tests:
        alternative = f"Confusion matrix of {run.label}: true classes down, predicted classes across"
        pictures.append(Picture(PictureKind.CONFUSION, (run,), alternative))
    return tuple(pictures)


def shown_misclassified(run: LabelledRun) -> tuple[Misclassified, ...]:
    """Return the first ten misclassified images of `run`."""
    found = run.state.misclassified
    return found.images[:MOST_MISCLASSIFIED] if found else ()
