"""What the fields of an event say together: shapes that fit, parts that are no more than the whole."""

from collections.abc import Iterable
from typing import Final

from core.config.run_config import settings
from core.runs.events import (
    DataLoaded,
    EpochEnded,
    Evaluated,
    Event,
    MisclassifiedFound,
    ModelSummarised,
    StepsDone,
)
from core.runs.evidence_events import (
    AnswersMarked,
    NormalizationShown,
    Sample,
    SamplesShown,
    WatchedAnswered,
    WatchedShown,
)
from core.runs.life_events import RunLengthened
from core.runs.limits import MOST_CLASSES, png_size
from core.runs.parameter_norms import ParameterNorms
from core.runs.sparse_counts import SparseCounts

MOST_ROWS: Final = 10_000
MOST_DIMENSIONS: Final = 8
MOST_PICTURES: Final = 100
MOST_ADJUSTMENTS: Final = 100
MOST_CROPS: Final = 16
IMAGE_DIMENSIONS: Final = 4


def check_event(event: Event) -> None:
    """Check what the types of an event's fields cannot say.

    Raises:
        ValueError: the event contradicts itself, or has more than any run of ours would tell.
    """
    if not _holds(event):
        raise ValueError(f"{type(event).__name__} contradicts itself")


def classes_named(event: Event) -> int:
    """Return how many classes there must be for every class's number in `event`."""
    match event:
        case MisclassifiedFound():
            numbers = [
                number for found in event.images for number in (found.true_class, found.predicted_class)
            ]
        case SamplesShown():
            numbers = [sample.true_class for sample in event.samples]
        case WatchedShown():
            numbers = [image.true_class for image in event.images]
        case WatchedAnswered():
            numbers = [answer.predicted_class for answer in event.answers]
        case AnswersMarked():
            numbers = list(event.true_classes)
        case _:
            numbers = []
    return max(numbers, default=-1) + 1


def _holds(event: Event) -> bool:
    holds = True
    match event:
        case DataLoaded():
            holds = 0 < len(event.classes) <= MOST_CLASSES and len(event.adjustments) <= MOST_ADJUSTMENTS
        case RunLengthened():
            holds = event.planned < event.epochs and settings()["epochs"].kind.accepts(event.epochs)
        case ModelSummarised():
            shapes = (event.input_shape, *(row.output_shape for row in event.rows))
            holds = len(event.rows) <= MOST_ROWS and all(map(_is_shape, shapes))
        case StepsDone():
            holds = len(event.losses) == len(event.correct) and sum(event.correct) <= event.images
        case EpochEnded():
            holds = event.correct <= event.images and (event.norms is None or _is_even(event.norms))
        case Evaluated():
            counted = event.confusion
            even = isinstance(counted, SparseCounts) or {len(counted)} == {*map(len, counted)}
            square = even and 0 < len(counted) <= MOST_CLASSES
            holds = square and (event.flip_averaged_correct or 0) <= event.images
        case MisclassifiedFound():
            holds = len(event.images) <= MOST_PICTURES
        case SamplesShown(samples=shown) | WatchedShown(images=shown) | WatchedAnswered(answers=shown):
            few = 0 < len(shown) <= MOST_PICTURES
            holds = few and all(_is_cropped(one) for one in shown if isinstance(one, Sample))
        case NormalizationShown():
            known = _is_shape(event.shape) and _is_shape(event.weight_shape)
            holds = known and len(event.shape) == IMAGE_DIMENSIONS and len(event.statistics) <= MOST_ROWS
    return holds


def _is_even(norms: ParameterNorms) -> bool:
    """Tell whether every layer has a norm of either kind."""
    return len(norms.layers) == len(norms.weights) == len(norms.gradients) <= MOST_ROWS


def _is_shape(shape: Iterable[int]) -> bool:
    return 0 < len(tuple(shape)) <= MOST_DIMENSIONS


def _is_cropped(sample: Sample) -> bool:
    """Tell whether the crops lie where reflection of the image has pixels."""
    width, height = png_size(sample.png)
    reach = all(abs(crop.left) < width and abs(crop.top) < height for crop in sample.crops)
    return len(sample.crops) <= MOST_CROPS and reach
