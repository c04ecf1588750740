"""What a run can say; `core.runs.event_codec` tells how that stands in the event file.

A field's type also says what it can be: `core.runs.limits`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.runs.evidence_events import EvidenceEvent
from core.runs.image_identity import ImageIdentity
from core.runs.life_events import LifeEvent
from core.runs.limits import (
    ClassIndex,
    Count,
    Epoch,
    Images,
    Measured,
    Png,
    Seconds,
    Share,
    Side,
    Step,
)
from core.runs.machine_events import MachineEvent
from core.runs.packed import CountTable
from core.runs.parameter_norms import ParameterNorms
from core.runs.suite_events import SuiteEvent
from core.runs.tracked_events import TrackedEvent


class Phase(StrEnum):
    """What a run is busy with."""

    IMPORT = "import"
    DATA = "data"
    COMPILE = "compile"
    WARM_UP = "warm-up"
    TRAIN = "train"
    EVALUATE = "evaluate"
    PAUSED = "paused"


class Unit(StrEnum):
    """What the progress of loading is counted in."""

    BYTES = "bytes"
    IMAGES = "images"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseChanged:
    """The run began something else."""

    phase: Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class DataProgressed:
    """How far a download or a decode has come; `total` is 0 where it is not known.

    A file of an earlier version counts everything in images.
    """

    what: str
    done: Count
    total: Count
    unit: Unit = Unit.IMAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class DataLoaded:
    """The images the run uses; `label` is the name every screen and report gives them.

    `test_fingerprint` is of the test images alone. `test_in_training` counts those that are also training
    images, `under_two_labels` the images that bear more than one class. `adjustments` says, a line each, what
    was done to the images so that the networks can take them. A file of an earlier version has none of the
    last five.
    """

    label: str
    source: str
    fingerprint: str
    classes: tuple[str, ...]
    train_images: Images
    test_images: Images
    seconds: Seconds
    identity: ImageIdentity | None = None
    test_fingerprint: str | None = None
    test_in_training: Images | None = None
    under_two_labels: Images | None = None
    adjustments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """One row of the model summary; the output shape is [channels, height, width].

    `receptive_field` is the side, in pixels, of the square of the image that an output can depend on; None
    where an older version wrote the row.
    """

    name: str
    output_shape: tuple[Side, ...]
    parameters: Count
    receptive_field: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSummarised:
    """The network, a row a layer, for one input of `input_shape` ([channels, height, width])."""

    input_shape: tuple[Side, ...]
    rows: tuple[LayerRow, ...]
    trainable_parameters: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsDone:
    """A range of steps of one epoch: each one's mean loss and count of correct predictions.

    `first_step` counts from 0 within the epoch (from 1); `images` is the range's sum.
    """

    epoch: Epoch
    first_step: Step
    losses: tuple[Measured, ...]
    correct: tuple[Images, ...]
    images: Images


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochEnded:
    """One pass over the training images; loss and accuracy are those seen while training.

    `loss` is the mean over images, `last_loss` the last batch's, `seconds` the training alone. A file of an
    earlier version has no `norms`.
    """

    epoch: Epoch
    loss: Measured
    last_loss: Measured
    correct: Images
    images: Images
    batches: Step
    learning_rate: float
    seconds: Seconds
    norms: ParameterNorms | None = None

    @property
    def accuracy(self) -> float:
        """Share of training images answered right, 0 to 1."""
        return self.correct / self.images if self.images else math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """The test images after an epoch; `confusion[true][predicted]` counts images.

    Of many classes the confusion matrix is written as what in it is not zero: see `SparseCounts`.

    `flip_averaged_correct` counts those answered right by an image and its mirror image together; None where
    that was not asked for. Nothing else here has to do with mirror images, but `seconds` counts both.
    """

    epoch: Epoch
    loss: Measured
    confusion: Sequence[Sequence[Images]]
    seconds: Seconds
    flip_averaged_correct: Images | None = None

    @property
    def correct(self) -> int:
        """Images answered right."""
        if isinstance(self.confusion, CountTable):  # asked for every epoch whenever a plot is drawn
            return self.confusion.diagonal
        return sum(row[i] for i, row in enumerate(self.confusion))

    @property
    def images(self) -> int:
        """Images asked."""
        if isinstance(self.confusion, CountTable):
            return self.confusion.total
        return sum(map(sum, self.confusion))

    @property
    def accuracy(self) -> float:
        """Share of test images answered right, 0 to 1."""
        return self.correct / self.images if self.images else math.nan

    @property
    def flip_averaged_accuracy(self) -> float | None:
        """Share answered right by image and mirror image together, 0 to 1; None where not asked for."""
        if self.flip_averaged_correct is None:
            return None
        return self.flip_averaged_correct / self.images if self.images else math.nan

    @property
    def class_accuracy(self) -> tuple[float | None, ...]:
        """Share answered right among each class's images, 0 to 1; None where a class has no image."""
        table = self.confusion
        rows = (
            table.of_rows()
            if isinstance(table, CountTable)
            else [(row[i], sum(row)) for i, row in enumerate(table)]
        )
        return tuple(right / images if images else None for right, images in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSampled:
    """What the run's process takes: bytes of memory, of the device's too, and load (1 is one core).

    `device_load` is the device's own, 0 to 1, whoever uses it. None where it is not to be had.
    """

    resident_bytes: Count
    cpu_load: float
    device_bytes: Count | None
    device_total_bytes: Count | None = None
    device_load: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Misclassified:
    """A test image the network got wrong; `png` is the image, PNG in base64, `confidence` is 0 to 1."""

    index: Images
    true_class: ClassIndex
    predicted_class: ClassIndex
    confidence: Share
    png: Png


@dataclass(frozen=True, slots=True, kw_only=True)
class MisclassifiedFound:
    """Test images the network got wrong after its last epoch, in the order of the test set."""

    images: tuple[Misclassified, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodStill:
    """The worker did nothing for `seconds` of the wall clock, up to the Unix time `until`.

    It was frozen, or the machine slept; no duration that the run tells has these seconds in it.
    """

    seconds: Seconds
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointSaved:
    """What training needs to go on after `step` steps of epoch `epoch`, in a file of the run's folder.

    In a file of an earlier version, `epoch` is the last one trained, and the file holds its weights alone.
    """

    epoch: Epoch
    file: str
    size: Count
    step: Step | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something worth a line in the log; nothing failed."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent:
    """A line this version cannot read, kept as it is."""

    kind: str
    line: str


RunEvent = (
    LifeEvent
    | MachineEvent
    | PhaseChanged
    | DataProgressed
    | DataLoaded
    | ModelSummarised
    | StepsDone
    | EpochEnded
    | Evaluated
    | DeviceSampled
    | MisclassifiedFound
    | EvidenceEvent
    | StoodStill
    | CheckpointSaved
    | Notice
)

Event = RunEvent | SuiteEvent | TrackedEvent | UnknownEvent
"""Whatever stands in an event file: a run's, the suite's own log, or another loop's."""


@dataclass(frozen=True, slots=True)
class Record:
    """An event with its place in the file, from 0, and its time in Unix seconds."""

    sequence: int
    time: float
    event: Event


Emit = Callable[[Event], None]
"""Takes an event to where it is kept."""
