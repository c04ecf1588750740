"""The child process: does one task, which standard input has, and answers on standard output.

Run as ``python -P -m core.models``; `core.supervisor.model_tasks` tells what it is asked and answers.
"""

import base64
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from core.config.image_options import ImageOptions
from core.dataset.images import Pixels
from core.dataset.pictures.errors import PictureError
from core.dataset.pictures.picture import read_picture
from core.errors import InputError
from core.models.asked import AskedModel, asked_model
from core.models.card import ModelCard
from core.models.logits import probabilities
from core.models.out_file import check_out, write_out
from core.supervisor.model_tasks import (
    Answer,
    ExportModel,
    ImageRefused,
    ImageSeen,
    ModelRead,
    ModelWritten,
    Predict,
    TaskRefused,
    from_line,
    to_line,
)

_IMAGES_AT_ONCE: Final = 250  # as many as evaluation takes on a processor

Tell = Callable[[Answer], object]


class _Read(NamedTuple):
    number: int
    pixels: Pixels


def main() -> int:
    """Do the task; return the exit status."""
    pipe = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints is no answer

    def tell(answer: Answer) -> None:
        pipe.write(to_line(answer))

    task = from_line(sys.stdin.buffer.readline())
    try:
        if isinstance(task, ExportModel):
            _export(task, tell)
        elif isinstance(task, Predict):
            _predict(task, tell)
    except InputError as error:
        tell(TaskRefused(reason=str(error)))
    return 0


def _export(task: ExportModel, tell: Tell) -> None:
    out = Path(task.out)
    check_out(out, task.form)
    from core.models.formats import encoded  # noqa: PLC0415 - torch takes seconds, and refusing takes less
    from core.models.run_weights import model_of_run  # noqa: PLC0415 - likewise

    model = model_of_run(Path(task.run), task.keep)
    content = encoded(model, task.form, task.run)
    try:
        write_out(out, content)
    except OSError as error:
        raise InputError(f"--out {out}: can't be written ({error.strerror}); name another") from None
    tell(ModelWritten(words=_words(model.card), size=len(content)))


def _predict(task: Predict, tell: Tell) -> None:
    model = asked_model(Path(task.model), task.keep)
    tell(ModelRead(classes=model.card.classes, words=_words(model.card)))
    waiting: list[_Read] = []
    for number, image in enumerate(task.images):
        try:
            waiting.append(_Read(number, read_as_trained(Path(image), model.card.image_options)))
        except InputError as error:
            tell(ImageRefused(number=number, reason=str(error)))
        if len(waiting) == _IMAGES_AT_ONCE:
            _answer(model, waiting, tell, pixels=task.pixels)
            waiting = []
    if waiting:
        _answer(model, waiting, tell, pixels=task.pixels)


def read_as_trained(file: Path, options: ImageOptions) -> Pixels:
    """Return the image in a file as training reads one by the same options.

    Raises:
        InputError: it is none, or cannot be read; the message names it.
    """
    if not file.is_file():
        reason = "is a folder or no file" if file.exists() else "no such file"
        raise InputError(f"{file}: {reason}; give image files, or folders of them")
    try:
        return read_picture(str(file), options).pixels
    except PictureError as error:
        raise InputError(f"{file}: can't be read ({error})") from None
    except OSError as error:
        raise InputError(f"{file}: can't be read ({error.strerror})") from None


def _answer(model: AskedModel, images: list[_Read], tell: Tell, *, pixels: bool) -> None:
    shares = probabilities(model.logits(np.stack([image.pixels for image in images])))
    for image, row in zip(images, shares.tolist(), strict=True):
        seen = base64.b64encode(image.pixels.tobytes()).decode() if pixels else ""
        tell(ImageSeen(number=image.number, probabilities=tuple(row), pixels=seen))


def _words(card: ModelCard) -> str:
    """Say what a model is: "batch norm, best, seed 0, after epoch 20 of 20: 84.29% of 10,000 test images"."""
    return ", ".join(_parts(card))


def _parts(card: ModelCard) -> Iterator[str]:
    yield f"{card.norm} norm, {card.preset}"
    if card.edited:
        yield "edited"
    yield f"seed {card.seed}"
    within = f" and {card.step} steps" if card.step else ""
    tested = (
        "not evaluated"
        if card.test_accuracy is None or card.test_images is None
        else f"{card.test_accuracy:.2%} of {card.test_images:,} test images right"
    )
    yield f"after epoch {card.epoch} of {card.epochs}{within}: {tested}"


if __name__ == "__main__":
    sys.exit(main())
