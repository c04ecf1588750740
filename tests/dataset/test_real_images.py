"""The JPEG re-encoding of CIFAR-10, where it lies beside the checkout."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.dataset.image_folder import CIFAR10_CLASSES
from core.dataset.layout import check_source
from core.dataset.sources import load_images
from core.errors import InputError
from tests.dataset.samples import Recorder
from tests.real_images import unpack_some


@pytest.fixture(scope="module")
def some_real_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack_some(tmp_path_factory.mktemp("real"), train=20, test=10)


def test_real_jpegs_are_read_as_they_are(some_real_images: Path, tmp_path: Path) -> None:
    check_source(str(some_real_images))
    got = load_images(str(some_real_images), Recorder().progress, tmp_path)
    assert got.classes == CIFAR10_CLASSES
    assert got.label == f"image folder {some_real_images.name} (JPEG)"
    assert np.bincount(got.train.labels).tolist() == [20] * 10
    assert np.bincount(got.test.labels).tolist() == [10] * 10
    with Image.open(some_real_images / "train" / "cat" / "0007.jpg") as cat:
        assert np.array_equal(got.train.images[3 * 20 + 7], np.asarray(cat))
    # The mean colour of all 50,000 training images is 125.3, 123.0, 113.9; 200 of them come near.
    assert np.abs(got.train.images.mean((0, 1, 2)) - [125.3, 123.0, 113.9]).max() < 15


def test_a_broken_real_jpeg_is_named_and_then_replaced(some_real_images: Path, tmp_path: Path) -> None:
    recorder = Recorder()
    file = some_real_images / "test" / "frog" / "0003.jpg"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    try:
        with pytest.raises(InputError, match=r"test/frog/0003\.jpg can't be read"):
            load_images(str(some_real_images), recorder.progress, tmp_path, recorder.notice)
    finally:
        file.write_bytes(whole)
    assert len(load_images(str(some_real_images), recorder.progress, tmp_path, recorder.notice).test) == 100
    assert recorder.notices == []
