"""The JPEG re-encoding of CIFAR-10, where it lies beside the checkout; it is never part of it."""

import tarfile
from pathlib import Path

import pytest

from core.dataset.image_folder import CIFAR10_CLASSES

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
