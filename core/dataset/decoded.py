"""The files of one cache entry: four numpy arrays, and `entry.json` with what they are."""

import hashlib
import json
import os
from pathlib import Path
from tokenize import TokenError

import numpy as np

from core.dataset.adjustments import Adjustments
from core.dataset.entry_description import DESCRIPTION, MOST_DESCRIPTION
from core.dataset.images import ImageSet, ImageSplit, Labels, Pixels, fingerprint_of, is_image_shape
from core.runs.image_identity import ImageIdentity
from core.runs.safe_files import open_to_read, read_file

_ANY_SIZE = (EOFError, MemoryError, OverflowError, RecursionError)


class DamagedEntryError(Exception):
    """A cache entry's files are not what was written."""


def write_entry(folder: Path, image_set: ImageSet) -> None:
    """Write an image set into an empty folder and wait until the disk has it; raises OSError."""
    for name, split in (("train", image_set.train), ("test", image_set.test)):
        for kind, array in (("images", split.images), ("labels", split.labels)):
            with (folder / f"{name}-{kind}.npy").open("wb") as file:
                np.save(file, array, allow_pickle=False)
                file.flush()
                os.fsync(file.fileno())
    description = {
        "classes": image_set.classes,
        "label": image_set.label,
        "source": image_set.source,
        "form": image_set.form,
        "fingerprint": image_set.fingerprint,
        "adjustments": image_set.adjustments.to_json(),
        "identity": image_set.identity,
        "remarks": image_set.remarks,
        "train": len(image_set.train),
        "test": len(image_set.test),
    }
    with (folder / DESCRIPTION).open("w", encoding="utf-8") as file:
        json.dump({"description": description, "sha256": _checksum(description)}, file)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)


def read_entry(folder: Path) -> ImageSet | None:
    """Return the image set in `folder`, None where there is none.

    Raises DamagedEntryError where any byte of it isn't what was written.
    """
    try:
        text = read_file(folder / DESCRIPTION, MOST_DESCRIPTION).decode()
    except FileNotFoundError:
        if folder.exists():
            raise DamagedEntryError(f"no {DESCRIPTION}") from None
        return None
    except (OSError, UnicodeError) as error:
        raise DamagedEntryError(str(error)) from error
    try:
        return _read_checked(folder, text)
    # All but the first four: a damaged header can ask for any size and any type.
    except (*(OSError, ValueError, KeyError, TypeError, TokenError), *_ANY_SIZE) as error:
        raise DamagedEntryError(str(error)) from error


def open_test_entry(folder: Path) -> tuple[tuple[str, ...], Pixels, Labels] | None:
    """Return the classes' names, test images and labels in `folder`, to look at a few; None where none are.

    Nothing but what is looked at is read, so that what is damaged is not found out.
    Raises OSError, ValueError or KeyError where they are no such files.
    """
    try:
        text = read_file(folder / DESCRIPTION, MOST_DESCRIPTION).decode()
    except FileNotFoundError:
        return None
    classes = tuple(map(str, json.loads(text)["description"]["classes"]))
    images, labels = (
        np.load(folder / f"test-{kind}.npy", mmap_mode="r", allow_pickle=False)
        for kind in ("images", "labels")
    )
    _check_arrays(images, labels, "test", len(classes))
    return classes, images, labels


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in `folder`; raises OSError."""
    if os.name == "nt":  # folders can't be opened there, and the file system keeps their order itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_checked(folder: Path, text: str) -> ImageSet:
    outer = json.loads(text)
    description = outer["description"]
    if _checksum(description) != outer["sha256"]:
        raise DamagedEntryError(f"{DESCRIPTION} does not match its checksum")
    classes = tuple(map(str, description["classes"]))
    train, test = (_read_split(folder, name, len(classes)) for name in ("train", "test"))
    if fingerprint_of(train, test, classes) != description["fingerprint"]:
        raise DamagedEntryError("its images do not match their checksum")
    label, source, fingerprint, form = (
        str(description[name]) for name in ("label", "source", "fingerprint", "form")
    )
    adjustments = Adjustments.from_json(description["adjustments"])
    remarks = tuple(map(str, description["remarks"]))
    identity = ImageIdentity(description["identity"])
    return ImageSet(train, test, classes, label, source, fingerprint, form, identity, adjustments, remarks)


def _read_split(folder: Path, name: str, classes: int) -> ImageSplit:
    arrays = []
    for kind in ("images", "labels"):
        with open_to_read(folder / f"{name}-{kind}.npy") as file:
            arrays.append(np.load(file, allow_pickle=False))
    images, labels = arrays
    _check_arrays(images, labels, name, classes)
    return ImageSplit(images, labels)


def _check_arrays(images: Pixels, labels: Labels, name: str, classes: int) -> None:
    """Raise ValueError where they are no images with their labels."""
    if images.dtype != np.uint8 or not is_image_shape(images.shape[1:]) or labels.dtype != np.int64:
        raise ValueError(f"the {name} images are none")
    if labels.shape != images.shape[:1] or np.any((labels < 0) | (labels >= classes)):
        raise ValueError(f"the {name} labels are none")


def _checksum(description: object) -> str:
    return hashlib.sha256(json.dumps(description, sort_keys=True).encode()).hexdigest()
