"""Small genuine files for the tests: image folders, and archives in CIFAR-10's format."""

import hashlib
import pickle
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from core.dataset.images import ImageSet, ImageSplit, make_image_set
from core.dataset.published_pickles import Archive, FileChecksum
from core.runs.events import Unit

CLASSES = tuple("abcdefghij")


@dataclass
class Recorder:
    """Stands for the screen: records what is reported to it."""

    reports: list[tuple[str, int, int]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def progress(self, what: str, done: int, total: int, _unit: Unit) -> None:
        self.reports.append((what, done, total))

    def notice(self, message: str) -> None:
        self.notices.append(message)


def flat_image(value: int, size: tuple[int, int] = (32, 32)) -> Image.Image:
    return Image.new("RGB", size, (value, 255 - value, value // 2))


def write_image_folder(
    folder: Path,
    suffix: str = ".png",
    classes: tuple[str, ...] = CLASSES,
    per_class: tuple[int, int] = (3, 2),
) -> Path:
    for split, count in zip(("train", "test"), per_class, strict=True):
        for label, name in enumerate(classes):
            place = folder / split / name
            place.mkdir(parents=True)
            for number in range(count):
                flat_image(20 * label + number).save(place / f"{number:04}{suffix}")
    return folder


def small_image_set(value: int = 0) -> ImageSet:
    train, test = (
        ImageSplit(np.full((count, 32, 32, 3), value, np.uint8), np.arange(count, dtype=np.int64) % 10)
        for count in (20, 10)
    )
    return make_image_set(train, test, CLASSES, f"set {value}", "folder")


def write_cifar_archive(folder: Path, url: str = "http://127.0.0.1:9/tiny.tar.gz") -> tuple[Archive, Path]:
    """Write a small archive in CIFAR-10's format, and one file too many; return what it is and its path."""
    batches = folder / "made" / "tiny-batches-py"
    batches.mkdir(parents=True)
    rng = np.random.default_rng(5)
    for name in ("data_batch_1", "data_batch_2", "test_batch"):
        data = rng.integers(0, 256, (10, 3072), np.uint8)
        (batches / name).write_bytes(_pickled_by_python_2({"data": data, "labels": list(range(10))}))
    (batches / "batches.meta").write_bytes(_pickled_by_python_2({"label_names": list(CLASSES)}))
    (batches / "readme.html").write_text("not read")
    file = folder / "made" / "tiny.tar.gz"
    with tarfile.open(file, "w:gz") as tar:
        tar.add(batches, batches.name)
    train = tuple(_checksum(batches / name) for name in ("data_batch_1", "data_batch_2"))
    meta = _checksum(batches / "batches.meta")
    return Archive(
        (url,), _checksum(file), batches.name, train, (_checksum(batches / "test_batch"),), meta
    ), file


def write_cifar100_archive(folder: Path) -> tuple[Archive, Path]:
    """Write a small archive in CIFAR-100's format, every class twice and once; return as above."""
    batches = folder / "made" / "cifar-100-python"
    batches.mkdir(parents=True)
    rng = np.random.default_rng(5)
    for name, count in (("train", 200), ("test", 100)):
        fine = [number % 100 for number in range(count)]
        data = rng.integers(0, 256, (count, 3072), np.uint8)
        (batches / name).write_bytes(_pickled_by_python_2({"data": data, "fine_labels": fine}))
    names = [f"class{number:02}" for number in range(100)]
    (batches / "meta").write_bytes(_pickled_by_python_2({"fine_label_names": names}))
    file = folder / "made" / "cifar-100-python.tar.gz"
    with tarfile.open(file, "w:gz") as tar:
        tar.add(batches, batches.name)
    train, test, meta = (_checksum(batches / name) for name in ("train", "test", "meta"))
    return Archive((), _checksum(file), batches.name, (train,), (test,), meta, "CIFAR100"), file


def _checksum(file: Path) -> FileChecksum:
    return FileChecksum(file.name, hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest())


def _pickled_by_python_2(content: dict[str, object]) -> bytes:
    """Pickle as the genuine batches are, with numpy's old module name and 0 and 1 for False and True."""
    pickled = pickle.dumps(content, protocol=2)
    return pickled.replace(b"numpy._core", b"numpy.core").replace(b"\x89\x88\x87R", b"K\x00K\x01\x87R")
