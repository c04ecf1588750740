"""What a run can say, and how it stands in the event file: one JSON object a line.

A line is ``{"v": version, "seq": number, "t": Unix seconds, "kind": name, ...the event's fields}``. NaN and
infinity are written as Python's json writes them (``NaN``, ``Infinity``) and survive the round trip. Text is
UTF-8, escaped only where JSON must. A line of an unknown kind, or one that cannot be read, becomes an
`UnknownEvent` and is never an error: a newer version may have written it.
"""

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from operator import eq
from typing import TYPE_CHECKING, Any, Final

from core.config import RunConfig
from core.errors import InputError
from core.presets import Recipe

if TYPE_CHECKING:
    import cattrs

VERSION: Final = 1


class Phase(StrEnum):
    """What a run is busy with."""

    IMPORT = "import"
    DATA = "data"
    COMPILE = "compile"
    WARM_UP = "warm-up"
    TRAIN = "train"
    EVALUATE = "evaluate"
    PAUSED = "paused"


class Fault(StrEnum):
    """Whose it is to mend a failed run."""

    INPUT = "input"  # the user's: a flag, a folder, an image
    PROGRAM = "program"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The first event of every run."""

    run: str
    config: RunConfig
    recipe: Recipe
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentFound:
    """What the run computes on and with; `versions` maps a package's name to its version."""

    device: str
    device_name: str
    threads: int
    versions: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseChanged:
    """The run began something else."""

    phase: Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class DataProgressed:
    """How far a download or a decode has come, in its own unit (bytes, images)."""

    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DataLoaded:
    """The images the run uses; `label` is the name every screen and report gives them."""

    label: str
    source: str
    fingerprint: str
    classes: tuple[str, ...]
    train_images: int
    test_images: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """One row of the model summary; the output shape is [channels, height, width]."""

    name: str
    output_shape: tuple[int, ...]
    parameters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSummarised:
    """The network, a row a layer, for one input of `input_shape` ([channels, height, width])."""

    input_shape: tuple[int, ...]
    rows: tuple[LayerRow, ...]
    trainable_parameters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsDone:
    """A range of steps of one epoch: each one's mean loss and count of right answers.

    `first_step` counts from 0 within the epoch (from 1); `images` is the range's sum.
    """

    epoch: int
    first_step: int
    losses: tuple[float, ...]
    correct: tuple[int, ...]
    images: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochEnded:
    """One pass over the training images; loss and accuracy are those seen while training.

    `loss` is the mean over images, `last_loss` the last batch's, `seconds` the training alone.
    """

    epoch: int
    loss: float
    last_loss: float
    correct: int
    images: int
    batches: int
    learning_rate: float
    seconds: float

    @property
    def accuracy(self) -> float:
        """Share of training images answered right, 0 to 1."""
        return self.correct / self.images if self.images else math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """The test images after an epoch; `confusion[true][predicted]` counts images."""

    epoch: int
    loss: float
    confusion: tuple[tuple[int, ...], ...]
    seconds: float

    @property
    def correct(self) -> int:
        """Images answered right."""
        return sum(row[i] for i, row in enumerate(self.confusion))

    @property
    def images(self) -> int:
        """Images asked."""
        return sum(map(sum, self.confusion))

    @property
    def accuracy(self) -> float:
        """Share of test images answered right, 0 to 1."""
        return self.correct / self.images if self.images else math.nan

    @property
    def class_accuracy(self) -> tuple[float | None, ...]:
        """Share answered right among each class's images, 0 to 1; None where a class has no image."""
        return tuple(row[i] / sum(row) if sum(row) else None for i, row in enumerate(self.confusion))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSampled:
    """What the run's process takes: bytes of memory, of the device's too, and load (1 is one core).

    `device_load` is the device's own, 0 to 1, whoever uses it. None where it is not to be had.
    """

    resident_bytes: int
    cpu_load: float
    device_bytes: int | None
    device_total_bytes: int | None = None
    device_load: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Misclassified:
    """A test image the network got wrong; `png` is the image, PNG in base64, `confidence` is 0 to 1."""

    index: int
    true_class: int
    predicted_class: int
    confidence: float
    png: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MisclassifiedFound:
    """Test images the network got wrong after its last epoch, in the order of the test set."""

    images: tuple[Misclassified, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointSaved:
    """The weights after `epoch`, in a file of the run's folder."""

    epoch: int
    file: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something worth a line in the log; nothing failed."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """Every epoch was trained and evaluated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStopped:
    """Somebody ended the run early."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFailed:
    """The run could not go on; `error` is one line."""

    error: str
    fault: Fault
    traceback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLost:
    """The worker died without a last word; written by another process.

    `exit_code` is None where nobody was there to be told of it.
    """

    exit_code: int | None
    stderr_tail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent:
    """A line this version cannot read, kept as it is."""

    kind: str
    line: str


Event = (
    RunStarted
    | EnvironmentFound
    | PhaseChanged
    | DataProgressed
    | DataLoaded
    | ModelSummarised
    | StepsDone
    | EpochEnded
    | Evaluated
    | DeviceSampled
    | MisclassifiedFound
    | CheckpointSaved
    | Notice
    | RunFinished
    | RunStopped
    | RunFailed
    | RunLost
    | UnknownEvent
)


@dataclass(frozen=True, slots=True)
class Record:
    """An event with its place in the file, from 0, and its time in Unix seconds."""

    sequence: int
    time: float
    event: Event


def _kind(event_type: type[Any]) -> str:
    """Turn the class name into the file's spelling: StepsDone -> steps_done."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in event_type.__name__).lstrip("_")


_TYPES: Final[dict[str, type[Any]]] = {_kind(t): t for t in Event.__args__ if t is not UnknownEvent}
_KINDS: Final[dict[type[Any], str]] = {t: kind for kind, t in _TYPES.items()}
# what json and the conversions of a number raise for lines from "[" * 100_000 to {"seq": 1e999}
_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class _Codec:
    """The libraries between an event and its line."""

    converter: "cattrs.Converter"
    dumps: Callable[[object], bytes]
    loads: Callable[[str], Any]


@cache
def _codec() -> _Codec:
    # here, for screens that name events before they read one: the two take 75 ms to import
    import cattrs  # noqa: PLC0415
    import orjson  # noqa: PLC0415

    converter = cattrs.Converter(detailed_validation=False)
    # tuples of numbers are most of every file: each is turned in one call, not number by number
    for numbers, number in ((tuple[float, ...], float), (tuple[int, ...], int)):
        is_one = partial(eq, numbers)
        converter.register_structure_hook_func(is_one, partial(_number_tuple, number))
        converter.register_unstructure_hook_func(is_one, lambda values: values)
    return _Codec(converter, orjson.dumps, orjson.loads)


def _number_tuple(number: type[float], values: Iterable[Any], _type: object) -> tuple[float, ...]:
    return tuple(map(number, values))


def to_line(record: Record) -> str:
    """Write `record` as one line of the event file, line feed included."""
    if isinstance(record.event, UnknownEvent):
        return record.event.line.rstrip("\n") + "\n"
    codec = _codec()
    head = {"v": VERSION, "seq": record.sequence, "t": record.time, "kind": _KINDS[type(record.event)]}
    fields = head | codec.converter.unstructure(record.event)
    try:
        line = codec.dumps(fields)
    except TypeError:  # half a surrogate pair, as in the name of a file that is no UTF-8
        return _plain_line(fields)
    # NaN and infinity come out of orjson as null, and only json writes them as they are
    return _plain_line(fields) if b"null" in line else line.decode() + "\n"


def _plain_line(fields: dict[str, Any]) -> str:
    return json.dumps(fields, separators=(",", ":")) + "\n"


def from_line(line: str) -> Record:
    """Read one line of the event file; what this version cannot read becomes an `UnknownEvent`."""
    kind = "unreadable"
    sequence, time = -1, float("nan")
    codec = _codec()
    try:
        fields = _fields(codec, line)
        kind, sequence, time = str(fields["kind"]), int(fields["seq"]), float(fields["t"])
        return Record(sequence, time, codec.converter.structure(fields, _TYPES[kind]))
    except (*_UNREADABLE, InputError):
        return Record(sequence, time, UnknownEvent(kind=kind, line=line.rstrip("\n")))


def _fields(codec: _Codec, line: str) -> Any:  # noqa: ANN401 - whatever the line holds
    try:
        return codec.loads(line)
    except ValueError:  # NaN, infinity and half a surrogate pair are json's alone
        return json.loads(line)
