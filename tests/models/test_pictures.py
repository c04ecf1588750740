"""What `predict` shows a network of a file: what its training read of it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.config.image_options import ImageOptions, Resize
from core.dataset.sources import load_images
from core.errors import InputError
from core.models.__main__ import read_as_trained
from core.models.card import FORMAT, SIZED_FORMAT, ModelCard
from tests.dataset.pictures.samples import noise
from tests.dataset.samples import Recorder, write_image_folder
from tests.models.models import card

SIZES = ((28, 28), (32, 32), (60, 64), (200, 90), (400, 410))


@pytest.mark.parametrize("options", [ImageOptions(side, way) for side in (32, 64) for way in Resize], ids=str)
def test_a_file_is_read_as_training_read_it(options: ImageOptions, tmp_path: Path) -> None:
    folder = write_image_folder(tmp_path / "images", per_class=(1, len(SIZES)))
    for number, size in enumerate(SIZES):
        noise(*size).save(folder / "test" / "a" / f"{number:04}.png", "JPEG" if number % 2 else "PNG")
    images = load_images(str(folder), Recorder().progress, tmp_path / "cache", options=options)
    read = replace(card(), image_size=options.size, resize=options.resize).image_options
    for number in range(len(SIZES)):
        seen = read_as_trained(folder / "test" / "a" / f"{number:04}.png", read)
        assert np.array_equal(seen, images.test.images[number])


def test_what_is_no_file_or_no_image_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.png", Path("/dev/zero")):
        with pytest.raises(InputError, match="give image files"):
            read_as_trained(path, ImageOptions())
    (tmp_path / "bad.png").write_bytes(b"bad")
    with pytest.raises(InputError, match=r"bad\.png: can't be read \(no picture of a format that is read"):
        read_as_trained(tmp_path / "bad.png", ImageOptions())


def test_a_model_tells_how_its_images_are_brought_to_size() -> None:
    for resize, form in ((Resize.CROP, FORMAT), (Resize.PAD, SIZED_FORMAT), (Resize.STRETCH, SIZED_FORMAT)):
        model = replace(card(), resize=resize)
        told = json.loads(json.dumps(model.to_metadata()))  # as through a file
        assert told["format"] == form
        assert ModelCard.from_metadata(told, "a.onnx") == model
