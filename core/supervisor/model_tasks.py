"""What the process that reads and writes models is asked, and what it answers: a line of JSON each."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from core.config.model_form import Form
from core.config.suite_config import Keep


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportModel:
    """Write the weights of the run in the folder `run` to the file `out`."""

    run: str
    keep: Keep
    form: Form
    out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Predict:
    """Tell what the `images`, files, are; `model` is a run's folder or a model's file.

    With `pixels`, each answer has the image as the network saw it.
    """

    model: str
    keep: Keep
    images: tuple[str, ...]
    pixels: bool


Task = ExportModel | Predict


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelWritten:
    """A file of `size` bytes holds the model that `words` tell of."""

    words: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRead:
    """The model is at hand: its `classes`, in the order of its outputs, and what it is, in `words`."""

    classes: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSeen:
    """What the image of this `number`, from 0, was taken for: a probability for each class.

    `pixels` are those of the square that the network saw, three bytes each, in base64; empty where they were
    not asked for.
    """

    number: int
    probabilities: tuple[float, ...]
    pixels: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRefused:
    """The image of this `number` cannot be used; `reason` is a line that names it."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRefused:
    """Nothing can be done; `reason` is an `InputError`'s line."""

    reason: str


Answer = ModelWritten | ModelRead | ImageSeen | ImageRefused | TaskRefused

_KINDS: Final = {
    kind.__name__: kind
    for kind in (ExportModel, Predict, ModelWritten, ModelRead, ImageSeen, ImageRefused, TaskRefused)
}


def to_line(told: Task | Answer) -> bytes:
    """Write a task or an answer as one line, line feed included; paths of any bytes come through."""
    return json.dumps({"kind": type(told).__name__, **asdict(told)}).encode() + b"\n"


def from_line(line: bytes) -> Task | Answer:
    """Read what `to_line` wrote, in this process's own child or parent."""
    fields = json.loads(line)
    kind: Any = _KINDS[fields.pop("kind")]
    told: Task | Answer = kind(**{name: _value(name, value) for name, value in fields.items()})
    return told


def _value(name: str, value: object) -> object:
    match name, value:
        case "keep", str():
            return Keep(value)
        case "form", str():
            return Form(value)
        case _, list():
            return tuple(value)
    return value


def classes_by_probability(probabilities: Iterable[float]) -> list[int]:
    """Return the classes' places, the likeliest first; of two that are alike, the earlier."""
    shares = list(probabilities)
    return sorted(range(len(shares)), key=lambda place: -shares[place])
