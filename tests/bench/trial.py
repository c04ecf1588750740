"""One trial of the search: a network and a recipe, trained on some training images and tested on others.

Nothing here takes more than the training split: the test images cannot be read by what is never given them.
"""

import re
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
import torch

from core.config.architecture import Architecture, Block, Convolution
from core.config.presets import TUNED, Norm, Recipe
from core.config.wide_architecture import WideArchitecture
from core.dataset.images import ImageSplit
from core.runs.events import Event, Notice
from core.training.setup import RunSpec, prepare_run

BASE: Final = replace(
    TUNED, learning_rate=0.05, auxiliary_learning_rate=0.05, fixed_weight_norm=False, crop_padding=2
)
"""What trials change, the first recipe of `tuned`: rows list the changes alone, so it stays as it is."""

HELD_OUT: Final = 5_000
_HELD_OUT_SEED: Final = 1  # the same images for every trial
_BATCH_SIZE: Final = "batch_size"
_BATCH: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried: `network` in the notation of `architecture_of`, `changes` to `BASE` by field."""

    network: str
    norm: Norm
    changes: tuple[str, ...] = ()
    epochs: int
    seed: int = 0
    images: int | None = None

    @property
    def recipe(self) -> Recipe:
        """The recipe to train with.

        Raises:
            ValueError: the network or a change cannot be read.
        """
        values = {name: _read(name, text) for name, text in self._changes.items() if name != _BATCH_SIZE}
        return replace(BASE, skeleton=architecture_of(self.network), **values)

    @property
    def batch_size(self) -> int:
        """Images a batch: not a recipe's, but the change ``batch_size=64`` is one like the others.

        Raises:
            ValueError: it is no number.
        """
        return int(self._changes.get(_BATCH_SIZE, _BATCH))

    @property
    def _changes(self) -> dict[str, str]:
        return {name: text for name, _, text in (change.partition("=") for change in self.changes)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How a trial ended: accuracies after the last epoch, in percent, and the seconds training took.

    `images` counts those trained on.
    """

    images: int
    held_out_images: int
    parameters: int
    held_out: float
    trained: float
    seconds: float


def architecture_of(text: str) -> Architecture | WideArchitecture | None:
    """Read a network: "assignment", or its stem's channels and a word for each block after it.

    A word is the convolution's kind, its outputs, and "/2" where it pools: ``16 full16 separable32/2``. A
    network of wide kernels is as `WideArchitecture` writes it.

    Raises:
        ValueError: a word is none of these.
    """
    if text == "assignment":
        return None
    stem, *words = text.split()
    if stem == "wide":
        return WideArchitecture.of(text)
    return Architecture(int(stem), tuple(map(_block, words)))


def _block(word: str) -> Block:
    match = re.fullmatch(r"([a-z]+)(\d+)(/2)?", word)
    if match is None or match[1] not in set(Convolution):
        raise ValueError(f"{word}: a block is {' or '.join(Convolution)}, its outputs, and /2 where it pools")
    return Block(int(match[2]), Convolution(match[1]), pools=match[3] is not None)


def _read(name: str, text: str) -> Any:  # noqa: ANN401 - each field has its own type
    kinds = {field.name: type(getattr(BASE, field.name)) for field in fields(BASE)}
    del kinds["skeleton"]  # `network` is that
    if name not in kinds:
        raise ValueError(f"{name}: a change is to {_BATCH_SIZE} or one of {', '.join(kinds)}")
    kind = kinds[name]
    try:
        return {"True": True, "False": False}[text] if kind is bool else kind(text)
    except (KeyError, ValueError):
        wanted = "True or False" if kind is bool else f"of type {kind.__name__}"
        raise ValueError(f"{name}={text}: must be {wanted}") from None


def held_out(images: ImageSplit) -> tuple[ImageSplit, ImageSplit]:
    """Split training images into those to train on and `HELD_OUT` to test on, at most a tenth of them."""
    order = np.random.default_rng(_HELD_OUT_SEED).permutation(len(images))
    count = min(HELD_OUT, len(images) // 10)
    parts = (order[count:], order[:count])
    rest, held = (ImageSplit(images.images[part], images.labels[part]) for part in parts)
    return rest, held


def run(trial: Trial, training_images: ImageSplit, threads: int) -> Found:
    """Train on all but the held-out images, and test on those.

    Raises:
        ValueError: the network or the recipe cannot be.
        RuntimeError: a part of the network would run without the C++ layers, and so take another time.
    """
    rest, held = held_out(training_images)
    if trial.images is not None:
        rest = ImageSplit(rest.images[: trial.images], rest.labels[: trial.images])
    spec = RunSpec(
        norm=trial.norm,
        recipe=trial.recipe,
        seed=trial.seed,
        epochs=trial.epochs,
        batch_size=trial.batch_size,
        train_images=rest,
        test_images=held,
        device=torch.device("cpu"),
    )
    prepared = prepare_run(spec, threads=lambda: threads, emit=_refuse_notices)
    seconds = 0.0
    for epoch in range(1, trial.epochs + 1):
        last = prepared.train_epoch(epoch)
        seconds += last.seconds
        print(f"epoch {epoch}: {last.correct / last.images:.2%} of the training images", flush=True)
    test = prepared.evaluate(trial.epochs).figures
    return Found(
        images=last.images,
        held_out_images=test.images,
        parameters=sum(parameter.numel() for parameter in prepared.network.parameters()),
        held_out=100 * test.correct / test.images,
        trained=100 * last.correct / last.images,
        seconds=seconds,
    )


def _refuse_notices(event: Event) -> None:
    match event:
        case Notice(text=text):
            raise RuntimeError(text)
