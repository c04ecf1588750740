"""What is to be kept in mind of the images that runs were trained and tested on.

Logs, screens and reports take their sentences from here, so that none says less than another.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from core.results.known_images import identity_of
from core.results.labelled_runs import LabelledRun
from core.runs.events import DataLoaded
from core.runs.image_identity import ImageIdentity
from core.runs.run_state import RunState

DIFFERENT_TEST_IMAGES: Final = (
    "These runs were tested on different images: their accuracies cannot be compared."
)
_MOST_NAMES: Final = 3  # in one sentence


def data_cautions(runs: Sequence[LabelledRun]) -> tuple[str, ...]:
    """Return a sentence for each thing to keep in mind; one that is not true of all says of which runs."""
    started = [run for run in runs if run.state.started or run.state.data]
    owners: dict[str, list[str]] = {}
    for run in started:
        for text in _cautions(run.state):
            owners.setdefault(text, []).append(run.label)
    general = () if same_test_images(runs) else (DIFFERENT_TEST_IMAGES,)
    return (
        *general,
        *(
            text if len(labels) == len(started) else f"{_named(labels)}: {text[0].lower()}{text[1:]}"
            for text, labels in owners.items()
        ),
    )


def same_test_images(runs: Sequence[LabelledRun]) -> bool:
    """Return whether all runs that were evaluated were tested on the same images, in the same order."""
    data = [run.state.data for run in runs if run.state.tests]
    prints = {one and one.test_fingerprint for one in data}
    if None in prints:  # of an earlier version: all it has is the fingerprint of training and test images
        prints = {one and one.fingerprint for one in data}
    return len(prints) <= 1


def repeated_images(data: DataLoaded) -> Iterator[str]:
    """Say which images come up again, in the other split or as another class."""
    if count := data.test_in_training:
        verb = "is also a training image" if count == 1 else "are also training images"
        yield f"{count:,} of {data.test_images:,} test images {verb}."
    if count := data.under_two_labels:
        subject = "1 image has" if count == 1 else f"{count:,} different images have"
        yield f"{subject} more than one label."


def _named(labels: Sequence[str]) -> str:
    return "; ".join(labels) if len(labels) <= _MOST_NAMES else f"{len(labels)} runs"


def _cautions(state: RunState) -> Iterator[str]:
    config, data = state.started and state.started.config, state.data
    if (data and data.source == "demo") or (config and config.data == "demo"):
        yield "The procedural demo set says nothing about CIFAR-10."
    if config and config.holdout is not None:
        yield (
            f"Tested on {100 * config.holdout:.3g}% of the training images, held out: neither the limits nor "
            "published results are for them."
        )
    elif data is not None:
        yield from _on_identity(data)
    if config and config.limit_train is not None:
        yield f"Trained on {config.limit_train:,} images only."
    if config and config.limit_test is not None:
        yield f"Tested on {config.limit_test:,} images only."
    if data is not None:
        yield from repeated_images(data)


def _on_identity(data: DataLoaded) -> Iterator[str]:
    identity = identity_of(data)
    if identity is ImageIdentity.UNVERIFIED_COPY:
        yield (
            "The images are an unverified copy of CIFAR-10: classes and counts are right, the pixels are not "
            "known to be."
        )
    if identity is ImageIdentity.OTHER and data.source != "demo":
        yield "The images are not CIFAR-10: neither the limits nor published results are for them."
