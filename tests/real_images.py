"""The JPEG re-encoding of CIFAR-10, where it lies beside the checkout; it is never part of it."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.dataset.images import ImageSet, ImageSplit, Pixels, make_image_set
from core.dataset.layout import CIFAR10_CLASSES

ARCHIVE = Path(__file__).parents[1].parent / "shared" / "cifar10" / "cifar10-jpeg.tar.xz"


def unpack_some(folder: Path, train: int, test: int) -> Path:
    """Unpack the first `train` and `test` images of every class below `folder`; skip where there are none."""
    if not ARCHIVE.is_file():
        pytest.skip(f"the real images are not here: {ARCHIVE}")
    wanted = {
        f"{split}/{name}/{number:04}.jpg"
        for split, count in (("train", train), ("test", test))
        for name in CIFAR10_CLASSES
        for number in range(count)
    }
    with tarfile.open(ARCHIVE, "r|xz") as tar:
        for member in tar:
            if member.name in wanted and (content := tar.extractfile(member)) is not None:
                file = folder / member.name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content.read())
                wanted.discard(member.name)
            if not wanted:
                break
    assert not wanted
    return folder


def decode_all() -> ImageSet:
    """Decode every image from where it is packed, in the order of an image folder; skip as above."""
    if not ARCHIVE.is_file():
        pytest.skip(f"the real images are not here: {ARCHIVE}")
    found: dict[str, dict[tuple[str, str], Pixels]] = {"train": {}, "test": {}}
    with tarfile.open(ARCHIVE, "r|xz") as tar:
        for member in tar:
            if member.name.endswith(".jpg") and (content := tar.extractfile(member)) is not None:
                split, name, file = member.name.split("/")
                found[split][name, file] = np.asarray(Image.open(io.BytesIO(content.read())))
    train, test = (
        ImageSplit(
            np.stack([images[key] for key in sorted(images)]),
            np.array([CIFAR10_CLASSES.index(name) for name, _ in sorted(images)], np.int64),
        )
        for images in found.values()
    )
    return make_image_set(train, test, CIFAR10_CLASSES, "the JPEG copy", "folder", form="JPEG")
