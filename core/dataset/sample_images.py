"""The first test image of each class, to be looked at: without torch, and without reading all of a set."""

import io
import pickle
import tarfile
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from core.config.data_source import NAMED, folder_of
from core.config.image_options import ImageOptions
from core.config.torchvision_sets import torchvision_choice
from core.dataset.array_samples import array_samples, first_of_each, torchvision_samples
from core.dataset.cache_keys import USUAL_OPTIONS, downloaded_key, downloads_folder, entries_folder
from core.dataset.decoded import open_test_entry
from core.dataset.demo import demo_test_images
from core.dataset.found_tree import open_tree, surveyed
from core.dataset.image_tree.look import PATIENCE
from core.dataset.images import IMAGE_SHAPE, Pixels
from core.dataset.layout import (
    ARCHIVE_NAME,
    BATCHES_FOLDER,
    CIFAR10_CLASSES,
    Layout,
    locate,
)
from core.dataset.pictures.errors import PictureError
from core.dataset.pictures.picture import read_picture
from core.dataset.png import png_text
from core.environment import default_cache_folder
from core.errors import InputError
from core.printable import printable
from core.runs.safe_files import open_to_read, read_file

TEST_BATCH: Final = "test_batch"
TEST_BATCH_MD5: Final = "40351d587109b95175f43aff81a1287e"  # as published, and in torchvision
_MOST_CLASSES: Final = 100
_MOST_FILE_BYTES: Final = 2**22
_MOST_BATCH_BYTES: Final = 2**25
_MOST_UNPACKED_BYTES: Final = 2**28
_DAMAGED: Final = (EOFError, MemoryError, ValueError, KeyError, tarfile.TarError, zlib.error)


@dataclass(frozen=True, slots=True)
class NamedImage:
    """A test image, PNG in base64, and the name of its class, fit for a terminal."""

    class_name: str
    png: str


def sample_images(
    spec: str, options: ImageOptions = USUAL_OPTIONS, most: int | None = None
) -> tuple[NamedImage, ...]:
    """Return the first test image of each class of what `--data` names, in the order of the classes.

    Of at most so many classes, the first ones. Where test images are yet to be held out they are training
    images. None where they are not here, or cannot be read; never raises. What takes long is left to the
    training, and nothing but regular files of a bounded size is read.
    """
    try:
        found = islice(_samples(spec, options), most)
        return tuple(NamedImage(printable(name), png_text(pixels)) for name, pixels in found)
    except (InputError, PictureError, OSError, *_DAMAGED):
        return ()


def _samples(spec: str, options: ImageOptions) -> Iterator[tuple[str, Pixels]]:
    base = default_cache_folder()
    choice = torchvision_choice(spec)
    if choice is not None and not choice.is_original:
        return torchvision_samples(choice, options, base)
    if spec in NAMED or choice is not None:
        return first_of_each(*demo_test_images()) if spec == "demo" else _of_cifar10(base)
    found = locate(folder_of(spec), options)
    match found.layout:
        case Layout.ARRAYS:
            return array_samples(found.path, options, base)
        case Layout.IMAGES:
            return _of_tree(found.path, options)
        case Layout.BATCHES:
            return _of_batch(read_file(found.path / TEST_BATCH, _MOST_BATCH_BYTES), TEST_BATCH_MD5)
        case Layout.ARCHIVE:
            return samples_in_archive(found.path)


def _of_cifar10(base: Path) -> Iterator[tuple[str, Pixels]]:
    """Take what was downloaded: decoded already, else in its archive."""
    entry = open_test_entry(entries_folder(base) / downloaded_key(base))
    return (
        samples_in_archive(downloads_folder(base) / ARCHIVE_NAME) if entry is None else first_of_each(*entry)
    )


def _of_tree(path: Path, options: ImageOptions) -> Iterator[tuple[str, Pixels]]:
    """Take of each class the first of its images by name."""
    tree = open_tree(path, PATIENCE)
    survey = surveyed(tree, options)
    places = survey.folders.train if survey.folders.test is None else survey.folders.test
    for found in islice(survey.files_of(places), _MOST_CLASSES):
        content = tree.head(found.files[0], _MOST_FILE_BYTES)
        if content is None:
            raise ValueError("takes long to read")
        yield found.name, read_picture(io.BytesIO(content), options).pixels


def samples_in_archive(
    file: Path, batch: str = f"{BATCHES_FOLDER}/{TEST_BATCH}", checksum: str = TEST_BATCH_MD5
) -> Iterator[tuple[str, Pixels]]:
    """Unpack the test images in memory, up to where `batch` stands in the archive; its md5 is `checksum`.

    Raises OSError, EOFError, tarfile.TarError, zlib.error or ValueError where it is not so.
    """
    with open_to_read(file) as packed, tarfile.open(fileobj=packed, mode="r:gz") as tar:
        return _of_batch(_member(tar, batch), checksum)


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    for member in tar:
        if member.offset_data + member.size > _MOST_UNPACKED_BYTES:
            break
        if member.name == name and member.size <= _MOST_BATCH_BYTES:
            content = tar.extractfile(member)  # None for what is no file
            return b"" if content is None else content.read()
    raise ValueError(f"no {name}")


def _of_batch(content: bytes, checksum: str) -> Iterator[tuple[str, Pixels]]:
    """Read the genuine test batch, a pickle: of any other the bytes are not believed."""
    if md5(content, usedforsecurity=False).hexdigest() != checksum:
        raise ValueError("not the published test images")
    with warnings.catch_warnings():
        # pickled by Python 2, whose numpy wrote 0 for False; numpy 2.4 minds
        warnings.simplefilter("ignore", np.exceptions.VisibleDeprecationWarning)
        batch = pickle.loads(content, encoding="latin1")  # noqa: S301 - it is what was published
    height, width, channels = IMAGE_SHAPE
    images = batch["data"].reshape(-1, channels, height, width).transpose(0, 2, 3, 1)
    return first_of_each(CIFAR10_CLASSES, images, np.array(batch["labels"], np.int64))
