"""Small files of every form, as their formats' documents have them."""

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.dataset.layout import CIFAR10_CLASSES

_IDX_CODES = {"u1": 0x08, "i1": 0x09, ">i2": 0x0B, ">i4": 0x0C, ">f4": 0x0D}


def pixels(count: int, *shape: int) -> NDArray[np.uint8]:
    """Return images that are all different."""
    return np.random.default_rng(count).integers(0, 256, (count, *shape), np.uint8)


def labels(count: int, classes: int = 10, kind: str = "u1") -> NDArray[Any]:
    return (np.arange(count) % classes).astype(kind)


def idx_bytes(array: NDArray[Any], kind: str = "u1") -> bytes:
    head = struct.pack(f">HBB{array.ndim}I", 0, _IDX_CODES[kind], array.ndim, *array.shape)
    return head + array.astype(kind).tobytes()


def write_idx(
    folder: Path,
    train: tuple[NDArray[Any], NDArray[Any]],
    test: tuple[NDArray[Any], NDArray[Any]] | None = None,
    *,
    name: str = "{part}-{kind}-idx{dimensions}-ubyte",
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for part, arrays in (("train", train), ("t10k", test)):
        for kind, array in zip(("images", "labels"), arrays or (), strict=False):
            file = folder / name.format(part=part, kind=kind, dimensions=array.ndim)
            content = idx_bytes(array)
            file.write_bytes(gzip.compress(content) if file.suffix == ".gz" else content)
    return folder


def write_mnist(folder: Path, train: int = 40, test: int = 20, **options: Any) -> Path:  # noqa: ANN401 - passed on
    return write_idx(
        folder, (pixels(train, 28, 28), labels(train)), (pixels(test, 28, 28), labels(test)), **options
    )


def write_cifar_binary(folder: Path, *, fine: bool, count: int = 20) -> Path:
    """Write either set's files; of CIFAR-100 every class once."""
    folder.mkdir(parents=True)
    if fine:
        names = {"train.bin": 200, "test.bin": 100}
        (folder / "fine_label_names.txt").write_text("".join(f"fine{number:02}\n" for number in range(100)))
    else:
        names = {f"data_batch_{number}.bin": count for number in range(1, 6)} | {"test_batch.bin": count}
        (folder / "batches.meta.txt").write_text("\n".join(CIFAR10_CLASSES) + "\n\n")
    for number, (name, images) in enumerate(names.items()):
        fine_labels = labels(images, 100 if fine else 10)[:, None]
        rows = [fine_labels // 5, fine_labels] if fine else [fine_labels]
        planes = np.random.default_rng(number).integers(0, 256, (images, 3072), np.uint8)
        (folder / name).write_bytes(np.hstack([*rows, planes]).astype(np.uint8).tobytes())
    return folder
