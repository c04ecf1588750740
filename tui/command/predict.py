"""`cifar-tui predict`: what a network takes images for."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from core.config.suite_config import Keep
from core.dataset.found_images import FoundImage, found_images
from core.errors import EXIT_BAD_INPUT, EXIT_FAILED, InputError
from core.printable import printable
from core.supervisor.model_process import answers
from core.supervisor.model_tasks import ImageRefused, ImageSeen, ModelRead, Predict
from tui.command.find_run import find_run
from tui.command.parsers.shared import DEFAULT_RUNS_DIR
from tui.command.predictions import JsonPredictions, Predictions, ShownPredictions
from tui.command.standard_streams import say


def predict(options: Namespace) -> int:
    """Tell what each image is; return 0 where all could be read, 2 where none, else 1.

    Raises:
        InputError: there is no such model, or no image is named.
    """
    images = list(found_images(options.images))
    if not images:
        raise InputError(f"predict {options.images[0]}: there is no image in it, such as .jpg or .png")
    task = Predict(
        model=_model(options),
        keep=Keep(options.weights),
        images=tuple(image.file for image in images),
        pixels=options.picture and not options.json,
    )
    view: Predictions = JsonPredictions(options.top) if options.json else ShownPredictions(options.top)
    seen = 0
    for answer in answers(task):
        match answer:
            case ModelRead():
                say(answer.words)
                view.begin(answer.classes, _labels(images, answer.classes))
            case ImageSeen():
                view.take(images[answer.number].file, answer)
                seen += 1
            case ImageRefused():
                say(f"cifar-tui: {answer.reason}")
                view.refuse(images[answer.number].file, answer.reason)
    view.end()
    if not seen:
        return EXIT_BAD_INPUT
    return 0 if seen == len(images) else EXIT_FAILED


def _model(options: Namespace) -> str:
    """Return the model's file, or the run's folder."""
    if Path(options.model).is_file():
        return str(options.model)
    return str(find_run(options.runs_dir or DEFAULT_RUNS_DIR, options.model, "predict"))


def _labels(images: Sequence[FoundImage], classes: Sequence[str]) -> tuple[int, ...] | None:
    """Return each image's class, where all lie in folders that are called as classes are; else None."""
    places = {name: place for place, name in enumerate(classes)}
    found = [places.get(printable(image.group or "")) for image in images]
    labels = tuple(place for place in found if place is not None)
    return labels if len(labels) == len(images) else None
